// What a run came to, in words: of a subscription, of a test file. What could not be opened and what was not met are
// failures; where nothing was awaited, nothing is claimed.
import type { Evidence, EvidenceOf } from './evidence.ts';

/** How it went, and the class of its colour. */
export interface Verdict {
  readonly tone: 'good' | 'bad' | 'soft';
  /** `✓ 2 waits, all met`, `✗ 1 of 2 waits not met`, `nothing was awaited` */
  readonly text: string;
}

/** Of some evidence. */
export function verdictOf(evidence: readonly Evidence[]): Verdict {
  const waits = evidence.filter((one) => one.kind === 'wait');
  const missed = waits.filter(isFailure).length;
  const unopened = evidence.filter((one) => one.kind === 'subscription' && isFailure(one)).length;
  const failures = [
    ...(unopened === 0 ? [] : [`${count(unopened, 'subscription')} could not be opened`]),
    ...(missed === 0 ? [] : [`${missed} of ${count(waits.length, 'wait')} not met`]),
  ];
  if (failures.length > 0) return { tone: 'bad', text: `✗ ${failures.join(', ')}` };
  if (waits.length === 0) return { tone: 'soft', text: 'nothing was awaited' };
  return { tone: 'good', text: waits.length === 1 ? '✓ 1 wait, met' : `✓ ${waits.length} waits, all met` };
}

/** A wait that was not met, or a subscription that could not be opened. */
export type Failure = EvidenceOf<'wait'> | EvidenceOf<'subscription'>;

/** Whether a line is a failure. */
export function isFailure(one: Evidence): one is Failure {
  return one.kind === 'wait' ? one.outcome !== 'met' : one.kind === 'subscription' && one.failure !== undefined;
}

/** What a failure says: the first line of its page, and the others. */
export function pageOf(failure: Failure): readonly [string, string] {
  const page = failure.kind === 'wait' ? (failure.page ?? failure.outcome) : (failure.failure?.page ?? '');
  const [headline = '', ...rest] = page.split('\n');
  return [headline, rest.join('\n').replace(/^\n+/, '')];
}

/** `1 message`, `2 messages` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** How long it took from the first to the last of it: `340 ms`, `21.3 s`. */
export function durationOf(evidence: readonly Evidence[]): string {
  const ends = evidence.map((one) =>
    one.kind === 'subscription' ? one.closedAt : one.kind === 'wait' ? one.endedAt : one.at,
  );
  const ms = Math.max(...ends) - Math.min(...evidence.map(({ at }) => at));
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
