// Document paths: an attribute, then members of maps and elements of lists. Paths of one expression may not overlap, so
// all of them are one tree, whose leaves are what is asked of them.
//
//   m.x, l[0], l[2].y      ->      { m: { x: • }, l: { 0: •, 2: { y: • } } }
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { type Item, memberOf } from '../value/value.ts';
import { type Place, refuse } from './refusal.ts';

/** The name of an attribute, then names of members and indexes of elements. */
export type Path = readonly (string | number)[];

/** A node has a leaf or branches, never both. */
export interface PathTree<T> {
  readonly leaf?: T;
  readonly branches: ReadonlyMap<string | number, PathTree<T>>;
}

/** As sentences show a path: `[m, x, [0]]`. */
export function showPath(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

/** What a path leads to. */
export function follow(path: Path, item: Item): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    if (value === undefined) return undefined;
    value = typeof step === 'number' ? value.L?.[step] : value.M && memberOf(value.M, step);
  }
  return value;
}

/**
 * Overlaps are told before conflicts. Source: dynalite's tests against AWS.
 * @throws ValidationException when two paths are one, one leads through the other, or they differ in what a thing is.
 */
export function checkDistinctPaths(paths: readonly Path[], place: Place): void {
  for (const relation of ['overlap', 'conflict'] as const) {
    for (const [index, second] of paths.entries()) {
      const first = paths.slice(0, index).find((one) => relate(one, second) === relation);
      if (!first) continue;
      throw refuse(
        place,
        `Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${showPath(first)}, path two: ${showPath(second)}`,
      );
    }
  }
}

function relate(first: Path, second: Path): 'overlap' | 'conflict' | undefined {
  const length = Math.min(first.length, second.length);
  for (let index = 0; index < length; index += 1) {
    if (typeof first[index] !== typeof second[index]) return 'conflict';
    if (first[index] !== second[index]) return undefined;
  }
  return 'overlap';
}

/** The tree of paths that have been found distinct. */
export function growTree<T>(leaves: Iterable<readonly [path: Path, leaf: T]>): PathTree<T> {
  interface Growing {
    leaf?: T;
    branches: Map<string | number, Growing>;
  }
  const root: Growing = { branches: new Map() };
  for (const [path, leaf] of leaves) {
    let node = root;
    for (const step of path) {
      let branch = node.branches.get(step);
      if (!branch) {
        branch = { branches: new Map() };
        node.branches.set(step, branch);
      }
      node = branch;
    }
    node.leaf = leaf;
  }
  return root;
}

/**
 * Of an item only what the paths lead to: maps with those members, lists with those elements, in order, without gaps.
 */
export function pick(tree: PathTree<unknown>, item: Item): Item {
  return pickMembers(tree, item);
}

function pickMembers(tree: PathTree<unknown>, members: Item): Item {
  const picked: [string, AttributeValue][] = [];
  for (const [name, branch] of tree.branches) {
    const member = typeof name === 'string' ? memberOf(members, name) : undefined;
    const value = member && pickValue(branch, member);
    if (value) picked.push([String(name), value]);
  }
  return Object.fromEntries(picked);
}

function pickValue(tree: PathTree<unknown>, value: AttributeValue): AttributeValue | undefined {
  if (tree.branches.size === 0) return value;
  if (value.M) {
    const members = pickMembers(tree, value.M);
    return Object.keys(members).length === 0 ? undefined : { M: members };
  }
  if (!value.L) return undefined;
  const elements: AttributeValue[] = [];
  for (const [index, branch] of sortedBranches(tree)) {
    const element = value.L[index];
    const picked = element && pickValue(branch, element);
    if (picked) elements.push(picked);
  }
  return elements.length === 0 ? undefined : { L: elements };
}

/** The branches by index, ascending. */
export function sortedBranches<T>(tree: PathTree<T>): [index: number, branch: PathTree<T>][] {
  const branches: [number, PathTree<T>][] = [];
  for (const [index, branch] of tree.branches) if (typeof index === 'number') branches.push([index, branch]);
  return branches.sort(([a], [b]) => a - b);
}
