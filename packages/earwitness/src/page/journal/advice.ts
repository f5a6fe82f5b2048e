// What to do about a fact, where the command line has something for it: how to hear a bus that no rule listens to.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { heardBuses } from '../rules.ts';

/** The advice on each of these facts, as the end of its sentence; the cloud is asked when one needs it. */
export async function adviceOn(facts: readonly Fact[]): Promise<(fact: Fact) => string> {
  const heard = facts.some(isOnDeafBus) ? await heardBuses() : [];
  return (fact) => (isOnDeafBus(fact) && 'bus' in fact ? `: ${hearingOf(fact.bus, heard)}` : '');
}

function isOnDeafBus(fact: Fact): boolean {
  return fact.kind === 'event.unmatched' && fact.rules === 0;
}

/** `--relay` alone takes the buses of stacks; `default` only when they make none. */
function hearingOf(bus: string, heard: readonly string[]): string {
  if (heard.length > 0) return `what is heard is bus ${heard.join(', ')}`;
  return bus === 'default'
    ? '--relay=default makes its events heard'
    : "--relay makes the events of your stacks' buses heard";
}
