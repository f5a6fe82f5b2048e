// The bytes of objects and parts. What is small stands in its row; what is larger, in files of a temporary folder of
// this machine, which is made with the first file and goes with the cloud. Nothing is ever held whole in memory.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  /** Keeps the bytes of a stream. What it threw is thrown on, and nothing is kept then. */
  async write(stream: AsyncIterable<Uint8Array>): Promise<Piece> {
    const held: Uint8Array[] = [];
    let sizeBytes = 0;
    const source = stream[Symbol.asyncIterator]();
    for (let next = await source.next(); !next.done; next = await source.next()) {
      held.push(next.value);
      sizeBytes += next.value.byteLength;
      if (sizeBytes > IN_ROW_MAX_BYTES) return this.#writeFile(held, source);
    }
    if (sizeBytes + this.#inRowsBytes > IN_ROWS_MAX_BYTES) return this.#writeFile(held, source);
    this.#inRowsBytes += sizeBytes;
    return { sizeBytes, text: Buffer.concat(held, sizeBytes).toString('latin1') };
  }

  /** Keeps the bytes of an upload for what `use` makes of them; when it refuses them, they go again. */
  async keep<Result>(
    { bytes, received }: Receiving,
    use: (content: Piece, received: Received) => Promise<Result>,
  ): Promise<Result> {
    const content = await this.write(bytes);
    try {
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

  /** Bytes `start` to `end`, `end` not among them, of the pieces one after the other. */
  async *read(pieces: readonly Piece[], start = 0, end = sizeOf(pieces)): AsyncIterable<Uint8Array> {
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
      if (file === undefined) this.#inRowsBytes -= sizeBytes;
      else await rm(file, { force: true });
    }
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    const folder = this.#folder;
    this.#folder = undefined;
    this.#inRowsBytes = 0;
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
