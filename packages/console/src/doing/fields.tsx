// Labels with what is typed or chosen below them.
import type { Signal } from '@preact/signals';
import type { ComponentChildren, TargetedInputEvent } from 'preact';
import { useId } from 'preact/hooks';
import type { Choice } from './targets.ts';

interface CardProps {
  readonly title: string;
  readonly isHere?: boolean;
  onSubmit(): void;
  readonly children: ComponentChildren;
}

/** A form of its own, with its name. */
export function Card({ title, isHere = false, onSubmit, children }: CardProps) {
  return (
    <form
      class={`card${isHere ? ' here' : ''}`}
      aria-label={title}
      ref={(form) => {
        if (isHere) form?.scrollIntoView({ block: 'nearest' });
      }}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h2>{title}</h2>
      {children}
    </form>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly type?: 'text' | 'number';
  readonly hint?: string;
  readonly isRequired?: boolean;
}

export function TextField({ label, value, type = 'text', hint, isRequired = false }: TextProps) {
  const shared = {
    id: useId(),
    required: isRequired,
    placeholder: hint,
    value: value.value,
    onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) => {
      value.value = currentTarget.value;
    },
  };
  return (
    <label class="field" for={shared.id}>
      <span>{label}</span>
      {type === 'number' ? (
        <input type="number" min={1} step={1} {...shared} />
      ) : (
        <input type="text" autocomplete="off" spellcheck={false} {...shared} />
      )}
    </label>
  );
}

export function TextArea({ label, value, rows = 6 }: { label: string; value: Signal<string>; rows?: number }) {
  return (
    <label class="field wide">
      <span>{label}</span>
      <textarea
        rows={rows}
        spellcheck={false}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly choices: readonly Choice[];
}

/** Takes the first choice as long as none of them is chosen. */
export function SelectField({ label, value, choices }: SelectProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={chosenOf(value, choices)}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      >
        {choices.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

export function chosenOf({ value }: Signal<string>, choices: readonly Choice[]): string {
  return choices.some(({ id }) => id === value) ? value : (choices[0]?.id ?? '');
}
