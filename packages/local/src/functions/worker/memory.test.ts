// A function is held to its memory also outside of V8's heap, and by what lets no event loop turn. Lambda kills such a
// process: `Runtime exited with error: signal: killed`.
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, inlineFunction } from '../test-function.ts';

afterEach(cleanUp);

const KILLED = {
  errorType: 'Runtime.ExitError',
  errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
};

async function answerTo(body: string) {
  const { invoke, journal } = await inlineFunction(
    `exports.handler = async (event) => { if (event.ok) return 'ok'; const kept = []; const turn = () => new Promise((r) => setTimeout(r, 1)); ${body} };`,
  );
  const { payload } = await invoke({});
  const outcome = journal.read().flatMap((fact) => (fact.kind === 'function.finished' ? [fact.outcome] : []));
  expect((await invoke({ ok: true })).payload).toBe('"ok"');
  return [JSON.parse(payload), ...outcome];
}

describe('a handler that fills', () => {
  test.each([
    ['Buffers', 'for (;;) { kept.push(Buffer.alloc(4e6, 1)); await turn() }'],
    ['the memory of WebAssembly', 'for (;;) { kept.push(new WebAssembly.Memory({ initial: 64 })); await turn() }'],
    ['its heap', 'for (;;) { kept.push(Array.from({ length: 1e5 }, Math.random)); await turn() }'],
    ['Buffers, and never lets its event loop turn', 'for (;;) kept.push(Buffer.alloc(4e6, 1))'],
    // A single array that does not fit below V8's own limit of the heap would end the whole process.
    ['one array, and never lets its event loop turn', 'for (;;) kept.push(1)'],
  ])('%s is ended', async (_, body) => {
    expect(await answerTo(body)).toEqual([KILLED, 'out of memory']);
  });

  test('only its garbage is not', async () => {
    const body = 'for (let i = 0; i < 100; i++) { Buffer.alloc(10e6, 1); await turn() } return "done"';
    expect(await answerTo(body)).toEqual(['done', 'returned']);
  });

  // The place for what is new would grow to 32 MB otherwise, and stay so.
  test('its memory with what lives for a moment leaves a worker small', async () => {
    const { invoke } = await inlineFunction(
      `exports.handler = async () => {
         let kept = [];
         for (let i = 0; i < 500; i++) { kept.push(Array.from({ length: 1e4 }, (_, n) => ({ n }))); if (i % 50 === 0) kept = []; }
         const { getHeapSpaceStatistics } = require('node:v8');
         return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20;
       };`,
      { memoryMb: 512 },
    );
    expect(Number((await invoke({})).payload)).toBeLessThanOrEqual(8);
  });
});
