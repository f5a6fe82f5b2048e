// What rules ask of a field, shared: rules that ask the same share the answer, which is found once an event.
//
//   A value is one plain value of a field ("orders"), or one prefix. A look-up for each leaf of an event finds it,
//   however many values there are, and a value that is there brings the rules that wait for it.
//   A clause is any other list of alternatives ([{"prefix": "x"}, "y"]): its plain values are found as above, the rest
//   are tests.
import type { Term } from '../pattern.ts';
import { copyText } from '../text.ts';
import type { Answer, AwaitedValue, Condition, Field } from './rule.ts';
import type { Noted, Scanner } from './scanner.ts';
import { compileTest, type Test } from './terms.ts';
import { NO_RULES } from './waiting.ts';

export type ValueTerm = Extract<Term, { readonly kind: 'string' | 'number' | 'literal' | 'prefix' }>;

export class Value implements AwaitedValue {
  readonly field: Field;
  readonly kind: ValueTerm['kind'];
  readonly text: string;
  uses = 0;
  /** The last event that had it. */
  event = 0;
  /** Another value that this event had in the same field. */
  valueBefore: Value | undefined = undefined;
  rules = NO_RULES;
  removed = 0;
  /** Another value whose text has the same hash. */
  sameHash: Value | undefined = undefined;
  paired = 0;
  number = 0;
  partners = 0;
  #alone: readonly Value[] | undefined = undefined;

  constructor(field: Field, term: ValueTerm) {
    this.field = field;
    this.kind = term.kind;
    this.text = term.kind === 'number' ? String(term.value) : copyText(term.text);
  }

  get mayBeAbsent(): boolean {
    return false;
  }

  get values(): readonly Value[] {
    return this.alone;
  }

  get alone(): readonly Value[] {
    this.#alone ??= [this];
    return this.#alone;
  }

  ask(scanner: Scanner<Noted>): Answer {
    return this.event === scanner.event ? 'yes' : 'no';
  }

  test(scanner: Scanner<Noted>, leaf: number): boolean {
    if (this.kind !== 'prefix') return this.field.find(scanner, leaf) === this;
    return compileTest({ kind: 'prefix', text: this.text })(scanner, leaf);
  }
}

export class Clause implements Condition {
  readonly field: Field;
  readonly key: string;
  readonly mayBeAbsent: boolean;
  readonly values: readonly Value[];
  readonly alone: readonly Condition[] = [this];
  uses = 0;
  readonly #values: readonly Value[];
  readonly #tests: readonly Test[];
  #event = 0;
  #answer: Answer = 'no';

  constructor(field: Field, key: string, values: readonly Value[], tests: readonly Test[], mayBeAbsent: boolean) {
    this.field = field;
    this.key = key;
    this.mayBeAbsent = mayBeAbsent;
    this.values = tests.length === 0 && !mayBeAbsent ? values : [];
    this.#values = values;
    this.#tests = tests;
  }

  ask(scanner: Scanner<Noted>): Answer {
    if (this.#event !== scanner.event) {
      this.#event = scanner.event;
      this.#answer = this.#find(scanner);
    }
    return this.#answer;
  }

  #find(scanner: Scanner<Noted>): Answer {
    const { field } = this;
    if (field.event !== scanner.event) return this.mayBeAbsent ? 'yes' : 'no';
    for (const value of this.#values) if (value.event === scanner.event) return 'yes';
    for (const test of this.#tests) {
      for (let leaf = field.lastLeaf; leaf !== -1; leaf = scanner.nextLeaf[leaf] ?? -1) {
        if (test(scanner, leaf)) return 'yes';
      }
    }
    return this.mayBeAbsent && field.placedEvent === scanner.event ? 'maybe' : 'no';
  }

  test(scanner: Scanner<Noted>, leaf: number): boolean {
    return this.#tests.some((test) => test(scanner, leaf)) || this.#values.some((value) => value.test(scanner, leaf));
  }

  /** What it stands on. */
  release(): void {
    for (const value of this.#values) this.field.release(value);
  }
}
