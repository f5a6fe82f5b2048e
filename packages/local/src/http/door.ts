// What stands behind the port: doors. The listener asks them in order; the first that accepts a request answers it.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2';

/** A request over HTTP/1.1 or HTTP/2 (compatibility API): `method`, `url`, `headers`, and a readable body. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** The two halves of what a request line asks for; the query without its question mark. */
export function targetOf(request: HttpRequest): { readonly path: string; readonly query: string } {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

export interface Door {
  readonly name: string;
  accepts(request: HttpRequest): boolean;
  /** Answers the request. What it throws is a fault: the listener answers 500 and writes it into the journal. */
  handle(request: HttpRequest, response: HttpResponse): void | Promise<void>;
}

/** A door for whole HTTP/2 streams (gRPC), asked before the others on h2 connections. */
export interface StreamDoor {
  readonly name: string;
  accepts(headers: IncomingHttpHeaders): boolean;
  handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
}
