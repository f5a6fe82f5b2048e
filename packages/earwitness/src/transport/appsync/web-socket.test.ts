import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { loadWebSocket } from './web-socket.ts';

test("Node's own WebSocket is taken when there is one, the package ws otherwise", async () => {
  class Own {}
  expect(await loadWebSocket(Own)).toBe(Own);
  expect(await loadWebSocket(undefined)).toBe(WebSocket);
});
