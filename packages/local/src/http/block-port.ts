// A port on which tests cut gRPC off and let it in again: `/block` and `/unblock`, as momento-local has them on its
// admin port. While it is blocked, every HTTP/2 connection is broken and new ones are too; HTTP/1.1 (AWS, the admin
// API, Momento over HTTP) goes on. momento-local drops packets instead, so that clients notice later, by a keepalive.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { sendJson, targetOf } from './door.ts';
import type { Guard } from './guard.ts';
import type { Listener } from './listener.ts';
import type { Bound } from './ports.ts';

/** Answers on the port from now on. Returns a function that ends it. */
export function serveBlockPort(
  { server }: Bound,
  { guard, listener }: { readonly guard: Guard; readonly listener: Pick<Listener, 'blockGrpc'> },
): () => Promise<void> {
  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const reason = guard.findRefusal(request.headers, 'trusted');
    if (reason !== undefined) return sendJson(response, 403, { message: reason });
    const { path } = targetOf(request);
    if (path !== '/block' && path !== '/unblock')
      return sendJson(response, 404, { message: `There is no ${path} here; there are /block and /unblock.` });
    listener.blockGrpc(path === '/block');
    sendJson(response, 200, { grpc: path === '/block' ? 'blocked' : 'open' });
  });
  server.on('connection', (socket) => http.emit('connection', socket));
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    http.closeAllConnections();
    await closed;
  };
}
