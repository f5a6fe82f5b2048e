// Which file of the PATH a name leads to, as a shell finds it. Shims of pyenv are followed without running them: one
// starts a dozen shells and takes 0.2 s to say where it leads, or that it leads nowhere.
import { readFileSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { isExecutable } from '../process/is-executable.ts';

/** What the search goes by. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. pyenv looks for `.python-version` from here upwards. */
  readonly directory: string;
}

/** Returns `undefined` when there is none. On Windows a name is left to the system, which knows further endings. */
export function findProgram(name: string, { env, directory }: Surroundings): string | undefined {
  if (process.platform === 'win32') return name;
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    if (!isProgram(file)) continue;
    const root = pyenvRootOf(file);
    const versions = root === undefined ? undefined : chosenVersions(root, { env, directory });
    if (root === undefined || versions === undefined) return file;
    const files = versions.map((version) => join(root, 'versions', version, 'bin', name));
    // What no chosen version has, pyenv takes from the rest of the PATH.
    const chosen = files.find(isProgram);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

function isProgram(file: string): boolean {
  return isExecutable(file) && statSync(file).isFile();
}

/** The folder of the pyenv that has made a shim; `undefined` for what is none. */
function pyenvRootOf(file: string): string | undefined {
  if (basename(dirname(file)) !== 'shims') return undefined;
  const [, root] = /^export PYENV_ROOT="([^"$`\\]+)"$/m.exec(readFileSync(file, 'utf8')) ?? [];
  return root;
}

/**
 * The versions that are chosen, up to `system`; `undefined` when one is not a folder's name, which pyenv then looks for
 * in its own ways. Source: pyenv's README, "Understanding Python version selection".
 */
function chosenVersions(root: string, { env, directory }: Surroundings): readonly string[] | undefined {
  const own = env['PYENV_VERSION'];
  const named = own ? own.split(':') : readVersions(root, [env['PYENV_DIR'] ?? directory, directory]);
  const system = named.indexOf('system');
  const versions = system < 0 ? named : named.slice(0, system);
  const isFolder = (version: string) =>
    basename(version) === version &&
    version !== '..' &&
    statSync(join(root, 'versions', version), { throwIfNoEntry: false })?.isDirectory();
  return versions.every(isFolder) ? versions : undefined;
}

/** The first word of each line but comments, in the first file that there is. */
function readVersions(root: string, directories: readonly string[]): readonly string[] {
  const files = [
    ...directories.flatMap(upwards).map((folder) => join(folder, '.python-version')),
    join(root, 'version'),
  ];
  const file = files.find((one) => statSync(one, { throwIfNoEntry: false })?.isFile());
  if (file === undefined) return [];
  const words = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s/)[0] ?? '');
  return words.filter((word) => word !== '' && !word.startsWith('#'));
}

/** A folder and those around it. */
function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}
