// The local cloud's own account of a time: the facts of its journal, and whether some are missing, because a journal has only so much
// room. Of what is missing nobody may say that it did not happen.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

export interface JournalExcerpt {
  /** Oldest first. */
  readonly facts: readonly Fact[];
  /** Absent when every fact of the time is there. */
  readonly gap?: JournalGap;
}

/** Older facts had to make room before they were read. */
export interface JournalGap {
  /** How many had to since the cloud was started or reset; some may be from before the time of the account. */
  readonly droppedFacts: number;
  readonly maxFacts: number;
  /** Null: no limit. */
  readonly maxBytes: number | null;
}

/** The gap in a sentence. */
export function describeGap({ droppedFacts, maxFacts, maxBytes }: JournalGap): string {
  const gone = droppedFacts === 1 ? 'the oldest fact' : `the oldest ${grouped(droppedFacts)} facts`;
  const size = maxBytes === null ? '' : ` or ${sizeText(maxBytes)}`;
  const room = `it holds ${grouped(maxFacts)} facts${size} at most${maxBytes === null ? '' : ' (journalMaxBytes)'}`;
  return `the local cloud's journal has dropped ${gone}, as ${room}: what is not told here may have happened all the same`;
}

function sizeText(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1 ? `${grouped(bytes)} bytes` : `${grouped(Math.round(megabytes))} MB`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
