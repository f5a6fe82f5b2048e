// How a rule is tried.
import type { Answer, Rule } from './rule.ts';
import type { Noted, Scanner } from './scanner.ts';
import { holdTogether } from './together.ts';

/** True when all conditions hold in the scanned event, and hold together; false for a rule that was removed. */
export function matchesRule(rule: Rule, scanner: Scanner<Noted>): boolean {
  if (rule.removed) return false;
  let maybe = false;
  for (const condition of rule.conditions) {
    const answer: Answer = condition.ask(scanner);
    if (answer === 'no') return false;
    if (answer === 'maybe') maybe = true;
  }
  // Element 0 is none: without array elements there is nothing to disagree about.
  if (scanner.elements === 1) return true;
  let inArrays = 0;
  for (const { field } of rule.conditions) if (field.placedEvent === scanner.event) inArrays++;
  if (inArrays < 2) return !maybe;
  return holdTogether(rule.conditions, scanner);
}
