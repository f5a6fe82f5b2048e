// `for await` over a subscription: what already came, then what comes. Messages that come while the loop's body runs are queued by
// the recording itself; the iterator only remembers how far it got.

import { InconclusiveError, SubscriptionClosedError } from '../errors.ts';
import type { Message } from '../event.ts';
import type { Ear } from '../hearing/ear.ts';
import { keepProcess } from '../hearing/keep-process.ts';

/** @throws InconclusiveError when messages the loop had not seen yet had to be dropped */
export async function* iterate(ear: Ear): AsyncGenerator<Message, undefined> {
  for (let next = 0; ; ) {
    if (next < ear.recording.evicted) {
      throw new InconclusiveError(`the loop fell behind: message ${next} had to be dropped before it was seen`, {});
    }
    const received = ear.recording.at(next);
    if (received) {
      next++;
      yield received.message;
      continue;
    }
    try {
      const message = ear.wait<void>(iterate, { timeoutMs: Number.POSITIVE_INFINITY }, (wait) => {
        wait.ask({ kind: 'next' });
        wait.onSettled(ear.recording.watchAll(() => wait.resolve()));
      });
      await keepProcess(message);
    } catch (error) {
      if (error instanceof SubscriptionClosedError) return undefined;
      throw error;
    }
  }
}
