// For what is costly to draw: how often it follows the journal at most.
import { effect, signal } from '@preact/signals';
import { changes } from '../journal/live.ts';
import { wait } from '../time.ts';

/**
 * Grows after the journal's memory has changed, every `ms` at most, until the returned function is called.
 * @returns the signal, and what stops it
 */
export function createBeat(ms: number): { readonly beat: { readonly value: number }; stop(): void } {
  const beat = signal(0);
  const ending = new AbortController();
  let isDue = false;
  const stop = effect(() => {
    changes.value;
    if (isDue) return;
    isDue = true;
    void wait(ms, ending.signal).then(() => {
      isDue = false;
      if (!ending.signal.aborted) beat.value++;
    });
  });
  return {
    beat,
    stop() {
      ending.abort();
      stop();
    },
  };
}
