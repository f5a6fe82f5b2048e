// Answers as servers write them, in pieces of any size: what our client makes of them is what Node's makes of them.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { createPromise } from '../backbone/shared/promise.ts';
import { openAuthority } from '../http/authority.ts';
import type { Platform } from '../platform.ts';
import { createTestCloud } from '../test-cloud.ts';
import { createHttpClient, type HttpRequest } from './http-client.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that does with each connection what `serve` does, when the request has come. */
async function listen(serve: (socket: Socket, asked: string) => void): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let asked = '';
    socket.on('data', (piece) => {
      asked += piece.toString('latin1');
      if (asked.includes('\r\n\r\n')) serve(socket, asked);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

/** Writes an answer, in pieces of so many bytes, and ends the connection. */
const write = (answer: string, size: number) => async (socket: Socket) => {
  const bytes = Buffer.from(answer, 'latin1');
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise((resolve) => socket.write(bytes.subarray(at, at + size), resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
};

function open(trust: Pick<Platform, 'trustedRoots'> = {}) {
  const cloud = createTestCloud();
  const client = createHttpClient({ ...cloud, ...trust });
  closing.push(
    () => client.close(),
    () => cloud.close(),
  );
  const send = (url: URL, more: Partial<HttpRequest> = {}) =>
    client.send({ method: 'POST', url, headers: [], body: 'asked', timeoutMs: 5000, readBytes: 1000, ...more });
  return { client, clock: cloud.clock, send };
}

/** What Node's own client makes of the answer. */
function askNode(url: URL, method: string): Promise<unknown> {
  return new Promise((resolve) => {
    let isAnswered = false;
    const sent = request(url, { method, agent: false }, async (answer) => {
      isAnswered = true;
      const pieces: Buffer[] = [];
      try {
        for await (const piece of answer) pieces.push(piece);
      } catch {}
      const { statusCode: status, statusMessage: statusText, headersDistinct } = answer;
      const body = Buffer.concat(pieces).toString('utf8');
      resolve({ status, statusText, headers: { ...headersDistinct }, body });
    });
    // One that comes after an answer is the body's.
    sent.on('error', () => isAnswered || resolve('no answer'));
    sent.end(method === 'POST' ? 'asked' : undefined);
  });
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe.each([1, 7, 100_000])('an answer in pieces of %d bytes is read as Node reads it', (size) => {
  test.each([
    ['of a told length', `${OK}Content-Length: 5\r\n\r\nhello`],
    ['without a body', `${OK}Content-Length: 0\r\n\r\n`],
    ['with more than its length', `${OK}Content-Length: 2\r\n\r\nhello`],
    ['cut off in its body', `${OK}Content-Length: 9\r\n\r\nhello`],
    ['that ends with its connection', `${OK}Server: old\r\n\r\nhello`],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello'],
    ['in chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`],
    [
      'in chunks with extensions and a trailer',
      `${OK}Transfer-Encoding: chunked\r\n\r\nA;x=1\r\n0123456789\r\n0\r\nT: 1\r\n\r\n`,
    ],
    ['in chunks, cut off', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe`],
    [
      'in two encodings that stand in two lines',
      `${OK}Transfer-Encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    ],
    ['with names that every object has', `${OK}__proto__: a\r\nconstructor: b\r\nContent-Length: 0\r\n\r\n`],
    ['in an encoding that is not chunked', `${OK}Transfer-Encoding: gzip\r\n\r\nhello`],
    [
      'after 100 and 103',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
    ],
    ['that has no body by its status', 'HTTP/1.1 204 No Content\r\n\r\nhello'],
    ['whose status has no words', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi'],
    ['whose status is a number alone', 'HTTP/1.1 503\r\nContent-Length: 2\r\n\r\nhi'],
    [
      'with names twice, blanks and no blanks',
      `${OK}A: 1 \r\na:2\r\nSet-Cookie:\t x \r\nContent-Length: 0\r\nB:\r\n\r\n`,
    ],
    ['with a value that goes on in the next line', `${OK}Long: one\r\n two\r\nContent-Length: 0\r\n\r\n`],
    ['with bytes beyond ASCII', `HTTP/1.1 200 \xe4h\r\nX: \xfc\r\nContent-Length: 2\r\n\r\n\xc3\xa4`],
    ['that is none', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['with a header that is none', `${OK}no colon\r\n\r\n`],
    ['with a length that is no number', `${OK}Content-Length: five\r\n\r\nhello`],
    ['with a head that is cut off', `${OK}Content-Le`],
    ['that does not come', ''],
    ['with a chunk without a size', `${OK}Transfer-Encoding: chunked\r\n\r\nhello\r\n0\r\n\r\n`],
    ['with a head that is too large', `${OK}X: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['with too many headers', `${OK}${'X: 0123456789\r\n'.repeat(2000)}\r\n`],
  ])('%s', async (_title, answer) => {
    const url = await listen(write(answer, answer.length > 10_000 ? 100_000 : size));
    const { send } = open();
    for (const method of ['POST', 'HEAD']) {
      const result = await send(url, { method });
      const { kind, ...read } = result;
      if (result.kind === 'answered') {
        const { status, statusText, headers, body } = result;
        const distinct: Record<string, string[]> = Object.create(null);
        for (const [given, values] of Object.entries(headers)) {
          const name = given.toLowerCase();
          distinct[name] = [...(distinct[name] ?? []), ...values];
        }
        expect({ status, statusText, headers: distinct, body }).toEqual(await askNode(url, method));
      } else expect([kind, read, await askNode(url, method)]).toEqual(['unreachable', expect.anything(), 'no answer']);
    }
  });
});

/** Answers, and goes on listening. */
const OK_THEN_OPEN = (socket: Socket) => socket.write(`${OK}Content-Length: 2\r\n\r\nhi`);

test('a request says where it goes, how long it is and that it is the last, in the order it was given', async () => {
  const asked: string[] = [];
  const url = await listen((socket, text) => {
    asked.push(text.replaceAll(String(socket.localPort), 'PORT'));
    OK_THEN_OPEN(socket);
  });
  const { send, client } = open();
  const bodiless = { url, headers: [], timeoutMs: 5000, readBytes: 10 };
  await send(new URL('/a/b?c=%20d#e', url), { method: 'PUT', headers: ['X-One', 'ä', 'x-one', 'a\tb'], body: 'ä' });
  await client.send({ ...bodiless, method: 'GET', headers: ['connection', 'close'] });
  await client.send({ ...bodiless, method: 'POST' });
  expect(asked).toEqual([
    'PUT /a/b?c=%20d HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX-One: Ã¤\r\nx-one: a b\r\nConnection: close\r\nContent-Length: 2\r\n\r\nÃ¤',
    'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nconnection: close\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  ]);
});

test('what cannot be written is not sent', async () => {
  const { send } = open();
  const url = new URL('http://127.0.0.1:1/');
  const reasons = [
    await send(url, { method: 'GET / HTTP/1.1\r\nX: ' }),
    await send(url, { headers: ['X\r\nY', '1'] }),
    await send(new URL('ftp://127.0.0.1/')),
  ];
  expect(reasons).toEqual([
    { kind: 'unreachable', sent: false, reason: expect.stringContaining('must be a valid HTTP token') },
    { kind: 'unreachable', sent: false, reason: expect.stringContaining('must be a valid HTTP token') },
    { kind: 'unreachable', sent: false, reason: 'The protocol ftp: is not HTTP.' },
  ]);
});

describe('how a request ends', () => {
  test('with its answer, though the server keeps the connection: that is closed', async () => {
    const closed = createPromise<void>();
    const url = await listen((socket) => {
      socket.on('close', () => closed.resolve());
      OK_THEN_OPEN(socket);
    });
    const { send } = open();
    expect(await send(url)).toEqual({
      ...{ kind: 'answered', status: 200, statusText: 'OK', body: 'hi', bytes: Buffer.from('hi') },
      headers: { 'Content-Length': ['2'] },
    });
    await closed.promise;
  });

  test('with the head of its answer, when nobody wants the body', async () => {
    const url = await listen((socket) => socket.write(`${OK}RETRY-AFTER: 3\r\n\r\nthis never ends`));
    const { send } = open();
    expect(await send(url, { readBytes: 0 })).toMatchObject({ kind: 'answered', retryAfter: '3', body: '' });
  });

  test('with as much of its body as was asked for', async () => {
    const url = await listen(
      write(`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`, 9999),
    );
    const { send } = open();
    expect(await send(url, { readBytes: 8 })).toMatchObject({ body: 'hello' });
  });

  test('with an answer that comes before the request has been taken', async () => {
    const url = await listen((socket) => {
      socket.pause();
      socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
    });
    const { send } = open();
    expect(await send(url, { body: 'x'.repeat(20_000_000) })).toMatchObject({ kind: 'answered', status: 413 });
  });

  test('without one: it was sent, and may have been taken', async () => {
    const url = await listen((socket) => socket.end());
    const { send } = open();
    const cause = 'connection closed without an answer';
    expect(await send(url)).toEqual({ kind: 'unreachable', sent: true, reason: 'socket hang up', cause });
  });

  test('without a connection', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { send } = open();
    const reason = `connect ECONNREFUSED 127.0.0.1:${port}`;
    const refused = { kind: 'unreachable', sent: false, reason, cause: 'connection refused' };
    expect(await send(new URL(`http://127.0.0.1:${port}`))).toEqual(refused);
    const found = await send(new URL('http://nobody.invalid/'));
    expect(found).toMatchObject({ kind: 'unreachable', sent: false, cause: 'host not found' });
  });

  test('with what is no answer', async () => {
    const url = await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.6p1 Debian-and-much-more-than-fits\r\n'));
    const { send } = open();
    expect(await send(url)).toEqual({
      ...{ kind: 'unreachable', sent: true, cause: 'answer that is not HTTP' },
      reason: 'The answer does not begin as one of HTTP/1: "SSH-2.0-OpenSSH_9.6p1 Debian-and-much-mo…".',
    });
  });

  test('by the clock', async () => {
    const asked = createPromise<void>();
    const url = await listen((socket) => {
      socket.write(OK);
      asked.resolve();
    });
    const { send, clock } = open();
    const result = send(url);
    await asked.promise;
    await clock.advance(5000);
    expect(await result).toEqual({ kind: 'timed out', sent: true });
  });

  test('with the client', async () => {
    const asked = createPromise<void>();
    const url = await listen(() => asked.resolve());
    const { send, client } = open();
    const result = send(url);
    await asked.promise;
    client.close();
    expect(await result).toMatchObject({ kind: 'unreachable', reason: 'socket hang up' });
  });
});

describe('over TLS', () => {
  async function listenSecurely() {
    const folder = await mkdtemp(join(tmpdir(), 'earwitness-'));
    closing.push(() => rm(folder, { recursive: true }));
    const { root, openServer } = await openAuthority(folder, { now: Date.now() });
    const { key, cert } = await openServer();
    const connections: unknown[] = [];
    const server = createTlsServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      connections.push([
        'servername' in socket && socket.servername,
        socket.alpnProtocol,
        socket.isSessionReused() ? 'reused' : 'new',
      ]);
      socket.on('error', () => {});
      socket.once('data', () => OK_THEN_OPEN(socket));
    });
    await once(server.listen(0), 'listening');
    closing.push(() => server.close());
    return { port: (server.address() as AddressInfo).port, root, connections };
  }

  test('an endpoint is asked under its name, and the second time without the whole handshake', async () => {
    const { port, root, connections } = await listenSecurely();
    const { send } = open({ trustedRoots: async () => [root] });
    for (const host of ['localhost', 'localhost', '127.0.0.1']) {
      expect(await send(new URL(`https://${host}:${port}/`))).toMatchObject({ status: 200, body: 'hi' });
    }
    expect(connections).toEqual([
      ['localhost', 'http/1.1', 'new'],
      ['localhost', 'http/1.1', 'reused'],
      [false, 'http/1.1', 'new'],
    ]);
  });

  test('a certificate that nobody vouches for, or of another host', async () => {
    const { port, root } = await listenSecurely();
    const strange = await open().send(new URL(`https://localhost:${port}/`));
    expect(strange).toMatchObject({ kind: 'unreachable', sent: false, cause: 'certificate not trusted' });
    const other = await open({ trustedRoots: async () => [root] }).send(new URL(`https://127.0.0.2:${port}/`));
    expect(other).toMatchObject({ kind: 'unreachable', sent: false, cause: 'certificate of another host' });
  });
});

test('while the roots that are trusted cannot be read, nothing is reached; then it is', async () => {
  let isReadable = false;
  const trustedRoots = async () => {
    if (!isReadable) throw new Error('no right to read');
    return [];
  };
  const { send } = open({ trustedRoots });
  const url = new URL('https://127.0.0.1:1/');
  expect(await send(url)).toEqual({ kind: 'unreachable', sent: false, reason: 'no right to read' });
  isReadable = true;
  expect(await send(url)).toMatchObject({ kind: 'unreachable', cause: 'connection refused' });
});
