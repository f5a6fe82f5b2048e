// What many jobs have in common: the rule and the target of a million deliveries. Whoever puts them shares it, but each
// row has it in its own text. When rows are read it becomes one object again.

/** Ours: parts of one name that are known at once; beyond it, all are forgotten. */
const MAX_PARTS = 1000;
/** Ours: looks in vain, one after the other, until a name is taken for one of which each job has its own. */
const MAX_IN_VAIN = 1000;

/** Members of one name. */
interface Parts {
  readonly byText: Map<string, unknown>;
  inVain: number;
}

export class CommonParts {
  readonly #byName = new Map<string, Parts>();

  /** Makes each member of a job that is an object, and equal to one that was met before, that one. */
  share(job: unknown): void {
    if (typeof job !== 'object' || job === null || Array.isArray(job)) return;
    for (const [name, member] of Object.entries(job)) {
      if (typeof member === 'object' && member !== null) Object.assign(job, { [name]: this.#known(name, member) });
    }
  }

  #known(name: string, part: unknown): unknown {
    let parts = this.#byName.get(name);
    if (!parts) {
      parts = { byText: new Map(), inVain: 0 };
      this.#byName.set(name, parts);
    }
    if (parts.inVain >= MAX_IN_VAIN) return part;
    const text = JSON.stringify(part);
    const known = parts.byText.get(text);
    if (known !== undefined) {
      parts.inVain = 0;
      return known;
    }
    if (++parts.inVain === MAX_IN_VAIN || parts.byText.size >= MAX_PARTS) parts.byText.clear();
    parts.byText.set(text, part);
    return part;
  }
}
