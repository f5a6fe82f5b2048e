// Why no rule took an event, or why the rules did not take the one that was awaited: each rule of the bus is asked,
// with the local cloud's own engine.

import { type NameOf, plainName } from '@earwitness/protocol/internal/journal/names';
import { type Explanation, explain, parsePattern } from '@earwitness/protocol/pattern';
import { type ListedRule, listBuses, listRules } from './bus.ts';

/** A rule that did not match. */
export interface MissedRule {
  readonly name: string;
  /** The first field that keeps it from matching: `rule TakePayment wants source "shop.orders", the event has …`. */
  readonly text: string;
  /** Fields that matched, and all of the pattern. */
  readonly matched: number;
  readonly fields: number;
  /** What differs is a trifle: case, white space, a name. */
  readonly isNear: boolean;
}

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
  const missed = rules.flatMap((rule) => explainRule(rule, event, nameOf));
  return missed.sort((one, other) => rank(other) - rank(one));
}

function rank({ matched, fields, isNear }: MissedRule): number {
  return (fields === 0 ? 0 : matched / fields) + (isNear ? 1 : 0);
}

function explainRule({ Name, EventPattern, State }: ListedRule, event: unknown, nameOf: NameOf): MissedRule[] {
  const name = nameOf(Name);
  if (State === 'DISABLED')
    return [{ name: Name, text: `rule ${name} is disabled`, matched: 0, fields: 0, isNear: false }];
  if (EventPattern === undefined) return [];
  const { fields } = explain(parsePattern(EventPattern), event);
  const failed = fields.find(({ verdict }) => verdict !== 'matched');
  if (!failed) return [];
  const matched = fields.filter(({ verdict }) => verdict === 'matched').length;
  const share = fields.length === 1 ? '' : `: ${matched} of ${fields.length} fields match`;
  return [
    {
      name: Name,
      text: `rule ${name} wants ${wantedText(failed)}${share}`,
      matched,
      fields: fields.length,
      isNear: failed.hint !== undefined,
    },
  ];
}

function wantedText({ path, expected, found, closest, hint }: Explanation['fields'][number]): string {
  const value = (closest ?? found[0])?.value;
  const got = value === undefined ? 'the event has none' : `the event has ${value}`;
  return `${path} ${expected.join(' or ')}, ${got}${hint === undefined ? '' : ` (${hint})`}`;
}
