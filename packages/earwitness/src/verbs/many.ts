// Verbs for several messages: n of a kind, a sequence, everything until a condition. All look at what already came
// first.

import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { ExpectationError } from '../expectation/expectation.ts';
import { printValue } from '../expectation/print.ts';
import { checkEnding } from '../hearing/duration.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { outputOf, outputsOf } from './output.ts';
import { cutShort } from './settle.ts';

/** Resolves the wait with the first `count` matches, in the order in which they came. */
export function waitForMany<T>(session: Session, wait: Wait<T[]>, count: number, expected: unknown): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new ExpectationError(
      `waitFor() begins with a whole number above 0, but got ${printValue(count)}. For none there is expectNone().`,
    );
  }
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'many', expectation, count });
  const found = [...session.recording.matching(expectation, count)];
  const resolve = () => wait.resolve(found.map((one) => outputOf(expectation, one)));
  if (found.length === count) {
    resolve();
    return;
  }
  const onMatch = (received: Received) => {
    if (found.push(received) === count) resolve();
  };
  wait.onSettled(session.recording.watch(expectation, { onMatch, onError: (error) => wait.reject(error) }));
  wait.expireWith(session.clock, () => {
    wait.failWith(async () => {
      const { countError } = await import('../page/count.ts');
      return countError({ session, wait, expectation, count, found });
    });
  });
}

/**
 * Resolves the wait once matches for every step have come, each after the one before. Takes for each step the first
 * match after the step before it, which finds an order whenever there is one.
 */
export function waitForSequence<T extends readonly unknown[]>(
  session: Session,
  wait: Wait<T>,
  steps: readonly unknown[],
): void {
  if (!Array.isArray(steps)) throw new ExpectationError('waitForSequence() takes its steps as one array.');
  const expectations = steps.map((step) => compileExpectation(step));
  if (expectations.length === 0) throw new ExpectationError('waitForSequence() needs at least one step.');
  wait.ask({ kind: 'sequence', steps: expectations });
  const found: Received[] = [];
  const onMatch = (received: Received) => {
    const step = expectations[found.length];
    if (!step?.matches(received.message)) return;
    found.push(received);
    if (found.length < expectations.length) return;
    wait.resolve(outputsOf<T>(expectations, found));
  };
  for (const received of session.recording.all()) onMatch(received);
  if (wait.settled) return;
  // Every message is tested: which step it can be depends on what came before.
  wait.onSettled(session.recording.watchAll(onMatch));
  wait.expireWith(session.clock, () => {
    wait.failWith(async () => {
      const { sequenceError } = await import('../page/sequence.ts');
      return sequenceError({ session, wait, expectations, found });
    });
  });
}

/** Resolves the wait, when its time is over, with every match. */
export function collect<T>(session: Session, wait: Wait<T[]>, expected: unknown): void {
  checkEnding(wait.timeoutMs, 'collect(): forMs');
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'all', expectation });
  const end = () => wait.resolve(session.recording.matching(expectation).map((one) => outputOf(expectation, one)));
  wait.expireWith(session.clock, end, { cutOff: () => wait.reject(cutShort(wait, session.recording.all())) });
}
