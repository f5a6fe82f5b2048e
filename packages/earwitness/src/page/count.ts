// The page of a wait for an exact number: an event that should not have come, too many, or too few.

import { type EarwitnessError, EventNotReceivedError, UnexpectedEventError } from '../errors.ts';
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { rankNearMisses } from '../expectation/near-miss.ts';
import { printBlock } from '../expectation/print.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { indent, type Line, line, linesOf } from '../printing/line.ts';
import { duration, writePage } from './page.ts';
import { elapsed } from './timeline.ts';

/** What the page is about. */
export interface Count {
  readonly session: Session;
  readonly wait: Wait<never>;
  readonly expectation: Expectation;
  readonly count: number;
  readonly found: readonly Received[];
}

/** Writes the page. */
export async function countError({ session, wait, expectation, count, found }: Count): Promise<EarwitnessError> {
  const tooFew = found.length < count;
  const offender = found.at(-1);
  const page = await writePage({
    session,
    wait,
    headline: () => headline(expectation, count, found, wait),
    expectations: [expectation],
    marks: new Map(found.map((one, index) => [one, index < count ? `${index + 1} of ${count}` : 'not expected'])),
    ...(tooFew && found.length === 0 ? { missed: rankNearMisses(expectation, session.recording.all()) } : {}),
    findings: tooFew ? [] : offenderLines(offender, found, session),
    end: tooFew
      ? { at: wait.startedAt + wait.timeoutMs, text: 'timed out' }
      : { at: Math.max(offender?.receivedAt ?? 0, wait.startedAt), text: 'failed' },
  });
  const facts = wait.facts(session.recording.all());
  return tooFew ? new EventNotReceivedError(page, facts) : new UnexpectedEventError(page, facts);
}

function headline(expectation: Expectation, count: number, found: readonly Received[], wait: Wait<never>): string {
  const { title } = expectation;
  if (found.length < count) return `${found.length} of ${count} arrived within ${duration(wait.timeoutMs)}: ${title}`;
  if (count === 0) return `${title} arrived, although none should`;
  return `${found.length} arrived, although exactly ${count} should: ${title}`;
}

function offenderLines(offender: Received | undefined, found: readonly Received[], session: Session): Line[] {
  if (!offender) return [];
  const at = elapsed(offender.receivedAt - session.openedAt);
  const { message } = offender;
  const body =
    typeof message === 'string' ? JSON.stringify(message) : printBlock({ id: message.id, detail: message.detail });
  return [line`Not expected   ${at}`, ...indent(linesOf(body)), ...duplicateLines(found)];
}

/** The same id twice is a repeated delivery (EventBridge promises at least one); two ids are two publications. */
function duplicateLines(found: readonly Received[]): Line[] {
  if (found.length < 2) return [];
  const ids = found.map(({ message }) => (typeof message === 'string' ? undefined : message.id));
  const distinct = new Set(ids).size;
  const lines = ids.map((id, index) => line`  ${index + 1}. id ${id ?? '(none)'}`);
  const verdict =
    distinct === found.length
      ? `All ${found.length} have ids of their own: they were published ${found.length} times.`
      : `${found.length - distinct} of ${found.length} repeat an id: the same event was delivered more than once.`;
  return [line``, line`${verdict}`, ...lines];
}
