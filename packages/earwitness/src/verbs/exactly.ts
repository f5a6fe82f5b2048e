// Wait for a number of matches and not one more; none is the case of zero. Fails the moment there is one too many; passes only when
// silence may be believed (settle.ts).

import { InconclusiveError } from '../errors.ts';
import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import { ExpectationError } from '../expectation/expectation.ts';
import { checkEnding } from '../hearing/duration.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { outputOf } from './one.ts';
import { whenSettled } from './settle.ts';

/** Options of the verbs that say what does not come. */
export interface SettleOptions {
  /** Wait the whole `timeoutMs`, although a canary would answer earlier. */
  readonly strict?: boolean;
}

/** What is awaited, and what the wait resolves with, made of the matches in the order in which they came. */
export interface ExactlyOptions<T> extends SettleOptions {
  readonly count: number;
  readonly expected: unknown;
  readonly resultOf: (matches: unknown[]) => T;
}

/** Resolves the wait when so many have come and no more will. */
export function waitForExactly<T>(
  session: Session,
  wait: Wait<T>,
  { count, expected, resultOf, strict = false }: ExactlyOptions<T>,
): void {
  if (!Number.isInteger(count) || count < 0) {
    throw new ExpectationError(`exactly() needs a whole number, but got ${count}.`);
  }
  if (strict || !session.canSendCanary) checkEnding(wait.timeoutMs, wait.timeName);
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'exactly', expectation, count });
  const found: Received[] = [];
  const fail = () =>
    wait.failWith(async () => {
      const { countError } = await import('../page/count.ts');
      return countError({ session, wait, expectation, count, found });
    });
  let settling = false;
  const settle = () => {
    if (settling) return;
    settling = true;
    whenSettled(session, wait, strict, () => {
      const { lossReason } = session;
      if (lossReason)
        wait.reject(
          new InconclusiveError(`cannot tell about ${wait.title}: ${lossReason}`, wait.facts(session.recording.all())),
        );
      else wait.resolve(resultOf(found.map((one) => outputOf(expectation, one))));
    });
  };
  const onMatch = (received: Received) => {
    found.push(received);
    if (found.length > count) fail();
    else if (found.length === count) settle();
  };
  for (const received of session.recording.matching(expectation)) onMatch(received);
  if (found.length > count) return;
  wait.onSettled(session.recording.watch(expectation, { onMatch, onError: (error) => wait.reject(error) }));
  if (count === 0) settle();
  else
    wait.expireWith(session.clock, () => {
      if (found.length < count) fail();
    });
}
