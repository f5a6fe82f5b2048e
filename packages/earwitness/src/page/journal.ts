// The local cloud's own account of what happened, for pages: read over its admin API when EARWITNESS_URL says there is one. A page
// must come out whatever the cloud does, so a journal that cannot be read within a second is left out. Against the real cloud there
// is none.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';

/** Facts in one answer of the admin API, at most. */
const PAGE_FACTS = 10_000;

/** How long a failing test waits for the journal, ms. Ours. */
const PATIENCE_MS = 1000;

/** Facts since an epoch time (ms) of the test's clock; undefined when there is no journal. */
export async function readJournal(sinceMs: number, patienceMs = PATIENCE_MS): Promise<readonly Fact[] | undefined> {
  const url = process.env['EARWITNESS_URL'];
  if (!url) return undefined;
  try {
    return onWallClock(await readFacts(url, AbortSignal.timeout(patienceMs))).filter(({ at }) => at >= sinceMs);
  } catch {
    return undefined;
  }
}

/** Every fact that the admin API at a URL has, oldest first. */
export async function readFacts(url: string, signal: AbortSignal): Promise<Fact[]> {
  const all: Fact[] = [];
  for (;;) {
    const response = await fetch(`${url}/journal?after=${all.at(-1)?.seq ?? 0}&limit=${PAGE_FACTS}`, { signal });
    const { facts } = (await response.json()) as { facts: readonly Fact[] };
    all.push(...facts);
    if (facts.length < PAGE_FACTS) return all;
  }
}

/**
 * Takes out of the times what a test advanced the cloud's clock by, so that they stand beside the test's own. What happened while the
 * clock was on its way (an hour of retries) stands at the moment it set out.
 */
function onWallClock(facts: readonly Fact[]): Fact[] {
  let aheadMs = 0;
  let last = 0;
  return facts.map((fact) => {
    if (fact.kind === 'clock.advanced') aheadMs += fact.byMs;
    last = Math.max(last, fact.at - aheadMs);
    return { ...fact, at: last };
  });
}
