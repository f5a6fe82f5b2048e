// Turns under a rate limit, as data. At most `ratePerSecond` turns lie within any second: each is at least a second
// after the one that many turns before it.

/**
 * The last turns, the oldest first, as many as there may be in a second: `[at, count]` (epoch ms) for those at one
 * time. Under a backlog they are few: [[0, 300], [1000, 20]].
 */
export interface Turns {
  readonly ratePerSecond: number;
  /** How many `runs` are together. */
  readonly taken: number;
  readonly runs: readonly (readonly [at: number, count: number])[];
}

const NONE: Pick<Turns, 'taken' | 'runs'> = { taken: 0, runs: [] };

/**
 * Ours: for how long a turn is good. What comes later, because the node that had it died, would come on top of those
 * whose turn it is then.
 */
export const LATE_MS = 500;

/** Takes the next `count` free turns. Returns when they are, in order (epoch ms): `now` for those that are free now. */
export function takeTurns(
  before: Turns | undefined,
  { count, ratePerSecond, now }: { readonly count: number; readonly ratePerSecond: number; readonly now: number },
): { readonly turns: Turns; readonly times: number[] } {
  // A new rate starts anew: what was queued keeps its turns. What is over a second ago holds nobody up.
  const earlier = before?.ratePerSecond === ratePerSecond ? before : NONE;
  let { taken } = earlier;
  let over = 0;
  for (; over < earlier.runs.length; over++) {
    const [at, number] = earlier.runs[over] ?? [now, 0];
    if (at > now - 1000) break;
    taken -= number;
  }
  // Shared with the row but for those that change: a destination has hundreds, and each delivery takes a turn.
  const runs = earlier.runs.slice(over);
  const times: number[] = [];
  let head = 0;
  for (let left = count; left > 0; ) {
    const first = runs[head];
    const last = runs.at(-1);
    // Clocks of nodes differ a little: no turn is before the last one.
    let at = Math.max(now, last?.[0] ?? now);
    let number = Math.min(left, ratePerSecond - taken);
    if (number <= 0 && first) {
      at = Math.max(at, first[0] + 1000);
      number = Math.min(left, first[1]);
      runs[head] = [first[0], first[1] - number];
      taken -= number;
      if (first[1] === number) head++;
    }
    if (last?.[0] === at && last !== first) runs[runs.length - 1] = [at, last[1] + number];
    else runs.push([at, number]);
    taken += number;
    left -= number;
    for (let n = 0; n < number; n++) times.push(at);
  }
  return { turns: { ratePerSecond, taken, runs: head === 0 ? runs : runs.slice(head) }, times };
}
