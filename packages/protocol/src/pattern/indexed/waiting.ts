// Where rules wait to be tried.
import type { Value } from './conditions.ts';
import type { Rule } from './rules.ts';

/** Where rules wait until an event has something. Rules that were removed stay until they are half of the list. */
export interface Waiting {
  rules: Rule[];
  removed: number;
}

/** Rules that wait for two values of an event. */
export class Pair implements Waiting {
  rules = NOBODY;
  removed = 0;
  readonly #first: Value;
  readonly #second: Value;

  constructor(first: Value, second: Value) {
    this.#first = first;
    this.#second = second;
  }

  /** Nobody waits here any more. */
  drop(): void {
    this.#first.pairs?.delete(this.#second);
  }
}

/** When more rules wait for one value, those that follow wait for a second one, too. */
export const WAIT_FOR_ONE = 2;

export const NOBODY: Rule[] = [];

export function wait(place: Waiting, rule: Rule): void {
  // One rule is the usual case, and a list of exactly one is a fifth the size of one that has grown.
  if (place.rules.length === 0) place.rules = [rule];
  else place.rules.push(rule);
}

export function stopWaiting(place: Waiting): void {
  place.removed++;
  if (place.removed * 2 <= place.rules.length) return;
  const rules = place.rules.filter((rule) => !rule.removed);
  place.rules = rules.length === 0 ? NOBODY : rules;
  place.removed = 0;
  if (rules.length === 0 && place instanceof Pair) place.drop();
}
