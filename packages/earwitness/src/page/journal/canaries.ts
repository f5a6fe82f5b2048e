// The kit's own events, by which it proves that a road is alive: no page is about them.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { parseMessage } from '../../event.ts';
import { probeId } from '../../hearing/probe.ts';

/** The facts without those of the kit's own events. */
export function withoutCanaries(facts: readonly Fact[]): readonly Fact[] {
  return facts.filter(createCanaryFilter());
}

/** Says of each fact, in their order, whether it is of others than the kit's own events. */
export function createCanaryFilter(): (fact: Fact) => boolean {
  const canaries = new Set<string>();
  return (fact) => {
    if (fact.kind === 'event.accepted' && probeId(parseMessage(fact.event)) !== undefined) canaries.add(fact.eventId);
    if (fact.kind === 'topic.published' && probeId(parseMessage(fact.text ?? '')) !== undefined) return false;
    return !canaries.has('eventId' in fact ? (fact.eventId ?? '') : '');
  };
}
