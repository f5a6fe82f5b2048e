// What came of what the reader did, where it was done: said once, also to screen readers.
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export interface Said {
  readonly tone: 'good' | 'bad' | 'wait';
  readonly text: ComponentChildren;
}

export interface Deed {
  readonly said: Signal<Said | undefined>;
  /** Does it, unless it is still under way; what it returns is said, and so is why it failed. */
  run(work: () => Promise<ComponentChildren>): void;
}

export function useDeed(): Deed {
  const said = useSignal<Said | undefined>(undefined);
  return {
    said,
    run(work) {
      if (said.peek()?.tone === 'wait') return;
      said.value = { tone: 'wait', text: 'Under way …' };
      work().then(
        (text) => {
          said.value = { tone: 'good', text };
        },
        (error: unknown) => {
          said.value = { tone: 'bad', text: error instanceof Error ? error.message : String(error) };
        },
      );
    },
  };
}

export function Outcome({ deed }: { readonly deed: Deed }) {
  const said = deed.said.value;
  return (
    <div class={`deed ${said?.tone ?? ''}`} role="status">
      {said?.text}
    </div>
  );
}
