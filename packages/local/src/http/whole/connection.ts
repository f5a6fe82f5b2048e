// A connection as long as whole requests come on it, one after the other. With the first that is not one, or that
// nobody answers in one piece, it is handed over to Node's HTTP server for good, with what was read of it: between two
// requests nothing else has been sent.
import { STATUS_CODES, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import type { WireResponse } from '@earwitness/protocol/internal/aws/wire';
import { readWhole, type WholeRequest } from './request.ts';

/** An answer in one piece; its header names are in lower case. */
export type WholeAnswer = Pick<WireResponse, 'status' | 'body'> & {
  readonly headers: Readonly<Record<string, string>>;
};

export interface WholeConnectionOptions {
  /** Answers a request; `undefined` when it has to be read by Node. */
  answer(request: WholeRequest): Promise<WholeAnswer> | undefined;
  /** Takes over what comes on the connection, which begins with these bytes. */
  handOver(socket: Socket, bytes: Buffer): void;
  /** Epoch ms, for `Date`. */
  now(): number;
  /** What clients are told of how long an idle connection stays. */
  readonly keepAliveMs: number;
}

/** @returns what reads the connection from its first bytes on */
export function createWholeConnections(options: WholeConnectionOptions): (socket: Socket, first: Buffer) => void {
  const { answer, handOver, now, keepAliveMs } = options;
  const keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveMs / 1000}\r\n\r\n`;
  let dateSecond = 0;
  let date = '';

  function headEnd(): string {
    const second = Math.floor(now() / 1000);
    if (second !== dateSecond) {
      dateSecond = second;
      date = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
    }
    return date + keepAlive;
  }

  /** @returns whether there is room for more */
  function send(socket: Socket, { status, headers, body }: WholeAnswer): boolean {
    const length = Buffer.byteLength(body);
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
    for (const name in headers) {
      const value = headers[name] ?? '';
      validateHeaderValue(name, value);
      head += `${name}: ${value}\r\n`;
    }
    head += `content-length: ${length}\r\n${headEnd()}`;
    if (typeof body === 'string') {
      // In ASCII both are the same bytes, and Latin-1 is written faster.
      return body.length === length ? socket.write(head + body, 'latin1') : writeBoth(socket, head, Buffer.from(body));
    }
    return writeBoth(socket, head, body);
  }

  return (socket, first) => {
    let asked: WholeRequest | undefined;
    /** What came while an answer was made. */
    let held: Buffer | undefined;
    /** A request whose body has not all come. */
    let begun: { readonly pieces: Buffer[]; missingBytes: number } | undefined;

    const take = (piece: Buffer) => {
      if (asked) {
        held = held ? Buffer.concat([held, piece]) : piece;
        socket.pause();
        return;
      }
      if (!begun) return read(piece);
      begun.pieces.push(piece);
      begun.missingBytes -= piece.length;
      if (begun.missingBytes > 0) return;
      const { pieces } = begun;
      begun = undefined;
      read(Buffer.concat(pieces));
    };
    const read = (piece: Buffer) => {
      const whole = readWhole(piece);
      if (whole && !whole.request) {
        begun = { pieces: [piece], missingBytes: whole.end - piece.length };
        return;
      }
      const answered = whole?.request && answer(whole.request);
      if (!whole?.request || !answered) {
        socket.removeListener('data', take);
        socket.removeListener('close', leave);
        return handOver(socket, piece);
      }
      asked = whole.request;
      if (whole.end < piece.length) held = piece.subarray(whole.end);
      void answered.then((given) => {
        if (socket.destroyed) return;
        if (send(socket, given)) next();
        else socket.once('drain', next);
      });
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
    const leave = () => asked?.leave();
    socket.on('data', take);
    socket.once('close', leave);
    read(first);
  };
}

function writeBoth(socket: Socket, head: string, body: Uint8Array): boolean {
  socket.cork();
  socket.write(head, 'latin1');
  const isRoomLeft = socket.write(body);
  socket.uncork();
  return isRoomLeft;
}
