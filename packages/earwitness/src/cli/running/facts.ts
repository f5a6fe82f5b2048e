// Facts of a running local cloud's journal from a number on.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { askAdmin, noCloud, numberAt } from './admin.ts';

/** Facts above a number, oldest first, until the newest. @throws UsageError when no local cloud answers. */
export async function readFactsAfter(url: string, after: number): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (;;) {
    const answer = await askAdmin(url, `journal?after=${facts.at(-1)?.seq ?? after}&limit=10000`);
    const newest = numberAt(answer, 'newest');
    if (newest === undefined) throw noCloud(url);
    const { facts: page } = answer as { readonly facts: readonly Fact[] };
    facts.push(...page);
    if (page.length === 0 || (facts.at(-1)?.seq ?? 0) >= newest) return facts;
  }
}
