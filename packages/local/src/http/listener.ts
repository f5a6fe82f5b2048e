// Two ports, every protocol: plain HTTP/1.1 and h2c on one (told apart by the connection preface), HTTP/1.1 and h2 over
// TLS on the other (told apart by ALPN). TLS is answered on the first, too: grpc-js 1.13.0 and 1.13.1, which SDKs of
// Momento from 1.111 to 1.118.0 have, speak to the proxy that they were told as if it were their server. Both feed the
// same HTTP/1.1 server and the same HTTP/2 server, and these ask the guard, then the doors; a CONNECT opens no door but
// another connection (connect/). Only loopback callers are expected: nothing here limits how many connect. Long because
// every protocol comes together here.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import {
  createServer as createHttp2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { isUnavailable } from '../backbone/unavailable.ts';
import type { Clock } from '../clock/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyPair } from './authority.ts';
import { CallerGone } from './body.ts';
import { createConnect } from './connect/connect.ts';
import type { NextProxy } from './connect/next-proxy.ts';
import {
  continueRequest,
  type Door,
  type HttpRequest,
  type HttpResponse,
  isGone,
  type StreamDoor,
  type Turned,
} from './door.ts';
import { authorityOf, type Guard } from './guard.ts';
import type { Bound } from './ports.ts';
import { createWholeConnections } from './whole/connection.ts';
import { putBack, sniff } from './whole/protocol.ts';
import type { WholeRequest } from './whole/request.ts';

export interface ListenerOptions {
  /** Ports for plain HTTP. */
  readonly plain: readonly Bound[];
  readonly tls: Bound;
  /** Fetches the certificate when the first TLS connection comes. */
  readonly certificate: () => Promise<KeyPair>;
  /** Asked in order; the last should accept everything. */
  readonly doors: readonly Door[];
  readonly streamDoors: readonly StreamDoor[];
  /** Asked before every door. */
  readonly guard: Guard;
  readonly journal: Journal;
  /**
   * Resolves when this node knows what the others of its cloud did before; rejects when what they share cannot be
   * reached. Awaited before a door answers. Left out: there are no other nodes.
   */
  readonly catchUp?: (() => Promise<void>) | undefined;
  /** Of the machine's own time. */
  readonly clock: Pick<Clock, 'wireNow' | 'setWireTimer'>;
  /** Of HTTP/1.1. Left out: Node's, five minutes for a whole request. */
  readonly limits?: Pick<ServerOptions, 'requestTimeout' | 'connectionsCheckingInterval'>;
  /** How gRPC clients that were told to ask us for every host reach those that are not ours. */
  readonly nextProxy?: NextProxy | undefined;
}

export interface Listener {
  /**
   * Whether HTTP/2 connections are cut off: those that there are break, and so do new ones, until it is called with
   * false.
   */
  blockGrpc(blocked: boolean): void;
  /** Breaks every connection there is, whatever is under way on it, and goes on listening. */
  breakConnections(): void;
  /** Ends every connection, whatever is under way on it, and frees the ports. */
  close(): Promise<void>;
}

/**
 * Ours: longer than any client keeps an idle connection, so that it is never us who closes one just as a request is
 * sent.
 */
const KEEP_ALIVE_MS = 120_000;

/**
 * Cancelling a gRPC call, as unsubscribing does, resets a stream. Node 20 closes a connection after about 1000 resets
 * in a burst and 33 a second beyond, and passes over these two options; Node 24 takes them.
 * Source: nodejs/node PR 54875; findings/http2-stream-resets.sh.
 */
const HTTP2_OPTIONS = {
  settings: { maxConcurrentStreams: 10_000 },
  streamResetBurst: 100_000,
  streamResetRate: 100_000,
};

const OUR_FAULT = '{"__type":"InternalFailure","message":"Earwitness failed to answer; its journal says why."}';

