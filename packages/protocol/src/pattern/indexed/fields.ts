// What rules ask of a field, shared: rules that ask the same share the answer, which is found once an event.
//
//   A value is one plain value of a field ("orders"). A look-up for each leaf of an event finds it, however many values there
//   are, and a value that is there brings the rules that wait for it.
//   A clause is any other list of alternatives ([{"prefix": "x"}, "y"]): its plain values are found as above, the rest are tests.
import type { Term } from '../pattern.ts';
import { copyText, encodeUtf8, readText } from '../text.ts';
import { approximate, exactly, isNear } from './numbers.ts';
import type { PathNode } from './paths.ts';
import type { Rule } from './rules.ts';
import { FALSE, type Noted, NUMBER, ODD_STRING, type Scanner, STRING, TRUE } from './scanner.ts';
import { compileTest, type Test } from './tests.ts';

/** Whether a condition holds in the current event. Maybe: an absence that depends on the array elements of other fields. */
export type Answer = 'no' | 'yes' | 'maybe';

/** One field's part in a rule. */
export interface Condition {
  readonly field: FieldIndex;
  /** True for `exists: false` among the alternatives. */
  readonly mayBeAbsent: boolean;
  /** Its plain values, when it has nothing else: any of them brings the rule. */
  readonly values: readonly Value[];
  /** Rules and clauses that stand on this. */
  uses: number;
  ask(scanner: Scanner<FieldIndex>): Answer;
  /** True when this leaf satisfies it. */
  test(scanner: Scanner<FieldIndex>, leaf: number): boolean;
}

/** Where rules wait until an event has something. Rules that were removed stay until they are half of the list. */
export interface Waiting {
  rules: Rule[];
  removed: number;
}

/** Rules that wait for two values of an event. */
class Pair implements Waiting {
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
const WAIT_FOR_ONE = 2;

const NOBODY: Rule[] = [];

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

type ValueTerm = Extract<Term, { readonly kind: 'string' | 'number' | 'literal' }>;

export class Value implements Condition, Waiting {
  readonly field: FieldIndex;
  readonly kind: ValueTerm['kind'];
  readonly text: string;
  uses = 0;
  /** The last event that had it. */
  event = 0;
  rules = NOBODY;
  removed = 0;
  /** Another value whose text has the same hash. */
  sameHash: Value | undefined = undefined;
  /** Rules that wait for this value and another one. */
  pairs: Map<Value, Pair> | undefined = undefined;

  constructor(field: FieldIndex, term: ValueTerm) {
    this.field = field;
    this.kind = term.kind;
    this.text = term.kind === 'number' ? String(term.value) : copyText(term.text);
  }

  get mayBeAbsent(): boolean {
    return false;
  }

  get values(): readonly Value[] {
    return [this];
  }

  /** Where a rule waits that needs this value, and perhaps a second one. */
  placeFor(second: Value | undefined): Waiting {
    if (second === undefined || this.rules.length < WAIT_FOR_ONE) return this;
    this.pairs ??= new Map();
    let pair = this.pairs.get(second);
    if (pair === undefined) {
      pair = new Pair(this, second);
      this.pairs.set(second, pair);
    }
    return pair;
  }

  ask(scanner: Scanner<FieldIndex>): Answer {
    return this.event === scanner.event ? 'yes' : 'no';
  }

  test(scanner: Scanner<FieldIndex>, leaf: number): boolean {
    return this.field.find(scanner, leaf) === this;
  }
}

class Clause implements Condition {
  readonly field: FieldIndex;
  readonly key: string;
  readonly mayBeAbsent: boolean;
  readonly values: readonly Value[];
  uses = 0;
  readonly #values: readonly Value[];
  readonly #tests: readonly Test[];
  #event = 0;
  #answer: Answer = 'no';

  constructor(field: FieldIndex, key: string, values: readonly Value[], tests: readonly Test[], mayBeAbsent: boolean) {
    this.field = field;
    this.key = key;
    this.mayBeAbsent = mayBeAbsent;
    this.values = tests.length === 0 && !mayBeAbsent ? values : [];
    this.#values = values;
    this.#tests = tests;
  }

  ask(scanner: Scanner<FieldIndex>): Answer {
    if (this.#event !== scanner.event) {
      this.#event = scanner.event;
      this.#answer = this.#find(scanner);
    }
    return this.#answer;
  }

  #find(scanner: Scanner<FieldIndex>): Answer {
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

  test(scanner: Scanner<FieldIndex>, leaf: number): boolean {
    return this.#tests.some((test) => test(scanner, leaf)) || this.#values.some((value) => value.test(scanner, leaf));
  }

  /** What it stands on. */
  release(): void {
    for (const value of this.#values) this.field.release(value);
  }
}

/** With at most this many numbers in the patterns, each is compared; with more, the event's number is read and looked up. */
const COMPARED_NUMBERS = 4;

/** All that rules ask of one path. */
export class FieldIndex implements Noted, Waiting {
  readonly path: string;
  readonly node: PathNode<FieldIndex>;
  event = 0;
  lastLeaf = -1;
  placedEvent = 0;
  /** Rules that are tried when an event has any leaf here. */
  rules = NOBODY;
  removed = 0;
  readonly #strings = new Map<number, Value>();
  readonly #numbers = new Map<number, Value>();
  /** The same numbers while they are few. */
  #compared: readonly number[] = [];
  readonly #literals: Literals = { true: undefined, false: undefined, null: undefined };
  readonly #clauses = new Map<string, Clause>();
  #values = 0;
  #uses = 0;

