// A connection as long as whole requests come on it, one after the other. With the first that is not one, or that
// nobody answers in one piece, it is handed over to Node's HTTP server for good, with what was read of it: between two
// requests nothing else has been sent.
import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import type { Timer } from '../../clock/clock.ts';
import { readWhole, type WholeRequest } from './request.ts';

/** An answer in one piece. */
export interface WholeAnswer {
  readonly status: number;
  /** Names in lower case; a header with several values stands on as many lines. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array;
}

/** Whether an answer may have a body. Source: RFC 9110, sections 15.3.5 and 15.4.5. */
export function hasBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

export interface WholeConnectionOptions {
  /** Answers a request; `undefined` when it has to be read by Node. */
  answer(request: WholeRequest): Promise<WholeAnswer> | undefined;
  /** What is sent instead of an answer that could not be made, or not be written. */
  fail(request: WholeRequest, error: unknown): WholeAnswer;
  /** Takes over what comes on the connection, which begins with these bytes. */
  handOver(socket: Socket, bytes: Buffer): void;
  /** Epoch ms, for `Date`. */
  now(): number;
  /** What clients are told of how long an idle connection stays. */
  readonly keepAliveMs: number;
  /** In real time. */
  setTimer(delayMs: number, run: () => void): Timer;
}

/** A request whose body has not all come. */
interface Begun {
  readonly pieces: Buffer[];
  missingBytes: number;
  readonly limit: Timer;
}

/** Ours: for how long a body is waited for. From then on Node waits, and refuses it after its `requestTimeout`. */
const BODY_MS = 10_000;

/** @returns what reads the connection from its first bytes on */
export function createWholeConnections(options: WholeConnectionOptions): (socket: Socket, first: Buffer) => void {
  const { answer, fail, now, keepAliveMs, setTimer } = options;
  const keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveMs / 1000}\r\n\r\n`;
  let dateSecond = 0;
  let date = '';

  function dateLine(): string {
    const second = Math.floor(now() / 1000);
    if (second !== dateSecond) {
      dateSecond = second;
      date = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
    }
    return date;
  }

  /**
   * @returns whether there is room for more
   * @throws what Node's server throws for a status or a header that cannot be written; nothing was sent then
   */
  function send(socket: Socket, { status, headers, body }: WholeAnswer, isLast: boolean): boolean {
    if (socket.destroyed) return false;
    if (!(status >= 100 && status < 1000)) throw new RangeError(`Invalid status code: ${status}`);
    const length = Buffer.byteLength(body);
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
    for (const name in headers) head += headerLines(name, headers[name] ?? '');
    if (hasBody(status)) head += `content-length: ${length}\r\n`;
    if (headers['date'] === undefined) head += dateLine();
    head += isLast ? 'Connection: close\r\n\r\n' : keepAlive;
    if (length === 0 || !hasBody(status)) return socket.write(head, 'latin1');
    if (typeof body !== 'string') return writeBoth(socket, head, body);
    // In ASCII both are the same bytes, and Latin-1 is written faster.
    return body.length === length ? socket.write(head + body, 'latin1') : writeBoth(socket, head, Buffer.from(body));
  }

  return (socket, first) => {
    let asked: WholeRequest | undefined;
    /** What came while an answer was made. */
    let held: Buffer | undefined;
    let begun: Begun | undefined;

    const take = (piece: Buffer) => {
      if (asked) {
        held = held ? Buffer.concat([held, piece]) : piece;
        socket.pause();
        return;
      }
      if (!begun) return read(piece);
      begun.pieces.push(piece);
      begun.missingBytes -= piece.length;
      if (begun.missingBytes <= 0) read(endOf(begun));
    };
    const endOf = ({ pieces, limit }: Begun) => {
      limit.cancel();
      begun = undefined;
      return Buffer.concat(pieces);
    };
    const read = (piece: Buffer) => {
      const whole = readWhole(piece, socket);
      if (whole && !whole.request) {
        const limit = setTimer(BODY_MS, () => begun && handOver(endOf(begun)));
        begun = { pieces: [piece], missingBytes: whole.end - piece.length, limit };
        return;
      }
      const answered = whole?.request && answer(whole.request);
      if (!whole?.request || !answered) return handOver(piece);
      asked = whole.request;
      if (whole.end < piece.length) held = piece.subarray(whole.end);
      void respond(whole.request, answered);
    };
    const respond = async (request: WholeRequest, answered: Promise<WholeAnswer>) => {
      const { isLast } = request;
      let isRoomLeft: boolean;
      try {
        isRoomLeft = send(socket, await answered, isLast);
      } catch (error) {
        isRoomLeft = send(socket, fail(request, error), isLast);
      }
      if (isLast) {
        socket.removeListener('close', leave);
        socket.destroySoon();
      } else if (isRoomLeft) next();
      else socket.once('drain', next);
    };
    const next = () => {
      asked = undefined;
      if (!held) return;
      const piece = held;
      held = undefined;
      read(piece);
      // What was handed over flows already.
      socket.resume();
    };
    const handOver = (bytes: Buffer) => {
      socket.removeListener('data', take);
      socket.removeListener('close', leave);
      options.handOver(socket, bytes);
    };
    const leave = () => {
      asked?.leave();
      begun?.limit.cancel();
    };
    socket.on('data', take);
    socket.once('close', leave);
    read(first);
  };
}

function headerLines(name: string, value: string | readonly string[]): string {
  if (typeof value !== 'string') return value.map((one) => headerLines(name, one)).join('');
  validateHeaderName(name);
  validateHeaderValue(name, value);
  return `${name}: ${value}\r\n`;
}

function writeBoth(socket: Socket, head: string, body: Uint8Array): boolean {
  socket.cork();
  socket.write(head, 'latin1');
  const isRoomLeft = socket.write(body);
  socket.uncork();
  return isRoomLeft;
}
