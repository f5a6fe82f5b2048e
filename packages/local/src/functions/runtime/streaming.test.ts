// Response streaming of Node, in a thread and in a process. Sources: docs.aws.amazon.com/lambda/latest/dg/
// configuration-response-streaming.html; aws-lambda-nodejs-runtime-interface-client 3.3 (StreamingContext.js,
// HttpResponseStream.js, Runtime.js).
import { afterEach, describe, expect, test } from 'vitest';
import type { Chunk } from '../environment.ts';
import { cleanUp, inlineFunction, type TestSettings } from '../test-function.ts';

afterEach(cleanUp);

describe.each(['worker', 'process'] as const)('a handler that streams, in a %s,', (isolation) => {
  const streaming = (body: string, settings: TestSettings = {}) =>
    inlineFunction(
      `const { streamifyResponse, HttpResponseStream } = awslambda;
       const nothing = new Promise(() => {});
       exports.handler = streamifyResponse(async (event, stream, context) => { ${body} });`,
      { isolation, ...settings },
    );

  /** What came, piece by piece, and how it ended. */
  async function piecesOf(body: string, event: unknown = {}) {
    const { invoke } = await streaming(body);
    const pieces: string[] = [];
    let contentType: string | undefined;
    const take = async (chunk: Chunk) => {
      contentType = chunk.contentType;
      pieces.push(Buffer.from(chunk.bytes).toString('latin1'));
    };
    const { payload, failed } = await invoke(event, { sink: { take } });
    return { text: pieces.join(''), contentType, ...(failed && { error: JSON.parse(payload) }) };
  }

  test('is heard while it works', async () => {
    const { invoke, printed } = await streaming(`
      stream.write('first');
      await new Promise((resolve) => setTimeout(resolve, 10));
      console.log('works');
      stream.end('last');`);
    const order: string[] = [];
    const works = printed('works').then(() => order.push('works'));
    const take = async ({ bytes }: Chunk) => {
      order.push(Buffer.from(bytes).toString());
    };
    await Promise.all([invoke({}, { sink: { take } }), works]);
    // What is printed and what is streamed come by two ways: which of two in one turn is read first, is chance.
    expect(order[0]).toBe('first');
    expect(order.slice(1).sort()).toEqual(['last', 'works']);
  });

  test('answers text, bytes and JSON, with a type of content', async () => {
    const body = `stream.setContentType('text/x'); stream.write('é'); stream.write(Buffer.from([0, 255]));
      stream.write('6869', 'hex'); stream.write({ a: 1 }); stream.end([2]);`;
    expect(await piecesOf(body)).toEqual({
      text: `${Buffer.from('é').toString('latin1')}\x00\xffhi{"a":1}[2]`,
      contentType: 'text/x',
    });
  });

  test('may say status, headers and cookies first', async () => {
    const body = `stream = HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' }, cookies: ['c=d'] });
      stream.write('body'); stream.end();`;
    expect(await piecesOf(body)).toEqual({
      text: '{"statusCode":201,"headers":{"a":"b"},"cookies":["c=d"]}\0\0\0\0\0\0\0\0body',
      contentType: 'application/vnd.awslambda.http-integration-response',
    });
  });

  test('may be fed by a pipeline that it waits for, or does not', async () => {
    const pieces = `const { Readable, promises } = require('stream'); const from = Readable.from(['a', 'b', 'c']);`;
    expect(await piecesOf(`${pieces} await promises.pipeline(from, stream);`)).toMatchObject({ text: 'abc' });
    expect(await piecesOf(`${pieces} from.pipe(stream);`)).toMatchObject({ text: 'abc' });
  });

  test('waits for who reads slowly', async () => {
    const { invoke } = await streaming(`
      const piece = Buffer.alloc(65536, 'x');
      for (let i = 0; i < 40; i++) if (!stream.write(piece)) await new Promise((resolve) => stream.once('drain', resolve));
      stream.end();`);
    let sizeBytes = 0;
    const take = async ({ bytes }: Chunk) => {
      sizeBytes += bytes.length;
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(await invoke({}, { sink: { take } })).toMatchObject({ failed: false });
    expect(sizeBytes).toBe(40 * 65536);
  });

  test('answers a caller that wants the whole with all bytes', async () => {
    const { invoke } = await streaming(`stream.write(Buffer.from([104, 105])); stream.end(Buffer.from([255]));`);
    const { streamed, failed } = await invoke({});
    expect([streamed, failed]).toEqual([Buffer.from([104, 105, 255]), false]);
  });

  test('is too large for such a caller beyond 6 MB', async () => {
    const { invoke } = await streaming(`stream.end(Buffer.alloc(6_291_557));`);
    expect(JSON.parse((await invoke({})).payload).errorType).toBe('Function.ResponseSizeTooLarge');
  });

  test.each([
    ['throws at once', `throw new RangeError('no');`, '', 'RangeError', 'no'],
    ['throws in the middle', `stream.write('half'); throw new RangeError('no');`, 'half', 'RangeError', 'no'],
    ['is never finished', `stream.write('half');`, 'half', 'string', 'Response stream is not finished.'],
    ['waits for what never comes', `await nothing;`, '', 'string', 'Response stream is not finished.'],
    [
      'leaves an error that nobody catches',
      `stream.write('half'); setTimeout(() => { throw new TypeError('late'); }, 5); await new Promise((r) => setTimeout(r, 1e4));`,
      'half',
      'TypeError',
      'late',
    ],
  ])('%s, and fails so', async (_, body, text, errorType, errorMessage) => {
    const ended = await piecesOf(body);
    expect([ended.text, ended.error]).toEqual([text, expect.objectContaining({ errorType, errorMessage })]);
  });

  test('has to be async', async () => {
    const { invoke } = await inlineFunction(
      `exports.handler = awslambda.streamifyResponse((event, stream) => { stream.end('x'); });`,
      { isolation },
    );
    expect(JSON.parse((await invoke({})).payload)).toEqual({
      errorType: 'string',
      errorMessage: 'Streaming does not support non-async handlers.',
      trace: [],
    });
  });

  test('returns nothing: what it returns is told in its log', async () => {
    const { invoke } = await streaming(`stream.end('x'); return 'y';`);
    const { streamed, log } = await invoke({});
    expect([String(streamed), log[1]?.message.split('\t').slice(1)]).toEqual([
      'x',
      ['request-1', 'WARN', 'Streaming handlers ignore return values.'],
    ]);
  });

  test('runs on Node.js 24 with its three parameters, and again and again', async () => {
    const { invoke } = await streaming(`stream.end(event.text);`, { runtime: 'nodejs24.x' });
    for (const text of ['one', 'two']) expect(String((await invoke({ text })).streamed)).toBe(text);
  });

  test('that is too late is ended, after what it said', async () => {
    const { invoke, clock, printed } = await streaming(
      `stream.write('half'); console.log('waits'); await new Promise((r) => setInterval(r, 1e9));`,
    );
    const pieces: string[] = [];
    const waits = printed('waits');
    const answer = invoke({}, { sink: { take: async ({ bytes }) => void pieces.push(Buffer.from(bytes).toString()) } });
    await waits;
    await expect.poll(() => pieces).toEqual(['half']);
    await clock.advance(3000);
    expect(JSON.parse((await answer).payload).errorType).toBe('Sandbox.Timedout');
  });
});
