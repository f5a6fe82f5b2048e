// AppSync Events as its documentation describes it, for the tests of the transport: no such service is in the local cloud. One port:
// `POST /event` publishes, `/event/realtime` is the WebSocket. Nothing is kept for who is away.
// Source: https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html and publish-http.html, read 2026-11-22.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A running one. */
export interface AppSyncServer extends AsyncDisposable {
  /** What the console calls the HTTP endpoint. */
  readonly endpoint: string;
  readonly apiKey: string;
  /** Breaks every connection, without a word. */
  cut(): void;
  /** Sends a frame to everybody. */
  broadcast(frame: object): void;
}

interface Subscription {
  readonly id: string;
  readonly channel: string;
}

/** Namespaces that exist. */
const NAMESPACES = ['default'];
const MAX_EVENT_BYTES = 240 * 1024;
const MAX_EVENTS = 5;

export async function startAppSync({
  apiKey = 'da2-of-the-test',
  connectionTimeoutMs = 300_000,
} = {}): Promise<AppSyncServer> {
  const connections = new Map<WebSocket, Subscription[]>();
  const http = createServer((request, response) => void publish(request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => offered.has('aws-appsync-event-ws') && 'aws-appsync-event-ws',
  });
  http.on('upgrade', (request, socket, head) => {
    if (request.url === '/event/realtime')
      sockets.handleUpgrade(request, socket, head, (client) => accept(client, request));
    else socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;

  const isAllowed = (headers: unknown) => {
    const { host: named, 'x-api-key': key } = headers as Record<string, unknown>;
    return named === host && key === apiKey;
  };

  function accept(client: WebSocket, request: IncomingMessage): void {
    const send = (frame: object) => client.send(JSON.stringify(frame));
    const refuse = (type: string, errorType: string, id?: string) =>
      send({ type, ...(id === undefined ? {} : { id }), errors: [{ errorType, message: 'You are not authorized.' }] });
    if (!isAllowed(headersIn(request.headers['sec-websocket-protocol'] ?? ''))) {
      refuse('connection_error', 'UnauthorizedException');
      client.close(1001);
      return;
    }
    connections.set(client, []);
    client.on('close', () => connections.delete(client));
    client.on('message', (text) => {
      const frame = JSON.parse(String(text)) as Record<string, unknown>;
      if (frame['type'] === 'connection_init') {
        send({ type: 'connection_ack', connectionTimeoutMs });
        send({ type: 'ka' });
      } else if (frame['type'] === 'subscribe') {
        const { id, channel, authorization } = frame as unknown as Subscription & { authorization: unknown };
        const known = NAMESPACES.includes(channel.split('/')[1] ?? '');
        if (!isAllowed(authorization)) refuse('subscribe_error', 'UnauthorizedException', id);
        else if (!known) refuse('subscribe_error', 'BadRequestException', id);
        else {
          connections.get(client)?.push({ id, channel });
          send({ type: 'subscribe_success', id });
        }
      }
    });
  }

  async function publish(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const answer = (status: number, errorType?: string) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors: [{ errorType }] }));
    if (request.headers['x-api-key'] !== apiKey) return void answer(401, 'UnauthorizedException');
    const { channel, events } = JSON.parse(body) as { channel: string; events: string[] };
    if (events.length > MAX_EVENTS) return void answer(400, 'BadRequestException');
    for (const event of events) {
      if (Buffer.byteLength(event) > MAX_EVENT_BYTES) return void answer(413, 'ContentTooLargeException');
      JSON.parse(event);
    }
    for (const event of events) deliver(channel, event);
    answer(200);
  }

  function deliver(channel: string, event: string): void {
    for (const [client, subscriptions] of connections) {
      for (const { id, channel: heard } of subscriptions) {
        const hears = heard.endsWith('/*') ? channel.startsWith(heard.slice(0, -1)) : heard === channel;
        if (hears) client.send(JSON.stringify({ type: 'data', id, event }));
      }
    }
  }

  return {
    endpoint: `http://${host}/event`,
    apiKey,
    cut() {
      for (const client of connections.keys()) client.terminate();
    },
    broadcast(frame) {
      for (const client of connections.keys()) client.send(JSON.stringify(frame));
    },
    async [Symbol.asyncDispose]() {
      for (const client of connections.keys()) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** The authorization in the second subprotocol, `header-<base64url>`. */
function headersIn(protocols: string): unknown {
  const encoded = /\bheader-([\w-]+)/.exec(protocols)?.[1] ?? '';
  return encoded === '' ? {} : JSON.parse(Buffer.from(encoded, 'base64url').toString());
}
