// How many PutEvents requests a second one local cloud answers (one entry each, no rule), beside a bare node:http server that only
// reads the same request and answers the same bytes. Each server has a process to itself; the client speaks raw HTTP/1.1 over
// keep-alive sockets, so that it costs as little as it can. The servers take turns; on a machine that is busy with other things the
// share of processor time is the steadier figure.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { startLocal } from '@earwitness/local';
import { printTable, summary } from './measure.ts';

const ROUNDS = 5;
const ROUND_MS = 1500;
/** The compiler takes some ten thousand requests to settle. */
const WARM_UP_MS = 6000;
const CONNECTIONS = 32;

const body = JSON.stringify({
  Entries: [
    {
      Source: 'OrderService',
      DetailType: 'OrderCreated',
      Detail: JSON.stringify({
        id: '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90',
        total: 42.5,
        items: [{ sku: 'a', count: 2 }],
      }),
      EventBusName: 'default',
    },
  ],
});
const ANSWER = '{"FailedEntryCount":0,"Entries":[{"EventId":"1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90"}]}';

const SERVERS: Readonly<Record<string, () => Promise<number>>> = {
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
  async earwitness() {
    const local = await startLocal();
    return Number(new URL(local.url).port);
  },
};

async function load(
  port: number,
  durationMs: number,
): Promise<{ readonly answered: number; readonly seconds: number }> {
  const request = Buffer.from(
    [
      'POST / HTTP/1.1',
      `host: 127.0.0.1:${port}`,
      'content-type: application/x-amz-json-1.1',
      'x-amz-target: AWSEvents.PutEvents',
      'x-amz-date: 20261122T112644Z',
      'x-amz-user-agent: aws-sdk-js/3.1168.0',
      'authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261122/eu-west-1/events/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  let answered = 0;
  let isOver = false;
  const started = performance.now();
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      socket.on('data', (chunk) => {
        if (chunk.subarray(9, 12).toString() !== '200') throw new Error(chunk.toString());
        answered++;
        if (!isOver) socket.write(request);
      });
      return socket;
    }),
  );
  for (const socket of sockets) socket.write(request);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  isOver = true;
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  return { answered, seconds };
}

const served = process.argv[2];
if (served !== undefined) {
  process.send?.({ port: await SERVERS[served]?.() });
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
} else {
  const subjects = await Promise.all(Object.keys(SERVERS).map(startSubject));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const subject of subjects) {
      const before = await cpuMicroseconds(subject.child);
      const { answered, seconds } = await load(subject.port, round === 0 ? WARM_UP_MS : ROUND_MS);
      if (round === 0) continue;
      subject.rates.push(answered / seconds);
      subject.costs.push(((await cpuMicroseconds(subject.child)) - before) / answered);
    }
  }
  const [bare] = subjects;
  printTable(
    ['server', 'PutEvents/s', 'share, %', 'processor time each, µs', 'share, %'],
    subjects.map(({ name, rates, costs, child }) => {
      child.kill();
      const rateShare = rates.map((rate, round) => (100 * rate) / (bare?.rates[round] ?? Number.NaN));
      const costShare = costs.map((cost, round) => (100 * (bare?.costs[round] ?? Number.NaN)) / cost);
      return [name, summary(rates, 0), summary(rateShare, 0), summary(costs, 0), summary(costShare, 0)];
    }),
  );
}

async function startSubject(name: string) {
  const child = fork(new URL(import.meta.url).pathname, [name]);
  const [{ port }] = await once(child, 'message');
  return { name, child, port, rates: [] as number[], costs: [] as number[] };
}

async function cpuMicroseconds(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ cpu }] = await once(child, 'message');
  return cpu.user + cpu.system;
}
