// Where a reader starts, from the number and page it asks for. One decision for gRPC and HTTP.
import type { Topic } from './topic.ts';

export interface Start {
  /** Number of the first item to deliver. */
  readonly next: number;
  /**
   * The reader must be told that numbers do not simply go on; `last`: the last number it can have seen, 0 when not
   * known.
   */
  readonly discontinuity?: { readonly last: number };
}

/**
 * @param resumeAt number of the first item wanted; 0: whatever comes next.
 * @param page the page the number belongs to; 0: not known (old clients never know), so the current one is meant.
 */
export async function startOf(topic: Topic, resumeAt: number, page: number): Promise<Start> {
  const { first, last } = await topic.bounds();
  if (resumeAt === 0) return { next: last + 1 };
  const seen = { last: resumeAt - 1 };
  // An older page: everything in the current one is new to the reader. A newer one cannot be: the reader starts at the
  // end.
  if (page !== 0 && page !== topic.page) return { next: page < topic.page ? first : last + 1, discontinuity: seen };
  if (resumeAt > last + 1) return { next: last + 1, discontinuity: seen };
  if (resumeAt < first) return { next: first, discontinuity: seen };
  return { next: resumeAt };
}
