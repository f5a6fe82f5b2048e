// What went wrong in stories of other tests, counted on one line: it may explain nothing, and must not be in the way.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { isConsumerFault } from './consumers.ts';

/** `3 dead letters, 1 failed delivery`; undefined when nothing went wrong. */
export function countOthers(facts: readonly Fact[], lettersFromBefore: number): string | undefined {
  const of = (isOne: (fact: Fact) => boolean) => facts.filter(isOne);
  const letters = of(({ kind }) => kind === 'delivery.dead-lettered' || kind === 'message.redriven');
  const ended = new Set(
    of(({ kind }) => kind === 'delivery.dead-lettered' || kind === 'delivery.dropped').map(deliveryOf),
  );
  const failed = of((fact) => fact.kind === 'delivery.attempted' && fact.outcome !== 'delivered').map(deliveryOf);
  const parts = [
    counted(Math.max(letters.length, lettersFromBefore), 'dead letter', 'dead letters'),
    counted(of(({ kind }) => kind === 'delivery.dropped').length, 'event that was dropped', 'events that were dropped'),
    counted(new Set(failed.filter((id) => !ended.has(id))).size, 'failed delivery', 'failed deliveries'),
    counted(of(isConsumerFault).length, 'failed invocation', 'failed invocations'),
    counted(of(({ kind }) => kind === 'topic.refused').length, 'refused message', 'refused messages'),
    counted(of(({ kind }) => kind === 'entry.rejected').length, 'refused entry', 'refused entries'),
    counted(of(({ kind }) => kind === 'event.unmatched').length, 'event without a rule', 'events without a rule'),
    counted(of(({ kind }) => kind === 'access.denied').length, 'missing permission', 'missing permissions'),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}

function deliveryOf(fact: Fact): string {
  return 'deliveryId' in fact ? fact.deliveryId : '';
}

function counted(count: number, one: string, many: string): string | undefined {
  return count === 0 ? undefined : `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
