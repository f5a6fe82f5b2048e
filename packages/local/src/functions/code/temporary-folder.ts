// Folders of this machine that exist as long as somebody needs them.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** A new, empty folder: an absolute path without links in it. */
export function createFolder(): { readonly path: string; remove(): Promise<void> } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'earwitness-')));
  // Ctrl-C ends the process before anybody removes it. One listener does for all folders: Node warns of many.
  if (folders.size === 0) process.once('exit', removeAll);
  folders.add(path);
  return {
    path,
    async remove() {
      // What cannot be removed now (somebody else was there) goes when the process ends.
      await remove(path).then(
        () => folders.delete(path),
        () => {},
      );
      if (folders.size === 0) process.off('exit', removeAll);
    },
  };
}

/** Does `work` with a new folder, and removes the folder with all that is in it. */
export async function withTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = createFolder();
  try {
    return await work(folder.path);
  } finally {
    await folder.remove();
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
