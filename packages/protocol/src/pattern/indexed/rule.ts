// The words of the index: what a rule is, what it asks of a field, and where it waits to be tried. The parts that do it
// stand in conditions.ts, fields.ts and waiting.ts; they know one another by these words.
import type { PathNode } from './paths.ts';
import type { Noted, Scanner } from './scanner.ts';

/**
 * A conjunction of conditions. Most rules are not in the processor's cache when an event comes near them, so that a try
 * costs what it has to fetch: what a rule has waited for is not asked again, and a single other condition stands in a
 * list that all rules share.
 */
export interface Rule {
  /**
   * What it waits for: an event without any plain value of this condition cannot match. Without one it waits at a
   * field.
   */
  readonly awaited: Condition | undefined;
  /** With this one it waits for both. */
  alsoAwaited: AwaitedValue | undefined;
  /** The other conditions. */
  others: readonly Condition[];
  removed: boolean;
  /** It matches the event with this number. */
  tell(event: number): void;
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
  /** The list of this condition alone. */
  readonly alone: readonly Condition[];
  ask(scanner: Scanner<Noted>): Answer;
  /** True when this leaf satisfies it. */
  test(scanner: Scanner<Noted>, leaf: number): boolean;
}

/** All conditions of a rule, sorted by path. */
export function conditionsOf({ awaited, alsoAwaited, others }: Rule): Condition[] {
  const all = [awaited, alsoAwaited, ...others].filter((condition) => condition !== undefined);
  return all.sort((one, other) => (one.field.path < other.field.path ? -1 : 1));
}

/** Where rules wait until an event has something. Rules that were removed stay until they are half of the list. */
export interface Waiting {
  rules: Rule[];
  removed: number;
}

/** A plain value that brings the rules that wait for it. */
export interface AwaitedValue extends Condition, Waiting {
  /** How many rules wait for this value and another one, of which this is the rarer. */
  paired: number;
  /** Those of which it is the commoner, by the rarer: a value that many events have is in the processor's cache. */
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
