// The facts of the local cloud's journal from some time on, and whether some are missing, because a journal has limited
// room. What is missing may have happened all the same.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

export interface JournalExcerpt {
  /** Oldest first. */
  readonly facts: readonly Fact[];
  /** Absent when no fact of that time is missing. */
  readonly gap?: JournalGap;
}

/** The journal dropped older facts before they were read. */
export interface JournalGap {
  /** How many it has dropped since it was started or reset; some may be from before the time of the excerpt. */
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
  return `the local cloud's journal has dropped ${gone}, as ${room}: what is missing here may have happened all the same`;
}

function sizeText(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1 ? `${grouped(bytes)} bytes` : `${grouped(Math.round(megabytes))} MB`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
