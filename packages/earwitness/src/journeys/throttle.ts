// Lets through only as much as a person can read. A window begins with the first call; when it is over, the caller is
// told how much was held back, by kinds, and the next window begins with the next call.
import type { Clock } from '../hearing/clock.ts';

/** Ours: how long a window is. */
const WINDOW_MS = 1000;

export interface ThrottleOptions<Kind extends string> {
  readonly clock: Clock;
  /** How many of each kind are let through in a window. */
  readonly limit: number;
  /** Called at the end of a window in which something was held back. */
  readonly onWindowEnd: (heldBack: ReadonlyMap<Kind, number>) => void;
}

export class Throttle<Kind extends string> {
  readonly #options: ThrottleOptions<Kind>;
  readonly #through = new Map<Kind, number>();
  readonly #heldBack = new Map<Kind, number>();
  #callOff: (() => void) | undefined;

  constructor(options: ThrottleOptions<Kind>) {
    this.#options = options;
  }

  /** Whether one more of this kind may pass; counted either way. */
  letThrough(kind: Kind): boolean {
    const through = (this.#through.get(kind) ?? 0) < this.#options.limit;
    this.#count(through ? this.#through : this.#heldBack, kind);
    return through;
  }

  /** Counts one as held back. */
  holdBack(kind: Kind): void {
    this.#count(this.#heldBack, kind);
  }

  /** Ends the window now. */
  end(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#through.clear();
    if (this.#heldBack.size === 0) return;
    const heldBack = new Map(this.#heldBack);
    this.#heldBack.clear();
    this.#options.onWindowEnd(heldBack);
  }

  #count(counts: Map<Kind, number>, kind: Kind): void {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.#callOff ??= this.#options.clock.after(WINDOW_MS, () => this.end());
  }
}
