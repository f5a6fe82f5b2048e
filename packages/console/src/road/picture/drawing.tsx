// The road as a picture, as pages of evidence have it: a row for each mark, under what brought it about; words to the
// left, time to the right of them, on a narrow screen below them. A row opens to all that is known of it.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { type Branch, chainFrom } from '@earwitness/protocol/internal/journal/road/causes';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import type { Scale } from '@earwitness/protocol/internal/journal/road/scale';
import { useSignal } from '@preact/signals';
import type { Road } from '../road.ts';
import { Stop } from './stop.tsx';

/** Ours: rows that are drawn at first, and with each click for more. */
const ROWS = 200;

interface Props {
  readonly road: Road;
  readonly facts: readonly Fact[];
  /** Id of the row whose page this is: nothing leads to where the reader is. */
  readonly own: string;
}

export function Drawing({ road, facts, own }: Props) {
  const most = useSignal(ROWS);
  const total = road.roots.reduce((sum, root) => sum + sizeOf(root), 0);
  let left = most.value;

  const drawChain = (from: Branch) => {
    const chain = chainFrom(from).slice(0, left);
    const last = chain.at(-1);
    if (!last) return null;
    left -= chain.length;
    const rows = chain.map((one) => (
      <Stop key={keyOf(one.mark)} branch={one} scale={road.scale} start={road.start} facts={facts} own={own} />
    ));
    const branches = last.branches.map(drawChain);
    return (
      <li key={keyOf(from.mark)}>
        {rows}
        {branches.length === 0 ? null : <ol class="branches">{branches}</ol>}
      </li>
    );
  };
  return (
    <figure class="drawing">
      <div class="road">
        <Axis scale={road.scale} />
        <ol class="journeys">{road.roots.map(drawChain)}</ol>
      </div>
      <Caption scale={road.scale} />
      {total <= most.value ? null : (
        <button
          type="button"
          onClick={() => {
            most.value += ROWS;
          }}
        >
          {total - most.value} more
        </button>
      )}
    </figure>
  );
}

/** What a mark is known by while the road grows. */
function keyOf({ fact, cause, label }: Mark): string {
  return fact ? String(fact.seq) : `${cause?.seq} ${label}`;
}

function sizeOf({ branches }: Branch): number {
  return branches.reduce((sum, branch) => sum + sizeOf(branch), 1);
}

function Axis({ scale: { ticks, breaks } }: { readonly scale: Scale }) {
  return (
    <div class="axis" aria-hidden="true">
      <div>
        {breaks.map(({ from, to }) => (
          <s key={from} class="idle" style={{ left: `${from}%`, width: `${to - from}%` }} />
        ))}
        {ticks.map(({ x, label }) => [
          <i key={`line ${x}`} class="tick" style={{ left: `${x}%` }} />,
          <span key={x} class={`tick-label ${x < 3 ? 'first' : x > 97 ? 'last' : ''}`} style={{ left: `${x}%` }}>
            {label}
          </span>,
        ])}
      </div>
    </div>
  );
}

function Caption({ scale: { breaks } }: { readonly scale: Scale }) {
  if (breaks.length === 0) return null;
  const idle = breaks.map(({ label }) => label).join(', ');
  return <figcaption>Grey: time in which nothing happened, drawn short ({idle}).</figcaption>;
}
