// Why a rule did not take an event, asked with the cloud's own engine: for failure pages and for the console.
import { type Explanation, explain } from '../../pattern/explanation/explain.ts';
import { parsePattern } from '../../pattern/parse.ts';
import { type NameOf, plainName } from '../names.ts';

export interface AskedRule {
  readonly name: string;
  /** JSON text; absent of a rule that runs on a schedule. */
  readonly pattern?: string;
  readonly isDisabled: boolean;
}

/** A rule that did not match. */
export interface MissedRule {
  readonly name: string;
  /** The first field that keeps it from matching: `TakePayment wants source "shop.orders", the event has …`. */
  readonly text: string;
  /** Fields that matched, and all of the pattern. */
  readonly matched: number;
  readonly fields: number;
  /** What differs is a trifle: case, white space, a name. */
  readonly isNear: boolean;
}

/**
 * None of a rule that matches the event, or that runs on a schedule.
 * @param event parsed, or its JSON text
 */
export function missedRule(rule: AskedRule, event: unknown, nameOf: NameOf = plainName): MissedRule | undefined {
  const { name, pattern, isDisabled } = rule;
  if (isDisabled) return { name, text: `${nameOf(name)} is disabled`, matched: 0, fields: 0, isNear: false };
  if (pattern === undefined) return undefined;
  const { fields } = explain(parsePattern(pattern), event);
  const failed = fields.find(({ verdict }) => verdict !== 'matched');
  if (!failed) return undefined;
  const matched = fields.filter(({ verdict }) => verdict === 'matched').length;
  const share = fields.length === 1 ? '' : `: ${matched} of ${fields.length} fields match`;
  return {
    name,
    text: `${nameOf(name)} wants ${wantedText(failed)}${share}`,
    matched,
    fields: fields.length,
    isNear: failed.hint !== undefined,
  };
}

/** The nearest first. */
export function byNearness(one: MissedRule, other: MissedRule): number {
  return nearness(other) - nearness(one);
}

function nearness({ matched, fields, isNear }: MissedRule): number {
  return (fields === 0 ? 0 : matched / fields) + (isNear ? 1 : 0);
}

function wantedText({ path, expected, found, closest, hint }: Explanation['fields'][number]): string {
  const value = (closest ?? found[0])?.value;
  const got = value === undefined ? 'the event has none' : `the event has ${value}`;
  return `${path} ${expected.join(' or ')}, ${got}${hint === undefined ? '' : ` (${hint})`}`;
}
