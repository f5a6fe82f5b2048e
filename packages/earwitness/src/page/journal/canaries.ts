// The kit's own events, by which it proves that a road is alive: no page is about them.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { parseMessage } from '../../event.ts';
import { probeId } from '../../hearing/probe.ts';

/** The facts without those of the kit's own events. */
export function withoutCanaries(facts: readonly Fact[]): readonly Fact[] {
  const canaries = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'event.accepted' && probeId(parseMessage(fact.event)) !== undefined) canaries.add(fact.eventId);
  }
  const isProbe = (fact: Fact) =>
    fact.kind === 'topic.published' && probeId(parseMessage(fact.text ?? '')) !== undefined;
  return facts.filter((fact) => !canaries.has('eventId' in fact ? (fact.eventId ?? '') : '') && !isProbe(fact));
}
