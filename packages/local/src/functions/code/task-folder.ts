// A function's unpacked archive, on disk for as long as the function runs from it: `<folder>/task`. What Lambda
// provides stands beside it, `<folder>/node_modules/@aws-sdk` and its like, as links into the project that started the
// local cloud: Node looks there for what the archive does not have.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createFolder } from './temporary-folder.ts';

const PROVIDED_SCOPES = ['@aws-sdk', '@smithy', '@aws-crypto'];

export class TaskFolder {
  /** Absolute, without links in it. */
  readonly root: string;
  #remove: () => Promise<void>;
  #holders = 0;

  constructor() {
    const { path, remove } = createFolder();
    this.root = join(path, 'task');
    this.#remove = remove;
    mkdirSync(this.root);
    const packages = join(path, 'node_modules');
    mkdirSync(packages);
    for (const scope of PROVIDED_SCOPES) {
      const provided = findScope(process.cwd(), scope);
      if (provided !== undefined) symlinkSync(provided, join(packages, scope), 'junction');
    }
  }

  /** Somebody runs from it. */
  hold(): void {
    this.#holders++;
  }

  /** Somebody no longer does; after the last it is removed. */
  async release(): Promise<void> {
    if (--this.#holders <= 0) await this.#remove();
  }
}

function findScope(start: string, scope: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', scope);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
