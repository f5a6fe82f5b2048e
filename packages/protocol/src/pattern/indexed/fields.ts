// All that rules ask of one path: its plain values and prefixes, found by hash, and its lists of alternatives.
import type { Term } from '../pattern.ts';
import { encodeUtf8 } from '../text.ts';
import { Clause, Value, type ValueTerm } from './conditions.ts';
import { continueHash, EMPTY_HASH, finishHash, hashBytes, hashText, isText } from './hash.ts';
import { NumberTable } from './number-table.ts';
import { approximate, exactly, isNear } from './numbers.ts';
import type { PathNode } from './paths.ts';
import type { Condition, Field } from './rule.ts';
import { FALSE, type Noted, NUMBER, ODD_STRING, type Scanner, STRING, TRUE } from './scanner.ts';
import { compileTest } from './terms.ts';
import { NO_RULES } from './waiting.ts';

/**
 * With at most this many numbers in the patterns, each is compared; with more, the event's number is read and looked
 * up.
 */
const COMPARED_NUMBERS = 4;

/** All that rules ask of one path. */
export class FieldIndex implements Field {
  readonly path: string;
  readonly node: PathNode<FieldIndex>;
  event = 0;
  lastLeaf = -1;
  placedEvent = 0;
  fieldBefore: this | undefined = undefined;
  /** The last of the values that the event has here, once they are marked; the others follow by `valueBefore`. */
  lastValue: Value | undefined = undefined;
  /** Rules that are tried when an event has any leaf here. */
  rules = NO_RULES;
  removed = 0;
  readonly #strings = new NumberTable<Value>();
  readonly #prefixes = new NumberTable<Value>();
  /** Lengths in bytes that prefixes have, the shortest first. */
  #prefixLengths: readonly number[] = [];
  readonly #prefixesOfLength = new Map<number, number>();
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

  /** Marks the values that the current event has here. */
  markValues(scanner: Scanner<Noted>): void {
    this.lastValue = undefined;
    if (this.#values === 0) return;
    for (let leaf = this.lastLeaf; leaf !== -1; leaf = scanner.nextLeaf[leaf] ?? -1) {
      this.#mark(this.find(scanner, leaf), scanner.event);
      if (this.#prefixLengths.length > 0) this.#markPrefixes(scanner, leaf);
    }
  }

  #mark(value: Value | undefined, event: number): void {
    if (value === undefined || value.event === event) return;
    value.event = event;
    value.valueBefore = this.lastValue;
    this.lastValue = value;
  }

  /** One look-up for each length that a prefix has, the hash going on from one to the next. */
  #markPrefixes(scanner: Scanner<Noted>, leaf: number): void {
    const kind = scanner.kinds[leaf];
    if (kind === ODD_STRING) {
      for (const first of this.#prefixes.items()) {
        for (let value: Value | undefined = first; value; value = value.sameHash) {
          if (value.test(scanner, leaf)) this.#mark(value, scanner.event);
        }
      }
    }
    if (kind !== STRING) return;
    const { bytes } = scanner;
    const start = scanner.starts[leaf] ?? 0;
    const end = scanner.ends[leaf] ?? 0;
    let hash = EMPTY_HASH;
    let at = start;
    for (const length of this.#prefixLengths) {
      const stop = start + length;
      if (stop > end) return;
      hash = continueHash(hash, bytes, at, stop);
      at = stop;
      let value = this.#prefixes.get(finishHash(hash));
      while (value && !isText(value.text, bytes, start, stop)) value = value.sameHash;
      this.#mark(value, scanner.event);
    }
  }

  /** The value that a leaf is, if any rule asks for it. */
  find(scanner: Scanner<Noted>, leaf: number): Value | undefined {
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

  #findNumber(scanner: Scanner<Noted>, leaf: number): Value | undefined {
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
    if (term.kind === 'string' || term.kind === 'prefix') {
      const values = this.#byHash(term.kind);
      const hash = hashText(term.text);
      value.sameHash = values.get(hash);
      values.set(hash, value);
      if (term.kind === 'prefix') this.#countPrefix(term.text, 1);
    } else if (term.kind === 'number') {
      this.#numbers.set(term.value, value);
      this.#compareFew();
    } else this.#literals[term.text] = value;
    return value;
  }

  #known(term: ValueTerm): Value | undefined {
    if (term.kind === 'number') return this.#numbers.get(term.value);
    if (term.kind === 'literal') return this.#literals[term.text];
    let known = this.#byHash(term.kind).get(hashText(term.text));
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
      const values = this.#byHash(value.kind);
      const hash = hashText(value.text);
      const first = values.get(hash);
      if (first !== value) {
        let before = first;
        while (before && before.sameHash !== value) before = before.sameHash;
        if (before) before.sameHash = value.sameHash;
      } else if (value.sameHash) values.set(hash, value.sameHash);
      else values.delete(hash);
      if (value.kind === 'prefix') this.#countPrefix(value.text, -1);
    }
  }

  #byHash(kind: Value['kind']): NumberTable<Value> {
    return kind === 'prefix' ? this.#prefixes : this.#strings;
  }

  #countPrefix(text: string, change: 1 | -1): void {
    const { length } = encodeUtf8(text);
    const count = (this.#prefixesOfLength.get(length) ?? 0) + change;
    if (count > 0) this.#prefixesOfLength.set(length, count);
    else this.#prefixesOfLength.delete(length);
    if (count === 0 || (count === 1 && change === 1)) {
      this.#prefixLengths = [...this.#prefixesOfLength.keys()].sort((a, b) => a - b);
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
  return term.kind === 'string' || term.kind === 'number' || term.kind === 'literal' || term.kind === 'prefix';
}

function isAbsence(term: Term): boolean {
  return term.kind === 'exists' && !term.present;
}
