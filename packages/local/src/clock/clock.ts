// The one clock. Nothing else in this package may read the time or set a timer (lint enforces it), so that a test can
// move it.
//
// Time runs as on the wall (or stands still: `frozen`), plus whatever was advanced. `advance(24h)` does not jump: it
// goes from timer to timer in order, and before each next step it lets the work that the last one started come to rest.
// Work that crosses real I/O (an attempt in flight, a function running) says so with `hold()`; a hold that does not end
// by itself, such as a request to an endpoint that hangs until a timer of this very clock gives up on it, is waited for
// until nothing else has come to its end for SETTLE_MS, and then no more by the same `advance`: an answer that is only
// late because a thousand others come before it must not be outrun by its own time-out, and a request that hangs must
// not cost the same wait at every step. What a step costs goes by what is due at it: timers that wait cost nothing, and
// one at which nothing happens costs one turn of the event loop.
import { TimerHeap } from './timer-heap.ts';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** The same with a fraction: for the journal, whose hops are less than a millisecond apart. */
  preciseNow(): number;
  /** Milliseconds with a fraction that never go back: for durations. */
  elapsed(): number;
  /**
   * Epoch milliseconds of the machine's own clock, which `advance` does not move. Only for what the other end of a wire
   * compares with its own watch: the deadline that a process is told.
   */
  wireNow(): number;
  /** Calls `run` once when the clock reaches `at` (epoch ms). Timers never keep the process alive. */
  setTimer(at: number, run: () => void): Timer;
  /**
   * Calls `run` once after `delayMs` of real time, which `advance` neither shortens nor waits for. Only for what the
   * other end of a wire measures on its own watch: a client's deadline, a heartbeat. Never keeps the process alive.
   */
  setWireTimer(delayMs: number, run: () => void): Timer;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Says that work is under way which `advance` should let come to rest. Returns a function to call when it is.
   * @param patienceMs for how long one `advance` should wait for it after the last thing that happened, in milliseconds
   * of real time
   */
  hold(patienceMs?: number): () => void;
}

export interface Timer {
  cancel(): void;
}

/** A clock that can be moved. */
export interface MovableClock extends Clock {
  /** Moves time forward by `ms`, a part of one counted as whole, firing every timer on the way in order. */
  advance(ms: number): Promise<void>;
}

/** A timer in the heap. Without `run` it has fired or was cancelled, and is passed over. */
interface Pending {
  run: (() => void) | undefined;
}

/** Ours: for how long one `advance` waits for held work unless told otherwise: long enough for a function to start. */
const SETTLE_MS = 1000;
/**
 * Ours: the longest time for which `advance` waits at one step: work that goes round in circles never comes to rest.
 */
const LONGEST_REST_MS = 5000;

/** Work that holds the clock. */
interface Hold {
  readonly patienceMs: number;
  /** `performance.now()` */
  readonly since: number;
  /** It was waited for in vain by the `advance` that is under way. */
  givenUp: boolean;
}
/**
 * Ours: cancelled timers that may always lie in the heap; beyond it, they are dropped when they are the greater half.
 */
const SLACK = 64;
/** Longest delay that setTimeout takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * A clock that runs as the wall's and can be advanced; with `frozenAt` (epoch milliseconds) it stands until it is.
 * @example
 * import { createClock, startLocal } from '@earwitness/local';
 *
 * const local = await startLocal({ clock: createClock({ frozenAt: Date.parse('2026-11-22T14:00:00Z') }) });
 * await local.clock.advance(24 * 3_600_000); // a day of retries, in milliseconds
 */
