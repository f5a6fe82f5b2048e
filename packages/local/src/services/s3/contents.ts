// The bytes of objects and parts. What is small stands in its row; what is larger is a body of the backbone. Nothing is
// ever held whole in memory.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Bodies, BodiesCleared } from '../../backbone/bodies.ts';
import { noSuchBucket } from './refusals.ts';
import type { Received, Receiving } from './upload/receive.ts';

/** Bytes in a row. */
export interface Piece {
  readonly sizeBytes: number;
  /** The bytes, one a character (latin1). */
  readonly text?: string;
  /** Id of the body that has them. */
  readonly body?: string;
}

/** Ours: bytes that stand in a row. */
const IN_ROW_MAX_BYTES = 32 * 1024;
/** Ours: bytes that stand in rows together; beyond them every piece is a body. */
const IN_ROWS_MAX_BYTES = 64 * 1024 * 1024;

export class Contents {
  readonly #bodies: Bodies;
  #inRowsBytes = 0;
  /** Grows when everything is forgotten: what is still being written then belongs to what is gone. */
  #life = 0;

  constructor(bodies: Bodies) {
    this.#bodies = bodies;
  }

  /** Keeps the bytes of a stream. What it threw is thrown on, and nothing is kept then. */
  async write(stream: AsyncIterable<Uint8Array>): Promise<Piece> {
    const held: Uint8Array[] = [];
    let sizeBytes = 0;
    const source = stream[Symbol.asyncIterator]();
    let isDone = false;
    try {
      for (let next = await source.next(); !next.done; next = await source.next()) {
        held.push(next.value);
        sizeBytes += next.value.byteLength;
        if (sizeBytes > IN_ROW_MAX_BYTES) {
          // Who takes it lets go of it.
          isDone = true;
          return await this.#writeBody(held, source);
        }
      }
      isDone = true;
    } finally {
      // Whoever stops in the middle lets go of what it reads.
      if (!isDone) await source.return?.();
    }
    if (sizeBytes + this.#inRowsBytes > IN_ROWS_MAX_BYTES) return this.#writeBody(held, source);
    this.#inRowsBytes += sizeBytes;
    return { sizeBytes, text: Buffer.concat(held, sizeBytes).toString('latin1') };
  }

  /**
   * Keeps the bytes of an upload for what `use` makes of them; when it refuses them, they go again. An upload that was
   * on its way when everything was forgotten is for a bucket that is gone, also when there is one of that name again.
   * @throws ServiceError `NoSuchBucket`, and what `use` throws
   */
  async keep<Result>(
    bucket: string,
    { bytes, received }: Receiving,
    use: (content: Piece, received: Received) => Promise<Result>,
  ): Promise<Result> {
    const life = this.#life;
    const content = await this.write(bytes).catch((error) => {
      const isForgotten = error instanceof BodiesCleared || (this.#life !== life && !(error instanceof ServiceError));
      throw isForgotten ? noSuchBucket(bucket) : error;
    });
    try {
      if (this.#life !== life) throw noSuchBucket(bucket);
      return await use(content, received());
    } catch (error) {
      await this.remove([content]);
      throw error;
    }
  }

  async #writeBody(held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): Promise<Piece> {
    const { id: body, sizeBytes } = await this.#bodies.write(chained(held, rest));
    return { sizeBytes, body };
  }

  /**
   * Bytes `start` to `end`, `end` not among them, of the pieces one after the other. They stay until they are read,
   * also when the object is overwritten or deleted meanwhile: who does not read them to the end has to call `return`.
   */
  read(pieces: readonly Piece[], start = 0, end = sizeOf(pieces)): AsyncIterableIterator<Uint8Array> {
    // All are begun at once, so that all stay.
    const readings: AsyncIterableIterator<Uint8Array>[] = [];
    let at = 0;
    for (const piece of pieces) {
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.sizeBytes)];
      at += piece.sizeBytes;
      if (from < to) readings.push(this.#readPiece(piece, from, to));
    }
    let isOver = false;
    const leave = async () => {
      isOver = true;
      for (const reading of readings.splice(0)) await reading.return?.();
    };
    return {
      async next() {
        try {
          for (let reading = readings[0]; reading && !isOver; reading = readings[0]) {
            const next = await reading.next();
            if (!next.done) return next;
            readings.shift();
          }
          return { done: true, value: undefined };
        } catch (error) {
          await leave();
          throw error;
        }
      },
      async return() {
        await leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #readPiece({ sizeBytes, text = '', body }: Piece, from: number, to: number): AsyncIterableIterator<Uint8Array> {
    return body === undefined ? once(text.slice(from, to)) : this.#bodies.read({ id: body, sizeBytes }, from, to);
  }

  async remove(pieces: readonly Piece[]): Promise<void> {
    for (const { sizeBytes, body } of pieces) {
      // What was kept by another node, or before everything was forgotten, is not counted here.
      if (body === undefined) this.#inRowsBytes = Math.max(0, this.#inRowsBytes - sizeBytes);
      else await this.#bodies.remove(body);
    }
  }

  /** The backbone has forgotten everything, or is about to. */
  reset(): void {
    this.#inRowsBytes = 0;
    this.#life++;
  }
}

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

async function* once(latin1: string): AsyncGenerator<Uint8Array, undefined> {
  yield Buffer.from(latin1, 'latin1');
}

/** Written out: a generator would cost a turn more a chunk. */
function chained(held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  let at = 0;
  return {
    async next() {
      const value = held[at++];
      return value ? { done: false, value } : rest.next();
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
