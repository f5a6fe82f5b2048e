// Whether something on the road stands in for the real thing. In the cloud it might have brought about the event that
// did not come here, so silence proves nothing. Only a local cloud has stand-ins, and its journal tells of them.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { withoutCanaries } from './canaries.ts';
import { readJournal } from './journal.ts';

type Received = FactOf<'stand-in.received'>;

/** Why silence proves nothing since an epoch time, ms; `undefined` when nothing that stands in was reached. */
export async function reasonOfStandIns(sinceMs: number): Promise<string | undefined> {
  const excerpt = await readJournal(sinceMs);
  const [first, ...more] = passedStandIns(withoutCanaries(excerpt?.facts ?? []));
  if (!first) return undefined;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const mend =
    first.via === 'call'
      ? `A scripted answer settles it: answers: { '${first.name}:${first.operation}': … }`
      : `What it received can be awaited: standIn('${first.name}')`;
  return `${wordsOf(first).sentence}${others}, so silence proves nothing. ${mend}`;
}

/** Of several times that the same thing was reached, the first; a call with a scripted answer lacks nothing. */
export function passedStandIns(facts: readonly Fact[]): Received[] {
  const firsts = new Map<string, Received>();
  for (const fact of facts) {
    // An authorizer that lets everybody in keeps nothing back.
    if (fact.kind !== 'stand-in.received' || fact.isScripted || fact.via === 'authorizer') continue;
    const key = `${fact.name} ${fact.operation}`;
    if (!firsts.has(key)) firsts.set(key, fact);
  }
  return [...firsts.values()];
}
