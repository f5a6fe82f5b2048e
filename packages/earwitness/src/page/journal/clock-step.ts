// How a clock that stands still is moved on to what is awaited: in a test, and by hand.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

/** By how much the cloud's clock was moved on after the fact with this number. */
export function advancedSince(seq: number, facts: readonly Fact[]): number {
  return facts.reduce((sum, fact) => sum + (fact.kind === 'clock.advanced' && fact.seq > seq ? fact.byMs : 0), 0);
}

/** In a test: `await cloud.advance(60_000)`. Whole milliseconds. */
function advanceCall(ms: number): string {
  return `await cloud.advance(${String(Math.ceil(ms)).replace(/\B(?=(\d{3})+$)/g, '_')})`;
}

/** By hand: `npx earwitness time +60s`, `+24h`. Whole seconds. */
export function timeCommand(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return `npx earwitness time +${seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds}s`}`;
}

/** Both, on a line each. */
export function clockSteps(ms: number): [inTest: string, byHand: string] {
  return [`${advanceCall(ms)} brings that;`, `by hand: ${timeCommand(ms)}`];
}
