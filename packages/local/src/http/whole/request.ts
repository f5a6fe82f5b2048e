// A request that came whole, as clients send nearly every call: over HTTP/1.1, its head in one piece, with a body of a
// told length or none. Reading it takes a tenth of what Node's HTTP server takes (`npm run bench -- put-events`).
// Whatever has anything more to it, and be it a header that stands twice, is not read here at all: the connection is
// Node's then.
import { type IncomingHttpHeaders, maxHeaderSize } from 'node:http';
import type { Socket } from 'node:net';
import type { WireRequest } from '@earwitness/protocol/internal/aws/wire';
import { ownText } from './own-text.ts';

/** Whom a request is from. */
type Sender = Pick<Socket, 'remoteAddress'>;

interface Head {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names as sent and values, by turns. */
  readonly rawHeaders: readonly string[];
}

export class WholeRequest implements WireRequest {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: string;
  readonly httpVersion = '1.1';
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
  readonly socket: Sender;
  #isGone = false;
  #tell: (() => void) | undefined;

  constructor({ method, url, headers, rawHeaders }: Head, bytes: Buffer, socket: Sender) {
    const mark = url.indexOf('?');
    this.method = method;
    this.url = url;
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? '' : url.slice(mark + 1);
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.bytes = bytes;
    this.socket = socket;
  }

  text(): string {
    return this.bytes.toString('utf8');
  }

  /** Whether the caller wants no further answer on this connection. */
  get isLast(): boolean {
    return this.headers.connection?.toLowerCase() === 'close';
  }

  /** Calls `tell` when the caller goes away before it has its answer. */
  whenGone(tell: () => void): void {
    if (this.#isGone) tell();
    else this.#tell = tell;
  }

  /** The caller went away. */
  leave(): void {
    this.#isGone = true;
    this.#tell?.();
  }
}

const END = '\r\n\r\n';
/**
 * A head as nearly all are, without its empty line: header names without underscores, no tab or folding, nothing beyond
 * ASCII.
 */
const HEAD = /^(GET|POST|PUT|PATCH|DELETE) (\/[!-~]*) HTTP\/1\.1\r\n((?:[A-Za-z0-9-]+:[ -~]*\r\n)+)$/;
/** Ours: below a megabyte. */
const LENGTH = /^\d{1,6}$/;
/** Methods whose requests may say nothing of a body, and have none then. Source: RFC 9110, section 8.6. */
const WITHOUT_BODY = new Set(['GET', 'DELETE']);

/** A request and where it ends; without the request when the rest of its body is still to come. */
export interface ReadRequest {
  readonly request?: WholeRequest;
  readonly end: number;
}

/** The request that bytes begin with; `undefined` when their head is not whole, or has more to it. */
export function readWhole(piece: Buffer, sender: Sender): ReadRequest | undefined {
  const headEnd = piece.indexOf(END);
  const isWhole = headEnd >= 0 && headEnd <= maxHeaderSize;
  const head = isWhole ? parseHead(piece.toString('latin1', 0, headEnd + 2)) : undefined;
  if (!head || !isPlain(head)) return undefined;
  const begin = headEnd + END.length;
  const end = begin + Number(head.headers['content-length'] ?? 0);
  return end > piece.length ? { end } : { request: new WholeRequest(head, piece.subarray(begin, end), sender), end };
}

function parseHead(text: string): Head | undefined {
  const [, method = '', url = '', lines] = HEAD.exec(text) ?? [];
  if (lines === undefined) return undefined;
  const headers: IncomingHttpHeaders = {};
  const rawHeaders: string[] = [];
  for (const line of lines.slice(0, -2).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const lower = name.toLowerCase();
    // What every object has (`constructor`) counts as there, too.
    if (headers[lower] !== undefined) return undefined;
    const value = line.slice(colon + 1).trim();
    headers[lower] = value;
    rawHeaders.push(name, value);
  }
  // The journal keeps paths.
  return { method, url: ownText(url), headers, rawHeaders };
}

function isPlain({ method, headers }: Head): boolean {
  const { host, connection = 'keep-alive', expect, upgrade, 'content-length': length } = headers;
  return (
    host !== undefined &&
    (length === undefined ? WITHOUT_BODY.has(method) : LENGTH.test(length)) &&
    headers['transfer-encoding'] === undefined &&
    expect === undefined &&
    upgrade === undefined &&
    /^(?:keep-alive|close)$/i.test(connection)
  );
}
