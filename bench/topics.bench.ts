// Publish → item on loopback: one server process, one client process (a publisher over HTTP/1.1, N subscribers on bare HTTP/2, each
// its own connection). Once one message at a time, for the latency; once many in flight, for the rate. The yardstick in the same
// run is the same work on @grpc/grpc-js, the library that Momento's own SDK uses.
import { type ChildProcess, fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { percentile, printTable } from './measure.ts';
import { subscriptionFrame } from './topics-server.ts';

const SERVER = new URL('./topics-server.mjs', import.meta.url).pathname;
const PAYLOAD_BYTES = 427;
const ONE_BY_ONE = 2000;
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

interface Server {
  readonly process: ChildProcess;
  readonly url: string;
  readonly grpcUrl: string;
  readonly key: string;
}

function start(kind: string): Promise<Server> {
  const child = fork(SERVER, [kind]);
  return new Promise((resolve) => {
    child.once('message', (at: Omit<Server, 'process'>) => resolve({ process: child, ...at }));
  });
}

/** Microseconds of CPU that the server has used. */
function cpu({ process }: Server): Promise<number> {
  process.send('cpu');
  return new Promise((resolve) => process.once('message', (microseconds) => resolve(Number(microseconds))));
}

function publish({ url, key }: Server): Promise<void> {
  const body = JSON.stringify({ at: 0, filler: 'x'.repeat(PAYLOAD_BYTES - 22) });
  return new Promise((resolve, reject) => {
    const headers = { authorization: key, 'content-length': body.length };
    const sent = request(`${url}/topics/orders/created`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', resolve);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Counts items on one stream, by their frames' lengths: no message is decoded, so that the server is what is measured. */
function subscribe({ grpcUrl }: Server, onItem: () => void): Promise<ClientHttp2Session> {
  const session = connect(grpcUrl);
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': '/cache_client.pubsub.Pubsub/Subscribe',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {});
  stream.end(subscriptionFrame());
  return new Promise((resolve) => {
    let rest: Buffer = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      resolve(session);
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        const lengthBytes = rest.readUInt32BE(1);
        if (lengthBytes >= PAYLOAD_BYTES) onItem();
        rest = rest.subarray(5 + lengthBytes);
      }
    });
  });
}

async function measure(kind: string, fan: number, inFlight: number, messages: number): Promise<string[]> {
  const server = await start(kind);
  let heard = 0;
  let wanted = 0;
  let wake = () => {};
  const onItem = () => {
    heard++;
    if (heard >= wanted) wake();
  };
  const all = (count: number) =>
    new Promise<void>((resolve) => {
      wanted = count;
      wake = resolve;
      if (heard >= wanted) resolve();
    });
  const sessions = await Promise.all(Array.from({ length: fan }, () => subscribe(server, onItem)));

  const times: number[] = [];
  for (let n = 0; n < ONE_BY_ONE + 200; n++) {
    heard = 0;
    const started = performance.now();
    const delivered = all(fan);
    const answered = publish(server);
    await delivered;
    if (n >= 200) times.push((performance.now() - started) * 1000);
    await answered;
  }

  heard = 0;
  const before = await cpu(server);
  const started = performance.now();
  const delivered = all(messages * fan);
  let left = messages;
  const publisher = async () => {
    while (left-- > 0) await publish(server);
  };
  await Promise.all(Array.from({ length: inFlight }, publisher));
  await delivered;
  const seconds = (performance.now() - started) / 1000;
  const used = (await cpu(server)) - before;

  for (const session of sessions) session.destroy();
  server.process.kill();
  return [
    kind,
    `1:${fan}`,
    percentile(times, 0.5).toFixed(0),
    percentile(times, 0.99).toFixed(0),
    ((messages * fan) / seconds).toFixed(0),
    (used / (messages * fan)).toFixed(1),
  ];
}

const rows: string[][] = [];
for (const kind of ['earwitness', 'grpc-js']) {
  rows.push(await measure(kind, 1, 32, 20_000));
  rows.push(await measure(kind, 100, 32, 2000));
}
agent.destroy();
printTable(['server', 'fan', 'p50 µs', 'p99 µs', 'deliveries/s', 'server CPU µs/delivery'], rows);
console.log('\nAims: 1:1 p50 under 400 µs; 1:100 several times the rate of grpc-js.');
