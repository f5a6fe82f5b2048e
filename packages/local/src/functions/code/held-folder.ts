// A folder that is on disk for as long as somebody works with what is in it.
import { createFolder } from './temporary-folder.ts';

export class HeldFolder {
  /** Absolute, without links in it. */
  readonly path: string;
  readonly #remove: () => Promise<void>;
  #holders = 0;

  constructor() {
    const { path, remove } = createFolder();
    this.path = path;
    this.#remove = remove;
  }

  /** Somebody works with it. */
  hold(): void {
    this.#holders++;
  }

  /** Somebody no longer does; after the last it is removed. */
  async release(): Promise<void> {
    if (--this.#holders <= 0) await this.#remove();
  }
}
