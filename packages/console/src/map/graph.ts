// What is drawn of the map: the resources that the reader asked for, folded where there are many, with what went
// through them and between them.
import type { CloudMap, MapEdge, MapNode, MapNodeKind } from '@earwitness/protocol/internal/admin/cloud-map';
import { nodeTitle } from '../parts/names.ts';
import { placeOf } from './place.ts';
import { arrowKey, stateKey, type Tally, type Traffic } from './traffic.ts';

/** `rules`: each stands for itself. `buses`: rules are part of their bus. `stacks`: a box for each stack. */
export type Fold = 'rules' | 'buses' | 'stacks';

export interface Wanted {
  /** One stack's alone; `''` is what no stack made. */
  readonly stack?: string;
  /** Part of a name; what is connected with it is shown, too. */
  readonly text: string;
  readonly fold: Fold;
}

export type Counts = Pick<Tally, 'count' | 'failed'>;

export interface DrawnNode extends Counts {
  readonly id: string;
  readonly kind: MapNodeKind | 'stack';
  readonly name: string;
  /** A stand-in, or in which state it is when that is not at work. */
  readonly note?: string;
  readonly isStandIn: boolean;
  readonly stack?: string;
  /** Of a stack: how many resources it has. */
  readonly size?: number;
}

export interface DrawnEdge extends Counts {
  readonly from: string;
  readonly to: string;
  /** `learned`: nobody declared it; it was seen. */
  readonly kind: MapEdge['kind'] | 'learned';
  readonly labels: readonly string[];
}

