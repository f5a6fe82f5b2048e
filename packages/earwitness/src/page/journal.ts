// The local cloud's own account of what happened, for pages: read over its admin API when EARWITNESS_URL says there is one. A page
// must come out whatever the cloud does, so a journal that cannot be read within a second is left out. Against the real cloud there
// is none.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

/** Facts since an epoch time (ms) of the test's clock; undefined when there is no journal. */
export async function readJournal(sinceMs: number): Promise<readonly Fact[] | undefined> {
  const url = process.env['EARWITNESS_URL'];
  if (!url) return undefined;
  try {
    const response = await fetch(`${url}/journal?after=0`, { signal: AbortSignal.timeout(1000) });
    const { facts } = (await response.json()) as { facts: readonly Fact[] };
    return onWallClock(facts).filter(({ at }) => at >= sinceMs);
  } catch {
    return undefined;
  }
}

/** Takes out of the times what a test advanced the cloud's clock by, so that they stand beside the test's own. */
function onWallClock(facts: readonly Fact[]): Fact[] {
  let aheadMs = 0;
  return facts.map((fact) => {
    if (fact.kind === 'clock.advanced') aheadMs += fact.byMs;
    return { ...fact, at: fact.at - aheadMs };
  });
}
