// The kit's own items on a route: a probe proves that the topic hears, a canary that the whole road to it works. They
// are recognized by a field of their detail that no other event uses, and no subscription shows them to a test, not
// even those of other tests.
import type { Message } from '../event.ts';

/** The source of a probe, unless a canary has to look like an event of the system under test to match its rule. */
export const PROBE_SOURCE = 'earwitness';

/** The field that marks an item as ours. */
export interface ProbeDetail {
  readonly earwitnessProbe: string;
}

/** An item with nothing but an id. */
export function createProbe(id: string): { source: string; 'detail-type': string; detail: ProbeDetail } {
  return { source: PROBE_SOURCE, 'detail-type': 'Probe', detail: { earwitnessProbe: id } };
}

/** The id of a probe or canary; undefined for everything that belongs to the test. */
export function probeId(message: Message): string | undefined {
  if (typeof message === 'string') return undefined;
  const id: unknown = message.detail?.['earwitnessProbe'];
  return typeof id === 'string' ? id : undefined;
}
