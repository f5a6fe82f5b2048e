// What many nodes cost: PutEvents with ten entries a call from eight clients a node, one rule, one queue, until every event lies in the
// queue. One node in memory, one on a NATS server of its own with file storage, three nodes on another, of which one keeps the queue.
// Subjects take turns. Processor time is of all nodes of a subject, per entry; beside it that of the NATS servers.
//
// `npm run bench -- backbone --servers=3 --rounds=9 --ms=3000`: clusters of three NATS servers, more and longer rounds.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { startLocal } from '@earwitness/local';
import { startServers, type TestServer } from '../packages/local/src/backbone/nats/test-server.ts';
import { cpuMs, percentile, printTable, summary } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    servers: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '2000' },
  },
});
const [backbone] = positionals;
const ROUND_MS = Number(values.ms);
/** Entries until the compiler has settled, on each node. */
const WARM_UP_ENTRIES = 20_000;
const CLIENTS_PER_NODE = 8;
const ENTRIES_PER_CALL = 10;
/** Pauses between looks whether everything has come, and how many in vain are enough. */
const LOOK_MS = 50;
const MAX_LOOKS = 1200;

const account = '000000000000';
const detail = JSON.stringify({
  id: '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90',
  total: 42.5,
  items: [{ sku: 'a', count: 2 }],
});
const Entries = Array.from({ length: ENTRIES_PER_CALL }, () => ({
  Source: 'OrderService',
  DetailType: 'OrderCreated',
  Detail: detail,
}));
const policy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
  ],
};

interface Subject {
  readonly name: string;
  readonly nodes: readonly { readonly child: ChildProcess; readonly port: number }[];
  readonly servers: readonly TestServer[];
  readonly queueUrl: string;
  /** Entries that were acknowledged. */
  put: number;
  readonly rates: number[];
  readonly latencies: number[];
  readonly nodeUs: number[];
  readonly serverUs: number[];
}

if (backbone !== undefined) {
  const local = await startLocal(backbone === 'memory' ? {} : { backbone });
  process.send?.({ port: Number(new URL(local.url).port) });
} else {
  const subjects = [
    await createSubject('one node, memory', 1, 0),
    await createSubject('one node, NATS', 1, Number(values.servers)),
    await createSubject('three nodes, NATS', 3, Number(values.servers)),
  ];
  try {
    for (const subject of subjects)
      while (subject.put < WARM_UP_ENTRIES * subject.nodes.length) await measure(subject, ROUND_MS);
    for (let round = 0; round < Number(values.rounds); round++)
      for (const subject of subjects) note(subject, await measure(subject, ROUND_MS));
    const [, one] = subjects;
    const columns = [
      'subject',
      'entries/s',
      'a call: p50, ms',
      'nodes: µs an entry',
      'to one node',
      'servers: µs an entry',
    ];
    const rows = subjects.map(({ name, rates, latencies, nodeUs, serverUs }) => {
      const shares = nodeUs.map((us, round) => us / (one?.nodeUs[round] ?? Number.NaN));
      return [
        name,
        summary(rates, 0),
        summary(latencies),
        summary(nodeUs, 0),
        summary(shares, 2),
        summary(serverUs, 0),
      ];
    });
    printTable(columns, rows);
  } finally {
    for (const { nodes } of subjects) for (const { child } of nodes) child.kill('SIGKILL');
    await Promise.all(subjects.flatMap(({ servers }) => servers.map((server) => server.stop())));
  }
}

async function createSubject(name: string, nodeCount: number, serverCount: number): Promise<Subject> {
  const servers = serverCount > 0 ? await startServers(serverCount) : [];
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const address = servers.length > 0 ? `nats://${hosts}/bench` : 'memory';
  const nodes: { readonly child: ChildProcess; readonly port: number }[] = [];
  for (let n = 0; n < nodeCount; n++) {
    const child = fork(new URL(import.meta.url).pathname, [address]);
    const [{ port }] = await once(child, 'message');
    nodes.push({ child, port });
  }
  const [first] = nodes;
  const port = first?.port ?? 0;
  const attributes = { Policy: JSON.stringify(policy) };
  const queue = await call(port, 'sqs', 'AmazonSQS.CreateQueue', { QueueName: 'orders', Attributes: attributes });
  await call(port, 'events', 'AWSEvents.PutRule', {
    Name: 'orders',
    EventPattern: JSON.stringify({ source: ['OrderService'] }),
  });
  const target = { Id: 't', Arn: `arn:aws:sqs:us-east-1:${account}:orders` };
  await call(port, 'events', 'AWSEvents.PutTargets', { Rule: 'orders', Targets: [target] });
  const figures = { put: 0, rates: [], latencies: [], nodeUs: [], serverUs: [] };
  return { name, nodes, servers, queueUrl: queue.QueueUrl, ...figures };
}

