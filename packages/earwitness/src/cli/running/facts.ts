// Facts of a running local cloud's journal from a number on.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { readFacts } from '../../page/journal/journal.ts';
import { noCloud } from './admin.ts';

/** Facts above a number, oldest first, until the newest. @throws UsageError when no local cloud answers. */
export async function readFactsAfter(url: string, after: number): Promise<readonly Fact[]> {
  const { facts } = await readFacts(url, { after }).catch((cause: unknown) => {
    throw noCloud(url, cause);
  });
  return facts;
}
