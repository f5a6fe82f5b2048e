// So much at a time as a person can read. What is let through counts from the first one on; when the moment is over, whoever asked is told
// how much was held back, by kinds, and the next one begins with what comes next.
import type { Clock } from '../hearing/clock.ts';

/** Ours: how long a moment is. */
const MOMENT_MS = 1000;

export interface MomentOptions<Kind extends string> {
  readonly clock: Clock;
  /** How many of each kind are let through in a moment. */
  readonly most: number;
  /** Called at the end of a moment in which something was held back. */
  readonly over: (heldBack: ReadonlyMap<Kind, number>) => void;
}

export class Moment<Kind extends string> {
  readonly #options: MomentOptions<Kind>;
  readonly #through = new Map<Kind, number>();
  readonly #heldBack = new Map<Kind, number>();
  #callOff: (() => void) | undefined;

  constructor(options: MomentOptions<Kind>) {
    this.#options = options;
  }

  /** Whether one more of this kind may pass; counted either way. */
  letThrough(kind: Kind): boolean {
    const through = (this.#through.get(kind) ?? 0) < this.#options.most;
    this.#count(through ? this.#through : this.#heldBack, kind);
    return through;
  }

  /** Counts one that does not even ask. */
  holdBack(kind: Kind): void {
    this.#count(this.#heldBack, kind);
  }

  /** Ends the moment now. */
  end(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#through.clear();
    if (this.#heldBack.size === 0) return;
    const heldBack = new Map(this.#heldBack);
    this.#heldBack.clear();
    this.#options.over(heldBack);
  }

  #count(counts: Map<Kind, number>, kind: Kind): void {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.#callOff ??= this.#options.clock.after(MOMENT_MS, () => this.end());
  }
}
