// What an update makes of an item. Everything is read from the item as it was: `SET a = b, b = a` swaps, and indexes
// mean the old list. So values are found first, then the paths, as one tree, are written into a copy.
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';
import { checkLevels, levelsOf } from '../value/check.ts';
import { addDecimals, compareDecimals, formatDecimal, parseDecimal, subtractDecimals } from '../value/decimal.ts';
import { compareBytes, compareTexts } from '../value/order.ts';
import { type Item, memberOf, typeOf } from '../value/value.ts';
import type { Operand } from './operand.ts';
import { follow, growTree, type Path, type PathTree, sortedBranches } from './path.ts';
import { project } from './projection.ts';
import { invalid } from './refusal.ts';
import type { Update } from './update-grammar.ts';

export { parseUpdate, type Update } from './update-grammar.ts';

export interface Updated {
  readonly item: Item;
  /** The paths that the update named. */
  readonly touched: readonly Path[];
  /** Whether it only takes away: then an item that is not there stays away. */
  readonly createsNothing: boolean;
}

/** `key` is what a new item begins with. @throws ValidationException */
export function applyUpdate(update: Update, item: Item | undefined, key: Item): Updated {
  const old = item ?? key;
  const changes = update.map(
    (action) =>
      [action.path, action.kind === 'set' ? { ...action, value: evaluate(action.value, old) } : action] as const,
  );
  const made = changeMembers(old, growTree<Change>(changes));
  for (const [path, change] of changes)
    if (change.kind === 'set') checkLevels(path.length - 1 + levelsOf(change.value));
  return {
    item: made,
    touched: update.map(({ path }) => path),
    createsNothing: update.every(({ kind }) => kind === 'remove' || kind === 'delete'),
  };
}

/**
 * The attributes at the paths of an update, as fragments: `UPDATED_OLD` of the old item, `UPDATED_NEW` of the new one.
 */
export function updatedAttributes(item: Item, touched: readonly Path[]): Item {
  return project(touched, item);
}

/** An action whose value has been found; undefined takes away. */
type Change = { readonly kind: 'set' | 'add' | 'delete'; readonly value: AttributeValue } | { readonly kind: 'remove' };

/** The value of an operand. @throws ValidationException */
function evaluate(operand: Operand, old: Item): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = follow(operand.path, old);
      if (value) return value;
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'sum': {
      const [left, right] = operand.operands.map((one) => numberOf(evaluate(one, old)));
      if (left === undefined || right === undefined) throw wrongType();
      return { N: combine(left, right, operand.operator) };
    }
    case 'call': {
      const [first, second] = operand.operands;
      if (!first || !second) throw wrongType();
      if (operand.name === 'if_not_exists') {
        return (first.kind === 'path' ? follow(first.path, old) : undefined) ?? evaluate(second, old);
      }
      return { L: [...elementsOf(evaluate(first, old)), ...elementsOf(evaluate(second, old))] };
    }
  }
}

function elementsOf(value: AttributeValue): readonly AttributeValue[] {
  if (!value.L) throw wrongType();
  return value.L;
}

function numberOf(value: AttributeValue): string {
  if (value.N === undefined) throw wrongType();
  return value.N;
}

function combine(left: string, right: string, operator: '+' | '-'): string {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  return formatDecimal(operator === '+' ? addDecimals(a, b) : subtractDecimals(a, b));
}

function changeMembers(members: Item, tree: PathTree<Change>): Item {
  const changed = new Map(Object.entries(members));
  for (const [name, branch] of tree.branches) {
    if (typeof name !== 'string') throw wrongPath();
    const value = changeValue(memberOf(members, name), branch);
    if (value) changed.set(name, value);
    else changed.delete(name);
  }
  return Object.fromEntries(changed);
}

/** The new value at a place, or undefined where nothing is to be. */
function changeValue(old: AttributeValue | undefined, tree: PathTree<Change>): AttributeValue | undefined {
  if (tree.leaf) return changeLeaf(old, tree.leaf);
  if (old?.M) return { M: changeMembers(old.M, tree) };
  if (old?.L) return { L: changeElements(old.L, tree) };
  throw wrongPath();
}

/** Indexes mean the old list. What is written beyond its end is appended, in the order of the indexes. */
function changeElements(elements: readonly AttributeValue[], tree: PathTree<Change>): AttributeValue[] {
  if ([...tree.branches.keys()].some((step) => typeof step !== 'number')) throw wrongPath();
  const changed: (AttributeValue | undefined)[] = [...elements];
  for (const [index, branch] of sortedBranches(tree)) {
    const value = changeValue(elements[index], branch);
    if (index < elements.length) changed[index] = value;
    else changed.push(value);
  }
  return changed.filter((element) => element !== undefined);
}

function changeLeaf(old: AttributeValue | undefined, change: Change): AttributeValue | undefined {
  switch (change.kind) {
    case 'remove':
      return undefined;
    case 'set':
      return change.value;
    case 'add':
      return add(old, change.value);
    case 'delete':
      return old && takeAway(old, change.value);
  }
}

/** A sum of numbers, or a union of sets. */
function add(old: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (old && typeOf(old) !== typeOf(value)) throw wrongType();
  if (!old) return value;
  if (value.N !== undefined) return { N: combine(old.N ?? '0', value.N, '+') };
  return setOf(value, {
    strings: (given, compare) => [...(old.SS ?? old.NS ?? []), ...given].sort(compare).filter(isFirst(compare)),
    binaries: (given) => [...(old.BS ?? []), ...given].sort(compareBytes).filter(isFirst(compareBytes)),
  });
}

/** A set without the members of another; a set without members is not kept. */
function takeAway(old: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  if (typeOf(old) !== typeOf(value)) throw wrongType();
  const rest = setOf(value, {
    strings: (given) => (old.SS ?? old.NS ?? []).filter((member) => !given.includes(member)),
    binaries: (given) => (old.BS ?? []).filter((member) => !given.some((one) => compareBytes(one, member) === 0)),
  });
  return (rest.SS ?? rest.NS ?? rest.BS ?? []).length === 0 ? undefined : rest;
}

interface SetOperation {
  strings(given: readonly string[], compare: (a: string, b: string) => number): string[];
  binaries(given: readonly Uint8Array[]): Uint8Array[];
}

function setOf({ SS, NS, BS }: AttributeValue, operation: SetOperation): AttributeValue {
  if (SS) return { SS: operation.strings(SS, compareTexts) };
  if (NS) return { NS: operation.strings(NS, (a, b) => compareDecimals(parseDecimal(a), parseDecimal(b))) };
  return { BS: operation.binaries(BS ?? []) };
}

/** Whether a member of a sorted list is not the one before it. */
function isFirst<T>(compare: (a: T, b: T) => number) {
  return (member: T, index: number, sorted: readonly T[]): boolean => {
    const before = sorted[index - 1];
    return index === 0 || before === undefined || compare(before, member) !== 0;
  };
}

function wrongType(): Error {
  return invalid('An operand in the update expression has an incorrect data type');
}

function wrongPath(): Error {
  return invalid('The document path provided in the update expression is invalid for update');
}
