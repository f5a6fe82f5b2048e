// What a put, a get and a query of ten items cost beside dynalite 4, and how much memory 100,000 items of 400 bytes take. Each server has a
// process to itself; the client speaks raw HTTP/1.1 over keep-alive sockets. The servers take turns; on a machine that is busy with other
// things the processor time of a request is the steadier figure. dynalite keeps its items in memory too. The two other servers say how much
// of it no server on Node can save.
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { crc32 } from 'node:zlib';
import { startLocal } from '@earwitness/local';
import { printTable, summary } from './measure.ts';

/** Many and short: a machine that is busy for a while is so for all servers. */
const ROUNDS = 15;
const ROUND_REQUESTS = 1500;
const WARM_UP_REQUESTS = 8000;
const CONNECTIONS = 16;
const ITEMS = 100_000;
/** Partitions of the table; each is queried for ten items. */
const PARTITIONS = 1000;

const SERVERS: Readonly<Record<string, () => Promise<number>>> = {
  async earwitness() {
    return Number(new URL((await startLocal()).url).port);
  },
  async dynalite() {
    const createDynalite: (options: object) => Server = createRequire(import.meta.url)('dynalite');
    const server = createDynalite({ createTableMs: 0 });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  },
  /** What reading a request and answering it costs whoever stands on Node. */
  'node:http, bare': () =>
    serveBare((_target, _text, response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 2 });
      response.end('{}');
    }),
  /** The same with what DynamoDB's protocol needs of every server: JSON read and written, a request id, a checksum. */
  async 'node:http, JSON'() {
    const items = new Map<string, object>();
    const keyOf = ({ pk, sk }: Readonly<Record<string, { S?: string }>>) => `${pk?.S}/${sk?.S}`;
    return serveBare((target, text, response) => {
      const { Item, Key } = JSON.parse(text);
      if (target.endsWith('.PutItem')) items.set(keyOf(Item), Item);
      const body = JSON.stringify(target.endsWith('.GetItem') ? { Item: items.get(keyOf(Key)) } : {});
      response.writeHead(200, {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-requestid': randomUUID(),
        'x-amz-crc32': crc32(body),
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  },
};

async function serveBare(answer: (target: string, text: string, response: ServerResponse) => void): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () =>
      answer(String(request.headers['x-amz-target']), Buffer.concat(chunks).toString(), response),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const text = 'x'.repeat(300);
const itemOf = (n: number) => ({
  pk: { S: `customer#${n % PARTITIONS}` },
  sk: { S: `order#${String(Math.floor(n / PARTITIONS)).padStart(6, '0')}` },
  total: { N: String(n) },
  state: { S: 'PAID' },
  text: { S: text },
});

/** The n-th request of a kind. */
const KINDS: Readonly<Record<string, (n: number) => [operation: string, input: object]>> = {
  put: (n) => ['PutItem', { TableName: 'bench', Item: itemOf(n % 10_000) }],
  get: (n) => ['GetItem', { TableName: 'bench', Key: { pk: itemOf(n % 10_000).pk, sk: itemOf(n % 10_000).sk } }],
  'query of 10': (n) => [
    'Query',
    {
      TableName: 'bench',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :order)',
      ExpressionAttributeValues: { ':pk': { S: `customer#${n % PARTITIONS}` }, ':order': { S: 'order#' } },
      Limit: 10,
    },
  ],
};

const served = process.argv[2];
if (served !== undefined) {
  process.send?.({ port: await SERVERS[served]?.() });
  process.on('message', (asked) => {
    if (asked === 'memory') globalThis.gc?.();
    process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
  });
} else {
  const subjects = await Promise.all(Object.keys(SERVERS).map((name) => startSubject(name)));
  for (const { port } of subjects) {
    const key = (name: string, type: string) => ({ AttributeName: name, KeyType: type });
    await call(port, 'CreateTable', {
      TableName: 'bench',
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await call(port, 'GetItem', KINDS['get']?.(0)[1] ?? {});
  }
  for (const [kind, requestOf] of Object.entries(KINDS)) {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const subject of subjects) {
        const before = await read(subject.child);
        const count = round === 0 ? WARM_UP_REQUESTS : ROUND_REQUESTS;
        await load(subject.port, requestOf, count);
        if (round === 0) continue;
        const { cpu } = await read(subject.child);
        const cost = (cpu.user + cpu.system - before.cpu.user - before.cpu.system) / count;
        subject.costs[kind] = [...(subject.costs[kind] ?? []), cost];
      }
    }
  }
  const [ours, theirs, bare, least] = subjects;
  printTable(
    [
      'request',
      'earwitness, µs',
      'dynalite',
      'bare',
      'JSON',
      'dynalite / earwitness',
      'beyond bare',
      'dynalite / JSON',
    ],
    Object.keys(KINDS).map((kind) => {
      const [a = [], b = [], c = [], d = []] = [ours, theirs, bare, least].map((subject) => subject?.costs[kind]);
      const ratio = b.map((cost, round) => cost / (a[round] ?? Number.NaN));
      const beyond = b.map((cost, round) => (cost - (c[round] ?? 0)) / ((a[round] ?? Number.NaN) - (c[round] ?? 0)));
      // The JSON server does no query.
      const most = kind.startsWith('query') ? '–' : summary(b.map((cost, round) => cost / (d[round] ?? Number.NaN)));
      return [kind, ...[a, b, c, d].map((costs) => summary(costs, 0)), summary(ratio), summary(beyond), most];
    }),
  );
  for (const { child } of subjects) child.kill();
  await fill();
}

/** Memory of a cloud of its own with 100,000 items. */
async function fill(): Promise<void> {
  const { child, port } = await startSubject('earwitness', ['--expose-gc']);
  const create = (TableName: string) =>
    call(port, 'CreateTable', {
      TableName,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
    });
  const put = async (table: string, from: number, count: number) => {
    for (let n = from; n < from + count; n += 25) {
      const requests = Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: itemOf(n + index) } }));
      await call(port, 'BatchWriteItem', { RequestItems: { [table]: requests } });
    }
  };
  await create('warm');
  await put('warm', 0, 5000);
  await create('full');
  const before = await read(child, 'memory');
  await put('full', 0, ITEMS);
  const after = await read(child, 'memory');
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  printTable(
    ['items of 400 bytes', 'memory before, MB', 'after', 'more'],
    [[String(ITEMS), megabytes(before.rss), megabytes(after.rss), megabytes(after.rss - before.rss)]],
  );
  child.kill();
}

