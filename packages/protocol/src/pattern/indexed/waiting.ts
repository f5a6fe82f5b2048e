// Where rules wait to be tried: at a value, at two values, or at a field.
import { NumberTable } from './number-table.ts';
import type { AwaitedValue, Rule, Waiting } from './rule.ts';

export const NO_RULES: Rule[] = [];

export function wait(place: Waiting, rule: Rule): void {
  // One rule is the usual case, and a list of exactly one is a fifth the size of one that has grown.
  if (place.rules.length === 0) place.rules = [rule];
  else place.rules.push(rule);
}

export function stopWaiting(place: Waiting): void {
  place.removed++;
  if (place.removed * 2 <= place.rules.length) return;
  const rules = place.rules.filter((rule) => !rule.removed);
  place.rules = rules.length === 0 ? NO_RULES : rules;
  place.removed = 0;
}

/** Several rules that wait for the same two values; one alone stands in the table itself. */
export class Several implements Waiting {
  rules: Rule[];
  removed = 0;

  constructor(...rules: Rule[]) {
    this.rules = rules;
  }
}

/** Rules that wait for two values each, whichever of them is named first. */
export class Pairs {
  readonly #rules = new NumberTable<Rule | Several>();
  /** Numbers of values are small, so that two make a key: the highest so far, and those that are free again. */
  #highest = 0;
  readonly #free: number[] = [];

  get(one: AwaitedValue, other: AwaitedValue): Rule | Several | undefined {
    // Most pairs of an event's values are nobody's, and two words at hand say so for most of those.
    if ((one.partners & bitOf(other)) === 0 || (other.partners & bitOf(one)) === 0) return undefined;
    return this.#rules.get(keyOf(one, other));
  }

  wait(one: AwaitedValue, other: AwaitedValue, rule: Rule): void {
    this.#use(one);
    this.#use(other);
    one.partners |= bitOf(other);
    other.partners |= bitOf(one);
    const key = keyOf(one, other);
    const there = this.#rules.get(key);
    if (there === undefined) this.#rules.set(key, rule);
    else if (there instanceof Several) wait(there, rule);
    else this.#rules.set(key, new Several(there, rule));
  }

  /** Takes out a rule that has been marked as removed. */
  stopWaiting(one: AwaitedValue, other: AwaitedValue): void {
    const key = keyOf(one, other);
    const there = this.#rules.get(key);
    if (there instanceof Several) stopWaiting(there);
    if (!(there instanceof Several) || there.rules.length === 0) this.#rules.delete(key);
    this.#release(one);
    this.#release(other);
  }

  #use(value: AwaitedValue): void {
    if (value.paired === 0) value.number = this.#free.pop() ?? ++this.#highest;
    value.paired++;
  }

  #release(value: AwaitedValue): void {
    value.paired--;
    if (value.paired > 0) return;
    value.partners = 0;
    this.#free.push(value.number);
  }
}

/** One of 32 bits, by the last five of its number. */
function bitOf({ number }: AwaitedValue): number {
  return 1 << number;
}

function keyOf({ number: one }: AwaitedValue, { number: other }: AwaitedValue): number {
  return one < other ? one * 2 ** 26 + other : other * 2 ** 26 + one;
}
