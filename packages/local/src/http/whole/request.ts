// A request that came whole, as SDKs send nearly every call that is no REST: `POST /` over HTTP/1.1, its head in one
// piece, with a body of a told length. Reading it takes a tenth of what Node's HTTP server takes (`npm run bench --
// put-events`). Whatever has anything more to it, and be it a header that stands twice, is not read here at all: the
// connection is Node's then.
import type { IncomingHttpHeaders } from 'node:http';
import type { WireRequest } from '@earwitness/protocol/internal/aws/wire';

export class WholeRequest implements WireRequest {
  readonly method = 'POST';
  readonly url = '/';
  readonly path = '/';
  readonly query = '';
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  #isGone = false;
  #tell: (() => void) | undefined;

  constructor(headers: IncomingHttpHeaders, bytes: Buffer) {
    this.headers = headers;
    this.bytes = bytes;
  }

  text(): string {
    return this.bytes.toString('utf8');
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

const START = 'POST / HTTP/1.1\r\n';
const END = '\r\n\r\n';
/** Header lines, each with its line break, as nearly all are: no underscore, no folding, nothing beyond ASCII. */
const LINES = /^(?:[A-Za-z0-9-]+:[\t -~]*\r\n)+$/;
/** Ours: below a megabyte. */
const LENGTH = /^\d{1,6}$/;

/** A request and where it ends; without the request when the rest of its body is still to come. */
export interface ReadRequest {
  readonly request?: WholeRequest;
  readonly end: number;
}

/** The request that bytes begin with; `undefined` when their head is not whole, or has more to it. */
export function readWhole(piece: Buffer): ReadRequest | undefined {
  if (piece.toString('latin1', 0, START.length) !== START) return undefined;
  const headEnd = piece.indexOf(END);
  const lines = headEnd < 0 ? '' : piece.toString('latin1', START.length, headEnd + 2);
  const headers = LINES.test(lines) ? parseLines(lines) : undefined;
  if (!headers || !isPlain(headers)) return undefined;
  const begin = headEnd + END.length;
  const end = begin + Number(headers['content-length']);
  return end > piece.length ? { end } : { request: new WholeRequest(headers, piece.subarray(begin, end)), end };
}

function parseLines(lines: string): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {};
  for (const line of lines.slice(0, -2).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    // What every object has (`constructor`) counts as there, too.
    if (headers[name] !== undefined) return undefined;
    headers[name] = line.slice(colon + 1).trim();
  }
  return headers;
}

function isPlain(headers: IncomingHttpHeaders): boolean {
  const { host, connection = 'keep-alive', expect, upgrade } = headers;
  return (
    host !== undefined &&
    LENGTH.test(headers['content-length'] ?? '') &&
    headers['transfer-encoding'] === undefined &&
    expect === undefined &&
    upgrade === undefined &&
    connection.toLowerCase() === 'keep-alive'
  );
}
