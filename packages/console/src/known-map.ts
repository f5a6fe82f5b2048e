// What is connected with what, as the cloud tells it: read when a page needs it, and again when something was made or
// deleted.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { signal } from '@preact/signals';
import { readMap } from './admin.ts';
import { connection, onFacts } from './journal/live.ts';
import { wait } from './time.ts';

/** Ours: ms for which what is made one after the other is waited for. */
const SETTLE_MS = 400;

export interface KnownMap {
  /** Absent until the cloud has told it once. */
  readonly map?: CloudMap;
  /** Why it could not be read, in the cloud's words. */
  readonly problem?: string;
}

export const knownMap = signal<KnownMap>({});

/** Reads the map, and again whenever it may have changed, until the returned function is called. */
export function followMap(): () => void {
  const ending = new AbortController();
  let isDue = false;
  const readSoon = async () => {
    if (isDue) return;
    isDue = true;
    await wait(SETTLE_MS, ending.signal);
    isDue = false;
    if (!ending.signal.aborted) await read();
  };
  const stopFacts = onFacts({
    take(facts) {
      if (facts.some(changesTheMap)) void readSoon();
    },
    forget: () => void readSoon(),
  });
  const stopConnection = connection.subscribe((state) => {
    if (state === 'open') void readSoon();
  });
  void read();
  return () => {
    ending.abort();
    stopFacts();
    stopConnection();
  };
}

async function read(): Promise<void> {
  const { map } = knownMap.value;
  try {
    knownMap.value = { map: await readMap() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    knownMap.value = { ...(map && { map }), problem };
  }
}

/** Calls that make, change or delete a resource; those that carry data do not. */
const CHANGING =
  /^(Create|Put|Update|Delete|Add|Remove|Set|Subscribe|Unsubscribe|Enable|Disable|Publish|Start|Stop|Import)/;
const CARRYING = /Message|Events$|Item|Record|^Publish(Batch)?$|Execution|Object|Parameter|Secret/;

function changesTheMap(fact: Fact): boolean {
  if (fact.kind === 'stack') return true;
  return fact.kind === 'call' && fact.status < 400 && CHANGING.test(fact.operation) && !CARRYING.test(fact.operation);
}
