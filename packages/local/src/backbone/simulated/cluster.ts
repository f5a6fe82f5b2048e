// A cluster in one process, for tests: several nodes that share one store over a wire with delays. It shows what a
// program sees that runs on many nodes: views that are behind, writes that are refused, leases of nodes that died,
// values that are copies. A seed decides all of it, so that a test which fails fails again.
import type { Clock } from '../../clock/clock.ts';
import { createSimulatedNode, type SimulatedNode } from './node.ts';
import { SimulatedStore } from './server.ts';
import { Store } from './store.ts';
import { Wire } from './wire.ts';

export interface SimulatedCluster {
  /** Another node; it has to be opened before it is used. */
  join(): SimulatedNode;
  /** Resolves when every node has heard what it will hear. */
  settled(): Promise<void>;
}

export function createSimulatedCluster(
  clock: Pick<Clock, 'now' | 'setTimer' | 'hold'>,
  { seed }: { readonly seed: number },
): SimulatedCluster {
  const store = new Store(clock);
  const streams = new SimulatedStore();
  const wire = new Wire(clock, seed);
  return {
    join: () => createSimulatedNode({ store, streams, clock }, wire),
    settled: () => wire.settled(),
  };
}
