// Folders of this machine that exist as long as a piece of work does.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/**
 * Does `work` with a new, empty folder (an absolute path without links in it), and removes the folder with all that is
 * in it.
 */
export async function withTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'earwitness-')));
  // Ctrl-C in the middle of a deployment ends the process before `finally`. One listener does for all folders: Node
  // warns of many.
  if (folders.size === 0) process.once('exit', removeAll);
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    await remove(folder);
    folders.delete(folder);
    if (folders.size === 0) process.off('exit', removeAll);
  }
}

// One by one: rm() takes all at once, and the event loop stands still for seconds when there are many (65,000 files:
// 2.8 s).
async function remove(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? remove(path) : unlink(path));
  }
  await rmdir(folder);
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
