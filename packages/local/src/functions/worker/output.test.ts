// What a handler prints, however it prints and however much. The limits are ours; that a line is an event is Lambda's.
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, inlineFunction } from '../test-function.ts';

afterEach(cleanUp);

const NOTICE = (lines: string) =>
  `${lines} more lines were not kept: Earwitness keeps 10,000 lines and 4,194,304 characters of one invocation.`;

/** What an invocation of the handler printed, without Lambda's own lines, and what the journal has of it. */
async function outputOf(body: string) {
  const { invoke, journal } = await inlineFunction(`exports.handler = async () => { ${body} };`);
  const { log, payload } = await invoke({});
  const facts = journal.read();
  return {
    payload,
    log: log.slice(1, -2).map((event) => event.message),
    ends: log.slice(-2).map((event) => event.message.split(' ')[0]),
    journal: facts.flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : [])),
    warnings: facts.flatMap((fact) => (fact.kind === 'warning' ? [`${fact.about}: ${fact.message}`] : [])),
  };
}

describe('what a handler prints', () => {
  test('beyond 10,000 lines is counted, in its log and as a warning', async () => {
    const output = await outputOf('for (let i = 0; i < 1e6; i++) process.stdout.write(String(i))');
    const kept = Array.from({ length: 10_000 }, (_, index) => String(index));
    expect(output).toEqual({
      payload: 'null',
      log: [...kept, NOTICE('990,000')],
      ends: ['END', 'REPORT'],
      journal: kept,
      warnings: [`function orders: ${NOTICE('990,000')}`],
    });
  });

  test('beyond 4 MB is counted, and a line beyond 256 KB is cut', async () => {
    const { log, warnings } = await outputOf('for (let i = 0; i < 100; i++) process.stdout.write("é".repeat(1e6))');
    const line = `${'é'.repeat(262_144)}… (737856 more characters of this line were not kept)`;
    expect(log).toEqual([...Array.from({ length: 16 }, () => line), NOTICE('84')]);
    expect(warnings).toEqual([`function orders: ${NOTICE('84')}`]);
  });

  test('is limited for each invocation anew', async () => {
    const { invoke } = await inlineFunction(
      'exports.handler = async ({ n }) => { for (let i = 0; i < n; i++) process.stdout.write("x") };',
    );
    await invoke({ n: 20_000 });
    const { log } = await invoke({ n: 2 });
    expect(log.slice(1, -2).map((event) => event.message)).toEqual(['x', 'x']);
  });

  test('before it exits, arrives', async () => {
    const { log, ends } = await outputOf(
      'for (let i = 0; i < 500; i++) process.stdout.write(String(i)); process.exit()',
    );
    expect(log).toEqual([
      ...Array.from({ length: 500 }, (_, index) => String(index)),
      'RequestId: request-1 Error: Runtime exited without providing a reason',
    ]);
    expect(ends).toEqual(['END', 'REPORT']);
  });

  test('before its time is up, arrives', async () => {
    const { invoke, printed, clock } = await inlineFunction(
      'exports.handler = () => { for (let i = 0; i < 20; i++) process.stdout.write(String(i)); for (;;); };',
    );
    const isPrinted = printed('19');
    const answer = invoke({});
    await isPrinted;
    await clock.advance(3000);
    expect((await answer).log.slice(1, -2).map((event) => event.message)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => String(index)),
      'RequestId: request-1 Error: Task timed out after 3.00 seconds',
    ]);
  });

  test('through the stream itself, by bytes, in pieces and at its end, is in its log', async () => {
    const { log } = await outputOf(`
      const { stdout } = process;
      stdout.write(new Uint8Array([97, 98]));
      stdout.write('6364', 'hex', () => {});
      stdout.cork(); stdout.write('e'); stdout.write('f'); stdout.uncork();
      stdout.destroy();
      require('stream').Readable.from(['g']).pipe(stdout, { end: false });
      await new Promise((resolve) => setTimeout(resolve, 10));
      stdout.end('h');
      new (require('worker_threads').Worker)('process.stdout.write("i")', { eval: true, stdout: true }).stdout.pipe(process.stderr);
      await new Promise((resolve) => process.stderr.once('unpipe', resolve));`);
    expect(log).toEqual(['ab', 'cd', 'e', 'f', 'g', 'h', 'i']);
  });

  test('that is nothing to print is refused by Node', async () => {
    const { payload } = await outputOf(`
      const codes = [];
      for (const value of [1, null, {}]) try { process.stdout.write(value) } catch (error) { codes.push(error.code) }
      return codes;`);
    expect(payload).toBe('["ERR_INVALID_ARG_TYPE","ERR_STREAM_NULL_VALUES","ERR_INVALID_ARG_TYPE"]');
  });

  test('and cannot be shown is the error of the handler', async () => {
    const { payload } = await outputOf(
      `console.log({ [require('util').inspect.custom]() { throw Object.assign(new Error('hidden'), { stack: '' }) } })`,
    );
    expect(payload).toBe('{"errorType":"Error","errorMessage":"hidden","trace":[""]}');
  });
});
