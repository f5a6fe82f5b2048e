// What the operations of Lambda share: the table of functions, the fleet that runs them, and the platform.
import type { Platform } from '../../platform.ts';
import type { AsynchronousInvocations } from './asynchronous.ts';
import type { MappingTable } from './event-sources/mapping.ts';
import type { MappingPoller } from './event-sources/mapping-poller.ts';
import type { Fleet } from './fleet.ts';
import type { FunctionTable } from './function.ts';
import type { Invocations } from './invocation.ts';
import type { LayerTable } from './layers/layer.ts';

export interface Parts {
  readonly platform: Platform;
  readonly functions: FunctionTable;
  readonly layers: LayerTable;
  readonly fleet: Fleet;
  readonly invocations: Invocations;
  readonly asynchronous: AsynchronousInvocations;
  readonly mappings: MappingTable;
  readonly poller: MappingPoller;
}
