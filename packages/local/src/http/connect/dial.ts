// Opens a connection to another host, for a client that asked for it by CONNECT.
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { isLoopback } from '../guard.ts';
import type { NextProxy } from './next-proxy.ts';
import { formatTarget, type Target } from './target.ts';

/**
 * @returns a socket on which the target's bytes come and go
 * @throws Error with a sentence when there is no way there, or `signal` was aborted
 */
export function dial(target: Target, proxy: NextProxy | undefined, signal: AbortSignal): Promise<Socket> {
  // Every name below `localhost` is of this machine (RFC 6761, 6.3), and most resolvers know only that one.
  if (isLoopback(target.host)) return dialDirectly({ ...target, host: addressOf(target.host) }, signal);
  return proxy?.serves(target) ? dialThrough(proxy, target, signal) : dialDirectly(target, signal);
}

function addressOf(host: string): string {
  return host.endsWith('.localhost') ? 'localhost' : host;
}

function dialDirectly({ host, port }: Target, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, signal });
    socket.once('error', reject).once('connect', () => resolve(socket.removeListener('error', reject)));
  });
}

function dialThrough(proxy: NextProxy, target: Target, signal: AbortSignal): Promise<Socket> {
  const { host, port, credentials } = proxy;
  const path = formatTarget(target);
  const headers = { host: path, ...(credentials !== undefined && { 'proxy-authorization': credentials }) };
  return new Promise((resolve, reject) => {
    const asking = request({ method: 'CONNECT', host, port, path, headers, signal, agent: false });
    asking.once('error', reject);
    asking.once('response', (response) => {
      response.resume();
      reject(refused(response.statusCode));
    });
    asking.once('connect', (response, socket, head) => {
      const ok = response.statusCode !== undefined && response.statusCode >= 200 && response.statusCode < 300;
      if (!ok) {
        socket.destroy();
        reject(refused(response.statusCode));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asking.end();
  });
}

function refused(status: number | undefined): Error {
  return new Error(`the proxy in front of it answered ${status ?? 'nothing'}`);
}
