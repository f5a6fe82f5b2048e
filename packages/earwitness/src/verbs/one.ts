// Wait for one message. Looks at everything that already came, then at everything that comes; after the deadline it
// listens a moment longer, because "too late" is a different finding from "never".

import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { gracePeriodMs } from './grace-period.ts';
import { outputOf } from './output.ts';

/** Resolves the wait with the first match, or fails it with a page. */
export function waitForOne<T>(session: Session, wait: Wait<T>, expected: unknown): void {
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'one', expectation });
  const early = session.recording.first(expectation);
  if (early) {
    wait.resolve(outputOf(expectation, early));
    return;
  }
  const deadline = wait.startedAt + wait.timeoutMs;
  const fail = (late?: Received) =>
    wait.failWith(async () => {
      const { missedError } = await import('../page/missed.ts');
      return missedError({ session, wait, expectation, ...(late ? { late } : {}) });
    });
  wait.onSettled(
    session.recording.watch(expectation, {
      onMatch: (received) => {
        if (received.receivedAt <= deadline) wait.resolve(outputOf(expectation, received));
        else fail(received);
      },
      onError: (error) => wait.reject(error),
    }),
  );
  wait.expireWith(session.clock, () => fail(), { extraMs: gracePeriodMs(wait.timeoutMs) });
}
