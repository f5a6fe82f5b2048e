// Bodies as files of a temporary folder of this machine, which is made with the first file and goes with the backbone.
// Nothing is ever held whole in memory.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bodies, BodiesCleared, type Body } from '../bodies.ts';

/** Ours: bytes that are written to a file at once; a write costs as much as hashing what a socket gives at once. */
const WRITE_BYTES = 1024 * 1024;
/** Ours: bytes that are read of a file at once; a quarter of what reading by Node's 64 KB costs. */
const READ_BYTES = 512 * 1024;

export class MemoryBodies implements Bodies {
  #folder: Promise<string> | undefined;
  /** Grows when everything is forgotten: what is still being written then belongs to what is gone. */
  #life = 0;
  /** How many read a file; it goes when the last of them is done. */
  readonly #readers = new Map<string, number>();
  /** Files that are no longer needed, but are still read. */
  readonly #unneeded = new Set<string>();

  /** The id is the file's path. */
  async write(stream: AsyncIterable<Uint8Array>): Promise<Body> {
    const life = this.#life;
    this.#folder ??= mkdtemp(join(tmpdir(), 'earwitness-bodies-')).catch((error) => {
      this.#folder = undefined;
      throw error;
    });
    const file = join(await this.#folder, randomUUID());
    const handle = await open(file, 'wx').catch((error) => {
      throw this.#life === life ? error : new BodiesCleared();
    });
    let sizeBytes = 0;
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const flush = async () => {
      await writeAll(handle, waiting);
      sizeBytes += waitingBytes;
      waiting = [];
      waitingBytes = 0;
    };
    try {
      for await (const bytes of stream) {
        waiting.push(bytes);
        waitingBytes += bytes.byteLength;
        if (waitingBytes >= WRITE_BYTES) await flush();
      }
      await flush();
      if (this.#life !== life) throw new BodiesCleared();
    } catch (error) {
      await handle.close();
      await rm(file, { force: true });
      throw error;
    }
    await handle.close();
    return { id: file, sizeBytes };
  }

  read({ id: file }: Body, start: number, end: number): AsyncIterableIterator<Uint8Array> {
    this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    let isReleased = false;
    const release = async () => {
      if (isReleased) return;
      isReleased = true;
      await this.#leave(file);
    };
    const bytes = readFile(file, start, end);
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

  async remove(file: string): Promise<void> {
    if (this.#readers.has(file)) this.#unneeded.add(file);
    else await rm(file, { force: true });
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    const folder = this.#folder;
    this.#folder = undefined;
    this.#life++;
    this.#unneeded.clear();
    if (folder) await rm(await folder, { recursive: true, force: true });
  }

  async #leave(file: string): Promise<void> {
    const left = (this.#readers.get(file) ?? 1) - 1;
    if (left > 0) return void this.#readers.set(file, left);
    this.#readers.delete(file);
    if (this.#unneeded.delete(file)) await rm(file, { force: true });
  }
}

async function* readFile(file: string, start: number, end: number): AsyncGenerator<Uint8Array, undefined> {
  if (start < end) yield* createReadStream(file, { start, end: end - 1, highWaterMark: READ_BYTES });
}

async function writeAll(handle: FileHandle, bytes: readonly Uint8Array[]): Promise<void> {
  if (bytes.length === 0) return;
  const { bytesWritten } = await handle.writev(bytes);
  // A disk that is full, or a signal, cuts a write short.
  const sizeBytes = bytes.reduce((total, { byteLength }) => total + byteLength, 0);
  if (bytesWritten < sizeBytes) await handle.writeFile(Buffer.concat(bytes).subarray(bytesWritten));
}
