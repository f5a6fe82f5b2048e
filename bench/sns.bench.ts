// How many messages a second a topic hands on to ten queues, and what a publish costs its server in processor time, deliveries
// included: a round ends when all ten queues have everything. Beside it the least that Node can do, and fauxqs, an emulator of SNS and
// SQS, when npm gives it and a Node 22 to run it on; `--alone` leaves it out. The client speaks raw HTTP/1.1 over keep-alive sockets;
// the servers take turns, each in a process of its own.
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '@earwitness/local';
import { serveBareFanOut } from './bare-fan-out.ts';
import { cpuMs, printTable, summary } from './measure.ts';

const ROUNDS = 9;
/** Messages, not seconds: a server that the machine starves for a while does as much as the others. */
const ROUND_MESSAGES = 1000;
const WARM_UP_MESSAGES = 3000;
const CONNECTIONS = 16;
const QUEUES = 10;
const FAUXQS = 'fauxqs@2.4.1';
const NODE = `node-${process.platform}-${process.arch}@22.23.3`;
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' },
});
const MESSAGE = JSON.stringify({
  id: '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90',
  total: 42.5,
  items: [{ sku: 'a', count: 2 }],
});

interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly raw: boolean;
  readonly topic: string;
  readonly queues: readonly string[];
  readonly rates: number[];
  readonly costs: number[];
}

/** Everything of this run's own that lives. */
const children: ChildProcess[] = [];
let folder: string | undefined;

async function main(): Promise<void> {
  const servers = [await startOurs('earwitness'), await startOurs('bare node'), ...(await startTheirs())];
  const subjects: Subject[] = [];
  for (const raw of [true, false]) for (const server of servers) subjects.push(await prepare({ ...server, raw }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const subject of subjects) {
      const before = cpuMs(subject.pid);
      const started = performance.now();
      const published = round === 0 ? WARM_UP_MESSAGES : ROUND_MESSAGES;
      await load(subject, published);
      await allIn(subject, published * QUEUES);
      const seconds = (performance.now() - started) / 1000;
      const cost = (1000 * (cpuMs(subject.pid) - before)) / published;
      for (const queue of subject.queues) await call(subject, 'PurgeQueue', { QueueUrl: queue });
      if (round === 0) continue;
      subject.rates.push(published / seconds);
      subject.costs.push(cost);
    }
  }
  printTable(
    ['server', 'messages', 'Publish/s, to 10 queues', 'times fauxqs', 'processor time each, µs', 'of fauxqs'],
    subjects.map(({ name, raw, rates, costs }) => {
      const theirs = subjects.find((one) => one.name === FAUXQS && one.raw === raw);
      const beside = (own: readonly number[], other: readonly number[] = []) =>
        other.length === 0
          ? '-'
          : summary(
              own.map((figure, round) => figure / (other[round] ?? Number.NaN)),
              2,
            );
      return [
        ...[name, raw ? 'raw' : 'in envelopes', summary(rates, 0), beside(rates, theirs?.rates)],
        ...[summary(costs, 0), beside(costs, theirs?.costs)],
      ];
    }),
  );
}

async function startOurs(name: string) {
  const child = fork(new URL(import.meta.url).pathname, ['serve', name]);
  children.push(child);
  const [{ port }] = await once(child, 'message');
  return { name, port: Number(port), pid: child.pid ?? 0 };
}

