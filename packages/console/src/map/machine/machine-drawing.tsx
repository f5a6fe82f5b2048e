// A state machine as a drawing, from top to bottom: its states, how often each was entered and failed, and the way of
// an execution that was chosen.
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { arrowDown, type Box } from '../layout/arrow-path.ts';
import { useFitting } from '../layout/fitting.ts';
import { layOut } from '../layout/layers.ts';
import { countWords } from '../words.ts';
import { type ExecutionGraph, type StateNode, walked } from './execution-graph.ts';
import type { Execution } from './executions.ts';

/** Sizes of the style sheet. */
const STATE = { length: 42, breadth: 132 };
const GAPS = { layer: 26, node: 14, loose: 2 };
/** Ours: room for an arrow that leads back, at the right. */
const SWING_PX = 28;

interface MachineProps {
  readonly graph: ExecutionGraph;
  /** The one whose way is shown. */
  readonly execution: Execution | undefined;
  /** States whose tasks a test answered, in it or, when none is chosen, in any. */
  readonly mocked: ReadonlySet<string>;
}

export function MachineDrawing({ graph, execution, mocked }: MachineProps) {
  const shape = JSON.stringify([graph.states.map(({ name }) => name), graph.edges]);
  const layout = useMemo(
    () =>
      layOut(
        graph.states.map(({ name }) => ({ id: name, ...STATE })),
        graph.edges.map(({ from, to, kind }) => ({ from, to, isWeak: kind === 'caught' })),
        GAPS,
      ),
    [shape],
  );
  const box = (name: string): Box => {
    const { along = 0, across = 0 } = layout.places.get(name) ?? {};
    return { x: across, y: along, width: STATE.breadth, height: STATE.length };
  };
  const width = layout.breadth + SWING_PX;
  const { frame, scale } = useFitting<HTMLElement>(width);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element) element.scrollLeft = (element.scrollWidth - element.clientWidth) / 2;
  }, [shape, frame]);
  const isWalked = execution && walked(graph, execution.entered);
  return (
    <figure class="machine" ref={frame}>
      <div class="canvas" style={{ width: `${width}px`, height: `${layout.length}px`, zoom: scale.value }}>
        <svg width={width} height={layout.length} aria-hidden="true">
          <defs>
            {(['plain', 'used'] as const).map((name) => (
              <marker
                key={name}
                id={`tip-state-${name}`}
                class={`tip ${name}`}
                viewBox="0 0 8 8"
                refX="4"
                refY="4"
                markerWidth="10"
                markerHeight="10"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" />
              </marker>
            ))}
          </defs>
          {graph.edges.map((edge, index) => {
            const { from, to, kind } = edge;
            const look = isWalked?.(edge) ? 'used' : 'plain';
            return (
              <path
                key={`${from}\n${to}`}
                class={`arrow ${look} ${kind}`}
                d={arrowDown(box(from), box(to), layout.bends[index] ?? [])}
                marker-end={`url(#tip-state-${look})`}
              />
            );
          })}
        </svg>
        <ol aria-label={execution ? 'States, and which of them the execution entered' : 'States'}>
          {graph.states.map((state) => (
            <StateBox
              key={state.name}
              state={execution ? seenBy(execution, state) : state}
              way={execution && (execution.entered.includes(state.name) ? 'entered' : 'not-entered')}
              isMocked={mocked.has(state.name)}
              box={box(state.name)}
              nexts={nextsOf(state.name, graph)}
            />
          ))}
        </ol>
      </div>
    </figure>
  );
}

/** The counts of one execution in place of those of all. */
function seenBy({ entered, failures }: Execution, state: StateNode): StateNode {
  const count = entered.filter((name) => name === state.name).length;
  return { ...state, count, failed: failures.has(state.name) ? 1 : 0 };
}

interface StateProps {
  readonly state: StateNode;
  readonly way: 'entered' | 'not-entered' | undefined;
  readonly isMocked: boolean;
  readonly box: Box;
  readonly nexts: string;
}

function StateBox({ state, way, isMocked, box, nexts }: StateProps) {
  const { name, type, isStart, isEnd, failed } = state;
  const looks = [way, isStart && 'start', isEnd && 'end', failed > 0 && 'failed'].filter(Boolean);
  return (
    <li class={['state', ...looks].join(' ')} title={name} style={{ left: `${box.x}px`, top: `${box.y}px` }}>
      <b>{name}</b>
      <span>
        <i>{isMocked ? `${type}, mocked` : type}</i>
        <span class={failed > 0 ? 'bad' : 'good'}>{countWords(state)}</span>
      </span>
      <span class="unseen">
        {way === 'not-entered' ? 'not entered, ' : ''}
        {nexts}
      </span>
    </li>
  );
}

/** For who does not see the arrows. */
function nextsOf(name: string, { edges }: ExecutionGraph): string {
  const nexts = edges
    .filter(({ from }) => from === name)
    .map(({ to, kind }) => (kind === 'caught' ? `${to} when it failed` : to));
  return nexts.length === 0 ? 'ends' : `leads to ${nexts.join(', ')}`;
}
