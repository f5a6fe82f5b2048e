// Work on stacks that goes on after the operation answered. The clock is held meanwhile, so that advancing it lets deployments come
// to rest; a reset stops each run before its next step and waits for it.
import type { Ground } from '../../../service.ts';

export interface Background {
  /** Starts a run; what it throws is a fault. */
  start(about: string, run: (signal: AbortSignal) => Promise<void>): void;
  /** Stops every run and waits until all have ended. */
  stop(): Promise<void>;
}

export function createBackground({ clock, journal }: Pick<Ground, 'clock' | 'journal'>): Background {
  let stopping = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    start(about, run) {
      const { signal } = stopping;
      const release = clock.hold();
      const ended = run(signal)
        .catch((error: unknown) => {
          if (signal.aborted) return;
          const { message, stack } = error instanceof Error ? error : new Error(String(error));
          journal.record({ kind: 'fault', about, message, ...(stack !== undefined && { stack }) });
        })
        .finally(() => {
          running.delete(ended);
          release();
        });
      running.add(ended);
    },
    async stop() {
      stopping.abort();
      stopping = new AbortController();
      await Promise.all(running);
    },
  };
}
