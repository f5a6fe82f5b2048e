// Work on stacks that goes on after the operation answered. The clock is held meanwhile, so that advancing it lets
// deployments come to rest; a reset stops each run before its next step and waits for it.
import type { Platform } from '../../../platform.ts';

/** Why runs are stopped when this node closes. */
export const CLOSING = new Error('The node closes.');

export interface Background {
  /** Starts a stack's run; what it throws is a fault. */
  start(stackId: string, run: (signal: AbortSignal) => Promise<void>): void;
  /** Resolves when no run of the stack is under way, after `limitMs` at the latest. */
  rest(stackId: string, limitMs: number): Promise<void>;
  /** Stops every run, for this reason, and waits until all have ended. */
  stop(reason?: unknown): Promise<void>;
}

export function createBackground({ clock, journal }: Pick<Platform, 'clock' | 'journal'>): Background {
  let stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  return {
    start(stackId, run) {
      const { signal } = stopping;
      const release = clock.hold();
      const ended = run(signal)
        .catch((error: unknown) => {
          if (!signal.aborted) journal.fault(`stack ${stackId}`, error);
        })
        .finally(() => {
          if (running.get(stackId) === ended) running.delete(stackId);
          release();
        });
      running.set(stackId, ended);
    },
    async rest(stackId, limitMs) {
      const run = running.get(stackId);
      if (!run) return;
      const patience = new AbortController();
      const limit = clock.sleep(limitMs, { signal: patience.signal }).catch(() => {});
      await Promise.race([run, limit]);
      patience.abort();
    },
    async stop(reason) {
      stopping.abort(reason);
      stopping = new AbortController();
      await Promise.all(running.values());
    },
  };
}
