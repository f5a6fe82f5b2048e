// Each test runner's example project, run as its reader would: `npm test` in its folder.
import { expect, test } from 'vitest';
import { root, run } from './run.ts';

test.each([
  ['vitest', /Tests {2}2 passed/],
  ['jest', /Tests: {7}2 passed, 2 total/],
  ['node-test', /pass 1/],
  ['playwright', /1 passed/],
  ['mocha', /1 passing/],
])('examples/with-%s passes with the real runner, and its process ends', async (runner, summary) => {
  const { code, stdout, stderr } = await run('npm', ['test'], { cwd: `${root}examples/with-${runner}` });
  expect(`${stdout}${stderr}`).toMatch(summary);
  expect(code).toBe(0);
});
