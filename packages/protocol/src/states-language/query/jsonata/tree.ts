// What is to be known of an expression's tree before it runs: which nodes put values together, so that the meter can
// count them while that happens, and which names would reach behind the data.
//
// jsonata 2.0.6 reads `input[key]` without asking whether the key is the object's own:
// `$x.__proto__.__defineGetter__(…)` changes every object of the process. Such names become calls of `$lookup`, which
// is ours and asks.
import type { Node } from './node.ts';

/** What a node's result is for the node around it. */
export type Role =
  /** Is put into an array with others: items of `[…]` into the array's, results of a path's step into the step's. */
  | { readonly kind: 'collected'; readonly into: Node }
  /** Side of an operator, which reads all of it. */
  | { readonly kind: 'operand' }
  /** Key of `{…}`; items with the same key are appended one by one. */
  | { readonly kind: 'key' }
  /** Value of `{…}`; all are evaluated side by side. */
  | { readonly kind: 'member' };

export interface Tree {
  readonly root: Node;
  readonly roles: ReadonlyMap<Node, Role>;
  /** By node: whose count begins with it. */
  readonly begins: ReadonlyMap<Node, readonly Node[]>;
  /** Names of variables that are mentioned, without `$`. */
  readonly variables: ReadonlySet<string>;
  readonly hasPattern: boolean;
}

/** Ours: more would let the check of a call's arguments try too many ways: `<a+a+a+a+:n>`. */
const REPEATED_MAX = 2;
const OPTIONAL_MAX = 8;
const ARGUMENTS_MAX = 100;

/** @throws RangeError where a call or a signature is too large to be checked in bounded time */
export function readTree(root: Node): Tree {
  const roles = new Map<Node, Role>();
  const begins = new Map<Node, Node[]>();
  const variables = new Set<string>();
  const seen = new Set<object>();
  let hasPattern = false;
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || part instanceof RegExp || seen.has(part)) return;
    seen.add(part);
    if (isNode(part)) {
      assignRoles(part, roles, begins);
      if (part.type === 'variable') variables.add(String(part.value));
      if (part.type === 'regex') hasPattern = true;
      if (part.type === 'name' && isInherited(part.value)) makeLookup(part);
      checkCall(part);
    }
    for (const below of Object.values(part)) visit(below);
  };
  visit(root);
  return { root, roles, begins, variables, hasPattern };
}

function assignRoles(node: Node, roles: Map<Node, Role>, begins: Map<Node, Node[]>): void {
  const begin = (...counted: Node[]) => begins.set(node, [...(begins.get(node) ?? []), ...counted]);
  const { type, value, steps = [], expressions = [], lhs, rhs } = node;
  if (type === 'path') {
    for (const step of steps) roles.set(step, { kind: 'collected', into: step });
    begin(...steps);
  }
  if (type === 'unary' && value === '[') {
    for (const item of expressions) roles.set(item, { kind: 'collected', into: node });
    begin(node);
  }
  if (type === 'binary') {
    for (const side of [lhs, rhs]) if (isNode(side)) roles.set(side, { kind: 'operand' });
  }
  const pairs = type === 'unary' && value === '{' ? lhs : (node as { group?: { lhs: unknown } }).group?.lhs;
  if (!Array.isArray(pairs)) return;
  for (const pair of pairs) {
    if (!Array.isArray(pair)) continue;
    roles.set(pair[0], { kind: 'key' });
    begin(pair[0]);
    roles.set(pair[1], { kind: 'member' });
  }
}

function isInherited(name: unknown): boolean {
  return typeof name === 'string' && name in Object.prototype;
}

/** `constructor` becomes `$lookup($, 'constructor')`, in place: the node keeps its filters. */
function makeLookup(node: Node): void {
  const { position, value } = node;
  Object.assign(node, {
    type: 'function',
    value: '(',
    procedure: { type: 'variable', value: 'lookup', position },
    arguments: [
      { type: 'variable', value: '', position },
      { type: 'string', value, position },
    ],
  });
}

function checkCall(node: Node): void {
  if ((node.arguments?.length ?? 0) > ARGUMENTS_MAX) throw new RangeError(`More than ${ARGUMENTS_MAX} arguments`);
  const { signature } = node as { signature?: { definition?: unknown } };
  const definition = String(signature?.definition ?? '');
  const count = (signs: RegExp) => definition.match(signs)?.length ?? 0;
  if (count(/\+/g) > REPEATED_MAX || count(/[?-]/g) > OPTIONAL_MAX) {
    throw new RangeError(`The signature ${definition} has too many optional and repeated arguments`);
  }
}

export function isNode(part: unknown): part is Node {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string';
}
