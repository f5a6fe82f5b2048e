// A cloud on a NATS server: several nodes are one cloud, and what it has outlives its processes. Real clients ask.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { type Local, type LocalOptions, startLocal } from '../local.ts';
import { freePort, natsServer, startTestServer, type TestServer } from './nats/test-server.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function nats(): Promise<TestServer> {
  const server = await startTestServer();
  stops.push(server.stop);
  return server;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'earwitness-shared-'));
  stops.push(() => rm(path, { recursive: true, force: true }));
  return join(path, 'data');
}

async function started(options: LocalOptions): Promise<Local> {
  const local = await startLocal(options);
  stops.push(local.close);
  return local;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

function sqs({ url }: Local, maxAttempts = 10): SQSClient {
  const client = new SQSClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts });
  stops.push(async () => client.destroy());
  return client;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  return String(error).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
}

test('what cannot be together is refused', async () => {
  expect(await refusal(started({ backbone: 'nats://one', data: '/tmp/x' }))).toMatchInlineSnapshot(
    `"OptionError: 'backbone' and 'data' are both given. Expected is one: 'data' starts a NATS server of its own on the folder, 'backbone' names one that runs."`,
  );
  expect(await refusal(started({ backbone: 'nats://one', clock: createClock() }))).toMatchInlineSnapshot(
    `"OptionError: 'clock' and 'backbone' are both given. Time on a shared backbone is real: leave 'clock' out."`,
  );
  expect(await refusal(started({ backbone: 'redis://one' }))).toMatchInlineSnapshot(
    `"BackboneError: backbone: 'redis://one' begins with 'redis://'. Expected is nats:// or tls://."`,
  );
  expect(await refusal(started({ backbone: `nats://127.0.0.1:${await freePort()}` }))).toMatchInlineSnapshot(
    `"BackboneError: backbone: no NATS server answers at HOST (connection refused). Start one with 'nats-server -js', or give another address."`,
  );
});

describe.skipIf(!natsServer)('on a server', () => {
  test('two nodes are one cloud', async () => {
    const { url } = await nats();
    const [a, b] = [await started({ backbone: url }), await started({ backbone: { url } })];
    const [one, two] = [sqs(a), sqs(b)];
    const { QueueUrl } = await one.send(new CreateQueueCommand({ QueueName: 'q' }));
    await two.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const { Messages } = await one.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['hello']);
    await a.reset();
    expect(await refusal(two.send(new GetQueueUrlCommand({ QueueName: 'q' })))).toContain('QueueDoesNotExist');
  });

  test('a key of one node is good on the other', async () => {
    const { url } = await nats();
    const [a, b] = [await started({ backbone: url }), await started({ backbone: url })];
    const answer = await fetch(`${b.url}/topics/earwitness/events`, {
      method: 'POST',
      headers: { authorization: a.env.MOMENTO_API_KEY },
      body: 'hello',
    });
    expect(answer.status).toBe(204);
  });

  test('time is real', async () => {
    const a = await started({ backbone: (await nats()).url });
    expect(await refusal(a.clock.advance(1000))).toMatchInlineSnapshot(
      `"Refused: The clock of a cloud with a backbone (--backbone, --data) is real and cannot be advanced: its nodes share no other. Advance the clock of a cloud in memory."`,
    );
    const answer = await fetch(`${a.url}/_earwitness/clock/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"ms":1000}',
    });
    expect(answer.status).toBe(409);
    expect(a.journal.read({ after: 0 }).filter(({ kind }) => kind === 'clock.advanced')).toEqual([]);
  });

  test('while the server is away calls are refused so that clients try again, and go on when it is back', async () => {
    const server = await nats();
    const a = await started({ backbone: server.url });
    const { QueueUrl } = await sqs(a).send(new CreateQueueCommand({ QueueName: 'q' }));
    await server.kill();
    const refused = await sqs(a, 1)
      .send(new SendMessageCommand({ QueueUrl, MessageBody: 'away' }))
      .catch((error) => [error.name, error.$metadata.httpStatusCode]);
    expect(refused).toEqual(['ServiceUnavailable', 503]);
    const s3 = new S3Client({
      endpoint: a.url,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      forcePathStyle: true,
    });
    const missing = await s3
      .send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))
      .catch((error) => [error.name, error.$metadata.httpStatusCode]);
    expect(missing).toEqual(['ServiceUnavailable', 503]);
    const http = await fetch(`${a.url}/topics/earwitness/events`, {
      method: 'POST',
      headers: { authorization: a.env.MOMENTO_API_KEY },
      body: 'hello',
    });
    expect([http.status, await http.json()]).toEqual([503, expect.objectContaining({})]);
    expect((await fetch(`${a.url}/_earwitness/state`)).status).toBe(503);
    expect((await fetch(`${a.url}/_earwitness/health`)).status).toBe(200);
    await server.start();
    await sqs(a).send(new SendMessageCommand({ QueueUrl, MessageBody: 'back' }));
    expect(a.journal.read({ after: 0 }).filter(({ kind }) => kind === 'fault')).toEqual([]);
  });

  test('on a folder, a restart has what was there', async () => {
    const data = await folder();
    const first = await startLocal({ data, port: 0 });
    const { QueueUrl } = await sqs(first).send(new CreateQueueCommand({ QueueName: 'q' }));
    await sqs(first).send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
    const key = first.env.MOMENTO_API_KEY;
    expect(await refusal(startLocal({ data }))).toContain(`Process ${process.pid} has the folder`);
    await first.close();
    const second = await started({ data });
    const received = await sqs(second).send(
      new ReceiveMessageCommand({ QueueUrl: QueueUrl?.replace(first.url, second.url), WaitTimeSeconds: 20 }),
    );
    expect(received.Messages?.map(({ Body }) => Body)).toEqual(['kept']);
    const answer = await fetch(`${second.url}/topics/earwitness/events`, {
      method: 'POST',
      headers: { authorization: key },
      body: 'hello',
    });
    expect(answer.status).toBe(204);
  });
});
