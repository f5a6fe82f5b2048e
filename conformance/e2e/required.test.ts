// The kit's two doors, as a project sees them: what can be imported can be required.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject } from './project.ts';
import { earwitness, run } from './run.ts';

const CODE = `const required = require('earwitness');
import('earwitness').then((imported) => console.log(JSON.stringify(Object.keys(imported).filter((name) => !(name in required)))));`;

test('everything that can be imported can be required', async () => {
  using project = createProject({});
  const { stdout, stderr } = await run(process.execPath, ['-e', CODE], { cwd: project.folder });
  expect({ stdout, stderr }).toEqual({ stdout: '[]\n', stderr: '' });
});

test.each(["import('earwitness')", "Promise.resolve(require('earwitness'))"])(
  'without any SDK, %s hears over HTTP, and a page says what to install to look into the dead-letter queue',
  async (door) => {
    using project = createProject({});
    rmSync(join(project.folder, 'node_modules/@gomomento'), { recursive: true });
    const code = `${door}.then(async ({ subscribe }) => {
      const events = await subscribe({ deadLetterQueue: 'http://127.0.0.1:1/000000000000/dead' });
      await events.waitForMessageMatching({ source: 'shop' }, { timeoutMs: 1 }).catch((error) => console.log(error.message));
      await events.unsubscribe();
    });`;
    const { stdout } = await earwitness(['exec', '--', process.execPath, '-e', code], { cwd: project.folder });
    expect(stdout.replace(/^.*(?= {2}Checked)/s, '')).toBe(`  Checked for you
    ✓ connected to momento earwitness/events (HTTP)
    ! messages above 4096 bytes cannot arrive on this transport
    ! no event at all was published to a bus
    ! dead-letter queue dead could not be read: npm install --save-dev
      @aws-sdk/client-sqs
`);
  },
);
