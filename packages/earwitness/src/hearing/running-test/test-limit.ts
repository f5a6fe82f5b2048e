// The runner's time-out ends a test wherever it is, and tells nothing of what was awaited. So a wait that would outlast
// its test is cut off before: early enough that its page is written while the test still runs. Where that does not
// succeed, or the limit is not known, the page is printed when the runner gives the test up.
import { EarwitnessError, messageLines } from '../../errors.ts';
import { line } from '../../printing/line.ts';
import type { Clock } from '../clock.ts';
import type { Wait } from '../wait.ts';
import type { RunningTest } from './running-test.ts';

/** What is left of a test's time for a page: a part of it, and at most so many ms. Ours. */
const PAGE_SHARE = 0.15;
const PAGE_MOST_MS = 1000;

/**
 * When each test, and each further try of it, was first seen to wait. Its time began before, so that a limit counted
 * from here is never too early.
 */
const firstWaits = new WeakMap<object, { readonly attempt: string | undefined; readonly at: number }>();

/** Open waits of the test that a signal belongs to. */
const waitsOf = new WeakMap<AbortSignal, Set<Wait<never>>>();

/** What a wait is ended by. */
export interface TestEnd {
  readonly clock: Clock;
  /** Called when the wait is going to be cut off. */
  readonly preparePage: (() => void) | undefined;
}

/** Cuts a wait off when its test is about to end, or has been ended. */
export function endWithTest(wait: Wait<never>, test: RunningTest, { clock, preparePage }: TestEnd): void {
  const { timeoutMs = Number.POSITIVE_INFINITY } = test;
  const limitAt = test.timeoutMs === undefined ? timeoutMs : beginningOf(test, wait.startedAt) + timeoutMs;
  const cutAt = limitAt - Math.min(PAGE_MOST_MS, timeoutMs * PAGE_SHARE);
  if (cutAt < wait.startedAt + wait.timeoutMs) {
    preparePage?.();
    const cut = () => wait.cutOff(timeoutMs);
    wait.onSettled(clock.after(Math.max(0, cutAt - clock.now()), cut, { background: true }));
  }
  if (test.signal) endWithSignal(wait, test.signal, test);
}

/** Since when its time runs, epoch ms, or later than that. */
function beginningOf({ identity, attempt, startedAt }: RunningTest, now: number): number {
  if (startedAt !== undefined) return startedAt;
  if (identity === undefined) return now;
  const seen = firstWaits.get(identity);
  if (seen && seen.attempt === attempt) return seen.at;
  firstWaits.set(identity, { attempt, at: now });
  return now;
}

function endWithSignal(wait: Wait<never>, signal: AbortSignal, test: RunningTest): void {
  let waits = waitsOf.get(signal);
  if (!waits) {
    const open = new Set<Wait<never>>();
    waits = open;
    waitsOf.set(signal, open);
    const giveUp = () => {
      for (const one of open) void endAfterTest(one, test);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  }
  waits.add(wait);
  wait.onOutcome(() => waits.delete(wait));
}

/**
 * Ends a wait whose test the runner has given up, so that nobody would hear of what it is rejected with. Resolves once
 * its page has been printed.
 */
export function endAfterTest(wait: Wait<never>, { title, timeoutMs, print = printError }: RunningTest): Promise<void> {
  wait.onFailed((error) => {
    if (!(error instanceof EarwitnessError)) return;
    const of = title === undefined ? 'its test' : `"${title}"`;
    print([line`earwitness: the runner ended ${of} during a wait:`, ...messageLines(error)].join('\n'));
  });
  wait.cutOff(timeoutMs);
  return new Promise((done) => wait.onOutcome(done));
}

function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}
