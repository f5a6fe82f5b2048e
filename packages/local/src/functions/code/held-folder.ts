// A folder that is on disk for as long as somebody works with what is in it.
import { createFolder } from './temporary-folder.ts';

/** What goes away with its last user. */
export interface Held {
  /** Somebody works with it. */
  hold(): void;
  /** Somebody no longer does; after the last it is removed. */
  release(): Promise<void>;
}

export class HeldFolder implements Held {
  /** Absolute, without links in it. */
  readonly path: string;
  readonly #remove: () => Promise<void>;
  #holders = 0;

  constructor() {
    const { path, remove } = createFolder();
    this.path = path;
    this.#remove = remove;
  }

  hold(): void {
    this.#holders++;
  }

  async release(): Promise<void> {
    if (--this.#holders <= 0) await this.#remove();
  }
}
