// The journal as the page's parts see it: a memory that grows, and a signal that says that it has.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { signal } from '@preact/signals';
import { createFrame } from '../time.ts';
import { type Connection, followJournal, type Read } from './follow.ts';
import { Memory } from './memory.ts';

export const memory = new Memory();

/** Grows when the memory has changed, ten times a second at most. */
export const changes = signal(0);

export const connection = signal<Connection>('connecting');

interface Listener {
  take(facts: readonly Fact[]): void;
  /** What came before is of another cloud, or was reset. */
  forget?(): void;
}
const listeners = new Set<Listener>();
const changed = createFrame(() => changes.value++);

/** Tells `listener` of facts as they come. Returns a function that stops it. */
export function onFacts(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Everything that was known is of another cloud, or was reset. */
export function forget(): void {
  memory.forget();
  for (const listener of listeners) listener.forget?.();
  changed();
}

/** One fact that lacks a member hides nothing that comes after it. */
function isTaken({ fact, bytes }: Read): boolean {
  try {
    memory.take(fact, bytes);
    for (const listener of listeners) listener.take([fact]);
    return true;
  } catch {
    return false;
  }
}

/** Until `signal` ends it. */
export function goLive(signal: AbortSignal): Promise<void> {
  return followJournal(
    {
      take(read) {
        for (const one of read) if (!isTaken(one)) memory.unreadable++;
        changed();
      },
      passOver() {
        memory.unreadable++;
        changed();
      },
      forget,
      connection(state) {
        connection.value = state;
      },
    },
    signal,
  );
}
