// What is to be removed from a stream, later: nobody waits for it, and whoever is still reading it may finish.
import type { Clock, Timer } from '../../../clock/clock.ts';
import { ServerAway, type Stream } from '../server.ts';

/** A message by its sequence, or by its subject. */
export type Removal = number | string;

/** Ours: requests under way at once. */
const AT_ONCE = 50;

export class Removals {
  readonly #stream: () => Promise<Stream>;
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly #afterMs: number;
  #waiting: { readonly at: number; readonly what: Removal }[] = [];
  #timer: Timer | undefined;

  constructor(
    stream: () => Promise<Stream>,
    { clock, afterMs }: { readonly clock: Pick<Clock, 'now' | 'setTimer'>; readonly afterMs: number },
  ) {
    this.#stream = stream;
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  add(what: Removal): void {
    this.#waiting.push({ at: this.#clock.now() + this.#afterMs, what });
    this.#arm();
  }

  close(): void {
    this.#timer?.cancel();
    this.#waiting = [];
  }

  #arm(): void {
    const first = this.#waiting[0];
    if (!first || this.#timer) return;
    this.#timer = this.#clock.setTimer(Math.max(first.at, this.#clock.now() + 1), () => {
      this.#timer = undefined;
      void this.#removeDue();
    });
  }

  async #removeDue(): Promise<void> {
    const now = this.#clock.now();
    const end = this.#waiting.findIndex(({ at }) => at > now);
    const due = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    try {
      const stream = await this.#stream();
      while (due.length > 0) {
        await Promise.all(
          due
            .slice(0, AT_ONCE)
            .map(({ what }) => (typeof what === 'number' ? stream.remove(what) : stream.purge({ filter: what }))),
        );
        due.splice(0, AT_ONCE);
      }
    } catch (error) {
      if (!(error instanceof ServerAway)) throw error;
      for (const { what } of due) this.add(what);
    }
    this.#arm();
  }
}
