// What keeps a process alive is asked of Node: https://nodejs.org/api/process.html#processgetactiveresourcesinfo
import { once } from 'node:events';
import { Agent, createServer as createHttpServer, get } from 'node:http';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaveBackground, openInBackground } from './background-sockets.ts';

const server = createServer((socket) => socket.unref()).unref();
const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1');

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());

test.each<[string, () => Socket, number]>([
  ['opened in the background does not keep the process alive', () => openInBackground(open), 0],
  ['that a callback opens keeps it', () => openInBackground(() => leaveBackground(open)), 1],
  ['of anybody else keeps it', open, 1],
])('a socket %s', async (_name, start, kept) => {
  const before = sockets();
  const socket = start();
  await once(socket, 'connect');
  expect(sockets()).toBe(before + kept);
  socket.destroy();
  await once(socket, 'close');
});

test('a socket of a request that is sent in the background does not keep the process alive, though it was not announced', async () => {
  const http = createHttpServer().unref();
  http.on('connection', (socket) => socket.unref());
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  // As node:tls does it: `net.connect`, which announces, is not called.
  class Silent extends Agent {
    createConnection(): Socket {
      return new Socket().connect(port, '127.0.0.1');
    }
  }
  const before = sockets();
  const request = openInBackground(() => get({ port, agent: new Silent() }));
  const ended = new Promise((resolve) => request.on('error', resolve));
  await once(http, 'request');
  expect(sockets()).toBe(before);
  request.destroy();
  await ended;
  http.close();
});
