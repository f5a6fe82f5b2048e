// Asking again and again until something is so: what AWS has no news of.
import { wallClock } from '../hearing/clock.ts';
import { localUrl } from '../local-cloud.ts';

/** Ours: how often is asked, ms. On AWS operations are limited: DescribeExecution to 15 a second in small regions. */
const LOCAL_INTERVAL_MS = 20;
const AWS_INTERVAL_MS = 500;

/** Waits between two questions; false when the time is over. Throws the signal's reason when it aborts. */
export function pollFor(timeoutMs: number, signal: AbortSignal | undefined): () => Promise<boolean> {
  const until = wallClock.now() + timeoutMs;
  const intervalMs = localUrl() === undefined ? AWS_INTERVAL_MS : LOCAL_INTERVAL_MS;
  return async () => {
    signal?.throwIfAborted();
    const leftMs = until - wallClock.now();
    if (leftMs <= 0) return false;
    await new Promise<void>((resolve) => {
      const go = () => {
        stop();
        signal?.removeEventListener('abort', go);
        resolve();
      };
      const stop = wallClock.after(Math.min(intervalMs, leftMs), go);
      signal?.addEventListener('abort', go, { once: true });
    });
    signal?.throwIfAborted();
    return true;
  };
}
