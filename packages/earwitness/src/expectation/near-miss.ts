// Which of the received messages comes nearest to what was expected. Passed checks count one each (the type of the
// event three, because another field of the right event is a nearer miss than the right field of another event), failed
// ones by how close they came; of equals the later one is nearer, because it is likelier to be the answer to what the
// test did last.
import type { Received } from '../event.ts';
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
  const nearest = received
    .map((one) => {
      const findings = expectation.compare(one.message);
      const passed = findings.filter((finding) => finding.pass).length;
      const weigh = ({ path }: Finding) => (path === 'detail-type' ? 3 : 1);
      const total = findings.reduce((sum, finding) => sum + weigh(finding), 0);
      const score = findings.reduce((sum, finding) => sum + weigh(finding) * finding.closeness, 0) / total;
      return { received: one, findings, passed, score };
    })
    .sort((one, other) => other.score - one.score || other.received.index - one.received.index)
    .map(({ received: item, findings, passed }) => ({ received: item, findings, passed }));
  return { expectation, nearest };
}
