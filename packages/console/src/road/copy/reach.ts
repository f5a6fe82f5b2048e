// Whether a test that listens to a topic can hear an event, as things are connected.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn } from '@earwitness/protocol/internal/journal/journey';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { busesOf } from '../rules.ts';

export interface Reach {
  /** A test has to listen to the bus itself. */
  readonly needsBus: boolean;
  /** Why a test would wait in vain, or how it hears; absent where all is well. */
  readonly hint?: string;
}

/** @param map absent where it could not be read: then nothing is known, and nothing said */
export function reachOf(event: FactOf<'event.accepted'>, facts: readonly Fact[], map: CloudMap | undefined): Reach {
  const isHeard = facts.some((fact) => fact.kind === 'topic.published' && eventIdIn(fact.text) === event.eventId);
  if (isHeard || map === undefined) return { needsBus: false };
  const matched = new Set(
    facts.flatMap((fact) => (fact.kind === 'rule.matched' && fact.eventId === event.eventId ? [fact.rule] : [])),
  );
  const leading = rulesToTopics(event, map);
  if (leading.length === 0) {
    const hint = `No rule of bus ${event.bus} leads to a topic: the test listens to the bus itself, with a rule and a queue of its own.`;
    return { needsBus: true, hint };
  }
  if (leading.some((rule) => matched.has(rule))) {
    return { needsBus: false, hint: 'It has not come to a topic yet: the road above shows how far it is.' };
  }
  const rules = leading.map(plainName).join(', ');
  const hint = `What leads to a topic (${rules}) did not take this event, as the road above shows: the test listens to the bus itself.`;
  return { needsBus: true, hint };
}

/** Names of the bus's rules from which arrows lead to a topic. */
function rulesToTopics({ bus, event }: FactOf<'event.accepted'>, map: CloudMap): string[] {
  const kinds = new Map(map.nodes.map((node) => [node.id, node]));
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of map.edges) {
    if (kind !== 'delivers') continue;
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  const leads = (id: string): boolean => {
    const seen = new Set([id]);
    for (const one of seen) {
      if (kinds.get(one)?.kind === 'topic') return true;
      for (const to of next.get(one) ?? []) seen.add(to);
    }
    return false;
  };
  const rules = busesOf(map, bus, event).flatMap(({ id }) => next.get(id) ?? []);
  return rules.flatMap((id) => (leads(id) ? [kinds.get(id)?.name ?? id] : []));
}
