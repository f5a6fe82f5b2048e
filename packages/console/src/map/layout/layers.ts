// Where the boxes of a drawing lie: in layers along the direction of its arrows, ordered within them so that few arrows
// cross, and close to what they are connected with. The way of Sugiyama, Tagawa and Toda: longest paths, places for
// arrows that pass layers by, barycentres, then positions that differ least from those of the neighbours.
// Long because each step works on the slots of the one before it.

export interface LayoutNode {
  readonly id: string;
  /** Along the layers' direction, and across it. */
  readonly length: number;
  readonly breadth: number;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  /** Gives way where it would make a circle: dead letters, what only the journal knows. */
  readonly isWeak?: boolean;
}

export interface Point {
  /** Along, and across. */
  readonly along: number;
  readonly across: number;
}

export interface Placed extends Point {
  readonly layer: number;
}

export interface Layout {
  /** The upper left corner of each node. */
  readonly places: ReadonlyMap<string, Placed>;
  /** Where each edge passes layers by, in the order of `edges`; a backward edge has no such points. */
  readonly bends: readonly (readonly Point[])[];
  readonly length: number;
  readonly breadth: number;
}

export interface Gaps {
  /** Between layers: room for arrows and their counts. */
  readonly layer: number;
  /** Between nodes of a layer. */
  readonly node: number;
  /** Ours: how many nodes without arrows stand beside one another. */
  readonly loose: number;
}

/** Ours. */
const ORDER_PASSES = 12;
const POSITION_PASSES = 8;

/** What lies in a layer: a node, or the place of an edge that passes. */
interface Slot {
  readonly id: string;
  readonly breadth: number;
  readonly before: Slot[];
  readonly after: Slot[];
  layer: number;
  /** Among those of its layer. */
  place: number;
  /** Centre across. */
  centre: number;
}

/** Parts that have nothing to do with one another stand one below the other, the largest first. */
export function layOut(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], gaps: Gaps): Layout {
  const places = new Map<string, Placed>();
  const bends: Point[][] = edges.map(() => []);
  let length = 0;
  let across = 0;
  const parts = partsOf(nodes, edges);
  for (const part of parts.filter(({ nodes: own }) => own.length > 1)) {
    const laid = layOutPart(part.nodes, part.edges, gaps);
    for (const [id, place] of laid.places) places.set(id, { ...place, across: place.across + across });
    for (const [index, points] of laid.bends) {
      bends[index] = points.map((point) => ({ ...point, across: point.across + across }));
    }
    length = Math.max(length, laid.length);
    across += laid.breadth + gaps.node * 2;
  }
  const loose = parts.flatMap(({ nodes: own }) => (own.length === 1 ? own : []));
  for (let start = 0; start < loose.length; start += gaps.loose) {
    let along = 0;
    let breadth = 0;
    for (const node of loose.slice(start, start + gaps.loose)) {
      places.set(node.id, { layer: 0, along, across });
      along += node.length + gaps.node;
      breadth = Math.max(breadth, node.breadth);
    }
    length = Math.max(length, along - gaps.node);
    across += breadth + gaps.node;
  }
  const lowest = nodes.map(({ id, breadth }) => (places.get(id)?.across ?? 0) + breadth);
  return { places, bends, length, breadth: Math.max(0, ...lowest) };
}

interface Part {
  readonly nodes: readonly LayoutNode[];
  /** With its index among all. */
  readonly edges: readonly (readonly [index: number, edge: LayoutEdge])[];
}

function partsOf(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Part[] {
  const leaders = new Map(nodes.map(({ id }) => [id, id]));
  const leaderOf = (id: string): string => {
    let leader = id;
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader))
      leader = next;
    leaders.set(id, leader);
    return leader;
  };
  const known = [...edges.entries()].filter(([, { from, to }]) => from !== to && leaders.has(from) && leaders.has(to));
  for (const [, { from, to }] of known) leaders.set(leaderOf(from), leaderOf(to));
  const parts = new Map<string, { nodes: LayoutNode[]; edges: [number, LayoutEdge][] }>();
  for (const node of nodes) {
    const leader = leaderOf(node.id);
    const part = parts.get(leader) ?? { nodes: [], edges: [] };
    part.nodes.push(node);
    parts.set(leader, part);
  }
  for (const entry of known) parts.get(leaderOf(entry[1].from))?.edges.push(entry);
  return [...parts.values()].sort((a, b) => b.nodes.length - a.nodes.length);
}

