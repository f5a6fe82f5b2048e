// What stands above the map: which part of it is shown, and how.
import { FilterInput } from '../parts/filter-input.tsx';
import { chosenFold, chosenStack, chosenView, typedName, type View } from './chosen.ts';
import type { Fold } from './graph.ts';

interface BarProps {
  readonly stacks: readonly string[];
  /** Whether there is something that no stack made. */
  readonly hasOthers: boolean;
  readonly fold: Fold;
  readonly view: View;
  /** How many resources are shown, and of how many. */
  readonly says: string;
}

/** Of the choice; no stack has such a name. */
const ALL = '*';
const NONE = '-';

export function MapBar({ stacks, hasOthers, fold, view, says }: BarProps) {
  return (
    <search class="filter">
      <FilterInput label="Filter by name" placeholder="part of a name, of a kind or of an ARN" typed={typedName} />
      <label>
        Stack{' '}
        <select
          aria-label="Stack"
          value={chosenStack.value === undefined ? ALL : chosenStack.value || NONE}
          onChange={({ currentTarget: { value } }) => {
            chosenStack.value = value === ALL ? undefined : value === NONE ? '' : value;
          }}
        >
          <option value={ALL}>all</option>
          {stacks.map((stack) => (
            <option key={stack} value={stack}>
              {stack}
            </option>
          ))}
          {hasOthers ? <option value={NONE}>made by calls</option> : null}
        </select>
      </label>
      <label>
        Show{' '}
        <select
          aria-label="Show"
          value={fold}
          onChange={({ currentTarget: { value } }) => {
            chosenFold.value = value === 'stacks' || value === 'buses' ? value : 'rules';
          }}
        >
          <option value="rules">every rule</option>
          <option value="buses">rules as arrows of their bus</option>
          <option value="stacks">stacks</option>
        </select>
      </label>
      <button
        type="button"
        aria-pressed={view === 'list'}
        onClick={() => {
          chosenView.value = view === 'list' ? 'drawing' : 'list';
        }}
      >
        As a list
      </button>
      <p id="filter-says" role="status">
        {says}
      </p>
    </search>
  );
}
