// Why no rule took an event, or why the rules did not take the one that was awaited: each rule of the bus is asked,
// with the local cloud's own engine.

import { type NameOf, plainName } from '@earwitness/protocol/internal/journal/names';
import { type Explanation, explain, parsePattern } from '@earwitness/protocol/pattern';
import { type ListedRule, listRules } from './bus.ts';

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