function layOutPart(nodes: readonly LayoutNode[], edges: Part['edges'], gaps: Gaps) {
  const forward = withoutCircles(edges);
  const layerOf = layersOf(nodes, forward);
  const slots = new Map<string, Slot>();
  for (const { id, breadth } of nodes) slots.set(id, slot(id, breadth, layerOf.get(id) ?? 0));
  const layers: Slot[][] = [];
  const put = (one: Slot) => {
    layers[one.layer] ??= [];
    layers[one.layer]?.push(one);
    return one;
  };
  for (const one of slots.values()) put(one);
  const passed = new Map<number, Slot[]>();
  for (const [index, { from, to }] of forward) {
    const [start, end] = [slots.get(from), slots.get(to)];
    if (!start || !end) continue;
    const places: Slot[] = [];
    for (let layer = start.layer + 1; layer < end.layer; layer++) places.push(put(slot(`${index} ${layer}`, 0, layer)));
    passed.set(index, places);
    const chain = [start, ...places, end];
    for (const [position, one] of chain.entries()) {
      const next = chain[position + 1];
      if (!next) break;
      one.after.push(next);
      next.before.push(one);
    }
  }
  order(layers);
  const breadth = position(layers, gaps.node);
  const starts = alongOf(nodes, layerOf, gaps.layer);
  const places = new Map<string, Placed>();
  for (const node of nodes) {
    const { layer, centre } = slots.get(node.id) ?? { layer: 0, centre: 0 };
    places.set(node.id, { layer, along: starts.starts[layer] ?? 0, across: centre - node.breadth / 2 });
  }
  const bends = new Map<number, Point[]>();
  for (const [index, own] of passed) {
    bends.set(
      index,
      own.map(({ layer, centre }) => ({
        along: (starts.starts[layer] ?? 0) + (starts.lengths[layer] ?? 0) / 2,
        across: centre,
      })),
    );
  }
  return { places, bends, breadth, length: starts.total };
}

function slot(id: string, breadth: number, layer: number): Slot {
  return { id, breadth, layer, before: [], after: [], place: 0, centre: 0 };
}

/** Strong edges first; an edge that would close a circle is drawn backwards and orders nothing. */
function withoutCircles(edges: Part['edges']): Part['edges'] {
  const next = new Map<string, string[]>();
  const leads = (from: string, to: string): boolean => {
    const seen = new Set([from]);
    const open = [from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === to) return true;
      for (const one of next.get(id) ?? []) {
        if (seen.has(one)) continue;
        seen.add(one);
        open.push(one);
      }
    }
    return false;
  };
  const sorted = [...edges].sort(([, a], [, b]) => Number(a.isWeak ?? false) - Number(b.isWeak ?? false));
  return sorted.filter(([, { from, to }]) => {
    if (leads(to, from)) return false;
    next.set(from, [...(next.get(from) ?? []), to]);
    return true;
  });
}

/** The longest path to each; what nothing leads to stands right before what it leads to. */
function layersOf(nodes: readonly LayoutNode[], edges: Part['edges']): Map<string, number> {
  const waiting = new Map(nodes.map(({ id }) => [id, 0]));
  const after = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const [, { from, to }] of edges) {
    after.get(from)?.push(to);
    waiting.set(to, (waiting.get(to) ?? 0) + 1);
  }
  const sources = nodes.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
  const layers = new Map<string, number>();
  const open = [...sources];
  for (const id of open) {
    const layer = layers.get(id) ?? 0;
    layers.set(id, layer);
    for (const to of after.get(id) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, layer + 1));
      const left = (waiting.get(to) ?? 1) - 1;
      waiting.set(to, left);
      if (left === 0) open.push(to);
    }
  }
  for (const id of sources) {
    const nearest = Math.min(...(after.get(id) ?? []).map((to) => layers.get(to) ?? 1));
    if (Number.isFinite(nearest)) layers.set(id, nearest - 1);
  }
  return layers;
}

