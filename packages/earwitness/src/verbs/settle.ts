// The moment at which "nothing came" may be believed. With a canary: once one sent now is back, plus a margin. Without: after the
// whole time, and only on a route that was heard at all, because silence on a dead route proves nothing.

import { InconclusiveError } from '../errors.ts';
import type { Ear } from '../hearing/ear.ts';
import type { Wait } from '../hearing/wait.ts';

/** Least margin behind a canary, ms; otherwise twice the time the road took. Ours. */
const LEAST_MARGIN_MS = 25;

/**
 * Calls `settled` when silence may be believed; ends the wait as inconclusive when it may not.
 * @param strict wait the whole time even with a canary
 */
export function whenSettled(ear: Ear, wait: Wait<unknown>, strict: boolean, settled: () => void): void {
  if (!ear.canSendCanary || strict) {
    wait.expireWith(ear.clock, () => {
      if (!ear.trustSilence && ear.roadMs === undefined && ear.recording.length === 0) {
        wait.reject(inconclusive(wait, ear, 'nothing was ever heard on this route, so silence proves nothing'));
      } else settled();
    });
    return;
  }
  wait.expireWith(ear.clock, () => {
    wait.reject(inconclusive(wait, ear, `the canary did not come back within ${wait.timeoutMs} ms: the route is dead`));
  });
  ear.proveRoute().then(
    (latencyMs) => wait.onSettled(ear.clock.after(Math.max(LEAST_MARGIN_MS, 2 * latencyMs), settled)),
    (cause: unknown) => wait.reject(inconclusive(wait, ear, 'the canary could not be sent', cause)),
  );
}

function inconclusive(wait: Wait<unknown>, ear: Ear, reason: string, cause?: unknown): InconclusiveError {
  const hint = ear.canSendCanary ? '' : ' Publish something that does arrive first, or give subscribe() a canary.';
  return new InconclusiveError(`cannot tell about ${wait.title}: ${reason}.${hint}`, {
    ...wait.facts(ear.recording.all()),
    ...(cause === undefined ? {} : { cause }),
  });
}
