// What many jobs have in common: the rule and the target of a million deliveries. Whoever puts them shares it, but each
// row has it in its own text. When rows are read it becomes one object again.

/** Ours: parts that are known at once; beyond it, all are forgotten. */
const MAX_PARTS = 10_000;

export class CommonParts {
  readonly #parts = new Map<string, unknown>();

  /** The job, of which each member that is an object, and equal to one that was met before, is that one. */
  share<Job>(job: Job): Job {
    if (typeof job !== 'object' || job === null || Array.isArray(job)) return job;
    const members: [string, unknown][] = Object.entries(job);
    for (const [name, member] of members) {
      if (typeof member !== 'object' || member === null) continue;
      Object.assign(job, { [name]: this.#known(member) });
    }
    return job;
  }

  #known(part: object): unknown {
    const text = JSON.stringify(part);
    const known = this.#parts.get(text);
    if (known !== undefined) return known;
    if (this.#parts.size >= MAX_PARTS) this.#parts.clear();
    this.#parts.set(text, part);
    return part;
  }
}
