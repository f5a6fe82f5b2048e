// Rules as the index keeps them, and how one is tried.
import type { Answer, Condition, Value } from './conditions.ts';
import type { FieldIndex } from './fields.ts';
import type { Scanner } from './scanner.ts';
import { holdTogether } from './together.ts';

/** A conjunction of conditions, sorted by path. */
export interface Rule {
  readonly owner: Owner;
  readonly conditions: readonly Condition[];
  /** What it waits for: an event without any plain value of this condition cannot match. Without one it waits at a field. */
  readonly awaited: Condition | undefined;
  /** With this one it waits for both. */
  readonly alsoAwaited: Value | undefined;
  removed: boolean;
}

/** Whose rule it is: a key, which is told once an event. */
export interface Owner {
  /** The last event that one of its rules matched. */
  event: number;
  tell(): void;
}

/** True when all conditions hold in the scanned event, and hold together; false for a rule that was removed. */
export function matchesRule(rule: Rule, scanner: Scanner<FieldIndex>): boolean {
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
