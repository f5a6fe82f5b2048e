// The Python files of a function that its author writes: those in its folder, without the packages that pip put there.
// They are looked at before each invocation, so their number is bounded; those near the handler come first.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Ours: files and folders that are looked at, each a few microseconds. */
const MAX_FILES = 250;

interface Seen {
  modifiedAt: number | undefined;
  /** Of a folder: what is in it and matters. */
  readonly names?: string;
}

export class OwnFiles {
  readonly #seen = new Map<string, Seen>();

  /** @param handlerFile relative to `root` */
  constructor(root: string, handlerFile: string) {
    const folders = [dirname(join(root, handlerFile)), root];
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      if (this.#seen.size >= MAX_FILES) return;
      if (this.#seen.has(folder)) continue;
      const { files, subfolders } = list(folder);
      this.#seen.set(folder, { modifiedAt: readTime(folder), names: namesOf({ files, subfolders }) });
      for (const file of files.slice(0, MAX_FILES - this.#seen.size))
        this.#seen.set(join(folder, file), { modifiedAt: readTime(join(folder, file)) });
      folders.push(...subfolders.map((name) => join(folder, name)));
    }
  }

  /** Absolute paths. */
  get files(): string[] {
    return [...this.#seen].flatMap(([path, { names }]) => (names === undefined ? [path] : []));
  }

  /** Whether one changed, came or went. */
  haveChanged(): boolean {
    for (const [path, seen] of this.#seen) {
      const modifiedAt = readTime(path);
      if (modifiedAt === seen.modifiedAt) continue;
      // A folder also changes with files that do not matter.
      if (seen.names === undefined || namesOf(list(path)) !== seen.names) return true;
      seen.modifiedAt = modifiedAt;
    }
    return false;
  }
}

interface Listing {
  readonly files: readonly string[];
  readonly subfolders: readonly string[];
}

function list(folder: string): Listing {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const descriptions = entries.map(({ name }) => name).filter((name) => name.endsWith('.dist-info'));
    const installed = new Set(descriptions.flatMap((name) => partsOf(folder, name)));
    const own = entries.filter(({ name }) => !name.startsWith('.') && !installed.has(name));
    return {
      files: own.filter((entry) => entry.isFile() && entry.name.endsWith('.py')).map(({ name }) => name),
      subfolders: own
        .filter((entry) => entry.isDirectory() && mayHoldSources(folder, entry.name))
        .map(({ name }) => name),
    };
  } catch {
    return { files: [], subfolders: [] };
  }
}

function mayHoldSources(folder: string, name: string): boolean {
  if (/^(__pycache__|node_modules|site-packages)$|\.(dist|egg)-info$/.test(name)) return false;
  const isVirtualEnvironment = readTime(join(folder, name, 'pyvenv.cfg')) !== undefined;
  return !isVirtualEnvironment;
}

/** What pip put beside the description of a package. Source: PEP 376, RECORD. */
function partsOf(folder: string, distribution: string): string[] {
  try {
    const record = readFileSync(join(folder, distribution, 'RECORD'), 'utf8');
    return record.split('\n').map((line) => line.split(/[/,]/, 1)[0] ?? '');
  } catch {
    return [];
  }
}

function namesOf({ files, subfolders }: Listing): string {
  return [...files, '/', ...subfolders].join('\n');
}

function readTime(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
