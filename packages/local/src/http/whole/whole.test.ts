// Requests written by hand, in pieces of our choice. What is read here and what Node reads must be answered alike.
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import type { Door } from '../door.ts';
import { createWholeConnections } from './connection.ts';
import { readWhole } from './request.ts';

let home = '';
let local: Local;
const counted: unknown[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
  const operations = {
    TestEventPattern(input: { readonly Event: string }) {
      counted.push(input.Event);
      return { Result: true, Text: input.Event };
    },
    async ListRules() {
      throw new Error('our own fault');
    },
  };
  const door: Door = {
    name: 'an API',
    pages: 'any',
    accepts: ({ headers }) => headers.host === 'api.localhost',
    refuse() {},
    handle: (_request, response) => void response.end('{"from":"the API"}'),
  };
  const sts = {
    async GetCallerIdentity() {
      return { Account: '1', Arn: 'a', UserId: 'u' };
    },
  };
  local = await startLocalWith(
    [() => ({ name: 'events', operations, doors: [door] }), () => ({ name: 'sts', operations: sts })],
    {
      home,
      answers: {
        'ses:SendEmail': { $error: { code: 'Größer\u2026' } },
        'ses:SendRawEmail': { $error: { code: 'Bad', status: 42 } },
      },
    },
  );
});
afterAll(async () => {
  await local.close();
  await rm(home, { recursive: true });
});

const HEAD = {
  host: '127.0.0.1',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AWSEvents.TestEventPattern',
};

function written(event: string, more: readonly string[] = [], head: Readonly<Record<string, string>> = HEAD): string {
  const body = JSON.stringify({ EventPattern: '{}', Event: event });
  const headers = Object.entries({ ...head, 'content-length': Buffer.byteLength(body) });
  const lines = ['POST / HTTP/1.1', ...headers.map(([name, value]) => `${name}: ${value}`), ...more, '', body];
  return lines.join('\r\n');
}

/** Sends the pieces, each when the one before it has been taken, and reads until so many answers have come. */
async function ask(pieces: readonly string[], answers: number): Promise<string> {
  const socket = connect({ port: Number(new URL(local.url).port), host: '127.0.0.1', noDelay: true });
  let said = '';
  const heard = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      said += chunk;
      if (said.split('HTTP/1.1 ').length > answers && /[}>]$/.test(said)) resolve();
    });
    socket.on('close', () => resolve());
  });
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await heard;
  socket.destroy();
  return said.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/Date: [^\r]*/g, 'Date: NOW');
}

test('a request that came whole is answered as Node answers it', async () => {
  const whole = await ask([written('{"ö":1}')], 1);
  expect(whole.split('\r\n')).toEqual([
    'HTTP/1.1 200 OK',
    'content-type: application/x-amz-json-1.1',
    'x-amzn-requestid: ID',
    'content-length: 15',
    'Date: NOW',
    'Connection: keep-alive',
    'Keep-Alive: timeout=120',
    '',
    '{"Result":true}',
  ]);
  // A header that stands twice is for Node.
  expect(await ask([written('{"ö":1}', ['x-twice: 1', 'x-twice: 2'])], 1)).toBe(whole);
});

test('so is a form, in which the older protocols of AWS ask', async () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const type = 'content-type: application/x-www-form-urlencoded; charset=utf-8';
  const form = (more: string[]) =>
    ['POST / HTTP/1.1', 'host: 127.0.0.1', type, `content-length: ${body.length}`, ...more, '', body].join('\r\n');
  const whole = await ask([form([])], 1);
  expect(whole).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*<Account>1<\/Account>/);
  expect(await ask([form(['x-twice: 1', 'x-twice: 2'])], 1)).toBe(whole);
});

test('requests that come in one piece, in parts, or one behind the other are all answered, in order', async () => {
  counted.length = 0;
  const [one, two, three, four] = ['1', '2', '3', '4'].map((event) => written(event));
  const cut = 40;
  const said = await ask([`${one}${two}${three?.slice(0, cut)}`, `${three?.slice(cut)}${four}`], 4);
  expect(said.split('HTTP/1.1 200 OK')).toHaveLength(5);
  expect(counted).toEqual(['1', '2', '3', '4']);
});

test('a body may come in any number of pieces, and the next request behind it', async () => {
  counted.length = 0;
  const long = 'x'.repeat(300_000);
  const one = written(long);
  const body = one.indexOf('\r\n\r\n') + 4;
  const whole = await ask([one.slice(0, body), one.slice(body, -9), `${one.slice(-9)}${written('2')}`], 2);
  expect(counted).toEqual([long, '2']);
  const [first, second] = whole.split(/(?=HTTP)/);
  expect(first).toBe(second);
});

test('what begins to come and is for Node gets there from its first byte', async () => {
  const there = written('1', [], { ...HEAD, host: 'api.localhost' });
  const body = there.indexOf('\r\n\r\n') + 4;
  const said = await ask([there.slice(0, body), there.slice(body)], 1);
  expect(said).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\{"from":"the API"\}$/);
});

