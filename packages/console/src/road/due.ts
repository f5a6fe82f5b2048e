// Attempts that are still to come: what failed is tried again when the cloud's clock says so.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import { timeText } from '../parts/text.ts';

/** One for each delivery whose last fact says that it is tried again. */
export function dueMarks(facts: readonly Fact[]): Mark[] {
  const waiting = new Map<string, { readonly at: number; readonly cause: Fact }>();
  for (const fact of facts) {
    const key = deliveryOf(fact);
    if (key === undefined) continue;
    waiting.delete(key);
    if ('retryAt' in fact && fact.retryAt !== undefined) waiting.set(key, { at: fact.retryAt, cause: fact });
  }
  return [...waiting.values()].map(({ at, cause }) => ({
    stage: 'attempt',
    at,
    label: `next attempt due at ${timeText(at)}`,
    tone: 'wait',
    cause,
  }));
}

/** What names the attempts of one delivery. Not of records of a stream: that they were taken at last leaves no fact. */
function deliveryOf(fact: Fact): string | undefined {
  if ('deliveryId' in fact) return fact.deliveryId;
  switch (fact.kind) {
    case 'notification.attempted':
    case 'notification.dead-lettered':
    case 'notification.dropped':
      return `${fact.messageId} ${fact.subscriptionArn}`;
    case 'schedule.attempted':
    case 'schedule.failed':
      return `${fact.scheduleArn} ${fact.scheduledAt}`;
    case 'bucket.notified':
      return [fact.bucket, fact.event, fact.key, fact.configurationId].join(' ');
    default:
      return undefined;
  }
}
