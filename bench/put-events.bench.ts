// What requests cost one local cloud, beside a bare node:http server that only reads the same request and answers bytes of the same
// length. Each server has a process to itself; the client speaks raw HTTP/1.1 over keep-alive sockets, so that it costs as little as it
// can. The servers take turns; on a machine that is busy with other things the share of processor time is the steadier figure.
// `BASELINE=<another checkout, built>` adds its local cloud. `--only=cold` or `--only=warm`: one of the two tables. `--rounds` of the cold one.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable, summary } from './measure.ts';

const WARM = { rounds: 5, roundMs: 1500, connections: 32 };
/** The compiler takes some ten thousand requests to settle. */
const WARM_UP_MS = 6000;
const COLD = { connections: 8 };

interface Shape {
  /** Requests of a process that has answered nothing before. */
  readonly requests: number;
  readonly target: string;
  readonly input: object;
  readonly template?: object;
}

const detail = { id: '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90', total: 42.5, items: [{ sku: 'a', count: 2 }] };
const entryOf = (more: object = {}) => ({
  Source: 'OrderService',
  DetailType: 'OrderCreated',
  Detail: JSON.stringify({ ...detail, ...more }),
  EventBusName: 'default',
});
const putEvents = { target: 'AWSEvents.PutEvents', requests: 1500 };
const queue = 'arn:aws:sqs:us-east-1:000000000000:bench';
const queueTemplate = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'bench' } },
  Policy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queue,
        },
      },
    },
  },
};
const ruleOf = (n: number) => [
  `Rule${n}`,
  {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['OrderService'], detail: { total: [{ numeric: ['>', n / 2] }] } },
      Targets: [
        {
          Id: 'queue',
          Arn: queue,
          InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"order":<id>}' },
        },
      ],
    },
  },
];

const SHAPES: Readonly<Record<string, Shape>> = {
  'PutEvents, 1 entry': { ...putEvents, input: { Entries: [entryOf()] } },
  'PutEvents, 10 entries': { ...putEvents, input: { Entries: Array.from({ length: 10 }, () => entryOf()) } },
  'PutEvents, 250 KB': { ...putEvents, requests: 150, input: { Entries: [entryOf({ text: 'text '.repeat(50_000) })] } },
  'PutEvents, 50 rules with transformers': {
    ...putEvents,
    requests: 150,
    input: { Entries: [entryOf()] },
    template: { ...queueTemplate, ...Object.fromEntries(Array.from({ length: 50 }, (_, n) => ruleOf(n))) },
  },
  'SendMessage, 1 KB': {
    requests: 1500,
    target: 'AmazonSQS.SendMessage',
    input: { QueueUrl: 'http://127.0.0.1/000000000000/bench', MessageBody: 'text '.repeat(200) },
    template: queueTemplate,
  },
  ListRules: { requests: 1500, target: 'AWSEvents.ListRules', input: {} },
};
const [usual = ''] = Object.keys(SHAPES);
const ANSWER = '{"FailedEntryCount":0,"Entries":[{"EventId":"1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90"}]}';

type Serve = (shape: Shape) => Promise<number>;

const serveCloud =
  (from: string): Serve =>
  async ({ template }) => {
    const { startLocal } = await import(from);
    const local = await startLocal();
    if (template) await local.deploy({ name: 'bench', template: JSON.stringify({ Resources: template }) });
    return Number(new URL(local.url).port);
  };
const baseline = process.env['BASELINE'];

const SERVERS: Readonly<Record<string, Serve>> = {
  async 'node:http, bare'() {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        Buffer.concat(chunks).toString();
        response.writeHead(200, {
          'content-type': 'application/x-amz-json-1.1',
          'x-amzn-requestid': '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90',
          'content-length': ANSWER.length,
        });
        response.end(ANSWER);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  },
  ...(baseline !== undefined && { baseline: serveCloud(`${baseline}/packages/local/dist/index.js`) }),
  earwitness: serveCloud('@earwitness/local'),
};

