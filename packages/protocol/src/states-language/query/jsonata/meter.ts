// Bounds an evaluation: how deep, how long, how much. Time is counted, not measured, so that the same expression always
// ends the same way: a step is the evaluation of a node (about a microsecond), and whatever the library does in one go
// (comparing, appending, searching) pays for what it reads.
//
// Depth and memory are AWS's bounds, measured by a third party (Floci, JsonataEvaluatorTest, 2026-08-30): depth 100 is
// the last that passes, and [1..873782].
import { Exceeded, MEMORY, STACK, TIME } from './failure.ts';
import type { Node } from './node.ts';
import { LinearPattern } from './pattern.ts';
import type { Tree } from './tree.ts';

/** Ours: about a second. AWS's bound is 1 s (Step Functions developer guide, "Transforming data with JSONata"). */
const STEPS_MAX = 1_000_000;

/** Nodes inside one another. */
const DEPTH_MAX = 100;

/**
 * Ours: nodes begun and not ended, in all members of objects, which the library evaluates side by side. What is side by
 * side cannot be told from what is inside.
 */
const BEGUN_MAX = 100_000;

/** A value, written out: a number has 8, a character 1. */
const BYTES_MAX = 6_990_256;
const NUMBER_BYTES = 8;

/** What is read in the time of a step (measured): compared or printed, split into signs, passed over, appended. */
const BYTES_A_STEP = 256;
const CHARACTERS_A_STEP = 32;
const ITEMS_A_STEP = 100;
const APPENDED_A_STEP = 1_024;

export class Meter {
  readonly #tree: Tree;
  #steps = 0;
  #begun = 0;
  #members = 0;
  /** Set when a bound was passed: what the library still has under way ends at its next node. */
  #failure: Exceeded | undefined;
  readonly #sizes = new WeakMap<object, number>();
  /** By array or step of a path: what has been put into it; by key of an object: how often it was asked. */
  readonly #counts = new Map<Node, number>();
  readonly #functions: WeakSet<object>;

  /** @param functions what is known to be a function; anything else that looks like one to the library is refused */
  constructor(tree: Tree, functions: Iterable<object>) {
    this.#tree = tree;
    this.#functions = new WeakSet(functions);
  }

  enter(node: Node): void {
    if (this.#failure) throw this.#failure;
    this.pay(1);
    if (this.#tree.roles.get(node)?.kind === 'member') this.#members++;
    this.#begun++;
    if (this.#begun > Math.min(BEGUN_MAX, DEPTH_MAX * (1 + this.#members))) throw this.fail(STACK);
    for (const counted of this.#tree.begins.get(node) ?? []) this.#counts.set(counted, 0);
  }

  leave(node: Node, result: unknown): void {
    this.#begun--;
    if (['lambda', 'partial', 'transform'].includes(node.type) && isObject(result)) this.#functions.add(result);
    if (node.type === 'regex') LinearPattern.charge(this);
    const bytes = this.hold(result);
    const length = Array.isArray(result) ? result.length : 1;
    this.pay(length / ITEMS_A_STEP);
    const role = this.#tree.roles.get(node);
    switch (role?.kind) {
      case 'operand':
        this.pay(bytes / BYTES_A_STEP);
        break;
      case 'key':
        this.pay(this.#count(node, 1) / APPENDED_A_STEP);
        break;
      case 'member':
        this.#members--;
        // An object whose `then` can be called would be awaited by the language, and never come back.
        if (typeof result === 'function') throw new TypeError('A function cannot be a member of an object here');
        break;
      case 'collected':
        if (this.#count(role.into, length) * NUMBER_BYTES > BYTES_MAX) throw this.fail(MEMORY);
    }
  }

  /** @param steps may be a part of one */
  pay(steps: number): void {
    this.#steps += steps;
    if (this.#steps > STEPS_MAX) throw this.fail(TIME);
  }

  /**
   * What a function of the library reads in one go.
   * @param isWhole whether it reads what is inside, too
   */
  payFor(value: unknown, isWhole: boolean): void {
    if (typeof value === 'string') this.pay(value.length / CHARACTERS_A_STEP);
    else if (isWhole) this.pay(this.hold(value) / BYTES_A_STEP);
    else if (Array.isArray(value)) this.pay(value.length / ITEMS_A_STEP);
  }

  /** Counts a value's bytes, the first time it is seen. */
  hold(value: unknown): number {
    if (typeof value === 'string') return this.#within(value.length);
    if (!isObject(value)) return NUMBER_BYTES;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    if (looksLikeFunction(value)) {
      if (!this.#functions.has(value))
        throw new TypeError('Data cannot have members _jsonata_lambda and _jsonata_function');
      return 0;
    }
    let bytes = 0;
    if (Array.isArray(value)) {
      this.pay(value.length / ITEMS_A_STEP);
      for (const item of value) bytes += this.hold(item);
    } else {
      const members = Object.entries(value);
      this.pay(members.length / ITEMS_A_STEP);
      for (const [name, member] of members) bytes += name.length + this.hold(member);
    }
    this.#sizes.set(value, bytes);
    return this.#within(bytes);
  }

  /** A value that is not to be counted as a whole: its members are, when they are looked at. */
  trust<T extends object>(value: T): T {
    this.#sizes.set(value, 0);
    return value;
  }

  fail(sentence: string): Exceeded {
    this.#failure = new Exceeded(sentence);
    return this.#failure;
  }

  #count(node: Node, more: number): number {
    const count = (this.#counts.get(node) ?? 0) + more;
    this.#counts.set(node, count);
    return count;
  }

  #within(bytes: number): number {
    if (bytes > BYTES_MAX) throw this.fail(MEMORY);
    return bytes;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** As the library tells functions from data. */
function looksLikeFunction(value: object): boolean {
  return Object.hasOwn(value, '_jsonata_lambda') || Object.hasOwn(value, '_jsonata_function');
}
