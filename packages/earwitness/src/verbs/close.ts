// Closes a session on behalf of a test: a wait that was never awaited could not fail its test, so closing fails it
// instead.
import type { Session } from '../hearing/session.ts';

/** @throws UnawaitedWaitError when a wait was started and never awaited */
export async function closeSession(session: Session): Promise<void> {
  const unawaited = await session.close();
  if (unawaited.length === 0) return;
  const { unawaitedError } = await import('../page/unawaited.ts');
  throw unawaitedError(unawaited);
}
