// The folder in which a cloud on one machine keeps its data. It has one owner at a time: whoever listens on the
// socket in it, which ends with its process, however that ends. A number says in which form things are stored.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FORMAT } from '../shared/backbone.ts';
import { BackboneError } from './problem.ts';

export interface DataFolder {
  readonly path: string;
  /** Another process may be its owner then. */
  release(): Promise<void>;
}

const MARK = 'earwitness.json';
/** Stands in every volume that was just made. */
const LOST_AND_FOUND = 'lost+found';
/** Ours: a process that takes a folder needs less; older is left over from one that was killed. */
const TAKING_MS = 10_000;
/** Ours: an owner that does not say who it is by then stands still; it is the owner nevertheless. */
const ANSWER_MS = 2000;
/** Bytes of a socket's path. Source: unix(7), sun_path, less on macOS: 104 with the zero. */
const SOCKET_PATH_MAX = 100;

/** @throws BackboneError when it is somebody else's, or cannot be used */
export async function takeDataFolder(
  given: string,
  { answerMs = ANSWER_MS }: { readonly answerMs?: number } = {},
): Promise<DataFolder> {
  const path = await makeFolder(given);
  await checkMark(path);
  const taking = join(path, 'taking');
  await begin(taking, path);
  try {
    const socket = socketOf(path);
    const owner = await ownerOf(socket, answerMs);
    if (owner !== undefined) throw inUse(path, owner);
    if (process.platform !== 'win32') await rm(socket, { force: true });
    const listener = createServer((connection) => {
      connection.on('error', () => {});
      connection.end(String(process.pid));
    });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen(socket, resolve);
    }).catch((error: unknown) => {
      throw new BackboneError(`data: the socket '${socket}' cannot be made.`, error);
    });
    return {
      path,
      release: () => new Promise((resolve) => void listener.close(() => resolve())),
    };
  } finally {
    await rmdir(taking).catch(() => {});
  }
}

/** One after the other: Node's own recursive `mkdir` does not come to an end in /proc, which takes no folders. */
async function makeFolder(given: string): Promise<string> {
  for (const path of await missingFolders(resolve(given))) {
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST'))
        throw new BackboneError(
          `data: the folder '${path}' cannot be made (${reasonOf(error)}). Expected is a place where this user may make folders.`,
          error,
        );
    });
  }
  return realpath(given);
}

/** The folder, and those above it, that are not there; the highest first. @throws BackboneError for a file */
async function missingFolders(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new BackboneError(`data: the folder '${path}' cannot be looked at (${reasonOf(error)}).`, error);
  });
  if (found?.isDirectory()) return [];
  if (found) throw new BackboneError(`data: '${path}' is a file. Expected is a folder, or a name that is free.`);
  return [...(await missingFolders(dirname(path))), path];
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Marks a folder that is empty; one with other things in it, or of another format, is refused. */
async function checkMark(path: string): Promise<void> {
  const mark = join(path, MARK);
  const text = await readFile(mark, 'utf8').catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw unreadable(mark, error);
    return undefined;
  });
  if (text === undefined) {
    const found = await readdir(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    const other = found.find((name) => name !== LOST_AND_FOUND);
    if (other !== undefined) {
      throw new BackboneError(
        `data: the folder '${path}' has other things in it ('${other}'). Expected is an empty folder, a new one, or one that Earwitness has made.`,
      );
    }
    await writeFile(mark, `${JSON.stringify({ format: FORMAT })}\n`, { mode: 0o600 }).catch((error: unknown) => {
      throw unwritable(path, error);
    });
    return;
  }
  const format = formatIn(text);
  if (format === FORMAT) return;
  throw new BackboneError(
    `data: the folder '${path}' is stored in format ${format}, and this version of Earwitness has format ${FORMAT}. Use the version that wrote it, or another folder.`,
  );
}

function unreadable(path: string, error: unknown): BackboneError {
  return new BackboneError(`data: '${path}' cannot be read (${reasonOf(error)}).`, error);
}

function unwritable(path: string, error: unknown): BackboneError {
  return new BackboneError(
    `data: the folder '${path}' cannot be written to (${reasonOf(error)}). Expected is one that this user may write to.`,
    error,
  );
}

function formatIn(text: string): string | number {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'format' in value && typeof value.format === 'number')
      return value.format;
  } catch {
    // Said as what it is.
  }
  return `'${text.trim().slice(0, 40)}'`;
}

/** One process at a time looks whether there is an owner, and becomes it. */
async function begin(taking: string, path: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await mkdir(taking);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw unwritable(path, error);
      if (attempt > 0) throw inUse(path, undefined, error);
      const { mtimeMs } = await stat(taking).catch(() => ({ mtimeMs: 0 }));
      const { mtimeMs: nowMs } = await touched(path);
      if (nowMs - mtimeMs < TAKING_MS) throw inUse(path, undefined, error);
      await rmdir(taking).catch(() => {});
    }
  }
}

/** The file system's own time. */
async function touched(path: string): Promise<{ readonly mtimeMs: number }> {
  const probe = join(path, `probe-${process.pid}`);
  await writeFile(probe, '');
  const found = await stat(probe);
  await rm(probe, { force: true });
  return found;
}

function inUse(path: string, owner: string | undefined, cause?: unknown): BackboneError {
  const who = !owner ? 'Another process' : `Process ${owner}`;
  return new BackboneError(
    `data: ${who} has the folder '${path}' now. End it, use another folder, or let both share a NATS server of your own: --backbone nats://HOST:4222.`,
    cause,
  );
}

function socketOf(path: string): string {
  const name = `earwitness-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const inside = join(path, 'owner.sock');
  return Buffer.byteLength(inside) <= SOCKET_PATH_MAX ? inside : join(tmpdir(), `${name}.sock`);
}

/** The process id of whoever listens there, empty when it does not say it; undefined: nobody listens. */
function ownerOf(socket: string, answerMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const connection = connect({ path: socket, timeout: answerMs });
    connection.on('data', (data) => {
      said += data.toString();
    });
    connection.once('end', () => resolve(said));
    connection.once('error', (error: NodeJS.ErrnoException) => {
      const isNobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      resolve(isNobody ? undefined : '');
    });
    connection.once('timeout', () => {
      resolve('');
      connection.destroy();
    });
  });
}
