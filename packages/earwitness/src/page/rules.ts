// Why no rule took an event, or why the rules did not take the one that was awaited: each rule of the bus is asked,
// with the local cloud's own engine.
import { explain, parsePattern } from '@earwitness/protocol/pattern';
import { type ListedRule, listRules } from './bus.ts';

/**
 * One line for each rule of the bus: the first field that keeps it from matching. Empty when the rules cannot be read.
 */
export async function explainRules(bus: string, event: unknown): Promise<string[]> {
  const rules = await listRules(bus);
  return rules.slice(0, 5).flatMap((rule) => explainRule(rule, event));
}

function explainRule({ Name, EventPattern, State }: ListedRule, event: unknown): string[] {
  if (State === 'DISABLED') return [`rule ${Name} is disabled`];
  if (EventPattern === undefined) return [];
  const failed = explain(parsePattern(EventPattern), event).fields.find(({ verdict }) => verdict !== 'matched');
  if (!failed) return [];
  const { path, expected, found, closest, hint } = failed;
  const value = (closest ?? found[0])?.value;
  const got = value === undefined ? 'the event has none' : `the event has ${value}`;
  return [`rule ${Name} wants ${path} ${expected.join(' or ')}, ${got}${hint === undefined ? '' : ` (${hint})`}`];
}
