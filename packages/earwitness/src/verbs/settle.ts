// The moment at which "nothing came" can be trusted. With a canary: once one sent now is back, plus a margin. Without:
// after the whole time, and only on a route that was heard at all, because silence on a dead route proves nothing.

import { InconclusiveError } from '../errors.ts';
import type { Received } from '../event.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';

/** Least margin behind a canary, ms; otherwise twice the time the road took. Ours. */
const LEAST_MARGIN_MS = 25;

/**
 * Calls `settled` when silence can be trusted; ends the wait as inconclusive when it cannot.
 * @param strict wait the whole time even with a canary
 */
export function whenSettled(session: Session, wait: Wait<never>, strict: boolean, settled: () => Promise<void>): void {
  if (!session.canSendCanary || strict) {
    const end = () => {
      if (!session.trustSilence && session.roadMs === undefined && session.recording.length === 0) {
        wait.reject(inconclusive(wait, session, 'nothing was ever heard on this route, so silence proves nothing'));
      } else void settled();
    };
    wait.expireWith(session.clock, end, { cutOff: () => wait.reject(cutShort(wait, session.recording.all())) });
    return;
  }
  wait.expireWith(session.clock, () => {
    wait.reject(
      inconclusive(wait, session, `the canary did not come back within ${wait.timeoutMs} ms: the route is dead`),
    );
  });
  session.proveRoad().then(
    (latencyMs) => wait.onSettled(session.clock.after(Math.max(LEAST_MARGIN_MS, 2 * latencyMs), () => void settled())),
    (cause: unknown) => wait.reject(inconclusive(wait, session, 'the canary could not be sent', cause)),
  );
}

/** The error of a wait whose time is over when its test is, before anything was proven. */
export function cutShort(wait: Wait<never>, received: readonly Received[]): InconclusiveError {
  const { testMs, timeoutMs = wait.timeoutMs } = wait.cutBy ?? {};
  const limit = testMs === undefined ? 'the end of the test' : `the test's own limit of ${testMs} ms`;
  const what = `${limit} left no room for ${timeoutMs} ms of listening: give the test more time, or the wait less`;
  return new InconclusiveError(`cannot tell about ${wait.title}: ${what}.`, wait.facts(received));
}

function inconclusive(wait: Wait<never>, session: Session, reason: string, cause?: unknown): InconclusiveError {
  const hint = session.canSendCanary ? '' : ' Publish something that does arrive first, or give subscribe() a canary.';
  return new InconclusiveError(`cannot tell about ${wait.title}: ${reason}.${hint}`, {
    ...wait.facts(session.recording.all()),
    ...(cause === undefined ? {} : { cause }),
  });
}
