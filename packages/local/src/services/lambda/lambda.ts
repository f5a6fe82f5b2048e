// What the operations of this service share: the table of functions, the fleet that runs them, and the platform.
import type { Platform } from '../../platform.ts';
import type { AsynchronousInvocations } from './asynchronous.ts';
import type { MappingTable } from './event-sources/mapping.ts';
import type { QueuePoller } from './event-sources/queue-poller.ts';
import type { Fleet } from './fleet.ts';
import type { FunctionTable } from './function.ts';
import type { Invocations } from './invocation.ts';

export interface Lambda {
  readonly platform: Platform;
  readonly functions: FunctionTable;
  readonly fleet: Fleet;
  readonly invocations: Invocations;
  readonly asynchronous: AsynchronousInvocations;
  readonly mappings: MappingTable;
  readonly poller: QueuePoller;
}

/** One page of a list. `Marker` is the position at which the next page starts. */
export function pageOf<Item>(
  items: readonly Item[],
  { Marker, MaxItems }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): { readonly items: readonly Item[]; readonly NextMarker?: string } {
  const start = Marker === undefined ? 0 : Number(Marker);
  const end = start + (MaxItems ?? 50);
  return { items: items.slice(start, end), ...(end < items.length && { NextMarker: String(end) }) };
}
