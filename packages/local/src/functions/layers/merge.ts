// Lays folders over one another without copying their files: a new folder of links, in which the later one wins. What
// only one folder has is one link, however much is in it; what several have is a folder of its own.
//
//   a/nodejs/util.js, a/bin/      →  merged/nodejs/util.js → a/…   merged/bin → a/bin
//   b/nodejs/more.js                 merged/nodejs/more.js → b/…
import { mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Fills `target`, which must be there and empty. Folders that `mayOpen` does not name are taken whole.
 * @param mayOpen whether folders of this path, relative to `target`, become one
 */
export async function mergeFolders(
  sources: readonly string[],
  target: string,
  mayOpen: (path: string) => boolean = () => true,
): Promise<void> {
  await merge(sources, { target, inside: '', mayOpen });
}

async function merge(
  sources: readonly string[],
  place: { readonly target: string; readonly inside: string; readonly mayOpen: (path: string) => boolean },
): Promise<void> {
  const { target, inside, mayOpen } = place;
  const holders = new Map<string, string[]>();
  for (const source of sources) {
    for (const name of await readdir(source)) holders.set(name, [...(holders.get(name) ?? []), join(source, name)]);
  }
  for (const [name, paths] of holders) {
    const path = join(inside, name);
    const folders = mayOpen(path) ? await foldersAtTheEnd(paths) : [];
    if (folders.length > 1) {
      await mkdir(join(target, path));
      await merge(folders, { target, inside: path, mayOpen });
    } else {
      const last = paths.at(-1) ?? '';
      await symlink(last, join(target, path), (await isFolder(last)) ? 'junction' : 'file');
    }
  }
}

/** A file hides what the folders before it have. */
async function foldersAtTheEnd(paths: readonly string[]): Promise<string[]> {
  const are = await Promise.all(paths.map(isFolder));
  return paths.slice(are.lastIndexOf(false) + 1);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