async function startTheirs() {
  const skip = (reason: string) => {
    console.log(`${FAUXQS} is left out: ${reason}\n`);
    return [];
  };
  if (process.argv.includes('--alone')) return skip('--alone');
  folder = mkdtempSync(join(tmpdir(), 'earwitness-sns-'));
  try {
    const install = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--force', FAUXQS, NODE];
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe', timeout: 120_000 });
  } catch (error) {
    return skip(`npm does not give ${FAUXQS} and ${NODE}: ${String(error).split('\n')[0]}`);
  }
  const binary = join(folder, 'node_modules', NODE.replace(/@.*/, ''), 'bin/node');
  if (!existsSync(binary)) return skip(`${NODE} has no ${binary}`);
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const start = `import { startFauxqs } from 'fauxqs'; await startFauxqs({ port: ${port}, logger: false });`;
  const given = ['--input-type=module', '--eval', start];
  const child = spawn(binary, given, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health`).then(
      () => true,
      () => false,
    );
    if (isUp) return [{ name: FAUXQS, port, pid: child.pid ?? 0 }];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return skip('it does not answer');
}

async function prepare(server: Pick<Subject, 'name' | 'port' | 'pid' | 'raw'>): Promise<Subject> {
  const mark = server.raw ? 'raw' : 'plain';
  const created = await publishForm(server, { Action: 'CreateTopic', Name: `bench-${mark}` });
  const topic = /<TopicArn>(.+?)<\/TopicArn>/.exec(created)?.[1] ?? '';
  const queues: string[] = [];
  for (let n = 0; n < QUEUES; n++) {
    const input = { QueueName: `bench-${mark}-${n}`, Attributes: { Policy: POLICY } };
    const { QueueUrl } = await call(server, 'CreateQueue', input);
    const { Attributes } = await call(server, 'GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
    await publishForm(server, {
      ...{ Action: 'Subscribe', TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes.QueueArn },
      ...(server.raw && { 'Attributes.entry.1.key': 'RawMessageDelivery', 'Attributes.entry.1.value': 'true' }),
    });
    queues.push(QueueUrl);
  }
  return { ...server, topic, queues, rates: [], costs: [] };
}

function formOf(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ ...fields, Version: '2010-03-31' }).toString();
}

const scopeOf = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

async function publishForm({ port }: Pick<Subject, 'port'>, fields: Readonly<Record<string, string>>): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: scopeOf('sns') };
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: formOf(fields) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return text;
}

async function call({ port }: Pick<Subject, 'port'>, operation: string, input: object) {
  const headers = {
    ...{ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
    authorization: scopeOf('sqs'),
  };
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return text === '' ? {} : JSON.parse(text);
}

/** Resolves when all queues together have so many messages. */
async function allIn(subject: Subject, count: number): Promise<void> {
  for (let tries = 0; tries < 10_000; tries++) {
    const asked = subject.queues.map((QueueUrl) =>
      call(subject, 'GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    const there = (await Promise.all(asked)).map(({ Attributes }) => Number(Attributes.ApproximateNumberOfMessages));
    if (there.reduce((sum, one) => sum + one, 0) >= count) return;
  }
  throw new Error(`${subject.name} lost messages of ${count}.`);
}

/** Publishes so many messages, and waits for every answer. */
async function load({ port, topic }: Subject, messages: number): Promise<void> {
  const body = formOf({ Action: 'Publish', TopicArn: topic, Message: MESSAGE });
  const request = Buffer.from(
    [
      ...['POST / HTTP/1.1', `host: 127.0.0.1:${port}`, 'content-type: application/x-www-form-urlencoded'],
      ...['x-amz-date: 20261122T112644Z', `authorization: ${scopeOf('sns')}`],
      ...[`content-length: ${Buffer.byteLength(body)}`, '', body],
    ].join('\r\n'),
  );
  let left = messages;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      await new Promise<void>((resolve) => {
        const next = () => (left-- > 0 ? socket.write(request) : resolve());
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk.toString('latin1');
          if (!text.includes('</PublishResponse>')) return;
          if (text.slice(9, 12) !== '200') throw new Error(text);
          text = '';
          next();
        });
        next();
      });
      socket.destroy();
    }),
  );
}

if (process.argv[2] === 'serve') {
  process.once('disconnect', () => process.exit());
  const isBare = process.argv[3] === 'bare node';
  process.send?.({ port: isBare ? await serveBareFanOut() : Number(new URL((await startLocal()).url).port) });
} else {
  try {
    await main();
  } finally {
    for (const child of children) child.kill('SIGKILL');
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}
