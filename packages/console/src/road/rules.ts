// The rules of an event's buses that did not take it, and why: asked of the rules as they are now.
import type { CloudMap, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import {
  type AskedRule,
  byNearness,
  type MissedRule,
  missedRule,
} from '@earwitness/protocol/internal/journal/road/missed-rule';
import { Slice } from '../time.ts';

/** Ours: rules that are drawn; the others are named together. */
const MOST_DRAWN = 8;

/** A bus whose rules were asked. */
interface AskedBus {
  readonly bus: string;
  /** When the last of its rules was told. */
  at: number;
  readonly matched: Set<string>;
}

/** Marks of the rules that did not match, the nearest first. Gives way to the page between rules. */
export async function missedRules(
  event: FactOf<'event.accepted'>,
  facts: readonly Fact[],
  map: CloudMap,
): Promise<Mark[]> {
  const marks: Mark[] = [];
  const slice = new Slice();
  for (const asked of askedBuses(event, facts)) {
    const missed: MissedRule[] = [];
    for (const rule of patternRules(map, busesOf(map, asked.bus, event.event))) {
      if (asked.matched.has(rule.name)) continue;
      missed.push(missedRule(rule, event.event) ?? changedRule(rule));
      await slice.rest();
    }
    marks.push(...marksOf(missed.sort(byNearness), event, asked));
  }
  return marks;
}

/** Which buses had the event: the one that it was put on, and those that it was handed on to. */
function askedBuses(event: FactOf<'event.accepted'>, facts: readonly Fact[]): AskedBus[] {
  const buses = new Map<string, AskedBus>();
  for (const fact of facts) {
    if (fact.kind !== 'rule.matched' && fact.kind !== 'event.unmatched') continue;
    if (fact.eventId !== event.eventId) continue;
    const asked = buses.get(fact.bus) ?? { bus: fact.bus, at: 0, matched: new Set() };
    buses.set(fact.bus, asked);
    asked.at = fact.at;
    if (fact.kind === 'rule.matched') asked.matched.add(fact.rule);
  }
  return [...buses.values()];
}

/** Rules of these buses with a pattern. */
function patternRules(map: CloudMap, buses: readonly MapNode[]): AskedRule[] {
  const rules = new Map(map.nodes.flatMap((node) => (node.kind === 'rule' ? [[node.id, node] as const] : [])));
  const ids = new Set(buses.map(({ id }) => id));
  return map.edges.flatMap(({ from, to }) => {
    const rule = ids.has(from) ? rules.get(to) : undefined;
    if (rule?.pattern === undefined) return [];
    return [{ name: rule.name, pattern: rule.pattern, isDisabled: rule.state === 'DISABLED' }];
  });
}

/** The buses of that name; of several, those of the event's own account and region. */
export function busesOf(map: CloudMap, bus: string, event: string): readonly MapNode[] {
  const named = map.nodes.filter(({ kind, name }) => kind === 'bus' && name === bus);
  const { account, region } = JSON.parse(event) as { readonly account?: string; readonly region?: string };
  const own = named.filter(({ id }) => id.includes(`:${region}:${account}:`));
  return own.length > 0 ? own : named;
}

/** It matches now: it was made or changed since. */
function changedRule({ name }: AskedRule): MissedRule {
  const text = `${plainName(name)} matches, but did not take this event: it was made or changed later`;
  return { name, text, matched: 1, fields: 1, isNear: true };
}

function marksOf(missed: readonly MissedRule[], cause: FactOf<'event.accepted'>, { bus, at }: AskedBus): Mark[] {
  const where = bus === cause.bus ? '' : `on ${bus}: `;
  const mark = (label: string): Mark => ({ stage: 'rule', at, label, tone: 'plain', cause });
  const drawn = missed.slice(0, MOST_DRAWN).map(({ text }) => mark(where + text));
  const others = missed.slice(MOST_DRAWN).map(({ text }) => text);
  if (others.length === 0) return drawn;
  return [...drawn, { ...mark(`${where}${others.length} more rules did not match`), text: others.join('\n') }];
}
