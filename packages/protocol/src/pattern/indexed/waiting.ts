// Where rules wait to be tried.
import { type AwaitedValue, Pair, type Rule, type Waiting } from './rule.ts';

export const NO_RULES: Rule[] = [];

/** When this many rules wait for one value, those that follow wait for a second one, too. */
export const WAIT_FOR_ONE = 1;

export function wait(place: Waiting, rule: Rule): void {
  // One rule is the usual case, and a list of exactly one is a fifth the size of one that has grown.
  if (place.rules.length === 0) place.rules = [rule];
  else place.rules.push(rule);
}

export function waitForBoth(first: AwaitedValue, second: AwaitedValue, rule: Rule): void {
  first.pairs ??= new Map();
  const there = first.pairs.get(second);
  if (there === undefined) first.pairs.set(second, rule);
  else if (there instanceof Pair) wait(there, rule);
  else first.pairs.set(second, new Pair(there, rule));
}

export function stopWaiting(place: Waiting): void {
  place.removed++;
  if (place.removed * 2 <= place.rules.length) return;
  const rules = place.rules.filter((rule) => !rule.removed);
  place.rules = rules.length === 0 ? NO_RULES : rules;
  place.removed = 0;
}

export function stopWaitingForBoth(first: AwaitedValue, second: AwaitedValue): void {
  const there = first.pairs?.get(second);
  if (there instanceof Pair) {
    stopWaiting(there);
    if (there.rules.length > 0) return;
  }
  first.pairs?.delete(second);
}
