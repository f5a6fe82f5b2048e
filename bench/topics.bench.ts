// Publish → item on loopback: a publisher over HTTP/1.1, N subscribers on bare HTTP/2, each its own connection. First one message at a
// time, for the latency; then many in flight, for the rate and the server's processor time. The yardstick in the same run is the same
// work on @grpc/grpc-js, the library that Momento's own SDK uses: both servers live at once, each in a process of its own, and work in
// turn, in short slices. A slice's ratio is to the other server's slice beside it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { percentile, printTable, summary } from './measure.ts';
import { subscriptionFrame } from './topics-server.ts';

const SERVER = new URL('./topics-server.mjs', import.meta.url).pathname;
const SLICES = 15;
const WARM_UP_SLICES = 4;
const IN_FLIGHT = 32;
const SHAPES = [
  { fan: 1, sizeBytes: 427 },
  { fan: 1, sizeBytes: 1024 },
  { fan: 1, sizeBytes: 65_536 },
  { fan: 3, sizeBytes: 427 },
  { fan: 50, sizeBytes: 427 },
  { fan: 100, sizeBytes: 427 },
  { fan: 100, sizeBytes: 1024 },
];
const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });

type Shape = (typeof SHAPES)[number];

interface Server {
  readonly process: ChildProcess;
  readonly url: string;
  readonly grpcUrl: string;
  readonly key: string;
}

interface Slice {
  readonly p50: number;
  readonly rate: number;
  readonly cpu: number;
}

async function start(kind: string): Promise<Server> {
  const child = fork(SERVER, [kind]);
  const [at] = await once(child, 'message');
  return { process: child, ...at };
}

/** Microseconds of processor time that the server has used. */
async function cpu({ process }: Server): Promise<number> {
  process.send('cpu');
  const [microseconds] = await once(process, 'message');
  return Number(microseconds);
}

function publish({ url, key }: Server, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: key, 'content-length': body.length };
    const sent = request(`${url}/topics/orders/created`, { method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode !== 204) reject(new Error(`A publish was answered with ${answer.statusCode}.`));
      answer.resume();
      answer.once('end', resolve);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Counts items on one stream, by their frames' lengths: no message is decoded, so that the server is what is measured. */
function subscribe({ grpcUrl }: Server, sizeBytes: number, onItem: () => void): Promise<ClientHttp2Session> {
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
        if (lengthBytes >= sizeBytes) onItem();
        rest = rest.subarray(5 + lengthBytes);
      }
    });
  });
}

/** Lets a server's subscribers in; each call of what is returned is one slice of its work. */
async function prepare(server: Server, { fan, sizeBytes }: Shape) {
  const body = JSON.stringify({ at: 0, filler: 'x'.repeat(sizeBytes - 22) });
  // Of large items no more than a topic keeps: a reader that falls behind by more is told of a gap.
  const isLarge = sizeBytes > 10_000;
  const [oneByOne, messages] = isLarge ? [100, 200] : [200, Math.ceil(2000 / (1 + fan / 10))];
  let heard = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let wake = () => {};
  const onItem = () => {
    if (++heard >= wanted) wake();
  };
  const all = (count: number) =>
    new Promise<void>((resolve) => {
      [heard, wanted, wake] = [0, count, resolve];
    });
  const sessions = await Promise.all(Array.from({ length: fan }, () => subscribe(server, sizeBytes, onItem)));

  async function slice(): Promise<Slice> {
    const times: number[] = [];
    for (let n = 0; n < oneByOne; n++) {
      const started = performance.now();
      const delivered = all(fan);
      const answered = publish(server, body);
      await delivered;
      times.push((performance.now() - started) * 1000);
      await answered;
    }
    const before = await cpu(server);
    const started = performance.now();
    const delivered = all(messages * fan);
    let left = messages;
    const publisher = async () => {
      while (left-- > 0) await publish(server, body);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, publisher));
    await delivered;
    const seconds = (performance.now() - started) / 1000;
    const used = (await cpu(server)) - before;
    return { p50: percentile(times, 0.5), rate: (messages * fan) / seconds, cpu: used / (messages * fan) };
  }
  return {
    slice,
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

async function compare(shape: Shape): Promise<string[][]> {
  const servers = [await start('earwitness'), await start('grpc-js')] as const;
  const [ours, theirs] = [await prepare(servers[0], shape), await prepare(servers[1], shape)];
  const pairs: { readonly own: Slice; readonly other: Slice }[] = [];
  for (let n = -WARM_UP_SLICES; n < SLICES; n++) {
    const pair = { own: await ours.slice(), other: await theirs.slice() };
    if (n >= 0) pairs.push(pair);
  }
  ours.close();
  theirs.close();
  for (const { process } of servers) process.kill();
  const name = `1:${shape.fan}, ${shape.sizeBytes} B`;
  const row = (kind: string, slices: readonly Slice[], ratios: readonly string[]) => [
    ...[
      kind,
      name,
      summary(
        slices.map(({ p50 }) => p50),
        0,
      ),
      ratios[0] ?? '',
    ],
    ...[
      summary(slices.map((one) => one.cpu)),
      ratios[1] ?? '',
      summary(
        slices.map(({ rate }) => rate),
        0,
      ),
    ],
  ];
  const ratioOf = (what: keyof Slice) =>
    summary(
      pairs.map(({ own, other }) => own[what] / other[what]),
      2,
    );
  return [
    row(
      'grpc-js',
      pairs.map(({ other }) => other),
      [],
    ),
    row(
      'earwitness',
      pairs.map(({ own }) => own),
      [ratioOf('p50'), ratioOf('cpu')],
    ),
  ];
}

const only = process.argv.find((argument) => argument.startsWith('--fan='))?.slice('--fan='.length);
const rows: string[][] = [];
for (const shape of SHAPES) if (only === undefined || Number(only) === shape.fan) rows.push(...(await compare(shape)));
agent.destroy();
printTable(['server', 'shape', 'p50 µs', 'ratio', 'processor time each delivery, µs', 'ratio', 'deliveries/s'], rows);
console.log('\nAims: 1:1 p50 ≤ 1.05 × at ≤ 0.8 × the processor time; 1:100 ≤ 0.3 × the processor time.');
