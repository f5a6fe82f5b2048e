// The map as a list: who leads to whom, by layer. What the drawing shows stands here, too; a narrow page has it.
import { linkTo } from '../route.ts';
import { type DrawnEdge, type DrawnNode, type Graph, kindName } from './graph.ts';
import type { MapLayout } from './layout/map-layout.ts';
import { countWords, labelWords } from './words.ts';

interface StepsProps {
  readonly graph: Graph;
  readonly layout: MapLayout;
  readonly selected: string | undefined;
  onStack(stack: string): void;
}

export function Steps({ graph, layout, selected, onStack }: StepsProps) {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const outs = new Map<string, DrawnEdge[]>();
  const connected = new Set<string>();
  for (const edge of graph.edges) {
    outs.set(edge.from, [...(outs.get(edge.from) ?? []), edge]);
    connected.add(edge.from).add(edge.to);
  }
  const layers: DrawnNode[][] = [];
  for (const node of graph.nodes.filter(({ id }) => connected.has(id))) {
    const layer = layout.places.get(node.id)?.layer ?? 0;
    layers[layer] = [...(layers[layer] ?? []), node];
  }
  const alone = graph.nodes.filter(({ id }) => !connected.has(id));
  const lines = (nodes: readonly DrawnNode[]) => (
    <ul>
      {[...nodes]
        .sort((a, b) => (layout.places.get(a.id)?.across ?? 0) - (layout.places.get(b.id)?.across ?? 0))
        .map((node) => (
          <li key={node.id} class={`step ${node.kind}${node.isStandIn ? ' stands-in' : ''}`}>
            <NodeLine node={node} isSelected={node.id === selected} onStack={onStack} />
            <Leads edges={outs.get(node.id) ?? []} byId={byId} />
          </li>
        ))}
    </ul>
  );
  return (
    <div class="steps">
      {layers.map((nodes, layer) => (
        <section key={layer}>
          <h2>
            {layer === 0 ? 'Begins with' : 'then'} {kindsOf(nodes)}
          </h2>
          {lines(nodes)}
        </section>
      ))}
      {alone.length === 0 ? null : (
        <section>
          <h2>Connected with nothing</h2>
          {lines(alone)}
        </section>
      )}
    </div>
  );
}

function NodeLine({
  node,
  isSelected,
  onStack,
}: {
  readonly node: DrawnNode;
  readonly isSelected: boolean;
  onStack(stack: string): void;
}) {
  const { id, kind, name, note, stack = '', size } = node;
  return (
    <div class="line">
      <i class="kind">{kindName(kind)}</i>{' '}
      {kind === 'stack' ? (
        <button type="button" onClick={() => onStack(stack)}>
          {name} ({size} resources)
        </button>
      ) : (
        <a href={linkTo({ page: 'node', id })} aria-current={isSelected ? 'true' : undefined}>
          <b>{name}</b>
        </a>
      )}{' '}
      <span class={node.failed > 0 ? 'bad' : 'soft'}>{countWords(node)}</span>
      {note === undefined ? null : <span class="soft note"> {note}</span>}
    </div>
  );
}

function Leads({
  edges,
  byId,
}: {
  readonly edges: readonly DrawnEdge[];
  readonly byId: ReadonlyMap<string, DrawnNode>;
}) {
  if (edges.length === 0) return null;
  return (
    <ul class="leads">
      {edges.map((edge) => {
        const labels = labelWords(edge);
        return (
          <li key={`${edge.kind} ${edge.to}`}>
            <span class="soft">to</span>{' '}
            <a href={linkTo({ page: 'node', id: edge.to })}>{byId.get(edge.to)?.name ?? edge.to}</a>
            {labels === '' ? null : <span class="soft"> {labels}</span>}{' '}
            <span class={edge.failed > 0 ? 'bad' : 'good'}>{countWords(edge)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** `APIs, a schedule`: which kinds there are, each once. */
function kindsOf(nodes: readonly DrawnNode[]): string {
  return [...new Set(nodes.map(({ kind }) => kindName(kind)))].join(', ');
}
