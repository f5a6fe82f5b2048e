// A transport's wait before it tries again.
import type { Clock } from '../hearing/clock.ts';

/** Resolves after `pauseMs`, or as soon as the signal aborts. Does not keep the process alive. */
export function pause(pauseMs: number, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
  return new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      callOff();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const callOff = clock.after(pauseMs, end, { background: true });
    signal.addEventListener('abort', end, { once: true });
  });
}
