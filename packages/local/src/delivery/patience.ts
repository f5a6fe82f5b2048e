// For how long, in real time, `clock.advance` waits for an attempt. A target that hangs is given up on by a timer of
// the very clock that waits for it, so every attempt at it would cost the whole wait; one that hung before is waited
// for half as long, one that answered in full again. The attempts themselves do not know: their time-out goes by the
// clock.

/**
 * Ours: the longest wait and the shortest, both enough for an answer of a process on the same machine that is not busy.
 */
const FIRST_MS = 250;
const LEAST_MS = 25;

export class Patience {
  readonly #waits = new Map<string, number>();

  /** Real milliseconds for which an attempt at this target is worth waiting for. */
  for(targetArn: string): number {
    return this.#waits.get(targetArn) ?? FIRST_MS;
  }

  /** Learns how an attempt ended that was waited for `waitMs`: not from what others at the same time made of it. */
  learn(targetArn: string, { waitMs, timedOut }: { waitMs: number; timedOut: boolean }): void {
    if (timedOut) this.#waits.set(targetArn, Math.max(waitMs / 2, LEAST_MS));
    else this.#waits.delete(targetArn);
  }

  clear(): void {
    this.#waits.clear();
  }
}
