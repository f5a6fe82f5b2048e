// A function's unpacked archive, on disk for as long as the function runs from it: `<folder>/task`. Packages that the
// archive does not have stand beside it, `<folder>/node_modules`, where Node looks for them: those of layers, and what
// Lambda provides (`@aws-sdk` and its like).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mergeFolders } from '../layers/merge.ts';
import { type Held, HeldFolder } from './held-folder.ts';
import { linkProvidedScopes } from './provided-scopes.ts';

export interface TaskFolder extends Held {
  /** Absolute, without links in it. */
  readonly root: string;
}

/** @param packages the `node_modules` of layers, the one that wins last */
export async function createTaskFolder(packages: readonly string[] = []): Promise<TaskFolder> {
  const folder = new HeldFolder();
  const root = join(folder.path, 'task');
  const beside = join(folder.path, 'node_modules');
  mkdirSync(root);
  mkdirSync(beside);
  if (packages.length === 0) linkProvidedScopes(beside);
  else {
    const provided = join(folder.path, 'provided');
    mkdirSync(provided);
    linkProvidedScopes(provided);
    await mergeFolders([provided, ...packages], beside, isScope);
  }
  return { root, hold: () => folder.hold(), release: () => folder.release() };
}

/** Of two packages with one name the last is there as a whole. */
function isScope(path: string): boolean {
  return /^@[^/\\]+$/.test(path);
}