function requestOf({ target, input }: Shape): Buffer {
  const body = JSON.stringify(input);
  return Buffer.from(
    [
      'POST / HTTP/1.1',
      'host: 127.0.0.1',
      `content-type: application/x-amz-json-${target.startsWith('AmazonSQS') ? '1.0' : '1.1'}`,
      `x-amz-target: ${target}`,
      'x-amz-date: 20261122T112644Z',
      'x-amz-user-agent: aws-sdk-js/3.1168.0',
      `authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/${target.startsWith('AmazonSQS') ? 'sqs' : 'events'}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** Sends while `isWanted`, one request after the other on each connection. */
async function load(
  port: number,
  request: Buffer,
  { connections, isWanted }: { readonly connections: number; readonly isWanted: (sent: number) => boolean },
): Promise<{ readonly answered: number; readonly seconds: number }> {
  let sent = 0;
  let answered = 0;
  const started = performance.now();
  const run = async (socket: Socket) => {
    await once(socket, 'connect');
    while (isWanted(sent)) {
      sent++;
      socket.write(request);
      const [answer] = await once(socket, 'data');
      if (answer.subarray(9, 12).toString() !== '200') throw new Error(answer.toString());
      answered++;
    }
    socket.destroy();
  };
  const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  await Promise.all(sockets.map(run));
  return { answered, seconds: (performance.now() - started) / 1000 };
}

async function startSubject(name: string, shape: string) {
  const child = fork(new URL(import.meta.url).pathname, ['--serve', name, '--shape', shape]);
  const [{ port }] = await once(child, 'message');
  return { name, child, port };
}

async function cpuMicroseconds(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ cpu }] = await once(child, 'message');
  return cpu.user + cpu.system;
}

async function measureWarm(): Promise<void> {
  const subjects = await Promise.all(Object.keys(SERVERS).map((name) => startSubject(name, usual)));
  const taken = new Map(Object.keys(SERVERS).map((name) => [name, { rates: [] as number[], costs: [] as number[] }]));
  const request = requestOf(SHAPES[usual] ?? { target: '', input: {}, requests: 0 });
  for (let round = 0; round <= WARM.rounds; round++) {
    for (const { name, child, port } of subjects) {
      const before = await cpuMicroseconds(child);
      const end = performance.now() + (round === 0 ? WARM_UP_MS : WARM.roundMs);
      const { answered, seconds } = await load(port, request, { ...WARM, isWanted: () => performance.now() < end });
      if (round === 0) continue;
      taken.get(name)?.rates.push(answered / seconds);
      taken.get(name)?.costs.push(((await cpuMicroseconds(child)) - before) / answered);
    }
  }
  for (const { child } of subjects) child.kill();
  const [bare] = [...taken.values()];
  const share = (of: readonly number[], by: readonly number[]) =>
    summary(
      of.map((figure, round) => (100 * figure) / (by[round] ?? Number.NaN)),
      0,
    );
  console.log(`\nWarm: ${usual}, ${WARM.connections} connections\n`);
  printTable(
    ['server', 'requests/s', 'share, %', 'processor time each, µs', 'share, %'],
    [...taken].map(([name, { rates, costs }]) => [
      name,
      summary(rates, 0),
      share(rates, bare?.rates ?? []),
      summary(costs, 0),
      share(bare?.costs ?? [], costs),
    ]),
  );
}

async function measureCold(): Promise<void> {
  const rows: string[][] = [];
  for (const [title, shape] of Object.entries(SHAPES)) {
    const taken = new Map<string, number[]>(Object.keys(SERVERS).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      // Who goes first changes, so that being second costs all the same.
      for (const [name, costs] of round % 2 === 0 ? taken : [...taken].reverse()) {
        const { child, port } = await startSubject(name, title);
        await pass(100);
        const before = await cpuMicroseconds(child);
        const isWanted = (sent: number) => sent < shape.requests;
        const { answered } = await load(port, requestOf(shape), { ...COLD, isWanted });
        // Deliveries are over by then.
        if (shape.template) await pass(1000);
        costs.push(((await cpuMicroseconds(child)) - before) / answered);
        child.kill();
      }
    }
    const [bare = []] = [...taken.values()];
    const ratio = (costs: readonly number[]) => costs.map((cost, round) => cost / (bare[round] ?? Number.NaN));
    for (const [name, costs] of taken) {
      rows.push([title, String(shape.requests), name, summary(costs, 0), summary(ratio(costs), 2)]);
    }
  }
  console.log(`\nCold: the first requests of a process, ${COLD.connections} connections\n`);
  printTable(['request', 'first', 'server', 'processor time each, µs', 'beside bare'], rows);
}

const { values } = parseArgs({
  options: {
    serve: { type: 'string' },
    shape: { type: 'string', default: usual },
    only: { type: 'string' },
    rounds: { type: 'string', default: '9' },
  },
});
const rounds = Number(values.rounds);
if (values.serve !== undefined) {
  const shape = SHAPES[values.shape];
  if (!shape) throw new Error(`There is no shape '${values.shape}'.`);
  process.send?.({ port: await SERVERS[values.serve]?.(shape) });
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
} else {
  if (values.only !== 'cold') await measureWarm();
  if (values.only !== 'warm') await measureCold();
}
