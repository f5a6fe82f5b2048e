// The kit's own items on a route: a probe proves that the topic hears, a canary that the whole road to it works. They carry a source
// that nobody else uses, and no subscription of ours ever shows them to a test, whoever sent them.
import type { Message } from './event.ts';

/** The source of every probe and canary. */
export const PROBE_SOURCE = 'earwitness.probe';

/** An item that says nothing but its own id. */
export function createProbe(id: string): { source: string; 'detail-type': string; detail: { id: string } } {
  return { source: PROBE_SOURCE, 'detail-type': 'Probe', detail: { id } };
}

/** The id of a probe or canary; undefined for everything that belongs to the test. */
export function probeId(message: Message): string | undefined {
  if (typeof message === 'string' || message.source !== PROBE_SOURCE) return undefined;
  const id = message.detail?.['id'];
  return typeof id === 'string' ? id : '';
}
