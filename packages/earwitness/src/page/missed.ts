// The page of a wait whose message did not come in time: never, or too late.

import { type EarwitnessError, EventNotReceivedError, InconclusiveError } from '../errors.ts';
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { rankNearMisses } from '../expectation/near-miss.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { countDifferences } from './closest.ts';
import { type Culprit, duration, writePage } from './page.ts';

/** What the page is about. */
export interface Missed {
  readonly session: Session;
  readonly wait: Wait<never>;
  readonly expectation: Expectation;
  /** The match that came after the deadline. */
  readonly late?: Received;
}

/** Writes the page. Where messages were lost, the error is inconclusive: the awaited one may have been among them. */
export async function missedError({ session, wait, expectation, late }: Missed): Promise<EarwitnessError> {
  const ranking = rankNearMisses(expectation, session.recording.all());
  const { nearest } = ranking;
  const lossReason = late ? undefined : session.lossReason;
  const page = await writePage({
    session,
    wait,
    headline: (found) =>
      lossReason
        ? `cannot tell whether ${wait.title} came: ${lossReason}`
        : headline(wait, { ...found, received: nearest.length, late }),
    expectations: [expectation],
    ...(late ? { marks: new Map([[late, 'too late']]) } : { missed: ranking }),
    end: { at: wait.startedAt + wait.timeoutMs, text: 'timed out' },
  });
  const facts = { frames: wait.frames, received: nearest.map(({ received }) => received.message) };
  return lossReason ? new InconclusiveError(page, facts) : new EventNotReceivedError(page, facts);
}

interface Outcome extends Culprit {
  /** How many messages were. */
  readonly received: number;
  readonly late: Received | undefined;
}

function headline(wait: Wait<never>, { closest, received, late, cause }: Outcome): string {
  const limit = duration(wait.timeoutMs);
  if (late) {
    const lateByMs = Math.ceil(late.receivedAt - wait.startedAt - wait.timeoutMs);
    return `${wait.title} came too late: ${lateByMs} ms after the ${limit} were over`;
  }
  if (cause !== undefined) {
    return `no event ${closest ? 'matched' : 'arrived'} within ${limit}: ${cause}`;
  }
  if (!closest) return `no event arrived within ${limit}`;
  return `no event matched within ${limit}: ${received} received, ${countDifferences(closest)}`;
}
