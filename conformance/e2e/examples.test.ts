// The example projects, each with its own runner, as a user would start them.
import { expect, test } from 'vitest';
import { findInterpreter } from '../../packages/local/src/functions/python/interpreter.ts';
import { hasBoto3 } from '../boto3.ts';
import { hasChromium } from '../chromium.ts';
import { root, run } from './run.ts';

// The custom resource is made by a function in Python.
const hasPython = (await findInterpreter('python3.12')) !== undefined;
if (!hasPython) console.log('examples/custom-resource is left out: there is no Python on the PATH.');

test.each([
  ...['order-service', 'outbox-order-service', 'plain-sdk', 'shell-order-service', 'nested-stacks'],
  ...(hasPython ? ['custom-resource'] : []),
  ...(hasBoto3 ? ['python-order-service'] : []),
  ...(hasChromium ? ['live-reactions'] : []),
])('examples/%s passes its own tests under earwitness exec', async (name) => {
  const { code, stdout, stderr } = await run('npm', ['test', '--silent'], { cwd: `${root}examples/${name}` });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  const tests = name === 'live-reactions' ? 2 : 1;
  expect(stdout).toMatch(new RegExp(`Tests\\s+${tests} passed`));
});
