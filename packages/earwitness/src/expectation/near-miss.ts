// Which of the received messages comes nearest to what was expected. Passed checks count one each (the type of the
// event three, because another field of the right event is a nearer miss than the right field of another event), failed
// ones by how close they came; of equals the later one is nearer, because it is likelier to be the answer to what the
// test did last.
import type { Message, Received } from '../event.ts';
import type { Expectation, Finding } from './expectation.ts';

/** A received message beside the expectation. */
export interface NearMiss {
  readonly received: Received;
  readonly findings: readonly Finding[];
  readonly passed: number;
}

/** What was received beside an expectation that none of it met. */
export interface Ranking {
  readonly expectation: Expectation;
  /** All messages, nearest first. */
  readonly nearest: readonly NearMiss[];
}

/** Ranks all messages; asks the expectation once about each. */
export function rankNearMisses(expectation: Expectation, received: readonly Received[]): Ranking {
  const nearest = rankMisses(expectation, received).map(({ one, ...miss }) => ({ received: one, ...miss }));
  return { expectation, nearest };
}

/** One of several things beside what was expected of their messages. */
export interface Miss<One> {
  readonly one: One;
  readonly findings: readonly Finding[];
  readonly passed: number;
}

/**
 * Ranks things that have a message, the nearest first. Those with a higher `index` are later.
 * @param isWeighty paths that count three times
 */
export function rankMisses<One extends { readonly message: Message; readonly index: number }>(
  expectation: Expectation,
  all: readonly One[],
  isWeighty: (path: string) => boolean = (path) => path === 'detail-type',
): Miss<One>[] {
  return all
    .map((one) => {
      const findings = expectation.compare(one.message);
      const passed = findings.filter((finding) => finding.pass).length;
      const weigh = ({ path }: Finding) => (isWeighty(path) ? 3 : 1);
      const total = findings.reduce((sum, finding) => sum + weigh(finding), 0);
      const score = findings.reduce((sum, finding) => sum + weigh(finding) * finding.closeness, 0) / total;
      return { one, findings, passed, score };
    })
    .sort((one, other) => other.score - one.score || other.one.index - one.one.index)
    .map(({ one, findings, passed }) => ({ one, findings, passed }));
}
