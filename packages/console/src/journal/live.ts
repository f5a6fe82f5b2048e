// The journal as the page's parts see it: a memory that grows, and a signal that says that it has.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { signal } from '@preact/signals';
import { createFrame } from '../time.ts';
import { type Connection, followJournal } from './follow.ts';
import { Memory } from './memory.ts';

export const memory = new Memory();

/** Grows when the memory has changed, ten times a second at most. */
export const changes = signal(0);

export const connection = signal<Connection>('connecting');

type Listener = (facts: readonly Fact[]) => void;
const listeners = new Set<Listener>();

/** Calls `listener` with facts as they come. Returns a function that stops it. */
export function onFacts(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Until `signal` ends it. */
export function goLive(signal: AbortSignal): Promise<void> {
  const changed = createFrame(() => changes.value++);
  return followJournal(
    {
      take(facts) {
        for (const fact of facts) memory.take(fact);
        for (const listener of listeners) listener(facts);
        changed();
      },
      forget() {
        memory.forget();
        changed();
      },
      connection(state) {
        connection.value = state;
      },
    },
    signal,
  );
}
