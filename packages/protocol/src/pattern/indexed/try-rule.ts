// How a rule is tried.
import { type Answer, conditionsOf, type Rule } from './rule.ts';
import type { Noted, Scanner } from './scanner.ts';
import { holdTogether } from './together.ts';

/** True when all conditions of a rule that was brought hold in the event, and together; false when it was removed. */
export function matchesRule(rule: Rule, scanner: Scanner<Noted>): boolean {
  if (rule.removed) return false;
  let maybe = false;
  for (const condition of rule.others) {
    const answer: Answer = condition.ask(scanner);
    if (answer === 'no') return false;
    if (answer === 'maybe') maybe = true;
  }
  // Element 0 is none: without array elements there is nothing to disagree about.
  if (scanner.elements === 1) return true;
  if (countPlaced(rule, scanner.event) < 2) return !maybe;
  return holdTogether(conditionsOf(rule), scanner);
}

/** How many of the conditions are on fields that have a leaf in an array element. */
function countPlaced({ awaited, alsoAwaited, others }: Rule, event: number): number {
  let count = 0;
  if (awaited?.field.placedEvent === event) count++;
  if (alsoAwaited?.field.placedEvent === event) count++;
  for (const { field } of others) if (field.placedEvent === event) count++;
  return count;
}
