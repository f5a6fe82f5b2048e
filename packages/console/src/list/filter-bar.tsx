// What stands above the list: the filter, what it found, and the switches.
import { memory } from '../journal/live.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { onlyBad, paused, shown, typed } from './shown-rows.ts';

export function FilterBar() {
  const { rows, of, problem } = shown.value;
  return (
    <search class="filter">
      <FilterInput label="Filter" placeholder='words, field:value, or a pattern {"source":["shop"]}' typed={typed} />
      <label>
        <input
          type="checkbox"
          checked={onlyBad.value}
          onChange={({ currentTarget }) => {
            onlyBad.value = currentTarget.checked;
          }}
        />{' '}
        only failures
      </label>
      <button
        type="button"
        aria-pressed={paused.value}
        onClick={() => {
          paused.value = !paused.value;
        }}
      >
        {paused.value ? 'Go on' : 'Pause'}
      </button>
      <p id="filter-says" role="status">
        {problem === undefined ? countText(rows.length, of) : <span class="wait">Not a pattern yet: {problem}</span>}
      </p>
    </search>
  );
}

function countText(shownRows: number, of: number): string {
  const waiting = paused.value ? ', paused' : '';
  const gone = memory.dropped === 0 ? '' : `; ${memory.dropped} older ones had to make room`;
  return (shownRows === of ? `${of} rows` : `${shownRows} of ${of} rows`) + waiting + gone;
}
