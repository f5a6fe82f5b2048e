// The framing "aws-chunked", in which SDKs send a body whose length or checksum they learn while they send it:
//
//   5;chunk-signature=…\r\nhello\r\n0;chunk-signature=…\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n
//
// Each chunk has its size (hexadecimal) and, when signed, its signature, which is not verified here; behind the empty
// chunk come the trailers. Bytes of chunks are handed on as they came: pieces of the input's own buffers, nothing is
// copied.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

/** What came behind the last chunk: values by names in lower case. */
export type Trailers = ReadonlyMap<string, string>;

/** Longest line of the framing, and most bytes of trailers: ours. */
const LINE_MAX_BYTES = 8 * 1024;

const CR = 13;
const LF = 10;

/**
 * The bytes inside the framing, then (as the generator's return value) the trailers.
 * @throws ServiceError `IncompleteBody` when the framing is cut off or broken, `MalformedTrailerError`.
 */
export async function* decodeAwsChunked(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, Trailers> {
  const trailers = new Map<string, string>();
  const header = new Line();
  let leftBytes = 0;
  // A header is awaited, then a chunk's bytes, then the line's end behind them; behind the empty chunk only lines come.
  let place: 'header' | 'bytes' | 'end' | 'trailers' = 'header';
  let trailerBytes = 0;

  for await (const piece of body) {
    let at = 0;
    while (at < piece.length) {
      if (place === 'bytes') {
        const end = Math.min(piece.length, at + leftBytes);
        yield at === 0 && end === piece.length ? piece : piece.subarray(at, end);
        leftBytes -= end - at;
        at = end;
        if (leftBytes === 0) place = 'end';
        continue;
      }
      const before = at;
      at = header.take(piece, at);
      if (place === 'trailers') {
        trailerBytes += at - before;
        if (trailerBytes > LINE_MAX_BYTES) throw malformedTrailer();
      }
      const line = header.finished();
      if (line === undefined) continue;
      if (place === 'trailers') addTrailer(trailers, line);
      else if (place === 'end') {
        if (line !== '') throw incompleteBody();
        place = 'header';
      } else {
        leftBytes = parseSize(line);
        place = leftBytes === 0 ? 'trailers' : 'bytes';
      }
    }
  }
  if (place !== 'trailers') throw incompleteBody();
  const rest = header.rest();
  if (rest !== '') addTrailer(trailers, rest);
  return trailers;
}

/** A line that may come in several pieces. It ends with a line feed; a carriage return before it is not part of it. */
class Line {
  #text = '';
  #isFinished = false;

  /** Reads on from a place, at most to the end of the line; the place behind what was read. */
  take(piece: Uint8Array, from: number): number {
    const found = piece.indexOf(LF, from);
    const end = found < 0 ? piece.length : found;
    if (this.#text.length + end - from > LINE_MAX_BYTES) throw incompleteBody();
    this.#text += Buffer.from(piece.buffer, piece.byteOffset + from, end - from).toString('latin1');
    this.#isFinished = found >= 0;
    return found < 0 ? end : found + 1;
  }

  /** The line, when its end has come: the next one begins. */
  finished(): string | undefined {
    return this.#isFinished ? this.rest() : undefined;
  }

  rest(): string {
    const text = this.#text;
    this.#text = '';
    this.#isFinished = false;
    return text.charCodeAt(text.length - 1) === CR ? text.slice(0, -1) : text;
  }
}

function parseSize(line: string): number {
  const [, hex] = /^([0-9a-f]{1,12})(?:;.*)?$/i.exec(line) ?? [];
  if (hex === undefined) throw incompleteBody();
  return Number.parseInt(hex, 16);
}

/** Blank lines close the trailers, and some clients send one more before the trailers' signature: they say nothing. */
function addTrailer(trailers: Map<string, string>, line: string): void {
  if (line === '') return;
  const colon = line.indexOf(':');
  if (colon < 1) throw malformedTrailer();
  trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}

/** The refusal of a body that ended before its time, or whose framing or length is not what was announced. */
export function incompleteBody(): ServiceError {
  return new ServiceError('IncompleteBody', 'The request body terminated unexpectedly', { status: 400 });
}

/** The refusal of trailers that cannot be read, or are not those that were announced. */
export function malformedTrailer(): ServiceError {
  const message =
    'The request contained trailing data that was not well-formed or did not conform to our published schema.';
  return new ServiceError('MalformedTrailerError', message, { status: 400 });
}
