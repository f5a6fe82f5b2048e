// What is to be removed from a stream, later: nobody waits for it, and whoever is still reading it may finish. What a
// node that dies had still to remove stays; who comes after it finds it in its own way.
import type { Clock, Timer } from '../../clock/clock.ts';
import type { MessagePlace, Stream } from './server.ts';

/** A message, or all whose subjects fit a filter. */
export type Removal = MessagePlace | string;

/** Ours: requests under way at once. */
const AT_ONCE = 50;

export interface RemovalsOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly afterMs: number;
}

export class Removals {
  readonly #stream: () => Promise<Stream>;
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly #afterMs: number;
  #waiting: { readonly at: number; readonly what: Removal }[] = [];
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(stream: () => Promise<Stream>, { clock, afterMs }: RemovalsOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  add(what: Removal): void {
    if (this.#isClosed) return;
    this.#waiting.push({ at: this.#clock.now() + this.#afterMs, what });
    this.#arm();
  }

  /** Whose sequences are no longer true. */
  clear(): void {
    this.#waiting = [];
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#waiting = [];
  }

  #arm(): void {
    const first = this.#waiting[0];
    if (!first || this.#timer) return;
    // Somewhat later, so that what comes soon after goes with it.
    this.#timer = this.#clock.setTimer(first.at + this.#afterMs / 10, () => void this.#removeDue());
  }

  async #removeDue(): Promise<void> {
    const now = this.#clock.now();
    const end = this.#waiting.findIndex(({ at }) => at > now);
    const due = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    try {
      const stream = await this.#stream();
      while (due.length > 0 && !this.#isClosed) {
        await Promise.all(due.slice(0, AT_ONCE).map(({ what }) => remove(stream, what)));
        due.splice(0, AT_ONCE);
      }
    } catch {
      // The server is away, or refuses: later. To remove something twice does no harm.
      for (const { what } of due) this.add(what);
    }
    this.#timer = undefined;
    if (!this.#isClosed) this.#arm();
  }
}

function remove(stream: Stream, what: Removal): Promise<void> {
  return typeof what === 'string' ? stream.purge({ filter: what }) : stream.remove(what);
}
