// A rate limit as a queue: who comes too early is told when its turn is. At most `ratePerSecond` turns lie within any
// second.

/** The last turns under one key, a ring of `ratePerSecond` times once it has grown to that. */
interface Turns {
  readonly ratePerSecond: number;
  readonly times: number[];
  next: number;
}

export class RateQueue {
  readonly #turns = new Map<string, Turns>();

  /** Takes the next free turn and returns when it is (epoch ms): `now` when none is taken. */
  take(key: string, ratePerSecond: number, now: number): number {
    let turns = this.#turns.get(key);
    // A new rate starts a new ring: what was queued keeps its turns.
    if (turns?.ratePerSecond !== ratePerSecond) {
      turns = { ratePerSecond, times: [], next: 0 };
      this.#turns.set(key, turns);
    }
    // The turn that many turns ago has to be a second old.
    const before = turns.times[turns.next];
    const at = before === undefined ? now : Math.max(now, before + 1000);
    turns.times[turns.next] = at;
    turns.next = (turns.next + 1) % ratePerSecond;
    return at;
  }

  clear(): void {
    this.#turns.clear();
  }
}
