// The example projects, each with its own runner, as a user would start them.
import { expect, test } from 'vitest';
import { hasBoto3 } from '../boto3.ts';
import { hasChromium } from '../chromium.ts';
import { root, run } from './run.ts';

const examples = [
  'order-service',
  'plain-sdk',
  'shell-order-service',
  ...(hasBoto3 ? ['python-order-service'] : []),
  ...(hasChromium ? ['live-reactions'] : []),
];

test.each(examples)('examples/%s passes its own tests under earwitness exec', async (name) => {
  const { code, stdout, stderr } = await run('npm', ['test', '--silent'], { cwd: `${root}examples/${name}` });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/Tests\s+[12] passed/);
});
