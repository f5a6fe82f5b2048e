// Which sessions are open while one of another test is: the requests that this process then sends may be those of
// either test. Asked only where the runner does not say whether its tests run side by side (node:test).
import type { RunningTest } from './running-test.ts';

/** A session, as far as it matters here. */
interface Member {
  readonly test: RunningTest | undefined;
}

const open = new Set<Member>();

/** Those that were open beside one of another test, if only for a while. */
const mixed = new WeakSet<Member>();

/** A session is open. One without a known test (opened in a hook, or where no runner tells) is of no other test. */
export function joinCompany(session: Member): void {
  const title = session.test?.title;
  if (title === undefined) return;
  for (const other of open) {
    if (other.test?.title === title) continue;
    mixed.add(other);
    mixed.add(session);
  }
  open.add(session);
}

/** It is closed. */
export function leaveCompany(session: Member): void {
  open.delete(session);
}

/** Whether a session was open beside one of another test. */
export function isInCompany(session: Member): boolean {
  return mixed.has(session);
}
