// What a checkpoint becomes after a batch: done with, tried again later, halved, or given up. Sources: Lambda developer
// guide, "Handling errors with a DynamoDB event source in Lambda"; EventBridge Pipes user guide, "Error handling".
import { type Checkpoint, extentOf, type Part } from './checkpoint.ts';
import type { StreamFeed, StreamRecord, Taken } from './feed.ts';

/** Ours: AWS says nothing of how long it waits between attempts. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** A batch that was tried. */
export interface Tried {
  readonly records: readonly StreamRecord[];
  /** Sequence number of the last record that was read for it, whether a filter let it through or not. */
  readonly upTo: string;
  readonly taken: Taken;
}

export type Next = Pick<Checkpoint, 'after' | 'parts' | 'notBefore'> & {
  readonly step: 'done' | 'tried again' | 'halved' | 'given up';
  /** The records that are not done with. */
  readonly left: readonly StreamRecord[];
  readonly attempts: number;
};

export function nextAfter(
  { after, parts: [known, ...rest] }: Pick<Checkpoint, 'after' | 'parts'>,
  { records, upTo, taken }: Tried,
  { feed, now }: { readonly feed: Pick<StreamFeed, 'halves' | 'maximumRetries' | 'maximumAge'>; readonly now: number },
): Next {
  const part: Part = known ?? { upTo, attempts: 0, retries: 0, unreached: 0 };
  if (taken.outcome === 'done')
    return { step: 'done', after: upTo, parts: rest, left: [], attempts: part.attempts + 1 };

  if (taken.isUnreached) {
    // Source: Lambda API reference, MaximumRetryAttempts: not for batches that did not reach the function.
    const notBefore = now + waitMs(part.unreached);
    const waiting = { ...part, ...extentBy(records), unreached: part.unreached + 1 };
    return { step: 'tried again', ...at(after), parts: [waiting, ...rest], notBefore, left: records, attempts: 0 };
  }
  const attempts = part.attempts + 1;
  const { firstFailed } = taken;
  const left = records.slice(firstFailed ?? 0);
  const last = records[(firstFailed ?? 0) - 1]?.sequenceNumber ?? after;
  const isHalved = feed.halves === (firstFailed === undefined ? 'when it fails' : 'when a part of it fails');
  const middle = left[Math.ceil(left.length / 2) - 1];
  if (isHalved && left.length > 1 && middle) {
    const half = { ...part, attempts, unreached: 0 };
    const place = left.indexOf(middle) + 1;
    const [head, tail] = [extentBy(left.slice(0, place)), extentBy(left.slice(place))];
    const halves = [
      { ...half, ...head, upTo: middle.sequenceNumber },
      { ...half, ...tail },
    ];
    return { step: 'halved', ...at(last), parts: [...halves, ...rest], left, attempts };
  }
  // What is left when records before it are done with is a batch of its own, whose attempts count from none. Source:
  // recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping: report_batch_item_failures.
  const isNewBatch = left.length < records.length;
  if (!isNewBatch && feed.maximumRetries >= 0 && part.retries >= feed.maximumRetries) {
    return { step: 'given up', after: upTo, parts: rest, left, attempts };
  }
  const counted = isNewBatch ? { attempts: 0, retries: 0 } : { attempts, retries: part.retries + 1 };
  const again = { ...part, ...extentBy(left), ...counted, unreached: 0 };
  const retryAt = now + waitMs(part.retries);
  const oldest = left[0]?.at ?? now;
  // What is too old by then is given up at that moment, not before.
  const tooOldAt = feed.maximumAge < 0 ? Number.POSITIVE_INFINITY : oldest + feed.maximumAge * 1000 + 1;
  const notBefore = Math.max(now, Math.min(retryAt, tooOldAt));
  return { step: 'tried again', ...at(last), parts: [again, ...rest], notBefore, left, attempts };
}

function at(after: string | undefined) {
  return after === undefined ? {} : { after };
}

function extentBy(records: readonly StreamRecord[]): Pick<Part, 'extent'> {
  const extent = extentOf(records);
  return extent ? { extent } : {};
}

function waitMs(before: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(before, 10), LONGEST_WAIT_MS);
}