export function createListener(options: ListenerOptions): Listener {
  const { doors, streamDoors, guard, journal, catchUp, clock } = options;
  const bound = [...options.plain, options.tls];
  const open = new Set<Duplex>();
  const track = (socket: Duplex) => {
    // A connection that asked for one of our own ports by CONNECT comes twice.
    if (open.has(socket)) return;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A connection that breaks is the caller's affair; the request on it learns from its own `close`.
    socket.on('error', () => socket.destroy());
  };

  const http1 = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...options.limits }, serve);
  // It listens to no port itself, and Node holds callers to these limits only when it does.
  http1.emit('listening');
  http1.on('checkContinue', (request, response) => {
    if (!doors.find((one) => one.accepts(request))?.continues) continueRequest(request, response);
    serve(request, response);
  });
  const http2 = createHttp2Server(HTTP2_OPTIONS);
  http2.on('sessionError', () => {});
  let isBlocked = false;
  const openHttp2 = new Set<Duplex>();
  const enterHttp2 = (socket: Duplex) => {
    if (isBlocked) return void socket.destroy();
    openHttp2.add(socket);
    socket.once('close', () => openHttp2.delete(socket));
    http2.emit('connection', socket);
  };
  const ownPort = (port: number) => {
    const own = bound.find((one) => one.port === port);
    return own && ((socket: Socket) => own.server.emit('connection', socket));
  };
  const connect = createConnect({ guard, ownPort, track, nextProxy: options.nextProxy, journal });
  http1.on('connect', (request, socket, head) => socket instanceof Socket && connect(request, socket, head));
  http2.on(
    'stream',
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      stream.on('error', () => stream.destroy());
      const door = streamDoors.find((one) => one.accepts(headers));
      if (door) {
        const reason = findRefusal(door, headers, { method: headers[':method'], url: headers[':path'] });
        if (reason !== undefined) return door.refuse(stream, { status: 403, reason });
        if (!catchUp) return door.handle(stream, headers);
        return void catchUp().then(
          () => stream.destroyed || door.handle(stream, headers),
          (error: unknown) => stream.destroyed || door.refuse(stream, away(error)),
        );
      }
      serve(new Http2ServerRequest(stream, headers, {}, rawHeaders), new Http2ServerResponse(stream));
    },
  );

  function serve(request: IncomingMessage, response: ServerResponse): void;
  function serve(request: HttpRequest, response: HttpResponse): void;
  function serve(request: HttpRequest, response: HttpResponse): void {
    const door = doors.find((one) => one.accepts(request));
    if (!door) return;
    try {
      const reason = findRefusal(door, request.headers, request);
      if (reason !== undefined) turnAway({ status: 403, reason });
      else if (!catchUp || door.isApart?.(request)) handle();
      else {
        catchUp()
          .then(
            () => isGone(response) || handle(),
            (error: unknown) => turnAway(away(error)),
          )
          .catch((error: unknown) => fail(door, { request, response }, error));
      }
    } catch (error) {
      fail(door, { request, response }, error);
    }

    function handle(): void {
      door?.handle(request, response)?.catch((error: unknown) => fail(door, { request, response }, error));
    }

    function turnAway(turned: Turned): void {
      door?.refuse(request, response, turned);
      // The body is read and forgotten, so that its sender gets to the answer.
      request.resume();
    }
  }

  const owners = doors.filter(({ owns }) => owns);
  const doorOf = (request: WholeRequest) =>
    owners.find((one) => one.owns?.(request)) ?? doors.find((one) => one.accepts(request));
  const readWholeRequests = createWholeConnections({
    answer(request) {
      // Before such a door answers, the node has to catch up: Node's server waits for that.
      if (catchUp) return undefined;
      const door = doorOf(request);
      // What the guard refuses is told to Node's request, too, which does it properly.
      if (!door?.answer || guard.findRefusal(request.headers, door.pages) !== undefined) return undefined;
      return door.answer(request);
    },
    fail(request, error) {
      if (!(error instanceof CallerGone)) journal.fault(`door ${doorOf(request)?.name}`, error);
      return { status: 500, headers: { 'content-type': 'application/json' }, body: OUR_FAULT };
    },
    handOver(socket, bytes) {
      putBack(socket, bytes);
      http1.emit('connection', socket);
      // An HTTP/2 session reads what was put back by itself, and so does TLS; the HTTP/1.1 parser waits for it to flow.
      socket.resume();
    },
    now: clock.wireNow,
    keepAliveMs: KEEP_ALIVE_MS,
    setTimer: clock.setWireTimer,
  });

  // Asks the guard; what it refuses stands in the journal.
  function findRefusal(
    { name, pages }: Pick<Door, 'name' | 'pages'>,
    headers: IncomingHttpHeaders,
    { method, url }: { readonly method?: string | undefined; readonly url?: string | undefined },
  ): string | undefined {
    const message = guard.findRefusal(headers, pages);
    if (message === undefined) return undefined;
    const { origin } = headers;
    journal.record({
      kind: 'request.refused',
      door: name,
      method: method ?? '',
      path: url?.replace(/\?.*/s, '') ?? '',
      host: authorityOf(headers),
      ...(origin !== undefined && { origin }),
      message,
    });
    return message;
  }

  function fail(door: Door, { request, response }: Exchange, error: unknown): void {
    if (error instanceof CallerGone) return void response.destroy();
    if (isUnavailable(error)) {
      if (response.headersSent) response.destroy();
      else door.refuse(request, response, away(error));
      return;
    }
    journal.fault(`door ${door.name}`, error);
    if (response.headersSent) response.destroy();
    else {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(OUR_FAULT);
    }
  }

  for (const { server } of options.plain) {
    server.on('connection', (socket) => {
      track(socket);
      sniff(socket, (protocol, seen) => {
        if (protocol === 'http1') return readWholeRequests(socket, seen);
        putBack(socket, seen);
        if (protocol === 'tls') options.tls.server.emit('connection', socket);
        else enterHttp2(socket);
      });
    });
  }

  let secure: Promise<TlsServer> | undefined;
  const createSecure = async () => {
    const { key, cert } = await options.certificate();
    const server = createTlsServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] });
    server.on('secureConnection', (socket) => {
      track(socket);
      if (socket.alpnProtocol === 'h2') enterHttp2(socket);
      else http1.emit('connection', socket);
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  };
  options.tls.server.on('connection', (socket) => {
    track(socket);
    secure ??= createSecure();
    secure.then(
      (server) => socket.destroyed || server.emit('connection', socket),
      (error: Error) => {
        journal.fault('TLS certificate', error);
        socket.destroy();
      },
    );
  });

  const breakConnections = () => {
    for (const socket of open) socket.destroy();
  };

  return {
    blockGrpc(blocked) {
      isBlocked = blocked;
      if (blocked) for (const socket of openHttp2) socket.destroy();
    },
    breakConnections,
    async close() {
      const closed = bound.map(({ server }) => new Promise((resolve) => server.close(resolve)));
      breakConnections();
      http1.close();
      http2.close();
      await Promise.all(closed);
    },
  };
}

/** Said to whoever is turned away because what the nodes share cannot be reached. */
function away(error: unknown): Turned {
  return { status: 503, reason: error instanceof Error ? error.message : String(error) };
}

interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}
