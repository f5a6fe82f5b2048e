// The local cloud around a run, as a runner's globalSetup starts it; with the runners themselves: e2e/runners.test.ts.
import setup from 'earwitness/global-setup';
import teardown from 'earwitness/global-teardown';
import { afterEach, expect, test, vi } from 'vitest';

const rootDir = new URL('../examples/with-vitest/test', import.meta.url).pathname;

afterEach(async () => {
  await teardown();
  vi.unstubAllEnvs();
});

const environment = () => ({ ...process.env });

test('the environment of a run names the cloud and the outputs of the stacks, and is put back afterwards', async () => {
  vi.stubEnv('AWS_PROFILE', 'production');
  const before = environment();
  const stop = await setup({ rootDir });
  const { API_URL = '', AWS_PROFILE, EARWITNESS_RUN, EARWITNESS_URL = '' } = environment();
  expect({ AWS_PROFILE, EARWITNESS_RUN }).toEqual({ AWS_PROFILE: undefined, EARWITNESS_RUN: expect.any(String) });
  expect((await fetch(API_URL, { method: 'POST', body: JSON.stringify({ name: 'a book' }) })).status).toBe(201);
  await stop();
  expect(environment()).toEqual(before);
  await expect(fetch(EARWITNESS_URL)).rejects.toThrow('fetch failed');
});

test('inside earwitness exec, and in the second project of a run, no second cloud starts', async () => {
  vi.stubEnv('EARWITNESS_URL', 'http://127.0.0.1:4566/_earwitness');
  const before = environment();
  const stop = await setup({ config: { root: rootDir } });
  expect(environment()).toEqual(before);
  await stop();
  expect(environment()).toEqual(before);
});

test('with EARWITNESS_LOCAL=off the tests meet what the environment names', async () => {
  vi.stubEnv('EARWITNESS_LOCAL', 'off');
  const before = environment();
  await setup({ rootDir });
  expect(environment()).toEqual(before);
});
