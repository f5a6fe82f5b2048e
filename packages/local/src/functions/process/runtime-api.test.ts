// The Runtime API as a runtime sees it over HTTP. Sources: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html;
// aws-lambda-runtime-interface-emulator (states, errors, the limit of a response).
import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { RuntimeApi } from './runtime-api.ts';

let api: RuntimeApi | undefined;
afterEach(() => api?.close());

async function open() {
  const heard: unknown[] = [];
  api = new RuntimeApi({
    onNext: () => heard.push('next'),
    onResponse: (body) => heard.push({ response: body }),
    onResponseTooLarge: (sizeBytes) => heard.push({ tooLarge: sizeBytes }),
    onChunk: async ({ contentType, bytes }) => {
      heard.push({ chunk: Buffer.from(bytes).toString(), contentType });
    },
    onStreamed: (contentType) => heard.push({ streamed: contentType }),
    onError: (body) => heard.push({ error: body }),
    onInitError: (body) => heard.push({ initError: body }),
  });
  const address = await api.listen();
  const call = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://${address}/2018-06-01${path}`, { method, headers, ...(body && { body }) });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
  return { api, heard, call, address };
}

const INVOCATION = {
  requestId: 'r-1',
  event: '{"order":1}',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
  deadline: 1_700_000_003_000,
  traceId: 'Root=1-2-3',
  clientContext: '{"custom":{"a":"b"}}',
};

test('a runtime waits for its invocation, and gets it with its headers', async () => {
  const { api, heard, call } = await open();
  const next = call('GET', '/runtime/invocation/next');
  await expect.poll(() => heard).toEqual(['next']);
  api.deliver(INVOCATION);
  const { status, body, headers } = await next;
  const shown = [...headers].filter(([name]) => /^lambda|^content-type/.test(name));
  expect({ status, body, headers: Object.fromEntries(shown) }).toEqual({
    status: 200,
    body: '{"order":1}',
    headers: {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': 'r-1',
      'lambda-runtime-client-context': '{"custom":{"a":"b"}}',
      'lambda-runtime-deadline-ms': '1700000003000',
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
      'lambda-runtime-trace-id': 'Root=1-2-3',
    },
  });
});

test('an invocation that comes first waits for the runtime', async () => {
  const { api, call } = await open();
  api.deliver(INVOCATION);
  expect((await call('GET', '/runtime/invocation/next')).body).toBe('{"order":1}');
});

test.each([
  ['response', { response: '{"a": 1}' }],
  ['error', { error: '{"a": 1}' }],
])('its %s is taken once, as it is written', async (verb, told) => {
  const { api, heard, call } = await open();
  api.deliver(INVOCATION);
  await call('GET', '/runtime/invocation/next');
  const first = await call('POST', `/runtime/invocation/r-1/${verb}`, '{"a": 1}');
  expect([first.status, first.body]).toEqual([202, '{"status":"OK"}\n']);
  const second = await call('POST', `/runtime/invocation/r-1/${verb}`, '{"a": 2}');
  expect([second.status, JSON.parse(second.body)]).toEqual([
    400,
    { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' },
  ]);
  expect(heard).toEqual(['next', told]);
});

test('a response of 6,291,556 bytes is taken, one byte more is refused', async () => {
  const { api, heard, call } = await open();
  const answer = async (size: number) => {
    api.deliver(INVOCATION);
    await call('GET', '/runtime/invocation/next');
    return await call('POST', '/runtime/invocation/r-1/response', 'x'.repeat(size));
  };
  expect((await answer(6_291_556)).status).toBe(202);
  const { status, body } = await answer(6_291_557);
  expect([status, JSON.parse(body)]).toEqual([
    413,
    {
      errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
      errorType: 'RequestEntityTooLarge',
    },
  ]);
  expect(heard.at(-1)).toEqual({ tooLarge: 6_291_557 });
});

test('an error while it starts is told, and refused afterwards', async () => {
  const { api, heard, call } = await open();
  expect((await call('POST', '/runtime/init/error', '{"errorType":"E"}')).status).toBe(202);
  api.deliver(INVOCATION);
  await call('GET', '/runtime/invocation/next');
  const late = await call('POST', '/runtime/init/error', '{}');
  expect([late.status, JSON.parse(late.body).errorType]).toEqual([403, 'InvalidStateTransition']);
  expect(heard).toEqual([{ initError: '{"errorType":"E"}' }, 'next']);
});

test('what is no call is refused by name', async () => {
  const { call } = await open();
  const { status, body } = await call('GET', '/runtime/next');
  expect([status, JSON.parse(body)]).toEqual([
    404,
    {
      errorMessage: 'GET /2018-06-01/runtime/next is no call of the Runtime API',
      errorType: 'NotFound',
    },
  ]);
});

test.each([
  ['a page of another origin', { origin: 'http://shop.test' }],
  ['a name that leads here', { host: 'shop.test' }],
])('%s cannot take an invocation', async (_who, headers) => {
  const { api, heard, address } = await open();
  api.deliver(INVOCATION);
  const status = await new Promise((resolve, reject) => {
    request(`http://${address}/2018-06-01/runtime/invocation/next`, { headers })
      .on('response', (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect([status, heard]).toEqual([403, []]);
});

/** Posts an answer in pieces, with what follows them. */
async function stream(
  address: string,
  pieces: readonly string[],
  { trailers = {}, mode = 'streaming' }: { readonly trailers?: Record<string, string>; readonly mode?: string } = {},
) {
  const outgoing = request(`http://${address}/2018-06-01/runtime/invocation/r-1/response`, {
    method: 'POST',
    headers: {
      'Content-Type': 'text/plain',
      'Lambda-Runtime-Function-Response-Mode': mode,
      'Transfer-Encoding': 'chunked',
      Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    },
  });
  const answered = once(outgoing, 'response');
  for (const piece of pieces) outgoing.write(piece);
  outgoing.addTrailers(trailers);
  outgoing.end();
  const [response] = await answered;
  response.resume();
  return response.statusCode;
}

// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html, "Implementing response streaming in a custom
// runtime".
describe('a runtime that streams', () => {
  async function invoked() {
    const opened = await open();
    opened.api.deliver(INVOCATION);
    await opened.call('GET', '/runtime/invocation/next');
    return opened;
  }

  test('is heard piece by piece', async () => {
    const { heard, address } = await invoked();
    expect(await stream(address, ['one'])).toBe(202);
    expect(heard).toEqual(['next', { chunk: 'one', contentType: 'text/plain' }, { streamed: 'text/plain' }]);
  });

  test('may report an error behind what it sent', async () => {
    const { heard, address } = await invoked();
    const error = '{"errorType":"Boom","errorMessage":"no"}';
    const trailers = {
      'Lambda-Runtime-Function-Error-Type': 'Boom',
      'Lambda-Runtime-Function-Error-Body': Buffer.from(error).toString('base64'),
    };
    expect(await stream(address, ['one'], { trailers })).toBe(202);
    expect(heard).toEqual(['next', { chunk: 'one', contentType: 'text/plain' }, { error }]);
  });

  // Source: aws-lambda-runtime-interface-emulator (InvalidFunctionResponseMode, Runtime.InvalidResponseModeHeader).
  test('in a mode that is none fails', async () => {
    const { heard, address } = await invoked();
    expect(await stream(address, [], { mode: 'sideways' })).toBe(400);
    expect(heard).toEqual(['next', { error: '{"errorType":"Runtime.InvalidResponseModeHeader","errorMessage":""}' }]);
  });
});
