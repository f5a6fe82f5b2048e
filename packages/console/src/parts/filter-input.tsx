// The box in which a page is filtered. `/` leads to it, by its id, and Escape empties it (app.tsx); what it comes to
// stands in an element `filter-says` beside it.
import type { Signal } from '@preact/signals';

interface FilterInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly typed: Signal<string>;
}

export function FilterInput({ label, placeholder, typed }: FilterInputProps) {
  return (
    <input
      id="filter"
      type="search"
      autocomplete="off"
      spellcheck={false}
      aria-label={label}
      aria-describedby="filter-says"
      placeholder={`${placeholder}   ( / )`}
      value={typed.value}
      onInput={({ currentTarget }) => {
        typed.value = currentTarget.value;
      }}
    />
  );
}
