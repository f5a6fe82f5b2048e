// Wall time as the waits see it. The functions are taken from the globals once, when the kit is loaded: a test that fakes timers
// (vi.useFakeTimers) cannot freeze its own waits. Unit tests of the kit put a clock of their own in its place.

/** The time source of waits and pages. */
export interface Clock {
  /** Epoch milliseconds, with fractions. */
  readonly now: () => number;
  /** Calls `run` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

const { setTimeout, clearTimeout, performance } = globalThis;
const timeOrigin = performance.timeOrigin;
const sinceOrigin = performance.now.bind(performance);

/** The machine's clock; monotonic, so that a correction of the system time never moves a deadline. */
export const wallClock: Clock = {
  now: () => timeOrigin + sinceOrigin(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
