// How often things of one kind came, told apart by their cause: the first of each cause is worth telling, later ones are counted, and the
// count is worth telling at 10, 100, 1,000… After so many causes all others count together, because a cause can be made up anew each time.

/** Ours: causes that are told apart. */
const KNOWN_CAUSES = 100;

/** A count that is worth telling. */
export interface ToldCount {
  readonly count: number;
  /** It is of all causes that are not told apart. */
  readonly isOfOthers: boolean;
}

export class Causes {
  readonly #counts = new Map<string, number>();
  #others = 0;

  /** Counts one more; undefined when its count is not worth telling. */
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
