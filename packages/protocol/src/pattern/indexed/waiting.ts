// Where rules wait to be tried. A value that one rule alone waits for brings it. From the second rule on they wait for
// this value and another one, and so does then the first.
import { type AwaitedValue, type Condition, Pair, type Rule, type Waiting } from './rule.ts';

export const NO_RULES: Rule[] = [];

const NO_CONDITIONS: readonly Condition[] = [];

/** The condition whose plain values the fewest rules ask for, of those that have nothing but plain values. */
export function findRarest(conditions: readonly Condition[]): Condition | undefined {
  let rarest: Condition | undefined;
  for (const condition of conditions) {
    if (condition.values.length === 0) continue;
    if (rarest === undefined || countUses(condition) < countUses(rarest)) rarest = condition;
  }
  return rarest;
}

/** How many rules ask for one of the condition's values. */
function countUses({ values }: Condition): number {
  let uses = 0;
  for (const value of values) uses += value.uses;
  return uses;
}

/** The conditions but for one; an empty list and lists of one are shared. */
export function without(conditions: readonly Condition[], one: Condition | undefined): readonly Condition[] {
  const others = conditions.filter((condition) => condition !== one);
  return others.length > 1 ? others : (others[0]?.alone ?? NO_CONDITIONS);
}

export function wait(place: Waiting, rule: Rule): void {
  // One rule is the usual case, and a list of exactly one is a fifth the size of one that has grown.
  if (place.rules.length === 0) place.rules = [rule];
  else place.rules.push(rule);
}

/** Lets a rule wait for any of these values, which are those of its awaited condition. */
export function waitForValues(values: readonly AwaitedValue[], rule: Rule): void {
  const second = findSecond(rule);
  if (second === undefined || values.some(({ rules, paired }) => rules.length === 0 && paired === 0)) {
    for (const value of values) wait(value, rule);
    return;
  }
  for (const value of values) {
    const [first] = value.rules;
    const secondOfFirst = value.rules.length === 1 && first?.awaited === value ? findSecond(first) : undefined;
    if (first && secondOfFirst) {
      value.rules = NO_RULES;
      waitForBoth(value, secondOfFirst, first);
    }
    waitForBoth(value, second, rule);
  }
}

/** What a rule may also wait for: a plain value that it cannot match without. */
function findSecond({ others }: Rule): AwaitedValue | undefined {
  return findRarest(others.filter(({ values }) => values.length === 1))?.values[0];
}

function waitForBoth(first: AwaitedValue, second: AwaitedValue, rule: Rule): void {
  if (rule.alsoAwaited === undefined) {
    rule.alsoAwaited = second;
    rule.others = without(rule.others, second);
  }
  first.paired++;
  second.pairs ??= new Map();
  const there = second.pairs.get(first);
  if (there === undefined) second.pairs.set(first, rule);
  else if (there instanceof Pair) wait(there, rule);
  else second.pairs.set(first, new Pair(there, rule));
}

export function stopWaiting(place: Waiting): void {
  place.removed++;
  if (place.removed * 2 <= place.rules.length) return;
  const rules = place.rules.filter((rule) => !rule.removed);
  place.rules = rules.length === 0 ? NO_RULES : rules;
  place.removed = 0;
}

export function stopWaitingForBoth(first: AwaitedValue, second: AwaitedValue): void {
  first.paired--;
  const there = second.pairs?.get(first);
  if (there instanceof Pair) {
    stopWaiting(there);
    if (there.rules.length > 0) return;
  }
  second.pairs?.delete(first);
  if (second.pairs?.size === 0) second.pairs = undefined;
}
