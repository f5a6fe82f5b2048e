// An event's leaves by path, each with the array elements it lies in, and the rule for combining them: values for
// several fields of one pattern must not come from different elements of the same array.
//
//   {"a":[{"b":1},{"b":2}]}  →  a.b: 1 in element 0 of array #0, 2 in element 1 of array #0
import { type Leaf, matchesTerm } from './leaf.ts';
import type { Pattern, Rule } from './pattern.ts';
import type { Tree } from './tree.ts';

/**
 * The array elements that a leaf lies in, innermost first; undefined outside arrays. A scalar element itself does not
 * count.
 */
export interface Place {
  readonly array: number;
  readonly index: number;
  readonly outer: Place | undefined;
}

export interface Occurrence {
  readonly leaf: Leaf;
  /** Where it was found, array indexes included: `detail.items[2].sku`. */
  readonly at: string;
  readonly place: Place | undefined;
}

/** Leaves by path: only those that were asked for. */
export type FlatEvent = ReadonlyMap<string, readonly Occurrence[]>;

/** The paths that patterns look at, and every path on the way there. */
export function wantedPaths(patterns: Iterable<Pattern>): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const { rules } of patterns) {
    for (const rule of rules) {
      for (const { path } of rule) {
        for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) wanted.add(path.slice(0, dot));
        wanted.add(path);
      }
    }
  }
  return wanted;
}

/** Collects the wanted leaves; of anything but an object, none. */
export function flatten(event: Tree, wanted: ReadonlySet<string>): FlatEvent {
  const flat = new Map<string, Occurrence[]>();
  if (event.kind !== 'object') return flat;
  const longest = Math.max(0, ...[...wanted].map((path) => path.length));
  const pending: Visit[] = [{ tree: event, path: '', at: '', place: undefined }];
  let arrays = 0;
  for (let visit = pending.pop(); visit; visit = pending.pop()) {
    const { tree, path, at, place } = visit;
    switch (tree.kind) {
      case 'object':
        for (const { name, value } of tree.entries) {
          const inner = path === '' ? name : `${path}.${name}`;
          if (isReadable(name) && inner.length <= longest && wanted.has(inner)) {
            pending.push({ tree: value, path: inner, at: at === '' ? name : `${at}.${name}`, place });
          }
        }
        break;
      case 'array': {
        const array = arrays++;
        tree.entries.forEach(({ value }, index) => {
          const inside = value.kind === 'object' || value.kind === 'array';
          const inner = inside ? { array, index, outer: place } : place;
          pending.push({ tree: value, path, at: `${at}[${index}]`, place: inner });
        });
        break;
      }
      default: {
        const occurrences = flat.get(path);
        if (occurrences) occurrences.push({ leaf: tree, at, place });
        else flat.set(path, [{ leaf: tree, at, place }]);
      }
    }
  }
  for (const occurrences of flat.values()) occurrences.reverse();
  return flat;
}

interface Visit {
  readonly tree: Tree;
  readonly path: string;
  readonly at: string;
  readonly place: Place | undefined;
}

/**
 * The cloud never looks behind an empty name, also between dots; an event's `""`, `".a"` or `"a..b"` is as good as
 * absent.
 */
export function isReadable(name: string): boolean {
  return name !== '' && (!name.includes('.') || !/^\.*$|^\.|\.\.[^.]/.test(name));
}

/** True when leaves can be chosen for all fields of the rule that agree about array elements. */
export function matchesRule(rule: Rule, event: FlatEvent): boolean {
  return matchesFrom(rule, 0, event, undefined);
}

function matchesFrom(rule: Rule, index: number, event: FlatEvent, bound: Place | undefined): boolean {
  const field = rule[index];
  if (field === undefined) return true;
  const occurrences = event.get(field.path) ?? [];
  const mayBeAbsent = field.terms.some((term) => term.kind === 'exists' && !term.present);
  if (mayBeAbsent && occurrences.every(({ place }) => bindPlace(bound, place) === 'conflict')) {
    if (matchesFrom(rule, index + 1, event, bound)) return true;
  }
  let triedUnchanged = false;
  for (const { leaf, place } of occurrences) {
    const next = bindPlace(bound, place);
    if (next === 'conflict' || (next === bound && triedUnchanged)) continue;
    if (!field.terms.some((term) => matchesTerm(term, leaf))) continue;
    if (matchesFrom(rule, index + 1, event, next)) return true;
    triedUnchanged ||= next === bound;
  }
  return false;
}

/** What is chosen once a leaf at this place is taken, too; the same object when the leaf adds nothing. */
export function bindPlace(bound: Place | undefined, place: Place | undefined): Place | undefined | 'conflict' {
  let result = bound;
  for (let step = place; step; step = step.outer) {
    let same = bound;
    while (same && same.array !== step.array) same = same.outer;
    if (same === undefined) result = { array: step.array, index: step.index, outer: result };
    else if (same.index !== step.index) return 'conflict';
  }
  return result;
}
