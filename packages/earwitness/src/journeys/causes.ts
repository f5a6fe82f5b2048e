// Counts repeated things of one kind by their cause. The first of each cause is reported; later ones are counted, and
// the count is reported at 10, 100, 1,000… After 100 causes all others are counted together, because a stranger can
// make up a new cause each time.

/** Ours: causes that are counted separately. */
const KNOWN_CAUSES = 100;

/** A count that is to be reported. */
export interface ToldCount {
  readonly count: number;
  /** It counts all causes that are not counted separately. */
  readonly isOfOthers: boolean;
}

export class Causes {
  readonly #counts = new Map<string, number>();
  #others = 0;

  /** Counts one more; undefined when its count is not to be reported. */
  take(cause: string): ToldCount | undefined {
    const known = this.#counts.get(cause);
    if (known === undefined && this.#counts.size >= KNOWN_CAUSES) {
      this.#others++;
      return isRound(this.#others) ? { count: this.#others, isOfOthers: true } : undefined;
    }
    const count = (known ?? 0) + 1;
    this.#counts.set(cause, count);
    return isRound(count) ? { count, isOfOthers: false } : undefined;
  }
}

function isRound(count: number): boolean {
  return /^10*$/.test(String(count));
}
