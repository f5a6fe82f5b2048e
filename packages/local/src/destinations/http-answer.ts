// The answer to a request, read from the connection that the request has for itself, piece by piece (RFC 9112). Interim
// answers (100, 103) are passed over. Refuses what is no answer of HTTP/1, and a head as large as Node's own client
// refuses it.
import { maxHeaderSize as HEAD_MAX_BYTES } from 'node:http';

export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  /** As they came: each name with its values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** Hears of an answer as it comes. */
export interface AnswerListener {
  head(head: AnswerHead): void;
  body(piece: Buffer): void;
}

/** Thrown for what is no answer of HTTP/1. */
class MalformedAnswer extends Error {}

/** Reading that waits for the next piece at each `yield`. */
type Reading<Result> = Generator<undefined, Result, Buffer>;

/**
 * Reads one answer: `next()` once, then `next(piece)` for each piece that comes, until it is `done`. One that ends with
 * its connection is never done.
 * @throws MalformedAnswer
 */
export function* readAnswer(method: string, listener: AnswerListener): Reading<void> {
  const incoming = new Incoming();
  let head: AnswerHead;
  do head = yield* readHead(incoming);
  while (head.status < 200 && head.status !== 101);
  const length = lengthOf(head, method);
  listener.head(head);
  if (length !== 'chunked') return yield* readBody(incoming, length, listener);
  for (let size = yield* readChunkSize(incoming); size > 0; size = yield* readChunkSize(incoming)) {
    yield* readBody(incoming, size, listener);
    if ((yield* incoming.line()) !== '') throw new MalformedAnswer('A chunk of the answer does not end where it says.');
  }
  while ((yield* incoming.line()) !== '');
}

/** What every answer begins with. */
const START = 'HTTP/1.';
/** `HTTP/1.1 200 OK`; a server may leave the words out, and the blank before them. */
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: (.*))?$/;
/** `Name: value`, and the name is a token. */
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*(.*?)[\t ]*$/;

function* readHead(incoming: Incoming): Reading<AnswerHead> {
  const [first = '', ...lines] = yield* incoming.head();
  const [matched, status, statusText = ''] = STATUS_LINE.exec(first) ?? [];
  if (matched === undefined) throw noAnswer(first);
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value = ''] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) throw new MalformedAnswer(`A header of the answer is malformed: ${quote(line)}.`);
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return { status: Number(status), statusText, headers: Object.fromEntries(headers) };
}

/** The values of a header, whatever the case of its name. */
function valuesIn({ headers }: AnswerHead, name: string): readonly string[] {
  return Object.entries(headers).flatMap(([given, values]) => (given.toLowerCase() === name ? values : []));
}

/** The value of a header: of several, the first. */
export function headerIn(head: AnswerHead, name: string): string | undefined {
  return valuesIn(head, name)[0];
}

/** How long the body is, in bytes; as long as the connection, if nothing says so. Source: RFC 9112, section 6.3. */
function lengthOf(head: AnswerHead, method: string): number | 'chunked' {
  const encoding = valuesIn(head, 'transfer-encoding').join();
  const length = headerIn(head, 'content-length');
  if (length !== undefined && !/^\d+$/.test(length)) {
    throw new MalformedAnswer(`The answer's Content-Length is no number: ${quote(length)}.`);
  }
  if (method === 'HEAD' || head.status === 101 || head.status === 204 || head.status === 304) return 0;
  if (encoding !== '') return /(?:^|,)[\t ]*chunked$/i.test(encoding) ? 'chunked' : Number.POSITIVE_INFINITY;
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length);
}

function* readChunkSize(incoming: Incoming): Reading<number> {
  const line = yield* incoming.line();
  const [, size] = /^([\da-f]+)[\t ]*(?:;.*)?$/i.exec(line) ?? [];
  if (size === undefined) throw new MalformedAnswer(`A chunk of the answer has no size: ${quote(line)}.`);
  return Number.parseInt(size, 16);
}

function* readBody(incoming: Incoming, length: number, { body }: AnswerListener): Reading<void> {
  for (let left = length; left > 0; ) {
    const piece = yield* incoming.piece(left);
    left -= piece.length;
    body(piece);
  }
}

const NOTHING: Buffer = Buffer.alloc(0);

/** What comes on a connection, as far as it is there. */
class Incoming {
  #held = NOTHING;

  /** The lines of a head. */
  *head(): Reading<string[]> {
    for (;;) {
      const text = this.#held.toString('latin1', 0, HEAD_MAX_BYTES);
      if (!text.startsWith(START.slice(0, text.length))) throw noAnswer(text.split('\n', 1).join());
      const end = /\r?\n\r?\n/.exec(text);
      if (end) {
        this.#held = this.#held.subarray(end.index + end[0].length);
        return text.slice(0, end.index).split(/\r?\n/);
      }
      yield* this.#more();
    }
  }

  /** The next line, without its end. */
  *line(): Reading<string> {
    for (;;) {
      const end = this.#held.indexOf('\n');
      if (end >= 0) {
        const line = this.#held.toString('latin1', 0, end);
        this.#held = this.#held.subarray(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      yield* this.#more();
    }
  }

  *#more(): Reading<void> {
    if (this.#held.length >= HEAD_MAX_BYTES) {
      throw new MalformedAnswer(`The head of the answer is larger than ${HEAD_MAX_BYTES} bytes.`);
    }
    this.#held = Buffer.concat([this.#held, yield]);
  }

  /** The next bytes, as many as are there and at most `max`. */
  *piece(max: number): Reading<Buffer> {
    const held = this.#held.length > 0 ? this.#held : yield;
    this.#held = held.subarray(max);
    return held.subarray(0, max);
  }
}

function noAnswer(line: string): MalformedAnswer {
  return new MalformedAnswer(`The answer does not begin as one of HTTP/1: ${quote(line.trimEnd())}.`);
}

/** The beginning of a line, for a sentence. */
function quote(line: string): string {
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line);
}