export function createClock(options: { readonly frozenAt?: number } = {}): MovableClock {
  const { frozenAt } = options;
  // Asked once: it never changes, and asking costs more than the time itself.
  const { timeOrigin } = performance;
  let offset = 0;
  let frozenNow = frozenAt ?? 0;
  const holds = new Set<Hold>();
  /** When work was last released, or `advance` was called: `performance.now()`. */
  let lastRelease = 0;
  let armed: NodeJS.Timeout | undefined;
  const waitingForRest = new Set<() => void>();
  const timers = new TimerHeap<Pending>();
  let cancelled = 0;

  const now = () => (frozenAt === undefined ? Date.now() + offset : frozenNow);

  function setTimer(at: number, run: () => void): Timer {
    const timer: Pending = { run };
    const isFirst = at < nextAt();
    timers.add(at, timer);
    if (isFirst) arm();
    return { cancel: () => cancel(timer) };
  }

  function cancel(timer: Pending): void {
    if (!timer.run) return;
    timer.run = undefined;
    if (++cancelled <= Math.max(SLACK, timers.size / 2)) return;
    timers.keepOnly(({ run }) => run !== undefined);
    cancelled = 0;
  }

  /** When the next timer is due; `Infinity` when there is none. */
  function nextAt(): number {
    while (timers.first && !timers.first.run) {
      timers.takeFirst();
      cancelled--;
    }
    return timers.firstAt;
  }

  // Real time: one setTimeout for the earliest timer. It fires in the next phase but one, after the loop has read what
  // has come: when this process was busy for long, an answer may have waited as long as its time-out, and would be
  // outrun by it.
  function arm(): void {
    if (frozenAt !== undefined) return;
    clearTimeout(armed);
    const at = nextAt();
    if (at === Number.POSITIVE_INFINITY) return;
    armed = setTimeout(() => setImmediate(fireDue), Math.min(Math.max(at - now(), 0), MAX_DELAY_MS));
    armed.unref();
  }

  function fireDue(): void {
    while (nextAt() <= now()) {
      const timer = timers.takeFirst();
      const run = timer?.run;
      if (!timer || !run) continue;
      timer.run = undefined;
      run();
    }
    arm();
  }

  function moveBy(stepMs: number): void {
    if (frozenAt === undefined) offset += stepMs;
    else frozenNow += stepMs;
  }

  // Lets promises and immediates run, then waits until nothing holds the clock but what was waited for in vain. One
  // turn is enough: all promises that are resolved run before its end, and work that takes longer holds the clock.
  async function rest(): Promise<void> {
    await turn();
    const end = performance.now() + LONGEST_REST_MS;
    while (isHeld()) {
      const leftMs = Math.min(patienceEnd(), end) - performance.now();
      if (leftMs <= 0) {
        for (const hold of holds) hold.givenUp = true;
        return;
      }
      await untilReleased(leftMs);
      // Answers that have come are read before anybody's patience is judged, and what a release leads to may hold the
      // clock again.
      await turn();
    }
  }

  function isHeld(): boolean {
    for (const { givenUp } of holds) if (!givenUp) return true;
    return false;
  }

  function patienceEnd(): number {
    let end = 0;
    for (const { givenUp, since, patienceMs } of holds) {
      if (!givenUp) end = Math.max(end, Math.max(since, lastRelease) + patienceMs);
    }
    return end;
  }

  /** Resolves when nothing holds the clock any more, or after `limitMs`. */
  function untilReleased(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        waitingForRest.delete(done);
        resolve();
      };
      const limit = setTimeout(done, Math.ceil(limitMs));
      waitingForRest.add(done);
    });
  }

  return {
    now,
    preciseNow: () => (frozenAt === undefined ? timeOrigin + performance.now() + offset : frozenNow),
    elapsed: () => (frozenAt === undefined ? performance.now() : frozenNow - frozenAt),
    wireNow: () => Date.now(),
    setTimer,
    setWireTimer(delayMs, run) {
      const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
    sleep(ms, { signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          timer.cancel();
          reject(signal?.reason);
        };
        const timer = setTimer(now() + ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    hold(patienceMs = SETTLE_MS) {
      const hold: Hold = { patienceMs, since: performance.now(), givenUp: false };
      holds.add(hold);
      return () => {
        if (!holds.delete(hold)) return;
        lastRelease = performance.now();
        if (!isHeld()) for (const done of [...waitingForRest]) done();
      };
    },
    async advance(ms) {
      lastRelease = performance.now();
      for (const hold of holds) hold.givenUp = false;
      // What is left, not a target: a clock that runs goes on running meanwhile, and is ahead by exactly `ms`
      // afterwards.
      // Whole milliseconds, as all that is made of them (ids, sequence numbers) has.
      let leftMs = Math.ceil(ms);
      await rest();
      for (let at = nextAt(); at <= now() + leftMs; at = nextAt()) {
        const stepMs = Math.max(at - now(), 0);
        leftMs -= stepMs;
        moveBy(stepMs);
        fireDue();
        await rest();
      }
      moveBy(leftMs);
      fireDue();
      await rest();
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
