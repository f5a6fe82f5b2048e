// Deduplication of a FIFO queue: for five minutes after a message was sent, another with the same id is taken and not delivered;
// its sender gets the first one's answer. Deleting the message changes nothing, nor does a duplicate prolong the interval.
import type { Clock } from '../../clock/clock.ts';

/** Deduplication interval. Source: SQS developer guide, "Exactly-once processing in Amazon SQS". */
const INTERVAL_MS = 5 * 60 * 1000;

/** What the first sender was told. */
export interface Sent {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly md5OfAttributes: string | undefined;
  readonly sequenceNumber: string | undefined;
}

export interface Deduplication {
  find(id: string): Sent | undefined;
  remember(id: string, sent: Sent): void;
  /** A number that grows with each message, 20 digits. */
  nextSequenceNumber(): string;
}

export function createDeduplication(clock: Clock): Deduplication {
  const remembered = new Map<string, { readonly until: number; readonly sent: Sent }>();
  let sequence = 10_000_000_000_000_000_000n;
  return {
    find(id) {
      const found = remembered.get(id);
      return found && found.until > clock.now() ? found.sent : undefined;
    },
    remember(id, sent) {
      const now = clock.now();
      // Oldest first: the interval is the same for all.
      for (const [old, { until }] of remembered) {
        if (until > now) break;
        remembered.delete(old);
      }
      remembered.delete(id);
      remembered.set(id, { until: now + INTERVAL_MS, sent });
    },
    nextSequenceNumber: () => String(++sequence),
  };
}
