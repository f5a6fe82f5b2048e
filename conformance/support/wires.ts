// Each transport of the test kit with the service it listens to, side by side: how to open it, how to publish to it, how its
// connection breaks. The contract (../transports.test.ts) asks the same of all.
import { request } from 'node:http';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import {
  createAppSyncTransport,
  createSnsTransport,
  createSqsTransport,
  MemoryTopic,
  type SubscribeOptions,
} from 'earwitness';
import { startAppSync } from './appsync-server.ts';

/** One service, running, and the ways to it. */
export interface Wire extends AsyncDisposable {
  /** How to listen. */
  readonly options: SubscribeOptions;
  /** As somebody whom the service does not let in; absent when there is nobody to ask. */
  readonly stranger?: SubscribeOptions;
  /** To something that does not exist, where things have to exist. */
  readonly nowhere?: SubscribeOptions;
  /** Resolves with whether the service took it. */
  publish(text: string): Promise<boolean>;
  /** Breaks the connection of whoever listens. */
  breakConnection(): void;
}

/** What differs between transports, and is no fault. */
export interface WireKind {
  readonly name: string;
  /** Largest message, bytes; absent when there is no limit. */
  readonly maxBytes?: number;
  /** Messages have numbers, so none comes twice, whatever breaks. */
  readonly numbered?: true;
  /** The local cloud lets every AWS caller in, and topics need not exist. */
  readonly refuses: readonly ('strangers' | 'unknown names')[];
  /** What was published while the connection was away still comes. */
  readonly remembers: boolean;
  start(): Promise<Wire>;
}

export const wireKinds: readonly WireKind[] = [
  { name: 'memory', refuses: [], remembers: false, start: startMemory },
  {
    name: 'momento',
    maxBytes: 4096,
    refuses: ['strangers', 'unknown names'],
    numbered: true,
    remembers: true,
    start: () => startMomento('momento'),
  },
  {
    name: 'momento-http',
    maxBytes: 4096,
    refuses: ['strangers', 'unknown names'],
    numbered: true,
    remembers: true,
    start: () => startMomento('momento-http'),
  },
  { name: 'sqs', maxBytes: 1_048_576, refuses: ['unknown names'], remembers: true, start: startQueue },
  { name: 'sns', maxBytes: 262_144, refuses: ['unknown names'], remembers: true, start: startTopic },
  {
    name: 'appsync-events',
    maxBytes: 240 * 1024,
    refuses: ['strangers', 'unknown names'],
    remembers: false,
    start: startChannel,
  },
];

async function startMemory(): Promise<Wire> {
  const topic = new MemoryTopic();
  return {
    options: { transport: topic },
    async publish(text) {
      topic.publish(text);
      return true;
    },
    breakConnection() {
      topic.interrupt(new Error('away'));
      topic.gap({ reason: 'nobody listened' });
      topic.resume();
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function startMomento(transport: 'momento' | 'momento-http'): Promise<Wire> {
  const local = await startInEnvironment();
  const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME, MOMENTO_API_KEY } = local.env;
  const [header, claims, signature] = MOMENTO_API_KEY.split('.');
  return {
    options: { transport },
    stranger: { transport, apiKey: [header, claims, [...(signature ?? '')].reverse().join('')].join('.') },
    nowhere: { transport, cache: 'no-such-cache' },
    publish: (text) =>
      post(`${MOMENTO_HTTP_ENDPOINT}/topics/${CACHE_NAME}/${TOPIC_NAME}`, { authorization: MOMENTO_API_KEY }, text),
    breakConnection: local.breakConnections,
    [Symbol.asyncDispose]: local.close,
  };
}

async function startQueue(): Promise<Wire> {
  const local = await startInEnvironment();
  const sqs = new SQSClient({});
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'tap' }));
  return {
    options: { transport: createSqsTransport({ queueUrl: QueueUrl }) },
    nowhere: { transport: createSqsTransport({ queueUrl: `${QueueUrl}-that-is-not` }) },
    publish: (text) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: text })).then(
        () => true,
        () => false,
      ),
    breakConnection: local.breakConnections,
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      await local.close();
    },
  };
}

async function startTopic(): Promise<Wire> {
  const local = await startInEnvironment();
  const sns = new SNSClient({});
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'tapped' }));
  return {
    options: { topicArns: [TopicArn] },
    nowhere: { transport: createSnsTransport({ topicArn: `${TopicArn}-tap-that-is-not` }) },
    publish: (text) =>
      sns.send(new PublishCommand({ TopicArn, Message: text })).then(
        () => true,
        () => false,
      ),
    breakConnection: local.breakConnections,
    async [Symbol.asyncDispose]() {
      sns.destroy();
      await local.close();
    },
  };
}

async function startChannel(): Promise<Wire> {
  const server = await startAppSync();
  const { endpoint, apiKey } = server;
  const at = (route: { apiKey?: string; channel?: string }): SubscribeOptions => ({
    transport: createAppSyncTransport({ endpoint, apiKey, channel: 'default/e2e', ...route }),
  });
  return {
    options: at({}),
    stranger: at({ apiKey: 'da2-of-somebody-else' }),
    nowhere: at({ channel: 'no-such-namespace/e2e' }),
    publish(text) {
      // AppSync takes JSON only: a text that is none travels as a JSON string.
      const events = [isObject(text) ? text : JSON.stringify(text)];
      return post(endpoint, { 'x-api-key': apiKey }, JSON.stringify({ channel: '/default/e2e', events }));
    },
    breakConnection: server.cut,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A local cloud that every client in this process finds; the environment is put back when it is closed. */
async function startInEnvironment(): Promise<Local> {
  const before = { ...process.env };
  const local = await startLocal();
  Object.assign(process.env, local.env);
  return {
    ...local,
    async close() {
      await local.close();
      for (const name of Object.keys(local.env)) delete process.env[name];
      Object.assign(process.env, before);
    },
  };
}

/** Posts on a connection of its own, which no test breaks by accident. Resolves with whether it was taken. */
export function post(url: string, headers: Record<string, string>, body: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent: false, headers }, (response) => {
      response.resume().once('end', () => resolve((response.statusCode ?? 500) < 300));
    });
    sending.once('error', reject).end(body);
  });
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
