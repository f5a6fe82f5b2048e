// The local cloud's own account of what happened, for pages: read over its admin API when EARWITNESS_URL says there is
// one. A page must come out whatever the cloud does, so a journal that cannot be read within a second is left out.
// Against the real cloud there is none.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { JournalExcerpt, JournalGap } from '../../hearing/journal-excerpt.ts';
import { readJson, request } from '../../request.ts';

/** Facts in one answer of the admin API, at most. */
const PAGE_FACTS = 10_000;

/** How long a failing test waits for the journal, ms. Ours. */
const PATIENCE_MS = 1000;

/** What happened since an epoch time (ms) of the test's clock; undefined when there is no journal. */
export async function readJournal(sinceMs: number, patienceMs = PATIENCE_MS): Promise<JournalExcerpt | undefined> {
  const url = process.env['EARWITNESS_URL'];
  if (!url) return undefined;
  try {
    const read = await readFacts(url, { since: Math.floor(sinceMs), signal: AbortSignal.timeout(patienceMs) });
    const facts = onWallClock(read);
    const [first] = facts;
    // When a fact from before that time is still there, none from after it is missing, unless it was dropped while the
    // pages were read.
    const isWhole = !first || (isUnbroken(facts) && (first.seq > read.oldest || first.at < sinceMs));
    return { facts: facts.filter(({ at }) => at >= sinceMs), ...(read.gap && !isWhole && { gap: read.gap }) };
  } catch {
    return undefined;
  }
}

/** What was read of a journal. */
export interface JournalReading {
  /** Oldest first. */
  readonly facts: readonly Fact[];
  /** Number of the oldest fact that the journal had. */
  readonly oldest: number;
  /** By how many milliseconds the cloud's clock had been advanced at the end. */
  readonly advancedMs: number;
  /** What the journal had dropped by then, since the cloud was started or reset. */
  readonly gap?: JournalGap;
}

/** An answer of the admin API. */
interface Page {
  readonly oldest: number;
  readonly newest: number;
  readonly advancedMs: number;
  readonly dropped: { readonly facts: number };
  readonly limits: { readonly facts: number; readonly bytes: number | null };
  readonly facts: readonly Fact[];
}

/**
 * Every fact that the admin API at a URL has, above the number `after` and from `since` (epoch ms of the cloud's clock)
 * on.
 */
export async function readFacts(
  url: string,
  { since = 0, after = 0, signal }: { readonly since?: number; readonly after?: number; readonly signal?: AbortSignal },
): Promise<JournalReading> {
  const facts: Fact[] = [];
  let oldest: number | undefined;
  for (;;) {
    const last = facts.at(-1)?.seq ?? after;
    const path = `journal?after=${last}&since=${since}&limit=${PAGE_FACTS}`;
    const answer = await request(`${url}/${path}`, signal ? { signal } : {});
    const page = (await readJson(answer)) as Page;
    oldest ??= page.oldest;
    facts.push(...page.facts);
    if (page.facts.length > 0 && (facts.at(-1)?.seq ?? 0) < page.newest) continue;
    const { advancedMs, dropped, limits } = page;
    const gap = { droppedFacts: dropped.facts, maxFacts: limits.facts, maxBytes: limits.bytes };
    return { facts, oldest, advancedMs, ...(dropped.facts > 0 && { gap }) };
  }
}

/** Whether every number from the first to the last is there. */
function isUnbroken(facts: readonly Fact[]): boolean {
  return (facts.at(-1)?.seq ?? 0) - (facts[0]?.seq ?? 0) + 1 === facts.length;
}

/**
 * Subtracts what a test advanced the cloud's clock by, so that the times fit the test's own. What happened while the
 * clock was being advanced (an hour of retries) gets the time at which that began.
 */
function onWallClock({ facts, advancedMs }: JournalReading): Fact[] {
  const advanced = facts.flatMap((fact) => (fact.kind === 'clock.advanced' ? [fact.byMs] : []));
  let aheadMs = advancedMs - advanced.reduce((sum, byMs) => sum + byMs, 0);
  let last = 0;
  return facts.map((fact) => {
    last = Math.max(last, fact.at - aheadMs);
    if (fact.kind === 'clock.advanced') aheadMs += fact.byMs;
    return { ...fact, at: last };
  });
}
