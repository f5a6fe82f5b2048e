// Whether conditions that each hold can hold together: the leaves that satisfy them must not lie in different elements
// of one array. Only asked when at least two conditions of a rule have leaves inside arrays.
//
// Leaves are chosen condition by condition in the order of paths; a choice fixes the index of every array around the
// leaf, and only leaves that agree are offered next. The memo key leaves out choices that no later condition depends
// on, and a situation that has failed is not tried again: two large arrays side by side cost their sum, not their
// product.
import type { Condition } from './rule.ts';
import type { Noted, Scanner } from './scanner.ts';

/** True when leaves can be chosen for all conditions, sorted by path. */
export function holdTogether(conditions: readonly Condition[], scanner: Scanner<Noted>): boolean {
  return new Search(conditions, scanner).holds(0);
}

/** The chosen index of each array that has one. */
type Chosen = Map<number, number>;

class Search {
  readonly #scanner: Scanner<Noted>;
  readonly #steps: readonly Step[];
  /** The last step that has leaves in an array. */
  readonly #lastFelt = new Map<number, number>();
  readonly #chosen: Chosen = new Map();
  readonly #failed = new Set<string>();

  constructor(conditions: readonly Condition[], scanner: Scanner<Noted>) {
    this.#scanner = scanner;
    // A condition whose path has no leaf holds already, whatever the others choose.
    this.#steps = conditions
      .filter(({ field }) => field.event === scanner.event)
      .map((condition) => new Step(condition, scanner));
    for (const [index, { leaves }] of this.#steps.entries()) {
      for (const array of leaves.arrays) this.#lastFelt.set(array, index);
    }
  }

  holds(index: number): boolean {
    const step = this.#steps[index];
    if (step === undefined) return true;
    const situation = this.#describe(index);
    if (this.#failed.has(situation)) return false;
    if (step.mayBeAbsent && !step.leaves.hasAny(this.#chosen) && this.holds(index + 1)) return true;
    let triedWithoutFixing = false;
    for (const leaf of step.satisfying.all(this.#chosen)) {
      const fixed = this.#fix(leaf);
      if (fixed.length === 0) {
        if (triedWithoutFixing) continue;
        triedWithoutFixing = true;
      }
      const holds = this.holds(index + 1);
      for (const array of fixed) this.#chosen.delete(array);
      if (holds) return true;
    }
    this.#failed.add(situation);
    return false;
  }

  /** What the conditions from this one on can feel of the choices so far. */
  #describe(index: number): string {
    let situation = String(index);
    for (const [array, element] of this.#chosen) {
      if ((this.#lastFelt.get(array) ?? -1) >= index) situation += ` ${array}:${element}`;
    }
    return situation;
  }

  /** Fixes the arrays around a leaf that are still open; returns them. */
  #fix(leaf: number): readonly number[] {
    const { places, elementArray, elementIndex, elementOuter } = this.#scanner;
    const fixed: number[] = [];
    for (let place = places[leaf] ?? 0; place !== 0; place = elementOuter[place] ?? 0) {
      const array = elementArray[place] ?? 0;
      if (this.#chosen.has(array)) break;
      this.#chosen.set(array, elementIndex[place] ?? 0);
      fixed.push(array);
    }
    return fixed;
  }
}

class Step {
  readonly mayBeAbsent: boolean;
  /** All leaves at the path. */
  readonly leaves: LeafTree;
  /** Those that satisfy the condition. */
  readonly satisfying: LeafTree;

  constructor(condition: Condition, scanner: Scanner<Noted>) {
    this.mayBeAbsent = condition.mayBeAbsent;
    this.leaves = new LeafTree(scanner);
    this.satisfying = new LeafTree(scanner);
    for (let leaf = condition.field.lastLeaf; leaf !== -1; leaf = scanner.nextLeaf[leaf] ?? -1) {
      this.leaves.add(leaf);
      if (condition.test(scanner, leaf)) this.satisfying.add(leaf);
    }
  }
}

/** An array element, or the event itself: leaves that lie right here, and arrays with elements that hold more. */
interface Element {
  readonly leaves: number[];
  readonly arrays: Map<number, Map<number, Element>>;
}

/** Leaves by the array elements that they lie in. */
class LeafTree {
  readonly arrays = new Set<number>();
  readonly #scanner: Scanner<Noted>;
  readonly #root: Element = { leaves: [], arrays: new Map() };
  readonly #elements = new Map<number, Element>([[0, this.#root]]);

  constructor(scanner: Scanner<Noted>) {
    this.#scanner = scanner;
  }

  add(leaf: number): void {
    const { places, elementArray, elementIndex, elementOuter } = this.#scanner;
    let place = places[leaf] ?? 0;
    let element = this.#elements.get(place);
    if (element) {
      element.leaves.push(leaf);
      return;
    }
    element = { leaves: [leaf], arrays: new Map() };
    // Upwards until something is known: the root is.
    for (;;) {
      this.#elements.set(place, element);
      const array = elementArray[place] ?? 0;
      this.arrays.add(array);
      const outer = elementOuter[place] ?? 0;
      const known = this.#elements.get(outer);
      const parent: Element = known ?? { leaves: [], arrays: new Map() };
      const siblings = parent.arrays.get(array) ?? new Map<number, Element>();
      siblings.set(elementIndex[place] ?? 0, element);
      parent.arrays.set(array, siblings);
      if (known) return;
      place = outer;
      element = parent;
    }
  }

  hasAny(chosen: Chosen): boolean {
    return this.all(chosen).next().done !== true;
  }

  /** Leaves that agree with what is chosen. */
  *all(chosen: Chosen): Generator<number> {
    const pending = [this.#root];
    for (let element = pending.pop(); element; element = pending.pop()) {
      // What is chosen may change while the caller looks at a leaf; it is as it was when the next is asked for.
      yield* element.leaves;
      for (const [array, elements] of element.arrays) {
        const index = chosen.get(array);
        if (index === undefined) {
          for (const inner of elements.values()) pending.push(inner);
        } else {
          const inner = elements.get(index);
          if (inner) pending.push(inner);
        }
      }
    }
  }
}
