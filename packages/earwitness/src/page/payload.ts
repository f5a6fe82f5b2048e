// Where a page had to cut a value of the closest event, the whole event lies in a file that the page names: in
// node_modules/.cache, where tools keep what may be deleted, or else among the system's temporary files. Only the
// newest stay. Secrets are left out here as well.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Message } from '../event.ts';
import { redact } from '../expectation/print.ts';

/** How many stay. Ours. */
const KEPT = 20;

/**
 * Writes a message to a file of its own.
 * @returns its path; undefined when it could not be written, for a page must come out
 */
export async function keepPayload(message: Message, directory = process.cwd()): Promise<string | undefined> {
  const modules = join(directory, 'node_modules');
  const folder = existsSync(modules) ? join(modules, '.cache', 'earwitness') : join(tmpdir(), 'earwitness-payloads');
  const isText = typeof message === 'string';
  const file = join(folder, `${crypto.randomUUID()}.${isText ? 'txt' : 'json'}`);
  const text = isText ? String(redact(message)) : JSON.stringify(redact(message), undefined, 2);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    await removeOldest(folder);
  } catch {
    return undefined;
  }
  const fromHere = relative(directory, file);
  return fromHere.startsWith('..') ? file : fromHere;
}

async function removeOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => /^[\da-f-]{36}\.(json|txt)$/.test(name));
  if (files.length <= KEPT) return;
  const aged = await Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      // Another worker may have removed it meanwhile.
      return { file, writtenAt: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  aged.sort((one, other) => other.writtenAt - one.writtenAt);
  await Promise.all(aged.slice(KEPT).map(({ file }) => rm(file, { force: true })));
}
