// A state machine as a drawing, from top to bottom: its states, and how often each was entered and failed.
import { useMemo } from 'preact/hooks';
import { arrowDown, type Box } from './arrow-path.ts';
import type { ExecutionGraph, StateNode } from './execution-graph.ts';
import { layOut } from './layers.ts';
import { countWords } from './words.ts';

/** Sizes of the style sheet. */
const STATE = { length: 42, breadth: 150 };
const GAPS = { layer: 26, node: 14, loose: 2 };

export function MachineDrawing({ graph }: { readonly graph: ExecutionGraph }) {
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
  const width = layout.breadth + 40;
  return (
    <figure class="machine">
      <div class="canvas" style={{ width: `${width}px`, height: `${layout.length}px` }}>
        <svg width={width} height={layout.length} aria-hidden="true">
          <defs>
            <marker
              id="tip-state"
              class="tip plain"
              viewBox="0 0 8 8"
              refX="4"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" />
            </marker>
          </defs>
          {graph.edges.map(({ from, to, kind }, index) => (
            <path
              key={`${from}\n${to}`}
              class={`arrow plain ${kind}`}
              d={arrowDown(box(from), box(to), layout.bends[index] ?? [])}
              marker-end="url(#tip-state)"
            />
          ))}
        </svg>
        <ol aria-label="States">
          {graph.states.map((state) => (
            <StateBox key={state.name} state={state} box={box(state.name)} nexts={nextsOf(state.name, graph)} />
          ))}
        </ol>
      </div>
    </figure>
  );
}

function StateBox({ state, box, nexts }: { readonly state: StateNode; readonly box: Box; readonly nexts: string }) {
  const { name, type, isStart, isEnd, failed } = state;
  return (
    <li
      class={`state${isStart ? ' start' : ''}${isEnd ? ' end' : ''}${failed > 0 ? ' failed' : ''}`}
      title={name}
      style={{ left: `${box.x}px`, top: `${box.y}px` }}
    >
      <b>{name}</b>
      <span>
        <i>{type}</i>
        <span class={failed > 0 ? 'bad' : 'good'}>{countWords(state)}</span>
      </span>
      <span class="unseen">{nexts}</span>
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
