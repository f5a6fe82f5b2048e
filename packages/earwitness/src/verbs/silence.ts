// Wait until the route has been quiet for a while: for tests that must start, or end, on a bus where nothing is under
// way.

import { UnexpectedEventError } from '../errors.ts';
import { checkEnding } from '../hearing/duration.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';

/** Resolves the wait once nothing has come for `quietMs`. */
export function waitForSilence(session: Session, wait: Wait<void>, quietMs: number): void {
  checkEnding(quietMs, 'waitForSilence(): quietMs');
  wait.ask({ kind: 'silence', quietMs });
  let callOff = () => {};
  const listen = () => {
    callOff();
    callOff = session.clock.after(quietMs, () => wait.resolve());
  };
  listen();
  wait.onSettled(session.recording.watchAll(listen));
  wait.onSettled(() => callOff());
  wait.expireWith(session.clock, () => {
    wait.failWith(async () => {
      const { writePage, duration } = await import('../page/page.ts');
      const page = await writePage({
        session,
        wait,
        headline: () => `the route was never quiet for ${duration(quietMs)} within ${duration(wait.timeoutMs)}`,
        expectations: [],
        end: { at: wait.startedAt + wait.timeoutMs, text: 'timed out' },
      });
      return new UnexpectedEventError(page, wait.facts(session.recording.all()));
    });
  });
}
