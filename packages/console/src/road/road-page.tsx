// The page of an event, or of anything else that came in: its road, its payload, and the test that waits for it.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { machineOf } from '@earwitness/protocol/internal/journal/names';
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { here } from '../here.ts';
import { changes, memory } from '../journal/live.ts';
import { outcomeOf, type Row } from '../journal/row.ts';
import { followMap, knownMap } from '../known-map.ts';
import { JsonView } from '../parts/json-view.tsx';
import { sizeText, timeText } from '../parts/text.ts';
import { linkTo } from '../route.ts';
import { savedAt } from '../saved.ts';
import { CopyTest } from './copy/copy-test.tsx';
import { Gone } from './gone.tsx';
import { countFacts, factsOf, kinOf } from './kin.ts';
import { NeighbourLinks } from './neighbours.tsx';
import { Permissions } from './permissions.tsx';
import { followClock } from './picture/clock.tsx';
import { Drawing } from './picture/drawing.tsx';
import { roadOf } from './road.ts';
import { missedRules } from './rules.ts';

export function RoadPage() {
  useEffect(followClock, []);
  useEffect(followMap, []);
  changes.value;
  const route = here.value;
  const id = 'id' in route ? route.id : '';
  const row = memory.find(id);
  /** Stays while the reader looks at it, also when it had to make room. */
  const last = useRef<{ readonly id: string; readonly row: Row }>(undefined);
  if (row) last.current = { id, row };
  const shown = row ?? (last.current?.id === id ? last.current.row : undefined);
  return (
    <main class="road-page" key={id}>
      {shown ? <NeighbourLinks row={shown} /> : null}
      {row ? null : <Gone id={id} last={shown} />}
      {shown ? <Whole row={shown} /> : null}
    </main>
  );
}

function Whole({ row }: { readonly row: Row }) {
  // The row is the same one when it has new facts.
  changes.value;
  const kin = kinOf(row, memory.rows);
  // A road changes with its facts alone, however many others come in.
  const count = countFacts(kin);
  const { facts, left } = useMemo(() => factsOf(row, kin), [row, count]);
  const event = facts.find((fact) => fact.kind === 'event.accepted' && fact.eventId === row.id);
  const accepted = event?.kind === 'event.accepted' ? event : undefined;
  const missed = useMissed(accepted, facts);
  const road = useMemo(() => roadOf(row, facts, missed), [row, facts, missed]);
  return (
    <>
      <Head row={row} />
      <h2>Road</h2>
      <Drawing road={road} facts={facts} own={row.id} />
      {left === 0 ? null : <p class="soft">{left} facts of the same trace are not drawn: they are too many.</p>}
      <Permissions row={row} facts={facts} />
      {accepted === undefined ? null : (
        <>
          <h2>Event</h2>
          <JsonView title="Envelope" text={accepted.event} />
          <CopyTest row={row} event={accepted} facts={facts} />
        </>
      )}
    </>
  );
}

const NONE: readonly Mark[] = [];

/** Marks of the rules that did not match; they come after the road, because each is asked. */
function useMissed(event: FactOf<'event.accepted'> | undefined, facts: readonly Fact[]): readonly Mark[] {
  const missed = useSignal(NONE);
  const { map } = knownMap.value;
  const told = facts.filter(({ kind }) => kind === 'rule.matched' || kind === 'event.unmatched').length;
  useEffect(() => {
    if (!event || !map || told === 0) return undefined;
    let isWanted = true;
    void missedRules(event, facts, map).then((marks) => {
      if (isWanted) missed.value = marks;
    });
    return () => {
      isWanted = false;
    };
  }, [event, map, told]);
  return missed.value;
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
  const executions = row.facts.flatMap((fact) => (fact.kind === 'execution.started' ? [fact.executionArn] : []));
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
      <p class="head links">
        {row.event === undefined || savedAt !== undefined ? null : (
          <a href={linkTo({ page: 'prefilled', id: row.id })}>Edit and send again</a>
        )}
        {executions.slice(0, 5).map((arn) => (
          <a key={arn} href={linkTo({ page: 'node', id: arn })}>
            Its way through the states of {showControls(machineOf(arn))}
          </a>
        ))}
      </p>
    </header>
  );
}
