// Wall time as the waits see it. The functions are taken from the globals once, when the kit is loaded: a test that
// fakes timers (vi.useFakeTimers) cannot freeze its own waits. Unit tests of the kit put a clock of their own in its
// place.

/** The time source of waits and pages. */
export interface Clock {
  /** Epoch milliseconds, with fractions. */
  readonly now: () => number;
  /**
   * Calls `run` once after `delayMs`, never after Infinity; the returned function cancels that. Keeps the process alive
   * until then, except in the background.
   */
  after(delayMs: number, run: () => void, options?: { readonly background?: boolean }): () => void;
}

/**
 * Longest delay of a timer, ms; Node turns a longer one into 1 ms.
 * Source: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */
const LONGEST_MS = 2 ** 31 - 1;

const { setTimeout, clearTimeout, performance } = globalThis;
const timeOrigin = performance.timeOrigin;
const sinceOrigin = performance.now.bind(performance);

/** The machine's clock; monotonic, so that a correction of the system time never moves a deadline. */
export const wallClock: Clock = {
  now: () => timeOrigin + sinceOrigin(),
  after(delayMs, run, { background = false } = {}) {
    const start = (leftMs: number) => {
      const next = leftMs > LONGEST_MS ? () => (timer = start(leftMs - LONGEST_MS)) : run;
      const started = setTimeout(next, Math.min(leftMs, LONGEST_MS));
      // A browser's timer, which jest's jsdom environment puts here, is a number.
      if (background && typeof started === 'object') started.unref();
      return started;
    };
    let timer = start(delayMs);
    return () => clearTimeout(timer);
  },
};
