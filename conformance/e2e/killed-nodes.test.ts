// Nodes of one cloud are killed while they work, again and again, and so is a server that they share. Everything that was
// acknowledged is delivered or is in the dead-letter queue; FIFO queues stay in order; a schedule fires once; a reader of
// a topic goes on at another node and misses nothing. By hand, larger: EVENTS=100000 KILLS=200.
import { createServer } from 'node:http';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { natsServer, startServers } from '../../packages/local/src/backbone/nats/test-server.ts';
import { askNodes, pause, startTeam } from './team.ts';

const EVENTS = Number(process.env['EVENTS'] ?? 3000);
const KILLS = Number(process.env['KILLS'] ?? 15);
/** Of 100 requests so many are answered with 500. */
const FAILING = 30;
const GROUPS = 5;
const MESSAGES_OF_A_GROUP = 60;
const SCHEDULES = 5;
const ITEMS = 200;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** Numbers from 0 to below 1. Source: mulberry32, public domain. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A server that fails often, and remembers what it took. */
async function startDestination(random: () => number) {
  const taken = new Map<string, number>();
  let requests = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests++;
      const isFailing = random() * 100 < FAILING;
      if (!isFailing) {
        const { id } = JSON.parse(body).detail;
        taken.set(id, (taken.get(id) ?? 0) + 1);
      }
      setTimeout(() => response.writeHead(isFailing ? 500 : 200).end(), 5);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/events`,
    taken,
    requests: () => requests,
  };
}

const settings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
};
const ROLE = 'arn:aws:iam::000000000000:role/sender';
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

interface PolledItem {
  readonly item?: { topic_sequence_number: number; sequence_page: number; value: { text: string } };
  readonly discontinuity?: { new_topic_sequence: number; new_sequence_page: number };
}

function parse<Value>(text: string): Value {
  return JSON.parse(text);
}

async function run(title: string, serverCount: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const servers = await startServers(serverCount);
  stops.push(() => Promise.all(servers.map(({ stop }) => stop())));
  const backbone = `nats://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/killed`;
  const nodes = await startTeam(3, ['--backbone', backbone]);
  stops.push(() => Promise.all(nodes.map((node) => node.kill())));
  const destination = await startDestination(random);
  const events = askNodes(nodes, (endpoint) => new EventBridgeClient({ endpoint, ...settings }));
  const sqs = askNodes(nodes, (endpoint) => new SQSClient({ endpoint, ...settings }));
  const scheduler = askNodes(nodes, (endpoint) => new SchedulerClient({ endpoint, ...settings }));

  const iam = askNodes(nodes, (endpoint) => new IAMClient({ endpoint, ...settings }));
  const AssumeRolePolicyDocument = policy({
    Principal: { Service: ['events.amazonaws.com', 'scheduler.amazonaws.com'] },
    Action: 'sts:AssumeRole',
  });
  await iam((client) => client.send(new CreateRoleCommand({ RoleName: 'sender', AssumeRolePolicyDocument })));
  const PolicyDocument = policy({ Action: ['sqs:SendMessage', 'events:InvokeApiDestination'], Resource: '*' });
  await iam((client) =>
    client.send(new PutRolePolicyCommand({ RoleName: 'sender', PolicyName: 'send', PolicyDocument })),
  );
  const queue = async (QueueName: string, Attributes?: Record<string, string>) => {
    const { QueueUrl = '' } = await sqs((client) =>
      client.send(new CreateQueueCommand({ QueueName, ...(Attributes && { Attributes }) })),
    );
    return QueueUrl;
  };
  const dead = await queue('dead', {
    Policy: policy({
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arnOf('dead'),
    }),
  });
  const fired = await queue('fired');
  const fifo = await queue('work.fifo', { FifoQueue: 'true', VisibilityTimeout: '10' });
  const connection = await events((client) =>
    client.send(
      new CreateConnectionCommand({
        Name: 'partner',
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'secret' } },
      }),
    ),
  );
  const partner = await events((client) =>
    client.send(
      new CreateApiDestinationCommand({
        Name: 'partner',
        ConnectionArn: connection.ConnectionArn,
        InvocationEndpoint: destination.url,
        HttpMethod: 'POST',
        InvocationRateLimitPerSecond: 300,
      }),
    ),
  );
  await events((client) => client.send(new PutRuleCommand({ Name: 'orders', EventPattern: '{"source":["shop"]}' })));
  await events((client) =>
    client.send(
      new PutTargetsCommand({
        Rule: 'orders',
        Targets: [
          {
            Id: 'partner',
            Arn: partner.ApiDestinationArn,
            RoleArn: ROLE,
            RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
            DeadLetterConfig: { Arn: arnOf('dead') },
          },
        ],
      }),
    ),
  );

  let isOver = false;
  const acknowledged = new Set<string>();
  let sent = 0;
  let killed = 0;
  const sendEvents = async () => {
    while (sent < EVENTS) {
      // There is something to send until the last kill.
      if (sent >= (EVENTS * (killed + 1)) / (KILLS + 1)) {
        await pause(50);
        continue;
      }
      const ids = Array.from({ length: Math.min(10, EVENTS - sent) }, () => `e${sent++}`);
      const { Entries = [] } = await events((client) =>
        client.send(
          new PutEventsCommand({
            Entries: ids.map((id) => ({ Source: 'shop', DetailType: 'ordered', Detail: JSON.stringify({ id }) })),
          }),
        ),
      );
      for (const [index, id] of ids.entries()) if (Entries[index]?.EventId) acknowledged.add(id);
    }
  };

  const sendMessages = async (group: number) => {
    for (let n = 0; n < MESSAGES_OF_A_GROUP; n++) {
      await sqs((client) =>
        client.send(
          new SendMessageCommand({
            QueueUrl: fifo,
            MessageBody: String(n),
            MessageGroupId: `g${group}`,
            MessageDeduplicationId: `${group}-${n}`,
          }),
        ),
      );
      await pause(50);
    }
  };
  const inOrder = new Map<string, number[]>();
  const receiveMessages = async () => {
    while (!isOver) {
      const { Messages = [] } = await sqs((client) =>
        client.send(
          new ReceiveMessageCommand({
            QueueUrl: fifo,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ['MessageGroupId'],
          }),
        ),
      );
      for (const { Attributes, Body } of Messages) {
        const group = Attributes?.MessageGroupId ?? '';
        const known = inOrder.get(group) ?? [];
        if (!known.includes(Number(Body))) inOrder.set(group, [...known, Number(Body)]);
      }
      if (Messages.length > 0) {
        const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
        await sqs((client) => client.send(new DeleteMessageBatchCommand({ QueueUrl: fifo, Entries })));
      }
    }
  };

  const [first] = nodes;
  const variables = await fetch(`${first?.url}/_earwitness/env`);
  const { MOMENTO_API_KEY: authorization = '' } = parse<Record<string, string>>(await variables.text());
  const topic = '/topics/earwitness/news';
  const overHttp = askNodes(nodes, (url) => async (path: string, init: RequestInit) => {
    const answer = await fetch(`${url}${path}`, { ...init, headers: { authorization } });
    if (!answer.ok)
      throw Object.assign(new Error(await answer.text()), { $metadata: { httpStatusCode: answer.status } });
    return answer;
  });
  const published: string[] = [];
  const publish = async () => {
    for (let n = 0; n < ITEMS; n++) {
      await overHttp((ask) => ask(topic, { method: 'POST', body: `item ${n}` }));
      published.push(`item ${n}`);
      await pause(20);
    }
  };
  const read: string[] = [];
  const readTopic = async () => {
    let [number, page] = [1, 0];
    while (!isOver) {
      const answer = await overHttp((ask) =>
        ask(`${topic}?sequence_number=${number}&sequence_page=${page}`, {
          method: 'GET',
          signal: AbortSignal.timeout(5000),
        }).catch((error) => {
          // Nothing new.
          if (error instanceof Error && error.name === 'TimeoutError') return undefined;
          throw error;
        }),
      );
      if (!answer) continue;
      const { items = [] } = parse<{ items?: PolledItem[] }>(await answer.text());
      for (const { item, discontinuity } of items) {
        if (item) read.push(item.value.text);
        number = (item?.topic_sequence_number ?? discontinuity?.new_topic_sequence ?? number - 1) + 1;
        page = item?.sequence_page ?? discontinuity?.new_sequence_page ?? page;
      }
    }
  };

  const at = new Date(Date.now() + 15_000).toISOString().slice(0, 19);
  for (let n = 0; n < SCHEDULES; n++) {
    await scheduler((client) =>
      client.send(
        new CreateScheduleCommand({
          Name: `once-${n}`,
          ScheduleExpression: `at(${at})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: arnOf('fired'), RoleArn: ROLE, Input: `once-${n}` },
        }),
      ),
    );
  }

  let killsAtWork = 0;
  const killNodes = async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const before = destination.requests();
      await pause(1000 + random() * 1000);
      const victim = nodes[Math.floor(random() * nodes.length)];
      if (destination.requests() > before) killsAtWork++;
      await victim?.kill();
      killed++;
      if (kill === Math.floor(KILLS / 2) && servers.length > 1) await servers[0]?.kill();
      if (kill === Math.floor(KILLS / 2) + 4 && servers.length > 1) await servers[0]?.start();
      await pause(random() * 500);
      await victim?.start();
    }
  };

  const background = [receiveMessages(), receiveMessages(), readTopic()];
  for (const one of background) one.catch(() => {});
  await Promise.all([
    ...Array.from({ length: 8 }, sendEvents),
    ...Array.from({ length: GROUPS }, (_, group) => sendMessages(group)),
    publish(),
    killNodes(),
  ]);

  const drain = async (QueueUrl: string, bodies: string[]) => {
    const { Messages = [] } = await sqs((client) =>
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 })),
    );
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    return Messages.length;
  };
  const deadBodies: string[] = [];
  const deadIds = () => new Set(deadBodies.map((body) => JSON.parse(body).detail.id));
  const missing = () => {
    const inDead = deadIds();
    return [...acknowledged].filter((id) => !destination.taken.has(id) && !inDead.has(id));
  };
  const isWhole = () =>
    missing().length === 0 &&
    [...inOrder.values()].reduce((sum, { length }) => sum + length, 0) === GROUPS * MESSAGES_OF_A_GROUP &&
    published.every((item) => read.includes(item));
  const end = performance.now() + 120_000;
  while (!isWhole() && performance.now() < end) {
    while ((await drain(dead, deadBodies)) > 0);
    await pause(500);
  }
  const firedBodies: string[] = [];
  for (let empty = 0; empty < 5; ) {
    empty = (await drain(fired, firedBodies)) === 0 ? empty + 1 : 0;
    await pause(200);
  }
  isOver = true;
  await Promise.all(background);

  const twice = [...destination.taken.values()].filter((times) => times > 1).length;
  console.log(
    `${title}: ${acknowledged.size} events acknowledged, ${destination.taken.size} delivered (${twice} more than once), ` +
      `${deadIds().size} in the dead-letter queue, ${destination.requests()} requests; ${KILLS} kills, ${killsAtWork} at work; ` +
      `${[...inOrder.values()].flat().length} FIFO messages, ${read.length} items read of ${published.length}`,
  );
  if (missing().length > 0) {
    for (const { name, url, printed } of nodes) {
      const told = await fetch(`${url}/_earwitness/nodes`).then((answer) => answer.text(), String);
      console.log(name, told, printed().slice(-1500));
    }
  }
  expect(missing()).toEqual([]);
  expect(acknowledged.size).toBe(EVENTS);
  for (const [group, numbers] of inOrder)
    expect([group, numbers]).toEqual([group, Array.from({ length: MESSAGES_OF_A_GROUP }, (_, n) => n)]);
  expect(inOrder.size).toBe(GROUPS);
  expect(firedBodies.toSorted()).toEqual(Array.from({ length: SCHEDULES }, (_, n) => `once-${n}`));
  expect(published.filter((item) => !read.includes(item))).toEqual([]);
  expect(killsAtWork).toBeGreaterThan(KILLS / 2);
}

describe.skipIf(!natsServer)('nodes are killed while they work', () => {
  test('on one server', () => run('one server', 1, 1));
  test('on three servers, of which one is killed, too', () => run('three servers', 3, 2));
});
