// What a state machine does: its states as a graph, its executions, and the way of one that was chosen.
import type { MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { timeText } from '../../parts/text.ts';
import { linkTo } from '../../route.ts';
import { executions, traffic } from '../counts.ts';
import { placeOf } from '../place.ts';
import { pretty } from '../words.ts';
import { parseExecutionGraph } from './execution-graph.ts';
import type { Execution } from './executions.ts';
import { MachineDrawing } from './machine-drawing.tsx';

/** Ours: executions that are listed. */
const MAX_LISTED = 30;

interface MachineProps {
  readonly node: MapNode;
  /** ARN of the execution that was chosen. */
  readonly chosen: string | undefined;
}

export function MachinePanel({ node: { id, definition = '' }, chosen }: MachineProps) {
  const graph = parseExecutionGraph(definition, placeOf(id), traffic);
  const all = executions.newestFirst(placeOf(id));
  const execution = chosen === undefined ? undefined : executions.find(chosen);
  const mocked = new Set((execution ? [execution] : all).flatMap((one) => [...one.mocked]));
  return (
    <>
      <h2>{chosen === undefined ? 'States' : 'The way of an execution'}</h2>
      {chosen === undefined ? null : <Chosen arn={chosen} execution={execution} machine={id} />}
      {graph === undefined ? null : <MachineDrawing graph={graph} execution={execution} mocked={mocked} />}
      <h2>Executions</h2>
      {all.length === 0 ? <p class="soft">None yet.</p> : null}
      <ul class="executions">
        {all.slice(0, MAX_LISTED).map(({ arn, startedAt, status, failures, mocked: own }) => (
          <li key={arn}>
            <a href={linkTo({ page: 'node', id: arn })} aria-current={arn === chosen ? 'true' : undefined}>
              {timeText(startedAt)} {shortName(arn)}
            </a>{' '}
            <span class={toneOf(status)}>{status.toLowerCase()}</span>
            {status === 'FAILED' && failures.size > 0 ? (
              <span class="soft"> in {[...failures.keys()].at(-1)}</span>
            ) : null}
            {own.size === 0 ? null : <span class="soft"> mocked: {[...own].join(', ')}</span>}
          </li>
        ))}
      </ul>
      {all.length > MAX_LISTED ? <p class="soft">{all.length - MAX_LISTED} older ones are not listed.</p> : null}
      <details>
        <summary>Definition</summary>
        <pre>{pretty(definition)}</pre>
      </details>
    </>
  );
}

function Chosen({
  arn,
  execution,
  machine,
}: {
  readonly arn: string;
  readonly execution: Execution | undefined;
  readonly machine: string;
}) {
  if (execution === undefined) return <p class="bad-day">This page knows nothing of the execution {arn}.</p>;
  const { status, error, cause, failures } = execution;
  return (
    <>
      <p>
        {shortName(arn)} <span class={toneOf(status)}>{status.toLowerCase()}</span>{' '}
        <a href={linkTo({ page: 'request', id: arn })}>Its road</a>{' '}
        <a href={linkTo({ page: 'node', id: machine })}>All executions</a>
      </p>
      {[...failures].map(([state, text]) => (
        <p key={state} class="failure">
          <b>{state}</b> <span class="bad">{text}</span>
        </p>
      ))}
      {failures.size === 0 && error !== undefined ? (
        <p class="failure bad">
          {error}
          {cause === undefined ? '' : `: ${cause}`}
        </p>
      ) : null}
    </>
  );
}

function toneOf(status: Execution['status']): string {
  if (status === 'SUCCEEDED') return 'good';
  return status === 'RUNNING' ? 'wait' : 'bad';
}

/** Names that a service made up are long, and their beginnings tell them apart. */
function shortName(arn: string): string {
  const name = arn.split(':').slice(7).join(':');
  return /^[0-9a-f-]{36,}/.test(name) ? `${name.slice(0, 8)}…` : name;
}
