// The words of the index: what a rule is, what it asks of a field, and where it waits to be tried. The parts that do it
// stand in conditions.ts, fields.ts and waiting.ts; they know one another by these words.
import type { PathNode } from './paths.ts';
import type { Noted, Scanner } from './scanner.ts';

/** A conjunction of conditions, sorted by path. */
export interface Rule {
  readonly owner: Owner;
  readonly conditions: readonly Condition[];
  /**
   * What it waits for: an event without any plain value of this condition cannot match. Without one it waits at a
   * field.
   */
  readonly awaited: Condition | undefined;
  /** With this one it waits for both. */
  readonly alsoAwaited: AwaitedValue | undefined;
  removed: boolean;
}

/** Whose rule it is: a key, which is told once an event. */
export interface Owner {
  /** The last event that one of its rules matched. */
  event: number;
  tell(): void;
}

/**
 * Whether a condition holds in the current event. Maybe: an absence that depends on the array elements of other fields.
 */
export type Answer = 'no' | 'yes' | 'maybe';

/** One field's part in a rule. */
export interface Condition {
  readonly field: Field;
  /** True for `exists: false` among the alternatives. */
  readonly mayBeAbsent: boolean;
  /** Its plain values, when it has nothing else: any of them brings the rule. */
  readonly values: readonly AwaitedValue[];
  /** Rules and clauses that stand on this. */
  uses: number;
  ask(scanner: Scanner<Noted>): Answer;
  /** True when this leaf satisfies it. */
  test(scanner: Scanner<Noted>, leaf: number): boolean;
}

/** Where rules wait until an event has something. Rules that were removed stay until they are half of the list. */
export interface Waiting {
  rules: Rule[];
  removed: number;
}

/** A plain value that brings the rules that wait for it. */
export interface AwaitedValue extends Condition, Waiting {
  /** Rules that wait for this value and another one. */
  pairs: Map<AwaitedValue, Rule | Pair> | undefined;
}

/**
 * Several rules that wait for the same two values; one alone stands in the map itself, where it costs least to look at.
 */
export class Pair implements Waiting {
  rules: Rule[];
  removed = 0;

  constructor(...rules: Rule[]) {
    this.rules = rules;
  }
}

/** A path that rules ask about; see fields.ts. */
export interface Field extends Noted, Waiting {
  readonly path: string;
  readonly node: PathNode<Field>;
  readonly isUnused: boolean;
  /** The value that a leaf is, if any rule asks for it. */
  find(scanner: Scanner<Noted>, leaf: number): AwaitedValue | undefined;
  /** Gives a use back; a condition without uses is forgotten. */
  release(condition: Condition): void;
}
