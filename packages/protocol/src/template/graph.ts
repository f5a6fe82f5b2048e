// Which resource needs which, from Ref, Fn::GetAtt, Fn::Sub and DependsOn, and the order that follows: waves of resources that do
// not need one another. Refuses circles with CloudFormation's sentence.
import { refusal } from './problem.ts';
import { parseSub } from './substitution.ts';
import { asIntrinsic, isList, isMap, type Value } from './value.ts';

/** What of a resource decides its place. */
export interface GraphNode {
  readonly properties: Value;
  readonly dependsOn: readonly string[];
}

/** Logical ids that each resource needs, among those of `nodes`. */
export function dependencies(nodes: Readonly<Record<string, GraphNode>>): Map<string, ReadonlySet<string>> {
  const graph = new Map<string, ReadonlySet<string>>();
  for (const [name, node] of Object.entries(nodes)) {
    const needed = new Set([...node.dependsOn, ...namesIn(node.properties)].filter((id) => Object.hasOwn(nodes, id)));
    graph.set(name, needed);
  }
  return graph;
}

/**
 * Waves in which to create: each resource stands in a later wave than all it needs, in the template's order otherwise.
 * @throws ServiceError `ValidationError` for circular dependencies.
 */
export function creationWaves(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const waves: string[][] = [];
  const placed = new Set<string>();
  while (placed.size < graph.size) {
    const wave = [...graph.keys()].filter(
      (name) => !placed.has(name) && [...(graph.get(name) ?? [])].every((needed) => placed.has(needed)),
    );
    if (wave.length === 0)
      throw refusal(`Circular dependency between resources: [${circle(graph, placed).join(', ')}]`);
    for (const name of wave) placed.add(name);
    waves.push(wave);
  }
  return waves;
}

// Those that wait for one another, without those that only wait for them.
function circle(graph: ReadonlyMap<string, ReadonlySet<string>>, placed: ReadonlySet<string>): string[] {
  let left = [...graph.keys()].filter((name) => !placed.has(name));
  for (;;) {
    const needed = left.filter((name) => left.some((other) => graph.get(other)?.has(name)));
    if (needed.length === left.length) return left.sort();
    left = needed;
  }
}

/** Names that a value's Ref, Fn::GetAtt and Fn::Sub use. */
export function namesIn(value: Value): Set<string> {
  const names = new Set<string>();
  collect(value, names);
  return names;
}

function collect(value: Value, names: Set<string>): void {
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Ref') names.add(String(intrinsic.argument));
  else if (intrinsic?.name === 'Fn::GetAtt') {
    const { argument } = intrinsic;
    names.add(isList(argument) ? String(argument[0]) : (String(argument).split('.')[0] ?? ''));
  } else if (intrinsic?.name === 'Fn::Sub') {
    const text = isList(intrinsic.argument) ? intrinsic.argument[0] : intrinsic.argument;
    const variables = isList(intrinsic.argument) ? intrinsic.argument[1] : undefined;
    for (const part of parseSub(String(text)).parts) {
      if (part.kind === 'text' || (isMap(variables) && Object.hasOwn(variables, part.name))) continue;
      names.add(part.name.split('.')[0] ?? '');
    }
  }
  if (isMap(value) || isList(value)) for (const member of Object.values(value)) collect(member, names);
}
