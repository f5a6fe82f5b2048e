// How long an event takes from PutEvents to who waits for it, and what it costs the cloud's process: over a rule to a queue that a long
// poll waits at (received and deleted), and over a rule and an API destination to a callback; one event at a time, of a process that
// has just started and then of one that has run for a while. Beside it *bare node*: a node:http server that makes the same requests
// and does nothing else. `BASELINE=<another checkout, built>` adds its local cloud.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { percentile, printTable, summary } from './measure.ts';

const ROUNDS = 3;
const SLICES = [
  { title: 'first 200', events: 200 },
  { title: 'after 1,000', events: 400 },
];
const WARM_UP = 1000;
/** A poller is there before the event. */
const POLL_MS = 2;

type Body = Readonly<Record<string, unknown>>;

const agent = new Agent({ keepAlive: true });

/** Posts and reads the whole answer. */
function post(port: number, target: string, body: Body): Promise<Body> {
  const service = target.startsWith('AmazonSQS') ? 'sqs' : 'events';
  const text = JSON.stringify(body);
  const headers = {
    'content-type': `application/x-amz-json-${service === 'sqs' ? '1.0' : '1.1'}`,
    'x-amz-target': target,
    'content-length': Buffer.byteLength(text),
    authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/', agent, headers }, (answer) => {
      readText(answer).then((said) => {
        if (answer.statusCode === 200) resolve(JSON.parse(said));
        else reject(new Error(`${target}: ${answer.statusCode} ${said}`));
      }, reject);
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

async function readText(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text;
}

const role = (name: string, statement: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
    },
    Policies: [{ PolicyName: 'bench', PolicyDocument: { Statement: statement } }],
  },
});
const rule = (source: string, target: object) => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventPattern: { source: [source] }, Targets: [{ Id: 'bench', ...target }] },
});
const templateFor = (callback: string) => ({
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'bench' } },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: '*',
        },
      },
    },
  },
  ToQueue: rule('queue', { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }),
  Role: role('bench', { Effect: 'Allow', Action: 'events:InvokeApiDestination', Resource: '*' }),
  Connection: {
    Type: 'AWS::Events::Connection',
    Properties: {
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'key' } },
    },
  },
  Destination: {
    Type: 'AWS::Events::ApiDestination',
    Properties: {
      ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
      HttpMethod: 'POST',
      InvocationEndpoint: callback,
      InvocationRateLimitPerSecond: 10_000,
    },
  },
  ToCallback: rule('callback', {
    Arn: { 'Fn::GetAtt': ['Destination', 'Arn'] },
    RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
  }),
});

type Serve = (callback: string) => Promise<number>;

const serveCloud =
  (from: string): Serve =>
  async (callback) => {
    const { startLocal } = await import(from);
    const local = await startLocal();
    await local.deploy({ name: 'bench', template: JSON.stringify({ Resources: templateFor(callback) }) });
    return Number(new URL(local.url).port);
  };
const baseline = process.env['BASELINE'];

const SERVERS: Readonly<Record<string, Serve>> = {
  'bare node': serveBare,
  ...(baseline !== undefined && { baseline: serveCloud(`${baseline}/packages/local/dist/index.js`) }),
  earwitness: serveCloud('@earwitness/local'),
};

async function serveBare(callback: string): Promise<number> {
  let poller: ServerResponse | undefined;
  const ofOneRequest = new Agent({ keepAlive: false });
  const answer = (response: ServerResponse, body: Body) => {
    const text = JSON.stringify(body);
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };
  const server = createServer(async (asked, response) => {
    const text = await readText(asked);
    const { Entries: [entry] = [] } = JSON.parse(text);
    if (asked.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage') {
      poller = response;
      return;
    }
    if (entry?.Source === 'queue' && poller) answer(poller, { Messages: [{ Body: entry.Detail, ReceiptHandle: '1' }] });
    if (entry?.Source === 'callback') {
      const sent = request(callback, { method: 'POST', agent: ofOneRequest }, (answered) => answered.resume());
      sent.end(entry.Detail);
    }
    answer(response, {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const put = (port: number, source: string) =>
  post(port, 'AWSEvents.PutEvents', {
    Entries: [
      { Source: source, DetailType: 'Bench', Detail: JSON.stringify({ id: source, text: 'text '.repeat(40) }) },
    ],
  });

/** Calls what waits for the next callback. */
let called = () => {};
const sink = createServer((asked, response) => {
  asked.resume().on('end', () => {
    response.end('{}');
    called();
  });
});

const ROADS: Readonly<Record<string, (port: number) => Promise<number>>> = {
  async 'queue, long poll'(port) {
    const QueueUrl = `http://127.0.0.1:${port}/000000000000/bench`;
    const received = post(port, 'AmazonSQS.ReceiveMessage', { QueueUrl, WaitTimeSeconds: 5 });
    await pass(POLL_MS);
    const began = performance.now();
    await put(port, 'queue');
    const { Messages } = await received;
    const [message] = Array.isArray(Messages) ? Messages : [];
    await post(port, 'AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    return performance.now() - began;
  },
  async 'API destination'(port) {
    const began = performance.now();
    const arrived = new Promise<void>((resolve) => {
      called = resolve;
    });
    await Promise.all([put(port, 'callback'), arrived]);
    return performance.now() - began;
  },
};

async function cpuMs(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ cpu }] = await once(child, 'message');
  return (cpu.user + cpu.system) / 1000;
}

interface Taken {
  readonly p50: number[];
  readonly p10: number[];
  readonly cpu: number[];
}

async function measure(road: (port: number) => Promise<number>): Promise<Map<string, Taken>> {
  const { port: callbackPort } = sink.address() as AddressInfo;
  const taken = new Map<string, Taken>();
  for (let round = 0; round < ROUNDS; round++) {
    const names = Object.keys(SERVERS);
    for (const name of round % 2 === 0 ? names : names.reverse()) {
      const child = fork(new URL(import.meta.url).pathname, [
        '--serve',
        name,
        '--callback',
        `http://127.0.0.1:${callbackPort}/`,
      ]);
      const [{ port }] = await once(child, 'message');
      for (const [index, { title, events }] of SLICES.entries()) {
        for (let n = 0; index > 0 && n < WARM_UP; n++) await road(port);
        const before = await cpuMs(child);
        const times: number[] = [];
        for (let n = 0; n < events; n++) times.push(await road(port));
        const key = `${title}|${name}`;
        const row = taken.get(key) ?? { p50: [], p10: [], cpu: [] };
        taken.set(key, row);
        row.p50.push(percentile(times, 0.5));
        row.p10.push(percentile(times, 0.1));
        row.cpu.push(((await cpuMs(child)) - before) / events);
      }
      child.kill();
    }
  }
  return taken;
}

const { values } = parseArgs({ options: { serve: { type: 'string' }, callback: { type: 'string', default: '' } } });
if (values.serve !== undefined) {
  process.send?.({ port: await SERVERS[values.serve]?.(values.callback) });
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
} else {
  await once(sink.listen(0, '127.0.0.1'), 'listening');
  const rows: string[][] = [];
  for (const [title, road] of Object.entries(ROADS)) {
    for (const [key, { p50, p10, cpu }] of [...(await measure(road))].sort()) {
      rows.push([title, ...key.split('|'), summary(p50, 2), summary(p10, 2), summary(cpu, 2)]);
    }
  }
  printTable(['road', 'events', 'server', 'p50, ms', 'p10, ms', 'processor time, ms'], rows);
  sink.close();
  agent.destroy();
}
