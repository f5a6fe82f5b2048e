// A project of a user's beside the workspace: the packed kit's files in its node_modules, and links to the runner's version under
// test, so that `vitest` means that one for the kit as well as for the test. Nothing is installed: a second, where npm needs ten.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { root } from './run.ts';

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

const common = {
  '@earwitness/protocol': 'packages/protocol',
  '@gomomento/sdk': 'node_modules/@gomomento/sdk',
  '@types/node': 'node_modules/@types/node',
  esbuild: 'node_modules/esbuild',
};
