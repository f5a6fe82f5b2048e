// The bytes of objects and parts. What is small stands in its row; what is larger, in files of a temporary folder of
// this machine, which is made with the first file and goes with the cloud. Nothing is ever held whole in memory.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { noSuchBucket } from './refusals.ts';
import type { Received, Receiving } from './upload/receive.ts';

/** Bytes in a row. */
export interface Piece {
  readonly sizeBytes: number;
  /** The bytes, one a character (latin1). */
  readonly text?: string;
  /** Absolute path of the file that has them. */
  readonly file?: string;
}

/** Ours: bytes that stand in a row. */
const IN_ROW_MAX_BYTES = 32 * 1024;
/** Ours: bytes that are written to a file at once; a write costs as much as hashing what a socket gives at once. */
const WRITE_BYTES = 1024 * 1024;
/** Ours: bytes that are read of a file at once; a quarter of what reading by Node's 64 KB costs. */
const READ_BYTES = 512 * 1024;
/** Ours: bytes that stand in rows together; beyond them every piece is a file. */
const IN_ROWS_MAX_BYTES = 64 * 1024 * 1024;

export class Contents {
  #folder: Promise<string> | undefined;
  #inRowsBytes = 0;
  /** Grows when everything is forgotten: what is still being written then belongs to what is gone. */
  #life = 0;
  /** How many read a file; it goes when the last of them is done. */
  readonly #readers = new Map<string, number>();
  /** Files that are no longer needed, but are still read. */
  readonly #unneeded = new Set<string>();

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
          const piece = await this.#writeFile(held, source);
          isDone = true;
          return piece;
        }
      }
      isDone = true;
    } finally {
      // Whoever stops in the middle lets go of what it reads.
      if (!isDone) await source.return?.();
    }
    if (sizeBytes + this.#inRowsBytes > IN_ROWS_MAX_BYTES) return this.#writeFile(held, source);
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
      throw this.#life === life || error instanceof ServiceError ? error : noSuchBucket(bucket);
    });
    try {
      if (this.#life !== life) throw noSuchBucket(bucket);
      return await use(content, received());
    } catch (error) {
      await this.remove([content]);
      throw error;
    }
  }

  async #writeFile(held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): Promise<Piece> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'earwitness-s3-')).catch((error) => {
      this.#folder = undefined;
      throw error;
    });
    const file = join(await this.#folder, randomUUID());
    const handle = await open(file, 'wx');
    let sizeBytes = 0;
    let waiting = [...held];
    let waitingBytes = sumOf(held);
    const flush = async () => {
      await writeAll(handle, waiting);
      sizeBytes += waitingBytes;
      waiting = [];
      waitingBytes = 0;
    };
    try {
      for (let next = await rest.next(); !next.done; next = await rest.next()) {
        waiting.push(next.value);
        waitingBytes += next.value.byteLength;
        if (waitingBytes >= WRITE_BYTES) await flush();
      }
      await flush();
    } catch (error) {
      await handle.close();
      await rm(file, { force: true });
      throw error;
    }
    await handle.close();
    return { sizeBytes, file };
  }

  /**
   * Bytes `start` to `end`, `end` not among them, of the pieces one after the other. They stay until they are read,
   * also when the object is overwritten or deleted meanwhile: who does not read them to the end has to call `return`.
   */
  read(pieces: readonly Piece[], start = 0, end = sizeOf(pieces)): AsyncIterableIterator<Uint8Array> {
    const files = pieces.flatMap(({ file }) => file ?? []);
    for (const file of files) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    let isReleased = false;
    const release = async () => {
      if (isReleased) return;
      isReleased = true;
      for (const file of files) await this.#leave(file);
    };
    const bytes = this.#readPieces(pieces, start, end);
    return {
      async next() {
        try {
          const next = await bytes.next();
          if (next.done) await release();
          return next;
        } catch (error) {
          await release();
          throw error;
        }
      },
      async return() {
        await bytes.return(undefined);
        await release();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #leave(file: string): Promise<void> {
    const left = (this.#readers.get(file) ?? 1) - 1;
    if (left > 0) return void this.#readers.set(file, left);
    this.#readers.delete(file);
    if (this.#unneeded.delete(file)) await rm(file, { force: true });
  }

  async *#readPieces(pieces: readonly Piece[], start: number, end: number): AsyncGenerator<Uint8Array, undefined> {
    let at = 0;
    for (const { sizeBytes, text = '', file } of pieces) {
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, sizeBytes)];
      at += sizeBytes;
      if (from >= to) continue;
      if (file === undefined) yield Buffer.from(text.slice(from, to), 'latin1');
      else yield* createReadStream(file, { start: from, end: to - 1, highWaterMark: READ_BYTES });
    }
  }

  async remove(pieces: readonly Piece[]): Promise<void> {
    for (const { sizeBytes, file } of pieces) {
      // What was kept by another node, or before everything was forgotten, is not counted here.
      if (file === undefined) this.#inRowsBytes = Math.max(0, this.#inRowsBytes - sizeBytes);
      else if (this.#readers.has(file)) this.#unneeded.add(file);
      else await rm(file, { force: true });
    }
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    const folder = this.#folder;
    this.#folder = undefined;
    this.#inRowsBytes = 0;
    this.#life++;
    this.#unneeded.clear();
    if (folder) await rm(await folder, { recursive: true, force: true });
  }
}

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

function sumOf(bytes: readonly Uint8Array[]): number {
  return bytes.reduce((total, { byteLength }) => total + byteLength, 0);
}

async function writeAll(handle: FileHandle, bytes: readonly Uint8Array[]): Promise<void> {
  if (bytes.length === 0) return;
  const { bytesWritten } = await handle.writev(bytes);
  // A disk that is full, or a signal, cuts a write short.
  if (bytesWritten < sumOf(bytes)) await handle.writeFile(Buffer.concat(bytes).subarray(bytesWritten));
}
