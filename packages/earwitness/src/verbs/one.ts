// Wait for one message. Looks at everything that already came, then at everything that comes; after the deadline it listens a moment
// longer, because "too late" is a different finding from "never".

import type { Received } from '../event.ts';
import { compileExpectation } from '../expectation/compile.ts';
import type { Expectation } from '../expectation/expectation.ts';
import type { Ear } from '../hearing/ear.ts';
import type { Wait } from '../hearing/wait.ts';
import { graceMs } from './grace.ts';

/** Resolves the wait with the first match, or fails it with a page. */
export function waitForOne(ear: Ear, wait: Wait<unknown>, expected: unknown): void {
  const expectation = compileExpectation(expected);
  wait.ask({ kind: 'one', expectation });
  const early = ear.recording.first(expectation);
  if (early) {
    wait.resolve(outputOf(expectation, early));
    return;
  }
  const deadline = wait.startedAt + wait.timeoutMs;
  const fail = (late?: Received) =>
    wait.failWith(async () => {
      const { missedError } = await import('../page/missed.ts');
      return missedError({ ear, wait, expectation, ...(late ? { late } : {}) });
    });
  wait.onSettled(
    ear.recording.watch(expectation, {
      hear: (received) => {
        if (received.receivedAt <= deadline) wait.resolve(outputOf(expectation, received));
        else fail(received);
      },
      fail: (error) => wait.reject(error),
    }),
  );
  wait.expireWith(ear.clock, () => fail(), graceMs(wait.timeoutMs));
}

/** What a verb hands out for a match: the message, or what the schema made of it. */
export function outputOf(expectation: Expectation, received: Received): unknown {
  return expectation.output ? expectation.output(received.message) : received.message;
}
