// Why no rule took an event, or why the rules did not take the one that was awaited: each rule of the bus is asked,
// with the local cloud's own engine.

import { type NameOf, plainName } from '@earwitness/protocol/internal/journal/names';
import { byNearness, type MissedRule, missedRule } from '@earwitness/protocol/internal/journal/road/missed-rule';
import { type Explanation, explain, parsePattern } from '@earwitness/protocol/pattern';
import { listBuses, listRules } from './bus.ts';

/** A rule that takes an event. */
export interface TakingRule {
  readonly bus: string;
  readonly name: string;
  /** It takes every event, as a rule does by which a test hears. */
  readonly takesAll: boolean;
}

/** The rules of all buses but one that would take an event. Empty when they cannot be read. */
export async function findTakers(event: unknown, exceptBus: string): Promise<TakingRule[]> {
  const buses = (await listBuses()).filter((bus) => bus !== exceptBus);
  const lists = buses.map(async (bus) => {
    const rules = await listRules(bus);
    return rules.flatMap(({ Name: name, EventPattern, State }) => {
      if (EventPattern === undefined || State === 'DISABLED') return [];
      const { fields } = explain(parsePattern(EventPattern), event);
      if (fields.some(({ verdict }) => verdict !== 'matched')) return [];
      return [{ bus, name, takesAll: takesAll(EventPattern) }];
    });
  });
  return (await Promise.all(lists)).flat();
}

/** The buses with a rule that takes every event. Empty when they cannot be read. */
export async function heardBuses(): Promise<string[]> {
  const buses = await listBuses();
  const lists = await Promise.all(buses.map(listRules));
  return buses.filter((_, index) => lists[index]?.some(({ EventPattern }) => takesAll(EventPattern)));
}

/** `{ source: [{ prefix: '' }] }`, as a relay's rule has it. */
export function takesAll(pattern: string | undefined): boolean {
  return pattern !== undefined && explain(parsePattern(pattern), {}).fields.every(isAnything);
}

function isAnything({ expected }: Explanation['fields'][number]): boolean {
  return expected.includes('{"prefix":""}');
}

/** The rules of the bus that do not match the event, the nearest first. Empty when the rules cannot be read. */
export async function explainRules(bus: string, event: unknown, nameOf: NameOf = plainName): Promise<MissedRule[]> {
  const rules = await listRules(bus);
  const missed = rules.flatMap(({ Name: name, EventPattern: pattern, State }) => {
    const rule = { name, ...(pattern !== undefined && { pattern }), isDisabled: State === 'DISABLED' };
    const found = missedRule(rule, event, nameOf);
    return found ? [{ ...found, text: `rule ${found.text}` }] : [];
  });
  return missed.sort(byNearness);
}
