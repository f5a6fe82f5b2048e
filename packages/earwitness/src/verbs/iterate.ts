// `for await` over a subscription: what already came, then what comes. Messages that come while the loop's body runs
// are queued by the recording itself; the iterator only remembers how far it got.

import { InconclusiveError, SubscriptionClosedError } from '../errors.ts';
import type { Message } from '../event.ts';
import { keepProcessAlive } from '../hearing/keep-process-alive.ts';
import type { Session } from '../hearing/session.ts';

/** @throws InconclusiveError when messages the loop had not seen yet had to be dropped */
export async function* iterate(session: Session): AsyncGenerator<Message, undefined> {
  for (let next = 0; ; ) {
    if (next < session.recording.evicted) {
      throw new InconclusiveError(`the loop fell behind: message ${next} had to be dropped before it was seen`, {});
    }
    const received = session.recording.at(next);
    if (received) {
      next++;
      yield received.message;
      continue;
    }
    try {
      const message = session.wait<void>(iterate, { timeoutMs: Number.POSITIVE_INFINITY }, (wait) => {
        wait.ask({ kind: 'next' });
        wait.onSettled(session.recording.watchAll(() => wait.resolve()));
      });
      await keepProcessAlive(message);
    } catch (error) {
      if (error instanceof SubscriptionClosedError) return undefined;
      throw error;
    }
  }
}
