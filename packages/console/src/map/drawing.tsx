// The map as a drawing: boxes are links, arrows are one SVG behind them. Arrow keys go along the arrows, and up and
// down within a layer; the same content as a list is one button away.
import { useEffect, useMemo } from 'preact/hooks';
import { linkTo } from '../route.ts';
import { type DrawnEdge, type DrawnNode, type Graph, kindName } from './graph.ts';
import { type ArrowPath, arrowAcross } from './layout/arrow-path.ts';
import { useFitting } from './layout/fitting.ts';
import type { MapLayout } from './layout/map-layout.ts';
import { countSigns, detailWords, edgeWords } from './words.ts';

interface DrawingProps {
  readonly graph: Graph;
  readonly layout: MapLayout;
  readonly selected: string | undefined;
  onStack(stack: string): void;
}

export function Drawing({ graph, layout, selected, onStack }: DrawingProps) {
  const { frame: own, scale } = useFitting<HTMLElement>(layout.length);
  const paths = useMemo(() => pathsOf(graph, layout), [layout]);
  const first = graph.nodes.some(({ id }) => id === selected) ? selected : firstOf(graph, layout);
  const nameOf = namesOf(graph);
  useEffect(() => {
    const boxes = [...(own.current?.querySelectorAll<HTMLElement>('a.box') ?? [])];
    const box = boxes.find(({ dataset }) => dataset['id'] === selected);
    box?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [own, selected]);
  return (
    <section class="drawing" ref={own} aria-label="Map, drawn. Arrow keys go along the arrows.">
      <div class="canvas" style={{ width: `${layout.length}px`, height: `${layout.breadth}px`, zoom: scale.value }}>
        <svg width={layout.length} height={layout.breadth} aria-hidden="true">
          <defs>
            {(['plain', 'used', 'bad'] as const).map((name) => (
              <marker
                key={name}
                id={`tip-${name}`}
                class={`tip ${name}`}
                viewBox="0 0 8 8"
                refX="4"
                refY="4"
                markerWidth="12"
                markerHeight="12"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" />
              </marker>
            ))}
          </defs>
          {graph.edges.map((edge, index) => (
            <Arrow
              key={`${edge.kind} ${edge.from} ${edge.to}`}
              edge={edge}
              path={paths[index]}
              isNear={edge.from === selected || edge.to === selected}
            />
          ))}
        </svg>
        {graph.edges.map((edge, index) => (
          <ArrowCount
            key={`${edge.kind} ${edge.from} ${edge.to}`}
            edge={edge}
            path={paths[index]}
            title={edgeWords(edge, nameOf)}
          />
        ))}
        {graph.nodes.map((node) => (
          <NodeBox
            key={node.id}
            node={node}
            layout={layout}
            isSelected={node.id === selected}
            isReached={node.id === first}
            onStack={onStack}
            onKey={(key) => moveFocus(own.current, { graph, layout, from: node.id, key })}
          />
        ))}
      </div>
    </section>
  );
}

function Arrow({
  edge,
  path,
  isNear,
}: {
  readonly edge: DrawnEdge;
  readonly path: ArrowPath | undefined;
  readonly isNear: boolean;
}) {
  const state = edge.failed > 0 ? 'bad' : edge.count > 0 ? 'used' : 'plain';
  return (
    <path
      d={path?.d}
      class={`arrow ${state} ${edge.kind.replace(' ', '-')}${isNear ? ' near' : ''}`}
      marker-end={`url(#tip-${state})`}
    />
  );
}

function ArrowCount({
  edge,
  path,
  title,
}: {
  readonly edge: DrawnEdge;
  readonly path: ArrowPath | undefined;
  readonly title: string;
}) {
  const { count, failed } = edge;
  if (path === undefined || count + failed === 0) return null;
  const { x, y } = path.label;
  return (
    <span class="count" title={title} aria-hidden="true" style={{ left: `${x}px`, top: `${y}px` }}>
      {count > 0 ? <span key={count}>{count}</span> : null}
      {failed > 0 ? (
        <b class="bad" key={`failed ${failed}`}>
          ✕ {failed}
        </b>
      ) : null}
    </span>
  );
}

interface BoxProps {
  readonly node: DrawnNode;
  readonly layout: MapLayout;
  readonly isSelected: boolean;
  /** Whether Tab reaches it; the others are reached by arrow keys. */
  readonly isReached: boolean;
  onStack(stack: string): void;
  onKey(key: string): boolean;
}

function NodeBox({ node, layout, isSelected, isReached, onStack, onKey }: BoxProps) {
  const { x, y } = layout.box(node.id);
  const { kind, name, note, isStandIn, stack = '' } = node;
  return (
    <a
      class={`box ${kind}${isStandIn ? ' stands-in' : ''}${node.failed > 0 ? ' failed' : ''}`}
      href={linkTo({ page: 'node', id: node.id })}
      data-id={node.id}
      title={note === undefined ? name : `${name}, ${note}`}
      aria-current={isSelected ? 'true' : undefined}
      tabIndex={isReached ? 0 : -1}
      style={{ left: `${x}px`, top: `${y}px` }}
      onKeyDown={(event) => {
        if (onKey(event.key)) event.preventDefault();
      }}
      onClick={(event) => {
        if (kind !== 'stack') return;
        event.preventDefault();
        onStack(stack);
      }}
    >
      <b>{name}</b>{' '}
      <span>
        <i>{isStandIn && kind !== 'stand-in' ? `${kindName(kind)}, stands in` : kindName(kind)}</i>
        <span aria-hidden="true" class={node.failed > 0 ? 'bad' : 'soft'}>
          {countSigns(node)}
        </span>
      </span>{' '}
      <span class="unseen">{detailWords(node)}</span>
    </a>
  );
}

function pathsOf({ nodes, edges }: Graph, layout: MapLayout): (ArrowPath | undefined)[] {
  const known = new Set(nodes.map(({ id }) => id));
  const outs = new Map<string, number>();
  const ins = new Map<string, number>();
  for (const { from, to } of edges) {
    outs.set(from, (outs.get(from) ?? 0) + 1);
    ins.set(to, (ins.get(to) ?? 0) + 1);
  }
  const boxes = nodes.map(({ id }) => layout.box(id));
  return edges.map(({ from, to }, index) => {
    if (!known.has(from) || !known.has(to)) return undefined;
    // A count stands where its arrow is far from the others.
    const [many, few] = [outs.get(from) ?? 0, ins.get(to) ?? 0];
    const place = many === few ? 0.5 : many > few ? 0.68 : 0.32;
    return arrowAcross(layout.box(from), layout.box(to), { bends: layout.bends[index] ?? [], place, boxes });
  });
}

function namesOf({ nodes }: Graph): (id: string) => string {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

function firstOf({ nodes }: Graph, layout: MapLayout): string | undefined {
  const placed = nodes.map(({ id }) => ({ id, ...layout.box(id) }));
  return placed.sort((a, b) => a.x - b.x || a.y - b.y)[0]?.id;
}

interface Move {
  readonly graph: Graph;
  readonly layout: MapLayout;
  readonly from: string;
  readonly key: string;
}

/** @returns whether the key was one that moves */
function moveFocus(drawing: HTMLElement | null, { graph, layout, from, key }: Move): boolean {
  const own = layout.box(from);
  const places = graph.nodes.map(({ id }) => ({ id, ...layout.box(id) }));
  const nearest = (candidates: readonly { readonly id: string; readonly x: number; readonly y: number }[]) =>
    [...candidates].sort((a, b) => distance(a) - distance(b))[0]?.id;
  const distance = ({ x, y }: { readonly x: number; readonly y: number }) => Math.abs(x - own.x) + Math.abs(y - own.y);
  const of = (ids: readonly string[]) => places.filter(({ id }) => ids.includes(id));
  const next = {
    ArrowRight: () => of(graph.edges.filter((edge) => edge.from === from).map(({ to }) => to)),
    ArrowLeft: () => of(graph.edges.filter((edge) => edge.to === from).map((edge) => edge.from)),
    ArrowDown: () => places.filter(({ x, y }) => x === own.x && y > own.y),
    ArrowUp: () => places.filter(({ x, y }) => x === own.x && y < own.y),
  }[key];
  if (next === undefined) return false;
  const id = nearest(next());
  const boxes = [...(drawing?.querySelectorAll<HTMLElement>('a.box') ?? [])];
  boxes.find(({ dataset }) => dataset['id'] === id)?.focus();
  return true;
}