export interface Graph {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

const KIND_NAMES: Readonly<Record<DrawnNode['kind'], string>> = {
  api: 'API',
  function: 'function',
  bus: 'bus',
  rule: 'rule',
  queue: 'queue',
  'notification-topic': 'SNS topic',
  schedule: 'schedule',
  pipe: 'pipe',
  'state-machine': 'state machine',
  table: 'table',
  stream: 'stream',
  bucket: 'bucket',
  'api-destination': 'destination',
  topic: 'Momento topic',
  'stand-in': 'stand-in',
  stack: 'stack',
};

export function kindName(kind: DrawnNode['kind']): string {
  return KIND_NAMES[kind];
}

/** Everything, before anything is folded or left out. */
export function graphOf(map: CloudMap, traffic: Traffic): Graph {
  const nodes = map.nodes.map((node) => drawnNode(node, traffic));
  const declared = grouped(map.edges).map((same) => drawnEdge(same, traffic));
  const edges = [...declared, ...learnedEdges(map, traffic, declared)];
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  return {
    nodes,
    edges: edges.map((edge) => (kinds.get(edge.from) === 'api-destination' ? handOn(edge, edges) : edge)),
  };
}

function drawnNode(node: MapNode, traffic: Traffic): DrawnNode {
  const { id, kind, stack, standsIn, state } = node;
  const { count = 0, failed = 0 } = traffic.places.get(placeOf(id)) ?? {};
  const note = standsIn === undefined ? state?.toLowerCase() : `stands in: ${standsIn}`;
  return {
    id,
    kind,
    name: nodeTitle(node),
    isStandIn: standsIn !== undefined || kind === 'stand-in',
    ...(note !== undefined && { note }),
    ...(stack !== undefined && { stack }),
    count,
    failed,
  };
}

/** Arrows between the same two: their labels are several, what went along is one. */
function drawnEdge(same: Group<MapEdge>, traffic: Traffic): DrawnEdge {
  const [{ from, to, kind }] = same;
  const labels = same.flatMap(({ label }) => label ?? []);
  // An arrow of a state machine is one of its states.
  const states = labels.flatMap((label) => traffic.states.get(stateKey(placeOf(from), label)) ?? []);
  const own = traffic.arrows.get(arrowKey([placeOf(from), placeOf(to)], kind));
  return { from, to, kind, labels, ...sum(states.length > 0 ? states : own ? [own] : []) };
}

/** What nobody declared, and facts tell: which function puts events on which bus. */
function learnedEdges(map: CloudMap, traffic: Traffic, declared: readonly DrawnEdge[]): DrawnEdge[] {
  const byPlace = new Map(map.nodes.map(({ id }) => [placeOf(id), id]));
  const known = new Set(declared.map(({ from, to, kind }) => `${kind}\n${from}\n${to}`));
  const learned: DrawnEdge[] = [];
  for (const [key, { count, failed }] of traffic.arrows) {
    const [kind = '', from, to] = key.split('\n');
    const [start, end] = [byPlace.get(from ?? ''), byPlace.get(to ?? '')];
    if (start === undefined || end === undefined || known.has(`${kind}\n${start}\n${end}`)) continue;
    learned.push({
      from: start,
      to: end,
      kind: kind === 'delivers' ? 'learned' : 'dead letters',
      labels: [],
      count,
      failed,
    });
  }
  return learned;
}

/** What an API destination took went on to where its URL leads. */
function handOn(edge: DrawnEdge, edges: readonly DrawnEdge[]): DrawnEdge {
  if (edge.count > 0) return edge;
  return { ...edge, count: sum(edges.filter(({ to, kind }) => to === edge.from && kind === 'delivers')).count };
}

/** The same with what the reader did not ask for left out, and folded. */
export function narrow(graph: Graph, { stack, text, fold }: Wanted): Graph {
  const ofStack = stack === undefined ? graph : keep(graph, (node) => (node.stack ?? '') === stack);
  const named = text.trim() === '' ? ofStack : keepNamed(ofStack, text.trim().toLowerCase());
  if (fold === 'rules') return named;
  const folded = foldRules(named);
  return fold === 'stacks' && stack === undefined ? foldStacks(folded) : folded;
}

/** What a filter names, and what that is connected with. */
function keepNamed(graph: Graph, text: string): Graph {
  const named = new Set(graph.nodes.filter((node) => isNamed(node, text)).map(({ id }) => id));
  const beside = new Set(named);
  for (const { from, to } of graph.edges) {
    if (named.has(from)) beside.add(to);
    if (named.has(to)) beside.add(from);
  }
  return keep(graph, ({ id }) => beside.has(id));
}

function isNamed({ id, kind, name }: DrawnNode, text: string): boolean {
  return [id, kindName(kind), name].some((one) => one.toLowerCase().includes(text));
}

function keep({ nodes, edges }: Graph, isKept: (node: DrawnNode) => boolean): Graph {
  const kept = nodes.filter(isKept);
  const ids = new Set(kept.map(({ id }) => id));
  return { nodes: kept, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

/** Arrows of a rule become those of its bus, with the rule's name. */
function foldRules(graph: Graph): Graph {
  const names = new Map(graph.nodes.filter(({ kind }) => kind === 'rule').map(({ id, name }) => [id, name]));
  const buses = new Map<string, string>();
  for (const { from, to, kind } of graph.edges) if (kind === 'delivers' && names.has(to)) buses.set(to, from);
  const edges = graph.edges.flatMap((edge): DrawnEdge[] => {
    if (buses.get(edge.to) === edge.from) return [];
    const bus = buses.get(edge.from);
    return bus === undefined ? [edge] : [{ ...edge, from: bus, labels: [names.get(edge.from) ?? ''] }];
  });
  return { nodes: graph.nodes.filter(({ id }) => !buses.has(id)), edges: merge(edges) };
}

function foldStacks({ nodes, edges }: Graph): Graph {
  const groups = new Map<string, DrawnNode[]>();
  const groupOf = new Map<string, string>();
  for (const node of nodes) {
    if (node.stack === undefined) continue;
    const id = `stack ${node.stack}`;
    groupOf.set(node.id, id);
    groups.set(id, [...(groups.get(id) ?? []), node]);
  }
  const boxes = [...groups].map(([id, own]): DrawnNode => {
    const stack = own[0]?.stack ?? '';
    return { id, kind: 'stack', name: stack, stack, isStandIn: false, size: own.length, ...sum(own) };
  });
  const between = edges
    .map((edge) => ({
      ...edge,
      labels: [],
      from: groupOf.get(edge.from) ?? edge.from,
      to: groupOf.get(edge.to) ?? edge.to,
    }))
    .filter(({ from, to }) => from !== to);
  return { nodes: [...boxes, ...nodes.filter(({ stack }) => stack === undefined)], edges: merge(between) };
}

/** One arrow of each kind between the same two. */
function merge(edges: readonly DrawnEdge[]): DrawnEdge[] {
  return grouped(edges).map((same) => {
    const [first] = same;
    return { ...first, labels: [...new Set(same.flatMap(({ labels }) => labels))], ...sum(same) };
  });
}

type Group<Edge> = readonly [first: Edge, ...others: Edge[]];

function grouped<Edge extends Pick<MapEdge, 'from' | 'to'> & { readonly kind: string }>(
  edges: readonly Edge[],
): Group<Edge>[] {
  const groups = new Map<string, [Edge, ...Edge[]]>();
  for (const edge of edges) {
    const key = `${edge.kind}\n${edge.from}\n${edge.to}`;
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  return [...groups.values()];
}

function sum(all: readonly Counts[]): Counts {
  return all.reduce<Counts>((a, b) => ({ count: a.count + b.count, failed: a.failed + b.failed }), {
    count: 0,
    failed: 0,
  });
}