async function startSubject(name: string, execArgv: readonly string[] = []) {
  const child = fork(new URL(import.meta.url).pathname, [name], { execArgv: [...process.execArgv, ...execArgv] });
  const [{ port }] = await once(child, 'message');
  const costs: Record<string, number[]> = {};
  return { name, child, port: Number(port), costs };
}

async function read(child: ChildProcess, what = 'cpu'): Promise<{ cpu: NodeJS.CpuUsage; rss: number }> {
  child.send(what);
  const [answer] = await once(child, 'message');
  return answer;
}

function requestText(port: number, operation: string, input: object): string {
  const body = JSON.stringify(input);
  return [
    'POST / HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/x-amz-json-1.0',
    `x-amz-target: DynamoDB_20120810.${operation}`,
    'x-amz-date: 20261129T112644Z',
    'authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261129/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

async function call(port: number, operation: string, input: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20261129T112644Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=000000000000/20261129/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${operation}: ${answer}`);
}

/** Sends so many requests and waits for their answers. */
async function load(port: number, requestOf: (n: number) => [string, object], count: number): Promise<void> {
  let [answered, asked] = [0, 0];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const requests = Array.from({ length: 2000 }, (_, n) => requestText(port, ...requestOf(n * 7)));
  const next = () => requests[asked++ % requests.length] ?? '';
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      let left = 0;
      socket.on('data', (chunk) => {
        if (left <= 0) {
          const head = chunk.toString('latin1');
          if (head.slice(9, 12) !== '200') throw new Error(head);
          const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
          left = head.indexOf('\r\n\r\n') + 4 + length;
        }
        left -= chunk.length;
        if (left > 0) return;
        answered++;
        if (asked < count) socket.write(next());
        else if (answered === count) end();
      });
      return socket;
    }),
  );
  for (const socket of sockets) socket.write(next());
  await ended;
  for (const socket of sockets) socket.destroy();
}
