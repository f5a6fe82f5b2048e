// CONNECT over bare sockets. What Momento's clients make of it is asked in conformance/momento-clients.test.ts.
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import { get } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Local, type LocalOptions, startLocalWith } from '../../local.ts';

let local: Local;
let echo: { readonly server: Server; readonly port: number };

beforeAll(async () => {
  local = await startLocalWith([]);
  echo = await listen(createServer((socket) => socket.pipe(socket)));
});

afterAll(async () => {
  echo.server.close();
  await local.close();
});

function listen(server: Server): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly socket: Socket;
}

/** Asks a cloud for a host, as a proxy is asked. */
function connectTo(target: string, { url } = local, host = new URL(url).hostname): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ method: 'CONNECT', host, port: new URL(url).port, path: target, agent: false });
    asking.once('error', reject);
    asking.once('connect', ({ statusCode: status }, socket: Socket, head) => {
      if (head.length > 0) socket.unshift(head);
      onTestFinished(() => void socket.destroy());
      resolve({ status, socket });
    });
    asking.end();
  });
}

async function refusalOf(target: string, cloud = local, host?: string): Promise<readonly unknown[]> {
  const { status, socket } = await connectTo(target, cloud, host);
  return [status, await text(socket)];
}

async function startWith(options: LocalOptions): Promise<Local> {
  const cloud = await startLocalWith([], options);
  onTestFinished(() => cloud.close());
  return cloud;
}

/** Says something and hears it back. */
async function echoOver(socket: Socket): Promise<string> {
  socket.write('hello');
  const heard = await new Promise((resolve) => socket.once('data', resolve));
  return String(heard);
}

test.each(['cache.localhost', 'control.localhost', 'token.localhost', 'localhost', '127.0.0.1'])(
  '%s at the TLS port is this cloud',
  async (name) => {
    const { rootFile } = await local.trustFiles();
    const { status, socket } = await connectTo(`${name}:${new URL(local.httpsUrl).port}`);
    const ca = await readFile(rootFile);
    const servername = name === '127.0.0.1' ? 'localhost' : name;
    const createConnection = () => connectTls({ socket, servername, ca });
    const health = await new Promise<number | undefined>((resolve, reject) => {
      get(`https://${servername}/_earwitness/health`, { createConnection }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).once('error', reject);
    });
    expect([status, health]).toEqual([200, 200]);
  },
);

test('another host is passed on to, whatever it speaks', async () => {
  const { status, socket } = await connectTo(`127.0.0.1:${echo.port}`);
  expect([status, await echoOver(socket)]).toEqual([200, 'hello']);
});

// RFC 6761, 6.3: every name below localhost is of this machine.
test('a name below localhost at a port of another program leads to that program', async () => {
  const { socket } = await connectTo(`other.localhost:${echo.port}`);
  expect(await echoOver(socket)).toBe('hello');
});

test('the end of either connection is the end of the other', async () => {
  const other = await new Promise<Socket>((resolve) => {
    echo.server.once('connection', resolve);
    void connectTo(`127.0.0.1:${echo.port}`).then(({ socket }) => socket.destroy());
  });
  await new Promise((resolve) => other.once('close', resolve));
  const { socket } = await connectTo(`127.0.0.1:${echo.port}`);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  local.breakConnections();
  await closed;
});

test.each([
  ['no port', 'cache.localhost'],
  ['a path', '/somewhere'],
  ['a port that is none', 'cache.localhost:99999'],
  ['a user', 'mara@cache.localhost:443'],
])('a target with %s is refused', async (_what, target) => {
  expect(await refusalOf(target)).toEqual([400, 'CONNECT takes a host and a port, such as cache.localhost:8443.\n']);
});

test('where nobody listens, the answer says so', async () => {
  const { server, port } = await listen(createServer());
  await new Promise((resolve) => server.close(resolve));
  expect(await refusalOf(`127.0.0.1:${port}`)).toEqual([
    502,
    `Earwitness cannot reach 127.0.0.1: connect ECONNREFUSED 127.0.0.1:${port}.\n`,
  ]);
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.skipIf(outside === undefined)(
  'from another machine only this cloud is reached, and the refusal is told',
  async () => {
    const open = await startWith({ host: '0.0.0.0' });
    const message = 'Only programs on the machine of this local cloud reach other hosts through it.';
    expect(await refusalOf(`127.0.0.1:${echo.port}`, open, outside)).toEqual([403, `${message}\n`]);
    const facts = open.journal.read().filter(({ kind }) => kind === 'request.refused');
    expect(facts).toMatchObject([{ door: 'CONNECT', host: `127.0.0.1:${echo.port}`, message }]);
    const own = await connectTo(`localhost:${new URL(open.httpsUrl).port}`, open, outside);
    expect(own.status).toBe(200);
  },
);

test('what went through a proxy of the user goes on through it, with its password, and past it where it shall not', async () => {
  const asked: unknown[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url, headers }, socket) => {
    asked.push([url, headers['proxy-authorization']]);
    if (url === 'forbidden.example:443') socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    else {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(socket);
    }
  });
  const proxy = await listen(server);
  onTestFinished(() => void proxy.server.close());
  const url = `http://mara:s%23cret@127.0.0.1:${proxy.port}`;
  const behind = await startWith({ nextProxy: { url, except: ['.inside.example', '192.0.2.0/24'] } });
  const { socket } = await connectTo('telemetry.example:4317', behind);
  expect(await echoOver(socket)).toBe('hello');
  expect(await refusalOf('forbidden.example:443', behind)).toEqual([
    502,
    'Earwitness cannot reach forbidden.example: the proxy in front of it answered 407.\n',
  ]);
  // What is of this machine never goes through it.
  expect(await echoOver((await connectTo(`localhost:${echo.port}`, behind)).socket)).toBe('hello');
  const authorization = `Basic ${Buffer.from('mara:s#cret').toString('base64')}`;
  expect(asked).toEqual([
    ['telemetry.example:4317', authorization],
    ['forbidden.example:443', authorization],
  ]);
});

test.each(['socks5://127.0.0.1:1080', 'nonsense'])('%s is not a proxy that gRPC clients take', async (url) => {
  await expect(startLocalWith([], { nextProxy: { url } })).rejects.toThrow(
    'nextProxy: its url is not the address of a proxy, such as http://proxy.example.com:3128.',
  );
});

// grpc-js 1.13.0 and 1.13.1 speak TLS to the proxy itself: internal-channel.ts hands on options without the target.
test('TLS is answered on the plain port, too', async () => {
  const { rootFile } = await local.trustFiles();
  const ca = await readFile(rootFile);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    get(`${local.url.replace('http:', 'https:')}/_earwitness/health`, { ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
  expect(status).toBe(200);
});
