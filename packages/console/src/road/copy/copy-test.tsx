// "Copy as test": the test that waits for the event at hand, to be read here and pasted into a file.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { memory } from '../../journal/live.ts';
import type { Row } from '../../journal/row.ts';
import { knownMap } from '../../known-map.ts';
import { reachOf } from './reach.ts';
import { testText } from './test-text.ts';

/** Ours: other events of its type that it is told from, and their characters together. */
const MOST_OTHERS = 100;
const MOST_CHARS = 200_000;

interface Props {
  readonly row: Row;
  readonly event: FactOf<'event.accepted'>;
  readonly facts: readonly Fact[];
}

export function CopyTest({ row, event, facts }: Props) {
  const said = useSignal('');
  const { needsBus, hint } = reachOf(event, facts, knownMap.value.map);
  const text = useMemo(() => {
    const { parent } = row;
    const cause = parent?.kind === 'request' ? { cause: parent.title } : {};
    return testText({ event: event.event, others: othersOf(row), bus: event.bus, needsBus, ...cause });
  }, [row, event, needsBus]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = 'Copied.';
    } catch {
      said.value = 'The browser did not let it be copied: mark the text below.';
    }
  };
  return (
    <>
      <h2>Test</h2>
      <p>
        <button type="button" onClick={() => void copy()}>
          Copy as test
        </button>{' '}
        <span role="status">{said}</span>
      </p>
      {hint === undefined ? null : <p class="wait">{hint}</p>}
      <pre>{text}</pre>
    </>
  );
}

/** Events of the same source and type, the newest. */
function othersOf(row: Row): string[] {
  const others: string[] = [];
  let chars = 0;
  for (let index = memory.rows.length - 1; index >= 0 && others.length < MOST_OTHERS; index--) {
    const one = memory.rows[index];
    if (!one?.event || one === row || one.title !== row.title || one.source !== row.source) continue;
    chars += one.event.length;
    if (chars > MOST_CHARS) break;
    others.push(one.event);
  }
  return others;
}
