// Publish → item on loopback: a publisher over HTTP/1.1, N subscribers on bare HTTP/2, each its own connection. First one message at a
// time, for the latency; then many in flight, for the rate and the server's processor time. The yardstick in the same run is the same
// work on @grpc/grpc-js, the library that Momento's own SDK uses; a third server does only what nobody can leave out. All of them live
// at once, each in a process of its own, and work in turn, in short slices. A slice's ratio is to the yardstick's slice beside it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { percentile, printTable, summary } from './measure.ts';
import { subscriptionFrame } from './topics-server.ts';

const SERVER = new URL('./topics-server.mjs', import.meta.url).pathname;
const YARDSTICK = 'grpc-js';
/** `bare node` is the least that Node can do: it looks at nothing and keeps nothing. */
const KINDS = [YARDSTICK, 'earwitness', 'bare node'];
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

type Prepared = Awaited<ReturnType<typeof prepare>>;

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
  const body = JSON.stringify({ at: 0, filler: 'x'.repeat(sizeBytes - 20) });
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
  const subjects: {
    readonly kind: string;
    readonly server: Server;
    readonly ready: Prepared;
    readonly slices: Slice[];
  }[] = [];
  for (const kind of KINDS) {
    const server = await start(kind);
    subjects.push({ kind, server, ready: await prepare(server, shape), slices: [] });
  }
  for (let n = -WARM_UP_SLICES; n < SLICES; n++) {
    for (const { ready, slices } of subjects) {
      const slice = await ready.slice();
      if (n >= 0) slices.push(slice);
    }
  }
  for (const { ready, server } of subjects) {
    ready.close();
    server.process.kill();
  }
  const yardstick = subjects.find(({ kind }) => kind === YARDSTICK)?.slices ?? [];
  return subjects.map(({ kind, slices }) => {
    const sample = (what: keyof Slice, digits: number) =>
      summary(
        slices.map((slice) => slice[what]),
        digits,
      );
    const ratio = (what: keyof Slice) =>
      kind === YARDSTICK
        ? ''
        : summary(
            slices.map((slice, n) => slice[what] / (yardstick[n]?.[what] ?? Number.NaN)),
            2,
          );
    return [
      ...[kind, `1:${shape.fan}, ${shape.sizeBytes} B`, sample('p50', 0), ratio('p50')],
      ...[sample('cpu', 1), ratio('cpu'), sample('rate', 0)],
    ];
  });
}

const only = process.argv.find((argument) => argument.startsWith('--fan='))?.slice('--fan='.length);
const rows: string[][] = [];
for (const shape of SHAPES) if (only === undefined || Number(only) === shape.fan) rows.push(...(await compare(shape)));
agent.destroy();
printTable(['server', 'shape', 'p50 µs', 'ratio', 'processor time each delivery, µs', 'ratio', 'deliveries/s'], rows);
console.log('\nAims: 1:1 p50 ≤ 1.05 × at ≤ 0.8 × the processor time; 1:100 ≤ 0.3 × the processor time.');
