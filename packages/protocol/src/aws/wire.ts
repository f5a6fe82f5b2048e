// A request and an answer as they stand on the wire, and what a codec does between them and an operation. Pure: the
// HTTP door fills in a WireRequest and sends a WireResponse; nothing here knows sockets.
import type { ServiceError } from './errors.ts';
import type { ServiceModel } from './model.ts';

export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query string. */
  readonly path: string;
  /** Still percent-encoded, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly bytes: Uint8Array;
  /** The body as UTF-8 text. */
  text(): string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The header that tells the body's CRC-32: whoever sends the answer writes it. */
  readonly checksumHeader?: string;
  /** What follows the body as it comes: of an event stream, its messages. */
  readonly pieces?: AsyncIterable<Uint8Array>;
}

/** An operation's name as the request gave it, known or not, and its input as the model shapes it. */
export interface DecodedCall {
  readonly operation: string;
  readonly input: unknown;
}

/** One AWS protocol. */
export interface Codec {
  /** @throws ServiceError when the request is not well formed or names no operation. */
  decode(model: ServiceModel, request: WireRequest): DecodedCall;
  encodeOutput(model: ServiceModel, operation: string, output: unknown, requestId: string): WireResponse;
  encodeError(model: ServiceModel, error: ServiceError, requestId: string): WireResponse;
}

/** The first value of a header, `undefined` when the request has none. */
export function headerOf(request: Pick<WireRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'object' ? value[0] : value;
}
