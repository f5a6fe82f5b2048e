// What is connected with what, read when it is needed and again when something was deployed.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { signal } from '@preact/signals';
import { readMap } from '../admin.ts';
import { onFacts } from '../journal/live.ts';
import { wait } from '../time.ts';

/** Ours: ms in which several changes are one. */
const TOGETHER_MS = 300;

/** Nothing until it was read. */
export const cloudMap = signal<CloudMap | undefined>(undefined);

/** Reads the map, and again after changes, until the returned function is called. */
export function followMap(): () => void {
  const end = new AbortController();
  let isDue = false;
  const read = async () => {
    try {
      cloudMap.value = await readMap();
    } catch {
      // The road is drawn with what was known.
    }
  };
  void read();
  const readSoon = () => {
    if (isDue) return;
    isDue = true;
    void wait(TOGETHER_MS, end.signal).then(() => {
      isDue = false;
      return end.signal.aborted ? undefined : read();
    });
  };
  const stop = onFacts({
    take(facts) {
      if (facts.some(changesMap)) readSoon();
    },
    forget: readSoon,
  });
  return () => {
    end.abort();
    stop();
  };
}

function changesMap(fact: Fact): boolean {
  if (fact.kind === 'stack') return true;
  return fact.kind === 'call' && fact.service === 'events' && /Rule|Target|Bus|Destination/.test(fact.operation);
}
