// Which rows the list shows: those that pass the filter. Kept up to date as rows come and change; a new filter is asked
// of all of them in slices, so that the page goes on answering.
import { effect, signal } from '@preact/signals';
import { listed } from '../journal/listed.ts';
import { changes, memory } from '../journal/live.ts';
import { outcomeOf, type Row } from '../journal/row.ts';
import { Slice } from '../time.ts';
import { type Filter, parseFilter } from './filter.ts';

/** What is typed above the list. */
export const typed = signal('');
/** Rows with bad news alone. */
export const onlyBad = signal(false);
/** Nothing moves, so that a row can be read. */
export const paused = signal(false);

export interface Shown {
  /** Oldest first. */
  readonly rows: readonly Row[];
  /** How many there are in all. */
  readonly of: number;
  /** Why what is typed is no filter yet. */
  readonly problem?: string;
}

export const shown = signal<Shown>({ rows: [], of: 0 });

/** Follows the memory and the filter until the returned function is called. */
export function followRows(): () => void {
  let rows: Row[] = [];
  let members = new Set<Row>();
  let filter: Filter = parseFilter('');
  /** Counts what was typed: work for an older filter ends. */
  let turn = 0;

  const show = () => {
    const oldest = memory.rows[0]?.seq ?? Number.POSITIVE_INFINITY;
    const gone = rows.findIndex(({ seq }) => seq >= oldest);
    for (const row of rows.splice(0, gone < 0 ? rows.length : gone)) members.delete(row);
    const { problem } = filter;
    const all = [...rows];
    listed.value = all;
    shown.value = { rows: all, of: memory.rows.length, ...(problem !== undefined && { problem }) };
  };
  const ask = async (candidates: Iterable<Row>, passes: (row: Row) => boolean) => {
    const mine = turn;
    const slice = new Slice();
    for (const row of candidates) {
      if (row.facts.length > 0 && !members.has(row) && passes(row)) {
        members.add(row);
        rows.push(row);
      }
      if (!slice.isUsedUp) continue;
      await slice.rest();
      if (mine !== turn) return;
    }
    rows.sort((a, b) => a.seq - b.seq);
    show();
  };
  const passesNow = (bad: boolean) => (row: Row) => (!bad || outcomeOf(row).tone === 'bad') && filter.passes(row);

  const stopFilter = effect(() => {
    turn++;
    filter = parseFilter(typed.value);
    const passes = passesNow(onlyBad.value);
    rows = [];
    members = new Set();
    void ask([...memory.rows], passes);
  });
  const stopChanges = effect(() => {
    changes.value;
    if (paused.value) return;
    void ask(memory.takeTouched(), passesNow(onlyBad.peek()));
  });
  return () => {
    turn++;
    stopFilter();
    stopChanges();
  };
}
