// The page of an event, or of anything else that came in: its road, its payload, and the test that waits for it.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { here } from '../here.ts';
import { changes, memory } from '../journal/live.ts';
import { outcomeOf, type Row } from '../journal/row.ts';
import { JsonView } from '../parts/json-view.tsx';
import { sizeText, timeText } from '../parts/text.ts';
import { followClock } from './clock.tsx';
import { Drawing } from './drawing.tsx';
import { Gone } from './gone.tsx';
import { countFacts, factsOf, kinOf } from './kin.ts';
import { roadOf } from './road.ts';

export function RoadPage() {
  useEffect(followClock, []);
  changes.value;
  const route = here.value;
  const id = 'id' in route ? route.id : '';
  const row = memory.find(id);
  /** Stays while the reader looks at it, also when it had to make room. */
  const last = useRef<Row>(undefined);
  if (row) last.current = row;
  const shown = row ?? (last.current?.id === id ? last.current : undefined);
  return (
    <main class="road-page" key={id}>
      {row ? null : <Gone id={id} last={shown} />}
      {shown ? <Whole row={shown} /> : null}
    </main>
  );
}

function Whole({ row }: { readonly row: Row }) {
  const kin = kinOf(row, memory.rows);
  // A road changes with its facts alone, however many others come in.
  const count = countFacts(kin);
  const { facts, left, road } = useMemo(() => {
    const found = factsOf(row, kin);
    return { ...found, road: roadOf(row, found.facts) };
  }, [row, count]);
  return (
    <>
      <Head row={row} />
      <h2>Road</h2>
      <Drawing road={road} facts={facts} own={row.id} />
      {left === 0 ? null : <p class="soft">{left} facts of the same trace are not drawn: they are too many.</p>}
      {row.event === undefined ? null : (
        <>
          <h2>Event</h2>
          <JsonView title="Envelope" text={row.event} />
        </>
      )}
    </>
  );
}

function Head({ row }: { readonly row: Row }) {
  const { tone, text } = outcomeOf(row);
  const about = [
    ...(row.source === undefined ? [] : [`from ${row.source}`]),
    ...(row.bus === undefined ? [] : [`on ${row.bus}`]),
    timeText(row.at),
    ...(row.sizeBytes === undefined ? [] : [sizeText(row.sizeBytes)]),
    row.id,
  ];
  return (
    <header>
      <h1>
        <i class="kind">{row.kind}</i> {showControls(row.title)}
      </h1>
      <p class={`head outcome ${tone}`}>{showControls(text)}</p>
      <p class="head soft">
        {about.map((part, index) => (
          <span key={String(index)} class="fact">
            {showControls(part)}
          </span>
        ))}
      </p>
    </header>
  );
}
