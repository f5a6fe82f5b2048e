// Wall time as the waits see it. The functions are taken from the globals once, when the kit is loaded: a test that fakes timers
// (vi.useFakeTimers) cannot freeze its own waits. Unit tests of the kit put a clock of their own in its place.

/** The time source of waits and pages. */
export interface Clock {
  /** Epoch milliseconds, with fractions. */
  readonly now: () => number;
  /** Calls `run` once after `delayMs`; the returned function calls it off. The process does not end before, unless it is in the background. */
  after(delayMs: number, run: () => void, options?: { readonly background?: boolean }): () => void;
}

const { setTimeout, clearTimeout, performance } = globalThis;
const timeOrigin = performance.timeOrigin;
const sinceOrigin = performance.now.bind(performance);

/** The machine's clock; monotonic, so that a correction of the system time never moves a deadline. */
export const wallClock: Clock = {
  now: () => timeOrigin + sinceOrigin(),
  after(delayMs, run, { background = false } = {}) {
    const timer = setTimeout(run, delayMs);
    // A browser's timer, which jest's jsdom environment puts here, is a number.
    if (background && typeof timer === 'object') timer.unref();
    return () => clearTimeout(timer);
  },
};
