// What stands in the rows of a work: see kept-work.ts.
import { roughLength } from './rough-length.ts';

/** Ours: characters of the jobs that are put into one row. */
const MAX_ROW_LENGTH = 256 * 1024;

export interface Name {
  readonly id: string;
  /** Until when the id is known, epoch ms. */
  readonly until: number;
}

/** What stands in a row. */
export interface JobRow<Job> extends Partial<Name> {
  readonly at?: number;
  /** Left out when the job, which had an id, is done. */
  readonly jobs?: readonly Job[];
}

/** Jobs that are put into one row. */
export function* partsOf<Job>(jobs: readonly Job[]): Generator<readonly Job[]> {
  let start = 0;
  let length = 0;
  for (let end = 0; end < jobs.length && jobs.length > 1; end++) {
    const more = roughLength(jobs[end]);
    if (end > start && length + more > MAX_ROW_LENGTH) {
      yield jobs.slice(start, end);
      start = end;
      length = 0;
    }
    length += more;
  }
  if (jobs.length > start) yield start === 0 ? jobs : jobs.slice(start);
}

export function parseJobRow<Job>(value: unknown): JobRow<Job> {
  return value as JobRow<Job>;
}

export function parseMarker(value: unknown): { readonly before: number } {
  return value as { readonly before: number };
}
