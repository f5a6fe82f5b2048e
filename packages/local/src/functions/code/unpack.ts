// Unpacks a function's archive into a folder, entry by entry as a stream, so that neither the thread nor the memory is
// filled by what somebody uploads. Real bytes are counted, not those that the archive declares. What is not an archive,
// leads out of the folder or is larger than Lambda allows is refused with Lambda's sentence, and says behind it what
// was wrong and where.
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';

/**
 * Bytes of all files, of a function and its layers together.
 * Source: Lambda quotas, "Deployment package (.zip file archive) size" (250 MB unzipped, including layers).
 */
export const UNPACKED_MAX_BYTES = 262_144_000;

/** Ours: a path of this file system is longer in no case. */
const LINK_TARGET_MAX_BYTES = 4096;

/** The archive cannot be unpacked. The message is Lambda's. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

/**
 * Unpacks every entry below `folder`, which must be there and empty. On an error, what was written stays: the folder is
 * the caller's.
 * @returns the bytes of all files
 * @throws ZipError
 */
export async function unpackZip(bytes: Uint8Array, folder: string): Promise<number> {
  const { fromBufferPromise } = await import('yauzl');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const zip = await fromBufferPromise(buffer, { lazyEntries: true, strictFileNames: true });
    const unpacking = new Unpacking(zip, folder);
    await unpacking.run();
    return unpacking.bytes;
  } catch (error) {
    if (error instanceof ZipError || isOfTheMachine(error)) throw error;
    // Where on this machine it was unpacked is not said.
    throw broken((error instanceof Error ? error.message : String(error)).replaceAll(`${folder}/`, ''), error);
  }
}

/**
 * Bytes of all files, as the archive tells them without being unpacked. Unpacking it, the real ones are counted.
 * @throws ZipError
 */
export async function declaredBytes(bytes: Uint8Array): Promise<number> {
  const { fromBufferPromise } = await import('yauzl');
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      lazyEntries: true,
    });
    let sum = 0;
    for await (const { uncompressedSize } of zip.eachEntry()) sum += uncompressedSize;
    return sum;
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error), error);
  }
}

/** A disk that is full or cannot be written to is not the archive's fault. */
function isOfTheMachine(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EIO'].includes(String(code));
}

class Unpacking {
  readonly #zip: ZipFile;
  readonly #folder: string;
  readonly #made = new Set<string>();
  /** Made last, when no file can be written through one any more: path → target. */
  readonly #links = new Map<string, string>();
  #leftBytes = UNPACKED_MAX_BYTES;

  constructor(zip: ZipFile, folder: string) {
    this.#zip = zip;
    this.#folder = folder;
  }

  /** Of all files until now. */
  get bytes(): number {
    return UNPACKED_MAX_BYTES - this.#leftBytes;
  }

  async run(): Promise<void> {
    for await (const entry of this.#zip.eachEntry()) await this.#unpack(entry);
    // All folders are made before the first link: nothing is made through a link. What a link leads to, through others,
    // shows at the end.
    for (const path of this.#links.keys()) await this.#makeFolder(posix.dirname(path));
    for (const [path, target] of this.#links) await symlink(target, join(this.#folder, path));
    for (const path of this.#links.keys()) await this.#checkLink(path);
  }

  async #checkLink(path: string): Promise<void> {
    const place = await realpath(join(this.#folder, path)).catch((error: NodeJS.ErrnoException) => {
      // A link to nothing is never read.
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (place === undefined) return;
    if (isOutside(relative(await realpath(this.#folder), place)))
      throw broken(`link '${path}' leads out of the archive`);
  }

  async #unpack(entry: Entry): Promise<void> {
    const path = pathOf(entry);
    if (entry.fileName.endsWith('/')) return await this.#makeFolder(path);
    if (path === '.') throw broken(`entry '${entry.fileName}' has no name`);
    if (entry.isEncrypted()) throw broken(`entry '${path}' is encrypted`);
    if (entry.uncompressedSize > this.#leftBytes) throw tooLarge();
    if (isLink(entry)) return await this.#rememberLink(path, entry);
    await this.#makeFolder(posix.dirname(path));
    await pipeline(
      await this.#zip.openReadStreamPromise(entry),
      this.#checked(entry),
      createWriteStream(join(this.#folder, path), { mode: isExecutable(entry) ? 0o777 : 0o666 }),
    );
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#made.has(path)) return;
    await mkdir(join(this.#folder, path), { recursive: true });
    this.#made.add(path);
  }

  async #rememberLink(path: string, entry: Entry): Promise<void> {
    if (entry.uncompressedSize > LINK_TARGET_MAX_BYTES) throw broken(`the target of link '${path}' is too long`);
    const stream = (await this.#zip.openReadStreamPromise(entry)).pipe(this.#checked(entry));
    const target = Buffer.concat(await stream.toArray()).toString();
    const leadsTo = posix.normalize(posix.join(posix.dirname(path), target));
    if (target.startsWith('/') || target.includes('\0') || isOutside(leadsTo)) {
      throw broken(`link '${path}' leads out of the archive, to '${target}'`);
    }
    this.#links.set(path, target);
  }

  /** Lets an entry's bytes through as long as they are no more than Lambda allows, and those that were packed. */
  #checked({ fileName, crc32: expected }: Entry): Transform {
    let actual = 0;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#leftBytes -= chunk.length;
        actual = crc32(chunk, actual);
        done(this.#leftBytes < 0 ? tooLarge() : null, chunk);
      },
      flush: (done) => done(actual === expected ? null : broken(`entry '${fileName}' does not have its checksum`)),
    });
  }
}

function tooLarge(): ZipError {
  return new ZipError(`Unzipped size must be smaller than ${UNPACKED_MAX_BYTES} bytes`);
}

function broken(problem: string, cause?: unknown): ZipError {
  return new ZipError(`Could not unzip uploaded file. Please check your file, then try to upload again. (${problem})`, {
    cause,
  });
}

// yauzl refuses absolute paths, `..` and backslashes; `./` in front is common and means nothing.
function pathOf({ fileName }: Entry): string {
  if (/\p{Cc}/u.test(fileName)) throw broken(`entry ${JSON.stringify(fileName)} has a control character`);
  return posix.normalize(fileName).replace(/\/$/, '');
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../');
}

function isLink(entry: Entry): boolean {
  return (unixModeOf(entry) & 0o170000) === 0o120000;
}

/** By whom does not matter: there is one user here. */
function isExecutable(entry: Entry): boolean {
  return (unixModeOf(entry) & 0o111) !== 0;
}

/** It is in the upper half. Source: PKWARE's APPNOTE 4.4.15, and Info-ZIP's use of it. */
function unixModeOf({ externalFileAttributes }: Entry): number {
  return externalFileAttributes >>> 16;
}
