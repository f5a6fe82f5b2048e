// What is known of one resource of the map.
import type { CloudMap, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { nodeTitle } from '../parts/names.ts';
import { linkTo } from '../route.ts';
import { savedAt } from '../saved.ts';
import { type DrawnEdge, type Graph, kindName } from './graph.ts';
import { MachinePanel } from './machine/machine-panel.tsx';
import { countWords, labelWords, pretty } from './words.ts';

interface PanelProps {
  readonly id: string;
  /** ARN of the execution that was chosen. */
  readonly execution: string | undefined;
  readonly map: CloudMap;
  /** All of it, whatever the map shows. */
  readonly graph: Graph;
}

export function NodePanel({ id, execution, map, graph }: PanelProps) {
  const node = map.nodes.find((one) => one.id === id);
  if (node === undefined) {
    return (
      <aside class="panel" aria-label="Resource">
        <Close />
        <p>
          There is no <code>{id}</code> in this cloud: it was deleted, or it is another cloud's.{' '}
          <a href={linkTo({ page: 'map' })}>The whole map</a> has what there is.
        </p>
      </aside>
    );
  }
  const counts = graph.nodes.find((one) => one.id === id);
  return (
    <aside
      class={`panel${node.definition === undefined ? '' : ' wide'}`}
      aria-label={`${kindName(node.kind)} ${nodeTitle(node)}`}
    >
      <Close />
      <h1>{nodeTitle(node)}</h1>
      <p class="soft">
        {kindName(node.kind)}
        {node.stack === undefined ? null : ` ${node.logicalId} of stack ${node.stack}`}
        {node.state === undefined ? null : <span class="wait"> {node.state}</span>}
      </p>
      {node.standsIn === undefined ? null : (
        <p class="stands-in-note">
          It stands in: {node.standsIn}. What it receives is written down, and nothing more happens there.
        </p>
      )}
      <Actions node={node} />
      {node.definition === undefined ? null : <MachinePanel node={node} chosen={execution} />}
      <dl>
        {counts && counts.count + counts.failed > 0 ? (
          <>
            <dt>Seen</dt>
            <dd class={counts.failed > 0 ? 'bad' : ''}>{countWords(counts)}</dd>
          </>
        ) : null}
        {node.facts.map(([label, value]) => (
          <>
            <dt key={label}>{label}</dt>
            <dd>{showControls(value)}</dd>
          </>
        ))}
        <dt>{node.id.startsWith('arn:') ? 'ARN' : 'Id'}</dt>
        <dd>
          <code>{node.id}</code>
        </dd>
      </dl>
      <Ends title="From" edges={graph.edges.filter(({ to }) => to === id)} end="from" graph={graph} />
      <Ends title="To" edges={graph.edges.filter(({ from }) => from === id)} end="to" graph={graph} />
      {node.pattern === undefined ? null : (
        <>
          <h2>Pattern</h2>
          <pre>{pretty(node.pattern)}</pre>
        </>
      )}
    </aside>
  );
}

function Close() {
  return (
    <a class="close" href={linkTo({ page: 'map' })} aria-label="Close, back to the map">
      ✕
    </a>
  );
}

/** What a reader may want to do with it, on another page. */
function Actions({ node: { id, kind } }: { readonly node: MapNode }) {
  const queue = kind === 'queue' ? <a href={linkTo({ page: 'queue', id })}>Look into it</a> : null;
  const acts: Partial<Record<MapNode['kind'], string>> = {
    function: 'Invoke it',
    bus: 'Send an event to it',
    'api-destination': 'Break it',
  };
  const act = savedAt === undefined ? acts[kind] : undefined;
  if (queue === null && act === undefined) return null;
  return (
    <p class="actions">
      {queue}
      {act === undefined ? null : <a href={linkTo({ page: 'prefilled', id })}>{act}</a>}
    </p>
  );
}

interface EndsProps {
  readonly title: string;
  readonly edges: readonly DrawnEdge[];
  readonly end: 'from' | 'to';
  readonly graph: Graph;
}

function Ends({ title, edges, end, graph }: EndsProps) {
  if (edges.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul class="ends">
        {edges.map((edge) => {
          const labels = labelWords(edge);
          const other = graph.nodes.find(({ id }) => id === edge[end]);
          return (
            <li key={`${edge.kind} ${edge[end]}`}>
              <span class="soft">{other === undefined ? '' : kindName(other.kind)}</span>{' '}
              <a href={linkTo({ page: 'node', id: edge[end] })}>{other?.name ?? edge[end]}</a>
              {labels === '' ? null : <span class="soft"> {labels}</span>}{' '}
              <span class={edge.failed > 0 ? 'bad' : 'good'}>{countWords(edge)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
