// What putting and getting an object costs the local cloud, beside s3rver: 10 KB and 10 MB, over keep-alive sockets that speak raw
// HTTP/1.1, so that the client costs as little as it can. A third server does only what nobody can leave out. The servers take turns;
// on a machine that is busy with other things processor time is the steadier figure. A last table has the memory that a stream of 1 GB
// costs. s3rver is installed into a temporary folder, once a run; where that fails, it is left out and the reason is printed.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { startLocal } from '@earwitness/local';
import { serveBareStore } from './bare-store.ts';
import { printTable, summary } from './measure.ts';

const S3RVER = 's3rver@3.7.1';
const ROUNDS = 7;
const BUCKET = 'bench';
/** Of servers of their own: s3rver finds the other one on its disk. */
const MEMORY_BUCKET = '/memory';
/** s3rver knows this key alone; the local cloud takes any. */
const KEY = 'S3RVER';
const REGION = 'us-east-1';

interface Measure {
  readonly name: string;
  readonly method: 'PUT' | 'GET';
  readonly sizeBytes: number;
  readonly connections: number;
  /** Of each round. A number, no time: a server that the machine starves for a while does as much as the others. */
  readonly requests: number;
}

const KB = 1000;
const MB = 1000 * KB;
const MEASURES: readonly Measure[] = (['PUT', 'GET'] as const).flatMap((method) => [
  { name: `${method} 10 KB`, method, sizeBytes: 10 * KB, connections: 16, requests: 500 },
  { name: `${method} 10 MB`, method, sizeBytes: 10 * MB, connections: 2, requests: 12 },
]);

const SERVERS: Readonly<Record<string, (folder: string) => Promise<number>>> = {
  async earwitness() {
    const local = await startLocal();
    return Number(new URL(local.url).port);
  },
  async s3rver(folder) {
    const S3rver = createRequire(`${folder}/`)('s3rver');
    const directory = join(folder, 'buckets');
    const server = await new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory }).run();
    return server.port;
  },
  'bare node': () => serveBareStore(),
  'bare node that forgets': () => serveBareStore({ forgets: true }),
};

/** `--only=PUT` or `--only='PUT 10 MB'`: these alone, and no memory. */
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const bodies = new Map<number, Buffer>();

const [, , served, folder = ''] = process.argv;
if (process.send) {
  process.send({ port: await SERVERS[served ?? '']?.(folder) });
  process.once('disconnect', () => process.exit());
  process.on('message', () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }));
} else {
  await compare();
}

async function compare(): Promise<void> {
  const others = installS3rver();
  const names = ['earwitness', 'bare node', ...(others ? ['s3rver'] : [])];
  const subjects = await Promise.all(names.map((name) => start(name, others)));
  try {
    for (const { port } of subjects) {
      await roundTrip(port, requestOf(port, { method: 'PUT', path: `/${BUCKET}` }));
      for (const { sizeBytes } of MEASURES) {
        await roundTrip(port, requestOf(port, { method: 'PUT', path: pathOf(sizeBytes), body: bodyOf(sizeBytes) }));
      }
    }
    const rows: string[][] = [];
    for (const measure of MEASURES) {
      if (measure.name.includes(only ?? '')) rows.push(...(await measureAll(subjects, measure)));
    }
    printTable(
      ['what', 'server', 'each second', 'processor time each, ms', 'beside s3rver, ×', 'processor time, ×'],
      rows,
    );
    if (only === undefined) await printMemory([...names, 'bare node that forgets'], others);
  } finally {
    for (const { child } of subjects) if (child.connected) child.disconnect();
    if (others) rmSync(others, { recursive: true, force: true });
  }
}

interface Subject {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

async function measureAll(subjects: readonly Subject[], measure: Measure): Promise<string[][]> {
  const figures = subjects.map((subject) => ({ subject, rates: [] as number[], costs: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { subject, rates, costs } of figures) {
      const before = await usage(subject.child);
      const seconds = await load(subject.port, measure);
      if (round === 0) continue;
      rates.push(measure.requests / seconds);
      costs.push(((await usage(subject.child)).cpuMs - before.cpuMs) / measure.requests);
    }
  }
  const other = figures.find(({ subject }) => subject.name === 's3rver');
  return figures.map(({ subject, rates, costs }) => [
    ...[measure.name, subject.name, summary(rates, 0), summary(costs, 2)],
    other ? summary(rates.map((rate, round) => rate / (other.rates[round] ?? Number.NaN))) : '',
    other ? summary(costs.map((cost, round) => (other.costs[round] ?? Number.NaN) / cost)) : '',
  ]);
}

async function load(port: number, { method, sizeBytes, connections, requests }: Measure): Promise<number> {
  const body = method === 'PUT' ? bodyOf(sizeBytes) : undefined;
  const request = requestOf(port, { method, path: pathOf(sizeBytes), ...(body && { body }) });
  const started = performance.now();
  let left = requests;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = await open(port);
      while (left-- > 0) await exchange(socket, request);
      socket.destroy();
    }),
  );
  return (performance.now() - started) / 1000;
}