  constructor(path: string, node: PathNode<FieldIndex>) {
    this.path = path;
    this.node = node;
  }

  get isUnused(): boolean {
    return this.#uses === 0;
  }

  /** The condition for these alternatives, with one use more. */
  use(terms: readonly Term[]): Condition {
    const [only] = terms;
    const condition = terms.length === 1 && only && isValue(only) ? this.#value(only) : this.#clause(terms);
    condition.uses++;
    this.#uses++;
    return condition;
  }

  /** Gives a use back; what nobody uses is forgotten. */
  release(condition: Condition): void {
    condition.uses--;
    this.#uses--;
    if (condition.uses > 0) return;
    if (condition instanceof Value) this.#forget(condition);
    else if (condition instanceof Clause) {
      this.#clauses.delete(condition.key);
      condition.release();
    }
  }

  /** Marks the values that the current event has here and adds them to `found`. */
  markValues(scanner: Scanner<FieldIndex>, found: Value[]): void {
    if (this.#values === 0) return;
    for (let leaf = this.lastLeaf; leaf !== -1; leaf = scanner.nextLeaf[leaf] ?? -1) {
      const value = this.find(scanner, leaf);
      if (value === undefined || value.event === scanner.event) continue;
      value.event = scanner.event;
      found.push(value);
    }
  }

  /** The value that a leaf is, if any rule asks for it. */
  find(scanner: Scanner<FieldIndex>, leaf: number): Value | undefined {
    const kind = scanner.kinds[leaf] ?? 0;
    if (kind === STRING || kind === ODD_STRING) {
      if (this.#strings.size === 0) return undefined;
      const { bytes } = scanner;
      const start = scanner.starts[leaf] ?? 0;
      const end = scanner.ends[leaf] ?? 0;
      let value = this.#strings.get(hashBytes(bytes, start, end));
      while (value && !isText(value.text, bytes, start, end)) value = value.sameHash;
      return value;
    }
    if (kind === NUMBER) return this.#findNumber(scanner, leaf);
    return this.#literals[kind === TRUE ? 'true' : kind === FALSE ? 'false' : 'null'];
  }

  #findNumber(scanner: Scanner<FieldIndex>, leaf: number): Value | undefined {
    if (this.#numbers.size === 0) return undefined;
    if (this.#compared.length > 0) {
      const about = approximate(scanner, leaf);
      let near = false;
      for (const number of this.#compared) near ||= isNear(about, number);
      if (!near) return undefined;
    }
    return this.#numbers.get(exactly(scanner, leaf));
  }

  #value(term: ValueTerm): Value {
    const known = this.#known(term);
    if (known) return known;
    const value = new Value(this, term);
    this.#values++;
    if (term.kind === 'string') {
      const hash = hashText(term.text);
      value.sameHash = this.#strings.get(hash);
      this.#strings.set(hash, value);
    } else if (term.kind === 'number') {
      this.#numbers.set(term.value, value);
      this.#compareFew();
    } else this.#literals[term.text] = value;
    return value;
  }

  #known(term: ValueTerm): Value | undefined {
    if (term.kind === 'number') return this.#numbers.get(term.value);
    if (term.kind === 'literal') return this.#literals[term.text];
    let known = this.#strings.get(hashText(term.text));
    while (known && known.text !== term.text) known = known.sameHash;
    return known;
  }

  #forget(value: Value): void {
    this.#values--;
    if (value.kind === 'number') {
      this.#numbers.delete(Number(value.text));
      this.#compareFew();
    } else if (value.kind === 'literal') {
      this.#literals[value.text === 'true' ? 'true' : value.text === 'false' ? 'false' : 'null'] = undefined;
    } else {
      const hash = hashText(value.text);
      const first = this.#strings.get(hash);
      if (first !== value) {
        let before = first;
        while (before && before.sameHash !== value) before = before.sameHash;
        if (before) before.sameHash = value.sameHash;
      } else if (value.sameHash) this.#strings.set(hash, value.sameHash);
      else this.#strings.delete(hash);
    }
  }

  #compareFew(): void {
    this.#compared = this.#numbers.size > COMPARED_NUMBERS ? [] : [...this.#numbers.keys()];
  }

  #clause(terms: readonly Term[]): Clause {
    const key = JSON.stringify(terms);
    const known = this.#clauses.get(key);
    if (known) return known;
    const values = new Set(terms.filter(isValue).map((term) => this.#value(term)));
    const tests = terms.filter((term) => !isValue(term) && !isAbsence(term)).map(compileTest);
    for (const value of values) {
      value.uses++;
      this.#uses++;
    }
    const clause = new Clause(this, key, [...values], tests, terms.some(isAbsence));
    this.#clauses.set(key, clause);
    return clause;
  }
}

type Literals = { true: Value | undefined; false: Value | undefined; null: Value | undefined };

function isValue(term: Term): term is ValueTerm {
  return term.kind === 'string' || term.kind === 'number' || term.kind === 'literal';
}

function isAbsence(term: Term): boolean {
  return term.kind === 'exists' && !term.present;
}

/** FNV-1a in 30 bits, which a Map takes without boxing. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) {
      const bytes = encodeUtf8(text);
      return hashBytes(bytes, 0, bytes.length);
    }
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = text;
  if (length > end - start) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return readText(bytes, start, end) === text;
    if (code !== bytes[start + index]) return false;
  }
  return length === end - start;
}
