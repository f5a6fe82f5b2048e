// What a JSONata expression refers to that is not there: it is evaluated without an input of its own, so names mean
// nothing until a path has led somewhere, and `$states` has what its field can see.
//
//   phone                        →  Reference to 'phone' at the top level is not supported.
//   $states.input.items[phone]   →  nothing: `phone` is looked for in each item
//   $states.result in Arguments  →  Field '$states.result' does not exist.

/** A part of an expression's tree, and whether it is evaluated without an input. */
interface Part {
  readonly node: Node;
  readonly isTop: boolean;
}

type Node = Readonly<Record<string, unknown>>;

/** Each of them once. @param seen members of `$states` */
export function expressionFaults(tree: unknown, seen: ReadonlySet<string>): readonly string[] {
  const faults = new Set<string>();
  const passed = new Set<Node>();
  const open: Part[] = partsOf(tree, true);
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const { node, isTop } = part;
    if (passed.has(node)) continue;
    passed.add(node);
    const { type, value } = node;
    if (type === 'variable' && value === '$') faults.add("Reference to '$$' is not supported.");
    if (isTop) {
      const name = nameOfInput(type, value);
      if (name !== undefined) faults.add(`Reference to '${name}' at the top level is not supported.`);
    }
    const member = type === 'path' ? memberOfStates(node) : undefined;
    if (member !== undefined && !seen.has(member)) faults.add(`Field '$states.${member}' does not exist.`);
    // One by one: an array in an expression may have more items than a call can have arguments.
    for (const below of inner(part).reverse()) open.push(below);
  }
  return [...faults];
}

/** What looks into the input, as it is written. */
function nameOfInput(type: unknown, value: unknown): string | undefined {
  if (type === 'variable') return value === '' ? '$' : undefined;
  if (type === 'parent') return '%';
  return type === 'name' || type === 'wildcard' || type === 'descendant' ? String(value) : undefined;
}

function memberOfStates({ steps }: Node): string | undefined {
  const [first, second] = partsOf(steps, true);
  const isStates = first?.node['type'] === 'variable' && first.node['value'] === 'states';
  return isStates && second?.node['type'] === 'name' ? String(second.node['value']) : undefined;
}

/** What looks at the results of the part that it belongs to, not at its input. */
const AFTER = new Set(['predicate', 'stages', 'group', 'sort']);

/** The parts of a part. Of a path, only the first step has no input. */
function inner({ node, isTop }: Part): Part[] {
  if (node['type'] === 'path') {
    const { steps, ...rest } = node;
    const parts = partsOf(steps, isTop).map((part, index) => ({ ...part, isTop: part.isTop && index === 0 }));
    return [...parts, ...membersOf(rest, false)];
  }
  // `^(…)` and `|…|…|` look at what comes before them.
  return membersOf(node, isTop && node['type'] !== 'sort' && node['type'] !== 'transform');
}

function membersOf(node: Node, isTop: boolean): Part[] {
  return Object.entries(node).flatMap(([name, member]) => partsOf(member, isTop && !AFTER.has(name)));
}

function partsOf(value: unknown, isTop: boolean): Part[] {
  if (Array.isArray(value)) return value.flatMap((item) => partsOf(item, isTop));
  return isNode(value) ? [{ node: value, isTop }] : [];
}

/** Parts without a type, like the pairs of a group, are passed for what they hold. */
function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp);
}
