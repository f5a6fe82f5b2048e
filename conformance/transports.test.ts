// What every transport owes whoever listens, asked of each against its real service (the local cloud, or for AppSync Events a server
// of its documented protocol).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocal } from '@earwitness/local';
import { ConnectionLostError, subscribe } from 'earwitness';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startAppSync } from './support/appsync-server.ts';
import { post, type Wire, wireKinds } from './support/wires.ts';

const tick = (n: number) => JSON.stringify({ 'detail-type': 'Tick', detail: { n } });
/** A test of what only some transports have; for the others there is none, rather than one that is skipped. */
const testWhere = (applies: boolean) => (applies ? test : (_name: string, _run: () => Promise<void>) => {});
/** Far more than anything here takes: a test that needs it has failed. */
const timeoutMs = 100_000;

describe.each(wireKinds)('$name', ({ maxBytes = 0, numbered = false, refuses, remembers, start }) => {
  let wire: Wire;

  beforeEach(async () => {
    wire = await start();
  });

  afterEach(() => wire[Symbol.asyncDispose]());

  const open = (more = {}) => subscribe({ ...wire.options, timeoutMs, ...more });

  test('what is published after subscribe() is heard, each once and in order', async () => {
    await using events = await open();
    for (let n = 0; n < 30; n++) await wire.publish(tick(n));
    const heard = await events.waitFor(30);
    expect(heard.map(({ detail }) => detail['n'])).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(events.messages()).toHaveLength(30);
  });

  test('the same text published twice is heard twice', async () => {
    await using events = await open();
    await wire.publish(tick(1));
    await wire.publish(tick(1));
    expect(await events.waitFor(2, { detail: { n: 1 } })).toHaveLength(2);
  });

  test('what is no JSON object is heard as the text it is', async () => {
    await using events = await open();
    const texts = ['söme text', '{"broken":', '[1,2]', '42'];
    for (const text of texts) await wire.publish(text);
    await events.waitFor(texts.length);
    expect(events.messages()).toEqual(texts);
  });

  test('a connection that breaks comes back: nothing is missed, or the hole is told', async () => {
    await using events = await open();
    await wire.publish(tick(0));
    await events.waitFor(1);
    wire.breakConnection();
    if (remembers) {
      for (let n = 1; n <= 3; n++) await wire.publish(tick(n));
      await patiently(() => events.waitFor(4));
      // Inconclusive, if a hole had been told.
      await patiently(() => events.exactly(4, { 'detail-type': 'Tick' }, { timeoutMs: 10 }));
    } else {
      // Nobody can say from outside when it is back; until one is heard, more are published.
      await patiently(async () => {
        const back = events.waitForMessageMatching({ detail: { n: 1 } });
        for (const gone = abortOn(back); !gone.aborted; ) await wire.publish(tick(1));
        await back;
      });
      await expect(patiently(() => events.expectNone({ source: 'nobody' }, { timeoutMs: 10 }))).rejects.toThrow(
        /cannot tell about no an event from nobody: messages were lost \(/,
      );
    }
  });

  testWhere(numbered)('connections that break while messages are under way bring each of them once', async () => {
    await using events = await open();
    for (let round = 1; round <= 3; round++) {
      // Not awaited before the break: some are under way to the reader then.
      for (let n = (round - 1) * 20; n < round * 20; n++) await wire.publish(tick(n));
      wire.breakConnection();
      await patiently(() => events.waitFor(round * 20));
    }
    await patiently(() => events.exactly(60, { 'detail-type': 'Tick' }, { timeoutMs: 10 }));
    const numbers = events.messages().map((message) => typeof message === 'object' && message.detail['n']);
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  testWhere(maxBytes > 0)('a message of the largest size comes, and the transport names that size', async () => {
    await using events = await open();
    const filled = (bytes: number) =>
      tick(1).replace('"n":1', () => `"n":1,"fill":"${'x'.repeat(bytes - tick(1).length - 10)}"`);
    expect(filled(maxBytes)).toHaveLength(maxBytes);
    expect(await wire.publish(filled(maxBytes))).toBe(true);
    expect(await wire.publish(filled(maxBytes + 1))).toBe(false);
    await events.waitFor(1);
    expect(events.received().map(({ sizeBytes }) => sizeBytes)).toEqual([maxBytes]);
  });

  test('after closing nothing is heard, and closing again is harmless', async () => {
    const events = await open();
    await wire.publish(tick(1));
    await events.waitFor(1);
    await events.unsubscribe();
    await wire.publish(tick(2));
    await events.unsubscribe();
    expect(events.messages()).toHaveLength(1);
  });

  test('an aborted signal ends the opening with its reason', async () => {
    const reason = new Error('the runner gave up');
    const controller = new AbortController();
    const opening = open({ signal: controller.signal });
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await expect(open({ signal: controller.signal })).rejects.toBe(reason);
  });

  testWhere(refuses.includes('strangers'))('a wrong key fails subscribe(), saying what to check', async () => {
    await expect(subscribe(wire.stranger)).rejects.toMatchObject({
      name: 'TransportError',
      message: expect.stringMatching(/\. Check (MOMENTO_API_KEY|APPSYNC_EVENTS_API_KEY): /),
    });
  });

  testWhere(refuses.includes('unknown names'))('what does not exist fails subscribe() by its name', async () => {
    await expect(subscribe(wire.nowhere)).rejects.toMatchObject({
      name: 'TransportError',
      message: expect.stringMatching(/(no-such-cache|tap-that-is-not|no-such-namespace).*\. Check /s),
    });
  });
});

test('a process whose subscriptions are closed ends by itself, over every transport', async () => {
  await using local = await startLocal();
  await using channel = await startAppSync();
  const { QueueUrl = '', TopicArn = '' } = await local.deploy({
    name: 'tap',
    template:
      'Resources:\n  Q: { Type: AWS::SQS::Queue }\n  T: { Type: AWS::SNS::Topic }\nOutputs:\n  QueueUrl: { Value: !Ref Q }\n  TopicArn: { Value: !Ref T }\n',
  });
  const script = await bundle(fileURLToPath(new URL('support/open-and-close.ts', import.meta.url)));
  const child = spawn(process.execPath, ['--experimental-websocket', '--no-warnings', '--input-type=module', '-'], {
    env: {
      ...process.env,
      ...local.env,
      QUEUE_URL: QueueUrl,
      TOPIC_ARN: TopicArn,
      APPSYNC_EVENTS_ENDPOINT: channel.endpoint,
      APPSYNC_EVENTS_API_KEY: channel.apiKey,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(script);
  const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME, MOMENTO_API_KEY } = local.env;
  const topic = `${MOMENTO_HTTP_ENDPOINT}/topics/${CACHE_NAME}/${TOPIC_NAME}`;
  const toTopic = () => post(topic, { authorization: MOMENTO_API_KEY }, tick(1));
  const credentials = { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'any' };
  const settings = { endpoint: local.url, region: local.env.AWS_REGION, credentials };
  const [sqs, sns] = [new SQSClient(settings), new SNSClient(settings)];
  const publishers = [
    toTopic,
    toTopic,
    () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: tick(1) })),
    () => sns.send(new PublishCommand({ TopicArn, Message: tick(1) })),
    () =>
      post(
        channel.endpoint,
        { 'x-api-key': channel.apiKey },
        JSON.stringify({ channel: '/default/e2e', events: [tick(1)] }),
      ),
  ];
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line === 'open') await publishers[said.length]?.();
    said.push(line);
  }
  sqs.destroy();
  sns.destroy();
  // Its output has ended, so it has.
  expect(said).toEqual(['open', 'open', 'open', 'open', 'open', 'closed']);
  expect(child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)))).toBe(0);
});

/** A script with our sources in it, and its other packages left outside. */
async function bundle(entry: string): Promise<string | undefined> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    conditions: ['@earwitness/source'],
    external: ['@aws-sdk/*', '@gomomento/*', 'ws', 'esbuild', 'vitest'],
  });
  return outputFiles[0]?.text;
}

/** On a machine with no time to spare a transport may come back later than its patience lasts; until then waits end as lost. */
async function patiently<T>(wait: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await wait();
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      await new Promise(setImmediate);
    }
  }
}

/** Aborted as soon as the promise has settled. */
function abortOn(promise: Promise<unknown>): AbortSignal {
  const controller = new AbortController();
  promise.catch(() => undefined).finally(() => controller.abort());
  return controller.signal;
}
