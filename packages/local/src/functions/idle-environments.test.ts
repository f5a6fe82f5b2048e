// How many workers stay when nothing runs is ours; that a function that was given back starts anew is Lambda's cold
// start.
import { afterEach, expect, test } from 'vitest';
import { cleanUp, createPlatform, inlineFunction } from './test-function.ts';

afterEach(cleanUp);

const COUNTING = 'let calls = 0; console.log("loaded"); exports.handler = async () => ++calls;';

async function functions(limit: number, names: readonly string[]) {
  const platform = createPlatform(limit);
  const running = await Promise.all(names.map((name) => inlineFunction(COUNTING, { name }, platform)));
  const call = async (index: number) => (await running[index]?.invoke({}))?.payload;
  return { platform, running, call };
}

test('beyond the limit the worker that has been idle longest is ended, and its function starts anew', async () => {
  const { call } = await functions(2, ['a', 'b', 'c']);
  expect([await call(0), await call(1), await call(0), await call(1)]).toEqual(['1', '1', '2', '2']);
  // The third takes the place of the first, which was used before the second.
  expect([await call(2), await call(1), await call(2)]).toEqual(['1', '3', '2']);
  expect([await call(0), await call(2), await call(1)]).toEqual(['1', '3', '1']);
});

test('with a limit of 0 each invocation starts a worker', async () => {
  const { call } = await functions(0, ['a']);
  expect([await call(0), await call(0)]).toEqual(['1', '1']);
});

test('at deployment a worker is started only when there is room', async () => {
  const { platform, running, call } = await functions(1, ['a', 'b']);
  const isLoaded = running[0]?.printed('loaded');
  for (const { running: each } of running) each.prepare();
  await isLoaded;
  await call(1);
  await call(0);
  const loaded = platform.journal
    .read()
    .flatMap((fact) => (fact.kind === 'function.log' ? [[fact.functionName, fact.invocationId]] : []));
  // The first was loaded ahead, for no invocation.
  expect(loaded.filter(([name]) => name === 'a')[0]).toEqual(['a', undefined]);
  expect(loaded.filter(([name]) => name === 'b')).toEqual([['b', 'request-1']]);
});

test('a worker that failed ahead of its first invocation takes no room, and tells its first caller why', async () => {
  const platform = createPlatform(1);
  const broken = await inlineFunction(
    'throw Object.assign(new Error("at load"), { stack: "" })',
    { name: 'a' },
    platform,
  );
  broken.running.prepare();
  for (let time = 0; time < 2; time++) {
    expect((await broken.invoke({})).payload).toBe('{"errorType":"Error","errorMessage":"at load","trace":[""]}');
  }
  expect(platform.idle.hasRoom).toBe(true);
});
