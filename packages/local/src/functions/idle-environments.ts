// The idle environments of one cloud, over all its functions: so many stay, the one that has been idle longest goes
// first. A thread costs 6 to 8 MB, a process more, and a cloud may have hundreds of functions of which a test uses
// three.
import type { Environment } from './environment.ts';

/** Ours. */
export const DEFAULT_IDLE_ENVIRONMENTS = 10;

export class IdleEnvironments {
  #limit: number;
  /** The longest idle first; each with what ends it. */
  #idle = new Map<Environment, () => void>();

  constructor(limit: number = DEFAULT_IDLE_ENVIRONMENTS) {
    this.#limit = limit;
  }

  /** Whether one more may be idle without another being ended. */
  get hasRoom(): boolean {
    return this.#idle.size < this.#limit;
  }

  /** `retire` is called when the environment has to go; until then, or until it is removed, it is idle. */
  add(environment: Environment, retire: () => void): void {
    this.#idle.set(environment, retire);
    for (const [longest, retireLongest] of this.#idle) {
      if (this.#idle.size <= this.#limit) return;
      this.#idle.delete(longest);
      retireLongest();
    }
  }

  remove(environment: Environment): void {
    this.#idle.delete(environment);
  }
}
