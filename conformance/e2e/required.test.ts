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
    ! dead-letter queue dead could not be read: npm install --save-dev
      @aws-sdk/client-sqs
`);
  },
);

test.each(["import('earwitness')", "Promise.resolve(require('earwitness'))"])(
  'without any SDK, %s says what the verbs of the cloud need, and those that need none work',
  async (door) => {
    using project = createProject({});
    const code = `${door}.then(async ({ cloud, fakeDestination }) => {
      const say = (call) => call.then((value) => console.log(typeof value), (error) => console.log(String(error)));
      await say(cloud.advance(1000));
      await say(cloud.send({ source: 'aws.s3', 'detail-type': 'Object Created', detail: {} }));
      await say(cloud.journal());
      await say(cloud.state());
      await say(cloud.purge());
      await say(fakeDestination().then((partner) => partner.close()));
      await say(cloud.invoke('CreateOrder'));
      await say(cloud.logs('CreateOrder'));
      delete process.env.EARWITNESS_URL;
      await say(cloud.send({ source: 'shop', 'detail-type': 'OrderCreated', detail: {} }));
    });`;
    const { stdout } = await earwitness(['exec', '--', process.execPath, '-e', code], { cwd: project.folder });
    expect(stdout.replace(/^.*?(?=object$)/ms, '')).toBe(`object
object
object
object
undefined
undefined
ConfigurationError: cloud.invoke() needs the package @aws-sdk/client-lambda: npm install -D @aws-sdk/client-lambda
ConfigurationError: cloud.logs() needs the package @aws-sdk/client-cloudwatch-logs: npm install -D @aws-sdk/client-cloudwatch-logs
ConfigurationError: cloud.send() needs the package @aws-sdk/client-eventbridge: npm install -D @aws-sdk/client-eventbridge
`);
  },
);
