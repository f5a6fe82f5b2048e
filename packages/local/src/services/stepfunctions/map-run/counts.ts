// How many of a map run's items, or executions, are where.
import type { MapRunItemCounts } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { MapRunRow } from '../map-run.ts';
import type { Ended } from './results.ts';

/** An execution of a run. */
interface Counted {
  readonly items: number;
  readonly ended?: Pick<Ended, 'status'>;
}

type Counter = 'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted';

const NONE: MapRunItemCounts = {
  ...{ pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0, resultsWritten: 0 },
};
const MEMBER_OF = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;

/** @param begun how many of them were begun, the first ones */
export function countsOf(children: readonly Counted[], of: 'items' | 'executions', begun = 0): MapRunItemCounts {
  const counts = { ...NONE };
  for (const [index, { items, ended }] of children.entries()) {
    const size = of === 'items' ? items : 1;
    const member = ended ? memberOf(ended.status) : index < begun ? 'running' : 'pending';
    counts[member] += size;
    counts.total += size;
  }
  return counts;
}

export function memberOf(status: Ended['status']): Counter {
  return MEMBER_OF[status];
}

/** Some items, and their executions, are somewhere else now. */
export function moved(
  run: MapRunRow,
  items: number,
  { from, to, executions = 1 }: { readonly from: Counter; readonly to: Counter; readonly executions?: number },
): MapRunRow {
  const move = (counts: MapRunItemCounts, size: number) => ({
    ...counts,
    [from]: counts[from] - size,
    [to]: counts[to] + size,
  });
  return { ...run, itemCounts: move(run.itemCounts, items), executionCounts: move(run.executionCounts, executions) };
}

/** The counts of a run that is over: what was not, is aborted. */
export function closed(counts: MapRunItemCounts, isWritten: boolean): MapRunItemCounts {
  const { pending, running, aborted, total } = counts;
  const written = isWritten && { resultsWritten: total };
  return { ...counts, pending: 0, running: 0, aborted: aborted + pending + running, ...written };
}

/**
 * Whether more failed than is tolerated: nothing is, unless a number or a percentage says so; either one decides.
 * Source: Step Functions developer guide, "Setting failure thresholds".
 */
export function exceedsTolerance(run: MapRunRow): boolean {
  const { itemCounts: counts, toleratedFailureCount: count, toleratedFailurePercentage: percentage } = run;
  const failed = counts.failed + counts.timedOut;
  if (count === 0 && percentage === 0) return failed > 0;
  const isTooMany = count > 0 && failed > count;
  return isTooMany || (percentage > 0 && (failed * 100) / counts.total > percentage);
}
