/** How long a wait listens on after its deadline, in ms: an eighth of the wait, at most half a second. Ours. */
export function gracePeriodMs(timeoutMs: number): number {
  return Math.min(500, timeoutMs / 8);
}
