// An open subscription does not keep its process alive: a test that fails before `unsubscribe()` must not leave its
// runner hanging. What the test itself awaits does: a wait by its own timer, anything without a timer by this.
import { wallClock } from './clock.ts';

/** Keeps the process alive until the work is done. */
export async function keepProcessAlive<T>(work: Promise<T>): Promise<T> {
  const letGo = wallClock.after(Number.POSITIVE_INFINITY, () => undefined);
  try {
    return await work;
  } finally {
    letGo();
  }
}
