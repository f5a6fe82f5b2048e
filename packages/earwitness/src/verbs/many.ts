// Verbs that answer for several messages: n of a kind, a sequence, everything until a condition. All look at what already came first.

import { EventNotReceivedError } from '../errors.ts';
import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { ExpectationError } from '../expectation/expectation.ts';
import { checkEnding } from '../hearing/duration.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { outputOf } from './one.ts';

/** Resolves the wait with the first `count` matches, in the order in which they came. */
export function waitForMany(session: Session, wait: Wait<unknown[]>, count: number, expected: unknown): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new ExpectationError(
      `waitFor() needs a whole number above 0, but got ${count}. For none there is expectNone().`,
    );
  }
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'many', expectation, count });
  const found: Received[] = [];
  const onMatch = (received: Received) => {
    found.push(received);
    if (found.length === count) wait.resolve(found.map((one) => outputOf(expectation, one)));
  };
  for (const received of session.recording.matching(expectation)) {
    onMatch(received);
    if (wait.settled) return;
  }
  wait.onSettled(session.recording.watch(expectation, { onMatch, onError: (error) => wait.reject(error) }));
  wait.expireWith(session.clock, () => {
    wait.failWith(async () => {
      const { writePage, duration } = await import('../page/page.ts');
      const page = await writePage({
        session,
        wait,
        headline: `${found.length} of ${count} arrived within ${duration(wait.timeoutMs)}: ${expectation.title}`,
        expectations: [expectation],
        marks: new Map(found.map((one, index) => [one, `${index + 1} of ${count}`])),
        ...(found.length === 0 ? { closestTo: expectation } : {}),
        end: { at: wait.startedAt + wait.timeoutMs, text: 'timed out' },
      });
      return new EventNotReceivedError(page, wait.facts(session.recording.all()));
    });
  });
}

/**
 * Resolves the wait once matches for every step have come, each after the one before. Takes for each step the first match after the
 * step before it, which finds an order whenever there is one.
 */
export function waitForSequence(session: Session, wait: Wait<unknown>, steps: readonly unknown[]): void {
  const expectations = steps.map((step) => compileExpectation(step));
  const [first] = expectations;
  if (!first) throw new ExpectationError('waitForSequence() needs at least one step.');
  wait.ask({ kind: 'sequence', steps: expectations });
  const found: Received[] = [];
  const onMatch = (received: Received) => {
    const step = expectations[found.length];
    if (!step?.matches(received.message)) return;
    found.push(received);
    if (found.length < expectations.length) return;
    wait.resolve(found.map((one, index) => outputOf(expectations[index] ?? first, one)));
  };
  for (const received of session.recording.all()) onMatch(received);
  if (wait.settled) return;
  // Every message is asked: which step it may be depends on what came before.
  wait.onSettled(session.recording.watchAll(onMatch));
  wait.expireWith(session.clock, () => {
    wait.failWith(async () => {
      const { sequenceError } = await import('../page/sequence.ts');
      return sequenceError({ session, wait, expectations, found });
    });
  });
}

/** Resolves the wait, when its time is over, with every match. */
export function collect(session: Session, wait: Wait<unknown[]>, expected: unknown): void {
  checkEnding(wait.timeoutMs, wait.timeName);
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'all', expectation });
  wait.expireWith(session.clock, () => {
    wait.resolve([...session.recording.matching(expectation)].map((one) => outputOf(expectation, one)));
  });
}
