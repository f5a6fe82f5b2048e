// Sockets that a library opens for us and does not expose, such as those of gRPC below Momento's SDK and of the AWS
// SDK. They are recognized by where they were opened (AsyncLocalStorage) and by Node's channels for new sockets and for
// requests sent: sockets of `tls.connect` are announced by the second alone (seen on Node 20). gRPC and agents
// reference the socket again with each call they start, so unref() once is not enough: it is repeated by a timer that
// does not keep the process alive itself.
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { wallClock } from '../hearing/clock.ts';

/** How long a new call can keep the process alive at most, ms. Ours. */
const AGAIN_MS = 100;

const background = new AsyncLocalStorage<boolean>();
const known = new WeakSet<Socket>();
let watching = false;

/**
 * Runs `open`; no TCP socket opened by it, or that sends its HTTP requests, at once or later, keeps the process alive.
 */
export function openInBackground<T>(open: () => T): T {
  // Source of the channels: https://nodejs.org/api/diagnostics_channel.html#built-in-channels
  if (!watching) {
    subscribe('net.client.socket', onSocket);
    subscribe('http.client.request.start', onRequest);
  }
  watching = true;
  return background.run(true, open);
}

/** Runs a callback of the library: sockets that a test opens in it are not in the background. */
export function leaveBackground<T>(run: () => T): T {
  return background.run(false, run);
}

function onSocket(message: unknown): void {
  if (typeof message === 'object' && message !== null && 'socket' in message) adopt(message.socket);
}

function onRequest(message: unknown): void {
  if (typeof message === 'object' && message !== null && 'request' in message) onSocket(message.request);
}

function adopt(socket: unknown): void {
  if (!background.getStore() || !isSocket(socket) || known.has(socket)) return;
  known.add(socket);
  letGo(socket);
}

/** By what it has: to name the class is to load node:net and node:http, which is a third of loading the kit. */
function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'unref' in value && 'destroyed' in value;
}

function letGo(socket: Socket): void {
  if (socket.destroyed) return;
  socket.unref();
  wallClock.after(AGAIN_MS, () => letGo(socket), { background: true });
}
