// The words of the index: what a rule is, what it asks of a field, and where it waits to be tried. The parts that do it
// stand in conditions.ts, fields.ts and waiting.ts; they know one another by these words.
import type { PathNode } from './paths.ts';
import type { Noted, Scanner } from './scanner.ts';

/** A conjunction of conditions: of two that it may wait for, and of others, which are asked when those have come. */
export interface Rule {
  /** It waits for any plain value of this condition, without which an event cannot match; else at a field. */
  readonly awaited: Condition | undefined;
  /** With this one it waits for both. */
  readonly alsoAwaited: AwaitedValue | undefined;
  /** Sorted by path. */
  readonly others: readonly Condition[];
  removed: boolean;
  /** Tells its key: the event matches. */
  tell(): void;
}

/** All conditions of a rule, sorted by path. */
export function conditionsOf({ awaited, alsoAwaited, others }: Rule): Condition[] {
  const all = [awaited, alsoAwaited, ...others].filter((condition) => condition !== undefined);
  return all.sort((one, other) => (one.field.path < other.field.path ? -1 : 1));
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
  /** The list of this condition alone, which rules share that have no other left to ask. */
  readonly alone: readonly Condition[];
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
  /** How many rules wait for this value and another one. */
  paired: number;
  /** While there are such rules: a number that no other such value has. */
  number: number;
  /** The bits of all values that such rules wait for besides this one (waiting.ts). */
  partners: number;
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
