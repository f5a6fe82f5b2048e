// What keeps a process alive is asked of Node: https://nodejs.org/api/process.html#processgetactiveresourcesinfo
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
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
