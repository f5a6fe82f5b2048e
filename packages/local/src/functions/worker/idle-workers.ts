// The idle workers of one cloud, over all its functions: so many stay, the one that has been idle longest goes first. A
// thread costs 6 to 8 MB, and a cloud may have hundreds of functions of which a test uses three.
import type { FunctionWorker } from './worker.ts';

/** Ours. */
export const DEFAULT_IDLE_WORKERS = 10;

export class IdleWorkers {
  #limit: number;
  /** The longest idle first; each with what ends it. */
  #idle = new Map<FunctionWorker, () => void>();

  constructor(limit: number = DEFAULT_IDLE_WORKERS) {
    this.#limit = limit;
  }

  /** Whether one more may be idle without another being ended. */
  get hasRoom(): boolean {
    return this.#idle.size < this.#limit;
  }

  /** `retire` is called when the worker has to go; until then, or until it is removed, it is idle. */
  add(worker: FunctionWorker, retire: () => void): void {
    this.#idle.set(worker, retire);
    for (const [longest, retireLongest] of this.#idle) {
      if (this.#idle.size <= this.#limit) return;
      this.#idle.delete(longest);
      retireLongest();
    }
  }

  remove(worker: FunctionWorker): void {
    this.#idle.delete(worker);
  }
}
