// What stands behind the port: doors. The listener asks them in order; the first that accepts a request answers it, if
// the guard lets the request in.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import type { Pages } from './guard.ts';
import type { WholeAnswer } from './whole/connection.ts';
import type { WholeRequest } from './whole/request.ts';

/** A request as Node read it, over HTTP/1.1 or HTTP/2: `method`, `url`, `headers`, and a readable body. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
/** Whoever read it. */
export type AnyRequest = HttpRequest | WholeRequest;
export type RequestHead = Pick<HttpRequest, 'method' | 'url' | 'headers'>;
/** Over HTTP/2 it has no `destroyed`, though the type of Node's class says so: see `isGone`. */
export type HttpResponse = ServerResponse | Omit<Http2ServerResponse, 'destroyed'>;

/** Whether nobody hears the answer any more. */
export function isGone(response: HttpResponse): boolean {
  return 'destroyed' in response ? response.destroyed : response.stream.destroyed;
}

/** Sends a piece of an answer. Returns whether there is room for more. */
export function writePiece(response: HttpResponse, piece: string | Uint8Array): boolean {
  // Over HTTP/1.1 and 2 the same, which the union of both types does not say.
  return 'flushHeaders' in response ? response.write(piece) : response.write(piece);
}

/** The two halves of what a request line asks for; the query without its question mark. */
export function targetOf(request: RequestHead): { readonly path: string; readonly query: string } {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Whether the caller waits with its body until it is told to send it. */
export function isExpecting({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}

/** Tells a caller that waits with its body to send it. */
export function continueRequest(request: HttpRequest, response: HttpResponse): void {
  if (isExpecting(request) && !response.headersSent) response.writeContinue();
}

/** Sends a whole answer in JSON. */
export function sendJson(response: HttpResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/**
 * Returns a function whose promise is kept at the end of the turn in which it is called. Answers that are ready in one
 * turn of the event loop are sent together, at its end. Each one wakes whoever waits for it, and a busy server that
 * wakes its callers one by one spends a third of its time on that (`npm run bench -- put-events`, `-- topics`).
 */
export function createEndOfTurn(): () => Promise<void> {
  let turn: Promise<void> | undefined;
  return () => {
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        turn = undefined;
        resolve();
      });
    });
    return turn;
  };
}

/** Why a request is turned away before its door answers it. */
export interface Turned {
  /**
   * 403: the guard does not let it in. 503: what the nodes of this cloud share cannot be reached now.
   */
  readonly status: 403 | 503;
  readonly reason: string;
}

export interface Door {
  readonly name: string;
  /** Which web pages may call it. A door for `any` grants its preflight requests itself. */
  readonly pages: Pages;
  /**
   * A caller that waits with its body (`Expect: 100-continue`) waits for `continueRequest`; it may be refused before.
   * Left out: such a caller is told at once.
   */
  readonly continues?: boolean;
  readonly accepts: (request: RequestHead) => boolean;
  /** Whether a request that came whole is surely this door's: only those before it that say so, too, are asked then. */
  readonly owns?: (request: WholeRequest) => boolean;
  /** Whether it can be answered without what the nodes of a cloud share. Left out: no. */
  isApart?(request: HttpRequest): boolean;
  /** Answers what is turned away in the door's own form. The body has not been read. */
  refuse(request: HttpRequest, response: HttpResponse, turned: Turned): void;
  /** Answers the request. What it throws is a fault: the listener answers 500 and writes it into the journal. */
  handle(request: HttpRequest, response: HttpResponse): void | Promise<void>;
  /** Answers a request that came whole, in one piece; `undefined` says that `handle` has to. */
  answer?(request: WholeRequest): Promise<WholeAnswer> | undefined;
}

/** A door for whole HTTP/2 streams (gRPC), asked before the others on h2 connections. */
export interface StreamDoor {
  readonly name: string;
  readonly pages: Pages;
  accepts(headers: IncomingHttpHeaders): boolean;
  refuse(stream: ServerHttp2Stream, turned: Turned): void;
  handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
}
