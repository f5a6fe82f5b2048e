// Every backbone that the contracts are held against. Used by tests only.
import { createClock, type MovableClock } from '../clock/clock.ts';
import type { Backbone } from './backbone.ts';
import { createMemoryBackbone } from './memory/backbone.ts';
import { openKeptBackbones } from './shared/kept/test-shard.ts';
import { createSimulatedCluster } from './simulated/cluster.ts';

/** Two nodes of one backbone; where there is only one node, both are it. */
export interface UnderTest {
  readonly clock: MovableClock;
  readonly here: Backbone;
  readonly there: Backbone;
  /** What listeners have thrown, on either. */
  readonly faults: readonly string[];
  /** Resolves when every node knows what the others wrote. */
  settled(): Promise<void>;
}

/** Epoch ms at which a clock stands. */
export const START = 1000;

function createFaults() {
  const faults: string[] = [];
  return { faults, onFault: (about: string, error: unknown) => void faults.push(`${about}: ${error}`) };
}

function openSimulated(seed: number): UnderTest {
  const clock = createClock({ frozenAt: START });
  const { faults, onFault } = createFaults();
  const cluster = createSimulatedCluster(clock, { seed, onFault });
  const [here, there] = [cluster.join(), cluster.join()];
  // Not awaited: there is nothing yet that they could have missed, and what is asked of them comes after.
  void here.open();
  void there.open();
  return { clock, here, there, faults, settled: cluster.settled };
}

export const backbones: readonly (readonly [name: string, open: () => UnderTest])[] = [
  [
    'memory',
    () => {
      const clock = createClock({ frozenAt: START });
      const { faults, onFault } = createFaults();
      const only = createMemoryBackbone(clock, onFault);
      return { clock, here: only, there: only, faults, settled: async () => {} };
    },
  ],
  [
    'one keeper',
    () => {
      const clock = createClock({ frozenAt: START });
      const { faults, onFault } = createFaults();
      return { clock, ...openKeptBackbones(clock, onFault), faults, settled: async () => {} };
    },
  ],
  ['simulated, seed 1', () => openSimulated(1)],
  ['simulated, seed 2', () => openSimulated(2)],
  ['simulated, seed 3', () => openSimulated(3)],
];