/** 1 GB of a piece that is sent again and again: by what the memory of a server that has taken 1 MB before grows at most. */
async function printMemory(names: readonly string[], installed: string | undefined): Promise<void> {
  const sizeBytes = 1000 * MB;
  const piece = bodyOf(10 * MB);
  const rows: string[][] = [];
  for (const name of names) {
    const { port, child } = await start(name, installed);
    await roundTrip(port, requestOf(port, { method: 'PUT', path: MEMORY_BUCKET }));
    await roundTrip(port, requestOf(port, { method: 'PUT', path: `${MEMORY_BUCKET}/small`, body: bodyOf(MB) }));
    const before = (await usage(child)).rssBytes;
    let peak = before;
    const grown = () => ((peak - before) / 1e6).toFixed(0);
    const timer = setInterval(async () => {
      peak = Math.max(peak, (await usage(child)).rssBytes);
    }, 50);
    const path = `${MEMORY_BUCKET}/large`;
    const socket = await open(port);
    const head = requestOf(port, { method: 'PUT', path, length: sizeBytes });
    const put = exchange(socket, head);
    for (let sent = 0; sent < sizeBytes; sent += piece.length) {
      if (!socket.write(piece)) await once(socket, 'drain');
    }
    await put;
    const afterPut = grown();
    await exchange(socket, requestOf(port, { method: 'GET', path }));
    socket.destroy();
    clearInterval(timer);
    child.disconnect();
    rows.push([name, afterPut, grown()]);
  }
  printTable(['server', 'memory of a put of 1 GB, MB', 'and of a get, MB'], rows);
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function roundTrip(port: number, request: Buffer): Promise<void> {
  const socket = await open(port);
  await exchange(socket, request);
  socket.destroy();
}

/** Sends a request and reads its answer to the end. */
function exchange(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    let left = Number.NaN;
    const finish = (error?: Error) => {
      socket.off('data', take);
      socket.off('close', closed);
      if (error) reject(error);
      else resolve();
    };
    const closed = () => finish(new Error(`The server closed the connection. It had answered: ${head}`));
    const take = (piece: Buffer) => {
      if (Number.isNaN(left)) {
        const before = Buffer.byteLength(head, 'latin1');
        head += piece.toString('latin1', 0, 4096);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!/^HTTP\/1\.1 20\d/.test(head)) return finish(new Error(head.slice(0, 1000)));
        left = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) - (before + piece.length - end - 4);
      } else left -= piece.length;
      if (left <= 0) finish();
    };
    socket.on('data', take);
    socket.on('close', closed);
    socket.write(request);
  });
}

function bodyOf(sizeBytes: number): Buffer {
  const body = bodies.get(sizeBytes) ?? randomBytes(sizeBytes);
  bodies.set(sizeBytes, body);
  return body;
}

function pathOf(sizeBytes: number): string {
  return `/${BUCKET}/object-${sizeBytes}`;
}

/** The bytes of a request as an SDK sends it, signed once: what is repeated is the same. */
function requestOf(
  port: number,
  asked: { readonly method: string; readonly path: string; readonly body?: Buffer; readonly length?: number },
): Buffer {
  const { method, path, body = Buffer.alloc(0), length = body.length } = asked;
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  const isObject = method === 'PUT' && body.length > 0;
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    ...(isObject && { 'x-amz-checksum-crc32': sum.toString('base64') }),
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': stamp,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, '', lines.join(''), names, 'UNSIGNED-PAYLOAD'].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${KEY}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${KEY}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const all = Object.entries({ ...headers, authorization, ...(method === 'PUT' && { 'content-length': length }) });
  const head = [`${method} ${path} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}

/** The folder into which s3rver was installed. */
function installS3rver(): string | undefined {
  const made = mkdtempSync(join(tmpdir(), 'earwitness-s3rver-'));
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', made, S3RVER], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    });
    return made;
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    console.log(`${S3RVER} is left out, it could not be installed: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

async function start(name: string, installed: string | undefined): Promise<Subject> {
  const child = fork(new URL(import.meta.url).pathname, [name, installed ?? '']);
  const [{ port }] = await once(child, 'message');
  return { name, child, port };
}

async function usage(child: ChildProcess): Promise<{ readonly cpuMs: number; readonly rssBytes: number }> {
  child.send('usage');
  const [{ cpu, rss }] = await once(child, 'message');
  return { cpuMs: (cpu.user + cpu.system) / 1000, rssBytes: rss };
}