interface Figures {
  readonly rate: number;
  readonly latency: number;
  readonly nodeUs: number;
  readonly serverUs: number;
}

function note(subject: Subject, { rate, latency, nodeUs, serverUs }: Figures): void {
  subject.rates.push(rate);
  subject.latencies.push(latency);
  subject.nodeUs.push(nodeUs);
  subject.serverUs.push(serverUs);
}

async function measure(subject: Subject, durationMs: number): Promise<Figures> {
  const { nodes, servers } = subject;
  const before = { nodes: sum(nodes.map(({ child }) => child.pid)), servers: sum(servers.map(({ pid }) => pid)) };
  const { calls, seconds, latency } = await load(
    nodes.map(({ port }) => port),
    durationMs,
  );
  const entries = calls * ENTRIES_PER_CALL;
  subject.put += entries;
  await allDelivered(subject);
  const after = { nodes: sum(nodes.map(({ child }) => child.pid)), servers: sum(servers.map(({ pid }) => pid)) };
  return {
    rate: entries / seconds,
    latency,
    nodeUs: (1000 * (after.nodes - before.nodes)) / entries,
    serverUs: (1000 * (after.servers - before.servers)) / entries,
  };
}

function sum(pids: readonly (number | undefined)[]): number {
  return pids.reduce<number>((total, pid) => total + (pid === undefined ? 0 : cpuMs(pid)), 0);
}

/** Everything that was acknowledged lies in the queue. */
async function allDelivered({ name, nodes, queueUrl, put }: Subject): Promise<void> {
  const [first] = nodes;
  const AttributeNames = ['ApproximateNumberOfMessages'];
  for (let looks = 0; ; looks++) {
    const { Attributes } = await call(first?.port ?? 0, 'sqs', 'AmazonSQS.GetQueueAttributes', {
      QueueUrl: queueUrl,
      AttributeNames,
    });
    const lying = Number(Attributes.ApproximateNumberOfMessages);
    if (lying >= put) return;
    if (looks > MAX_LOOKS) throw new Error(`${name}: of ${put} events ${lying} have come.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function load(ports: readonly number[], durationMs: number) {
  let calls = 0;
  let isOver = false;
  const times: number[] = [];
  const body = JSON.stringify({ Entries });
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS_PER_NODE * ports.length }, async (_, index) => {
      const port = ports[index % ports.length] ?? 0;
      const request = Buffer.from(
        [
          'POST / HTTP/1.1',
          `host: 127.0.0.1:${port}`,
          'content-type: application/x-amz-json-1.1',
          'x-amz-target: AWSEvents.PutEvents',
          `authorization: ${authorization('events')}`,
          `content-length: ${Buffer.byteLength(body)}`,
          '',
          body,
        ].join('\r\n'),
      );
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      while (!isOver) {
        const sent = performance.now();
        socket.write(request);
        const answer = await readAnswer(socket);
        if (!answer.includes('"FailedEntryCount":0')) throw new Error(answer);
        times.push(performance.now() - sent);
        calls++;
        isOver ||= performance.now() - started > durationMs;
      }
      socket.destroy();
    }),
  );
  return { calls, seconds: (performance.now() - started) / 1000, latency: percentile(times, 0.5) };
}

/** An answer to the end: of ten entries it may come in pieces. */
async function readAnswer(socket: Socket): Promise<string> {
  let text = '';
  for (;;) {
    const [chunk] = await once(socket, 'data');
    text += chunk;
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1]);
    if (end >= 0 && text.length >= end + 4 + length) return text;
  }
}

async function call(port: number, service: string, target: string, input: object) {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      authorization: authorization(service),
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: ${text}`);
  return JSON.parse(text || '{}');
}

function authorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=${account}/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