test('what the guard turns away, also on a connection that was let in, is refused and stands in the journal', async () => {
  local.journal.clear();
  const said = await ask([written('1'), written('2', [], { ...HEAD, host: 'evil.example' })], 2);
  expect(said).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*HTTP\/1\.1 403 Forbidden/);
  const refused = local.journal.read().filter(({ kind }) => kind === 'request.refused');
  expect(refused).toMatchObject([{ door: 'aws', method: 'POST', path: '/', host: 'evil.example' }]);
});

test('a host that another door takes leads there', async () => {
  const said = await ask([written('1'), written('2', [], { ...HEAD, host: 'api.localhost' })], 2);
  expect(said).toMatch(/\{"Result":true\}HTTP\/1\.1 200 OK[\s\S]*\{"from":"the API"\}/);
});

test('a fault of ours is answered with 500, and the connection goes on', async () => {
  const fault = written('1', [], { ...HEAD, 'x-amz-target': 'AWSEvents.ListRules' });
  const said = await ask([fault, written('2')], 2);
  expect(said).toMatch(/^HTTP\/1\.1 500 Internal Server Error[\s\S]*InternalFailure[\s\S]*HTTP\/1\.1 200 OK/);
});

test.each([
  ['header', 'SendEmail'],
  ['status', 'SendRawEmail'],
])('an answer whose %s cannot be written is a fault, too', async (_what, operation) => {
  const head = { ...HEAD, 'x-amz-target': `SimpleEmailService.${operation}` };
  const authorization = 'authorization: AWS4-HMAC-SHA256 Credential=A/20261130/us-east-1/ses/aws4_request';
  const whole = await ask([written('1', [authorization], head), written('2')], 2);
  expect(whole).toMatch(/^HTTP\/1\.1 500 Internal Server Error[\s\S]*InternalFailure[\s\S]*HTTP\/1\.1 200 OK/);
  expect(await ask([written('1', [authorization, 'connection: close'], head)], 1)).toMatch(/^HTTP\/1\.1 500 /);
});

test('a body that does not come to its end is for Node, which has a limit for that', async () => {
  const due: (() => void)[] = [];
  const server = createServer();
  const handedOver = new Promise<string>((resolve) => {
    const open = createWholeConnections({
      answer: () => undefined,
      fail: () => ({ status: 500, headers: {}, body: '' }),
      handOver: (_socket, bytes) => resolve(bytes.toString()),
      now: () => 0,
      keepAliveMs: 0,
      setTimer(_ms, run) {
        due.push(run);
        return { cancel() {} };
      },
    });
    server.on('connection', (socket) => socket.once('data', (first) => open(socket, first)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const begun = written('1').slice(0, -1);
  client.write(begun);
  await vi.waitUntil(() => due.length > 0);
  due[0]?.();
  expect(await handedOver).toBe(begun);
  client.destroy();
  server.close();
});

test('a request whose body has not all come says where it will end', () => {
  const piece = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\na';
  expect(readWhole(Buffer.from(piece), {})).toEqual({ end: piece.length + 2 });
});

test.each([
  ['a method that asks for no body', 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['a target with its host', 'POST http://a/ HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n'],
  ['HTTP/1.0', 'POST / HTTP/1.0\r\nhost: a\r\ncontent-length: 0\r\n\r\n'],
  ['no host', 'POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n'],
  ['no length', 'POST / HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['a length that is none', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\na'],
  ['a length that stands twice', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n'],
  ['both length and chunks', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['a head that has not all come', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n'],
  ['a body of a megabyte or more', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\na'],
  [
    'a caller that waits with its body',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nexpect: 100-continue\r\n\r\n',
  ],
  ['an upgrade', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nupgrade: h2c\r\n\r\n'],
  ['an option of the connection', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nconnection: te\r\n\r\n'],
  ['a folded line', 'POST / HTTP/1.1\r\nhost: a\r\n b: c\r\ncontent-length: 0\r\n\r\n'],
  ['a line that ends with a newline alone', 'POST / HTTP/1.1\r\nhost: a\ncontent-length: 0\r\n\r\n'],
  ['a blank before the colon', 'POST / HTTP/1.1\r\nhost : a\r\ncontent-length: 0\r\n\r\n'],
  ['a value beyond ASCII', 'POST / HTTP/1.1\r\nhost: ä\r\ncontent-length: 0\r\n\r\n'],
  // Node refuses both. Source: llhttp; Node, --max-http-header-size.
  ['a tab before a value', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length:\t0\r\n\r\n'],
  ['a head above 16 KB', `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nx: ${'x'.repeat(16 * 1024)}\r\n\r\n`],
  ['a name that every object has', 'POST / HTTP/1.1\r\nhost: a\r\nconstructor: a\r\ncontent-length: 0\r\n\r\n'],
])('%s is left to Node', (_what, piece) => {
  expect(readWhole(Buffer.from(piece, 'latin1'), {})).toBeUndefined();
});
