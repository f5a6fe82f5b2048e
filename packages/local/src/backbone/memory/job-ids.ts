// The ids of the jobs that were put lately: a job that is put twice is one.
import { JOB_ID_MS } from '../work.ts';

export class JobIds {
  /** Id → when it is forgotten, epoch ms. In the order in which they are forgotten: each is kept equally long. */
  readonly #until = new Map<string, number>();

  /** Whether the id is new; from now on it is known. */
  add(id: string, now: number): boolean {
    for (const [old, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(old);
    }
    if (this.#until.has(id)) return false;
    this.#until.set(id, now + JOB_ID_MS);
    return true;
  }

  /** Knows an id again, until `until` (epoch ms). In the order of these times. */
  restore(id: string, until: number): void {
    this.#until.set(id, until);
  }

  clear(): void {
    this.#until.clear();
  }
}
