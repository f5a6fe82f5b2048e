// A project of a user's beside the workspace: the packed kit's files in its node_modules, and links to the runner's version under
// test, so that `vitest` means that one for the kit as well as for the test. Nothing is installed: a second, where npm needs ten.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Finished, type RunOptions, root, run } from './run.ts';

export interface Project {
  readonly folder: string;
  [Symbol.dispose](): void;
}

/** Makes a project from an example; `packages` are linked: name → folder, in the workspace when it is relative. */
export function createProject(packages: Readonly<Record<string, string>>, example?: string): Project {
  const parent = mkdtempSync(join(tmpdir(), 'earwitness-project-'));
  const folder = join(parent, 'project');
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  if (example) {
    cpSync(`${root}examples/${example}`, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
    // Examples name the order service beside them.
    symlinkSync(`${root}examples/order-service`, join(parent, 'order-service'));
  } else writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const part of ['package.json', 'bin', 'dist']) {
    cpSync(`${root}packages/earwitness/${part}`, join(modules, 'earwitness', part), { recursive: true });
  }
  for (const [name, from] of Object.entries({ ...common, ...packages })) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(resolve(root, from), join(modules, name));
  }
  return { folder, [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }) };
}

/** A program that runs a file of a project: a runner, or Node itself. */
export interface FileRunner {
  /** Linked into the project: name → folder in the workspace. */
  readonly packages: Readonly<Record<string, string>>;
  /** Where the project has the file. */
  readonly file: string;
  /** A runner's script in node_modules and its arguments; or flags of Node, which then gets the file. */
  readonly command: readonly string[];
}

/** Runs a file of a project of its own. */
export async function runFile(
  { packages, file, command }: FileRunner,
  source: string,
  options: Omit<RunOptions, 'cwd'> = {},
): Promise<Finished> {
  using project = createProject(packages);
  const path = join(project.folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  const [script, ...args] = command;
  const runner = script?.includes('/') ? [join(project.folder, 'node_modules', script), ...args] : [...command, path];
  const flags = script?.startsWith('jest') ? ['--experimental-vm-modules'] : [];
  return await run(process.execPath, [...flags, ...runner], { ...options, cwd: project.folder });
}

const common = {
  '@earwitness/protocol': 'packages/protocol',
  '@gomomento/sdk': 'node_modules/@gomomento/sdk',
  '@types/node': 'node_modules/@types/node',
  esbuild: 'node_modules/esbuild',
};
