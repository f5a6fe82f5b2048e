// Which resource needs which, from Ref, Fn::GetAtt, Fn::Sub and DependsOn, and the order that follows: waves of
// resources that do not need one another. Refuses circles with CloudFormation's sentence.

import { parseSub } from './intrinsics/substitution.ts';
import { refusal } from './problem.ts';
import { asIntrinsic, isContainer, isList, isMap, plainText, type Value, visitMembers } from './value.ts';

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

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Waves in which to create: each resource stands in a later wave than all it needs, in the template's order otherwise.
 * @param lineOf where a resource stands in its template: of a circle, the first line is told
 * @throws ServiceError `ValidationError` for circular dependencies.
 */
export function creationWaves(
  graph: Graph,
  lineOf: (name: string) => number | undefined = () => undefined,
): string[][] {
  const { waves, left } = peel(graph, [...graph.keys()]);
  if (left.length === 0) return waves;
  // Those that wait for one another, without those that only wait for them: no one waits for these.
  const { left: circle } = peel(reversed(graph, left), left);
  const lines = circle.flatMap((name) => lineOf(name) ?? []);
  const line = lines.length === 0 ? undefined : Math.min(...lines);
  throw refusal(`Circular dependency between resources: [${circle.sort().join(', ')}]`, line);
}

/** Takes away, wave by wave, the names that need none of those that are left. */
function peel(graph: Graph, names: readonly string[]): { waves: string[][]; left: string[] } {
  const needing = reversed(graph, names);
  const places = new Map(names.map((name, place) => [name, place]));
  const lacking = new Map(names.map((name) => [name, graph.get(name)?.size ?? 0]));
  const waves: string[][] = [];
  let wave = names.filter((name) => lacking.get(name) === 0);
  while (wave.length > 0) {
    waves.push(wave);
    const next: string[] = [];
    for (const name of wave.flatMap((placed) => [...(needing.get(placed) ?? [])])) {
      const lacks = (lacking.get(name) ?? 0) - 1;
      lacking.set(name, lacks);
      if (lacks === 0) next.push(name);
    }
    wave = next.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  }
  return { waves, left: names.filter((name) => (lacking.get(name) ?? 0) > 0) };
}

/** Which of `names` need each of them. */
function reversed(graph: Graph, names: readonly string[]): Map<string, Set<string>> {
  const needing = new Map(names.map((name) => [name, new Set<string>()]));
  for (const name of names) for (const needed of graph.get(name) ?? []) needing.get(needed)?.add(name);
  return needing;
}

/** What a value refers to: a parameter or resource by `Ref`, or an attribute of a resource by `Fn::GetAtt`. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/** Names that a value's Ref, Fn::GetAtt and Fn::Sub use. */
export function namesIn(value: Value): Set<string> {
  return new Set(referencesIn(value).map(({ name }) => name));
}

/** What a value's Ref, Fn::GetAtt and Fn::Sub refer to, each time they do. */
export function referencesIn(value: Value): Reference[] {
  const references: Reference[] = [];
  collect(value, references);
  return references;
}

function collect(value: Value, references: Reference[]): void {
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Ref') references.push({ name: plainText(intrinsic.argument) });
  else if (intrinsic?.name === 'Fn::GetAtt') {
    const { argument } = intrinsic;
    const [name = '', ...attribute] = isList(argument) ? argument : plainText(argument).split('.');
    // An attribute's name may be a parameter's: `Fn::GetAtt: [Queue, !Ref Attribute]`.
    const isKnown = attribute.every((part) => typeof part === 'string');
    references.push({ name: plainText(name), ...(isKnown && { attribute: attribute.join('.') }) });
  } else if (intrinsic?.name === 'Fn::Sub') {
    const text = isList(intrinsic.argument) ? intrinsic.argument[0] : intrinsic.argument;
    const variables = isList(intrinsic.argument) ? intrinsic.argument[1] : undefined;
    for (const part of parseSub(plainText(text)).parts) {
      if (part.kind === 'text' || (isMap(variables) && Object.hasOwn(variables, part.name))) continue;
      const [name = '', ...attribute] = part.name.split('.');
      references.push({ name, ...(attribute.length > 0 && { attribute: attribute.join('.') }) });
    }
  }
  visitMembers(value, (member) => {
    if (isContainer(member)) collect(member, references);
  });
}