/** Sorts each layer by the mean place of its neighbours, forwards and backwards; the best order that was seen stays. */
function order(layers: Slot[][]): void {
  const orders = () => layers.map((layer) => [...layer]);
  for (const layer of layers) number(layer);
  let best = orders();
  let fewest = crossingsOf(layers);
  for (let pass = 0; pass < ORDER_PASSES && fewest > 0; pass++) {
    const isForward = pass % 2 === 0;
    for (const layer of isForward ? layers : [...layers].reverse()) {
      const beside = new Map<Slot, number>();
      for (const one of layer) {
        const neighbours = isForward ? one.before : one.after;
        beside.set(one, neighbours.length === 0 ? one.place : mean(neighbours.map(({ place }) => place)));
      }
      layer.sort((a, b) => (beside.get(a) ?? 0) - (beside.get(b) ?? 0));
      number(layer);
    }
    const crossings = crossingsOf(layers);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = orders();
  }
  for (const [index, layer] of best.entries()) layers[index] = layer;
}

function number(layer: readonly Slot[]): void {
  for (const [place, one] of layer.entries()) one.place = place;
}

/** How many pairs of arrows cross, between neighbouring layers. */
function crossingsOf(layers: readonly (readonly Slot[])[]): number {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((one) => one.after.map(({ place }) => place).sort((a, b) => a - b));
    for (const [index, end] of ends.entries()) {
      for (let earlier = 0; earlier < index; earlier++) if ((ends[earlier] ?? 0) > end) count++;
    }
  }
  return count;
}

/** Moves each slot to the mean of its neighbours, as far as those beside it let it. Returns the whole breadth. */
function position(layers: readonly Slot[][], gap: number): number {
  for (const layer of layers) {
    let across = 0;
    for (const one of layer) {
      one.centre = across + one.breadth / 2;
      across += one.breadth + gap;
    }
  }
  for (let pass = 0; pass < POSITION_PASSES; pass++) {
    const isForward = pass % 2 === 0;
    for (const layer of isForward ? layers : [...layers].reverse()) {
      const wanted = layer.map((one) => {
        const neighbours = isForward ? one.before : one.after;
        const others = neighbours.length > 0 ? neighbours : isForward ? one.after : one.before;
        return others.length === 0 ? one.centre : mean(others.map(({ centre }) => centre));
      });
      spread(layer, wanted, gap);
    }
  }
  const all = layers.flat();
  const top = Math.min(...all.map(({ centre, breadth }) => centre - breadth / 2));
  for (const one of all) one.centre -= top;
  return Math.max(...all.map(({ centre, breadth }) => centre + breadth / 2));
}

/**
 * The centres that differ least from those that are wanted, in order and with room between them: what is too close is
 * pooled, and a pool stands where it is best for all in it.
 */
function spread(layer: readonly Slot[], wanted: readonly number[], gap: number): void {
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, one] of layer.entries()) {
    const before = layer[index - 1];
    if (before) offset += (before.breadth + one.breadth) / 2 + gap;
    offsets.push(offset);
  }
  const pools: { sum: number; size: number }[] = [];
  for (const [index, centre] of wanted.entries()) {
    let pool = { sum: centre - (offsets[index] ?? 0), size: 1 };
    for (let last = pools.at(-1); last && last.sum / last.size >= pool.sum / pool.size; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, size: last.size + pool.size };
      pools.pop();
    }
    pools.push(pool);
  }
  let index = 0;
  for (const { sum, size } of pools) {
    for (let place = 0; place < size; place++, index++) {
      const one = layer[index];
      if (one) one.centre = sum / size + (offsets[index] ?? 0);
    }
  }
}

function alongOf(nodes: readonly LayoutNode[], layerOf: ReadonlyMap<string, number>, gap: number) {
  const lengths: number[] = [];
  for (const { id, length } of nodes) {
    const layer = layerOf.get(id) ?? 0;
    lengths[layer] = Math.max(lengths[layer] ?? 0, length);
  }
  const starts: number[] = [];
  let along = 0;
  for (let layer = 0; layer < lengths.length; layer++) {
    starts.push(along);
    along += (lengths[layer] ?? 0) + gap;
  }
  return { starts, lengths, total: Math.max(0, along - gap) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
