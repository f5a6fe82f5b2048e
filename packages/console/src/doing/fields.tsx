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
  const id = useId();
  const shared = {
    id,
    required: isRequired,
    placeholder: hint,
    value: value.value,
    onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) => {
      value.value = currentTarget.value;
    },
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'number' ? (
        <input type="number" min={1} step={1} {...shared} />
      ) : (
        <input type="text" autocomplete="off" spellcheck={false} {...shared} />
      )}
    </div>
  );
}

interface AreaProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly rows?: number;
}

export function TextArea({ label, value, rows = 6 }: AreaProps) {
  const id = useId();
  return (
    <div class="field wide">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        spellcheck={false}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly choices: readonly Choice[];
}

/** Takes the first choice as long as none of them is chosen. */
export function SelectField({ label, value, choices }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={chosenOf(value, choices)}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      >
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.title}
          </option>
        ))}
      </select>
    </div>
  );
}

export function chosenOf({ value }: Signal<string>, choices: readonly Choice[]): string {
  return choices.some(({ id }) => id === value) ? value : (choices[0]?.id ?? '');
}
