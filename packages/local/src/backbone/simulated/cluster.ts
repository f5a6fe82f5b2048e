// A cluster in one process, for tests: several nodes that share a simulated server over a wire with delays. It shows
// what a program sees that runs on many nodes: views that are behind, writes that are refused, keepers that die, values
// that are copies. A seed decides all of it, so that a test which fails fails again.
import type { Clock } from '../../clock/clock.ts';
import { createSharedBackbone, type SharedBackbone } from '../shared/backbone.ts';
import { NodeClock } from './node-clock.ts';
import { connectSimulated, SimulatedStore } from './server.ts';
import { Wire } from './wire.ts';

export interface SimulatedNode extends SharedBackbone {
  /** Ends the node without a word. Its own promises stay open. */
  die(): void;
}

export interface SimulatedCluster {
  /** Another node; it has to be opened before it is used, or soon after. */
  join(): SimulatedNode;
  /** Resolves when every node has heard what it will hear. */
  settled(): Promise<void>;
}

export interface SimulatedClusterOptions {
  readonly seed: number;
  /**
   * How often nodes say that they live, in milliseconds; whoever was not heard of for six times as long is taken for
   * dead. Left out: a day, so that a clock that is moved by weeks is moved quickly.
   */
  readonly beatMs?: number;
}

const DAY_MS = 24 * 3_600_000;

export function createSimulatedCluster(
  clock: Pick<Clock, 'now' | 'setTimer' | 'hold'>,
  { seed, beatMs = DAY_MS }: SimulatedClusterOptions,
): SimulatedCluster {
  const store = new SimulatedStore();
  const wire = new Wire(clock, seed);
  let joined = 0;
  return {
    join() {
      const server = connectSimulated(store, wire);
      const nodeClock = new NodeClock(clock);
      const name = `n${++joined}`;
      let ids = 0;
      const createId = () => `${name}-${++ids}`;
      const node = createSharedBackbone(server, { clock: nodeClock, createId, name, beatMs });
      return Object.assign(node, {
        die() {
          nodeClock.end();
          server.die();
        },
      });
    },
    settled: () => wire.settled(),
  };
}
