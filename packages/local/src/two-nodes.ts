// Two nodes of one cloud over a simulated backbone, each with its own services and journal, under one clock. Used by
// tests only.
import { createSimulatedCluster, type SimulatedNode } from './backbone/simulated/cluster.ts';
import { createClock, type MovableClock } from './clock/clock.ts';
import { type Cloud, type CloudOptions, createCloud } from './cloud.ts';
import type { Journal } from './journal/journal.ts';

export interface Node {
  readonly cloud: Cloud;
  readonly backbone: SimulatedNode;
}

export interface TwoNodes {
  readonly clock: MovableClock;
  readonly a: Node;
  readonly b: Node;
  /** Resolves when each node knows what the other wrote. */
  settled(): Promise<void>;
}

/** `journal` makes the one that both write; left out, each has its own. */
export function createTwoNodes(
  {
    frozenAt,
    seed,
    beatMs,
    ...options
  }: Omit<CloudOptions, 'clock' | 'backbone' | 'journal'> & { frozenAt: number; seed: number; beatMs?: number },
  createSharedJournal?: (clock: MovableClock) => Journal,
): TwoNodes {
  const clock = createClock({ frozenAt });
  const cluster = createSimulatedCluster(clock, { seed, ...(beatMs !== undefined && { beatMs }) });
  const journal = createSharedJournal?.(clock);
  const join = (): Node => {
    const backbone = cluster.join();
    // Not awaited: the cluster is empty, and whatever is asked of the node comes after.
    void backbone.open();
    return { backbone, cloud: createCloud({ ...options, clock, backbone, ...(journal && { journal }) }) };
  };
  return { clock, a: join(), b: join(), settled: cluster.settled };
}

/**
 * Both nodes as one cloud, as a load balancer shows them: calls are taken by one and the other in turn. A call waits
 * until each node knows what the other wrote, as a client does that reads only what it was told is there.
 */
export function behindOneAddress({ a, b, settled }: TwoNodes): Cloud {
  let [next, other] = [a.cloud, b.cloud];
  const takeTurns = async (): Promise<Cloud> => {
    await settled();
    [next, other] = [other, next];
    return other;
  };
  const { dispatch } = a.cloud;
  return {
    ...a.cloud,
    dispatch: {
      ...dispatch,
      async run(service, operation, input, call) {
        const node = await takeTurns();
        return node.dispatch.run(node.dispatch.service(service.name) ?? service, operation, input, call);
      },
      call: async (service, operation, input, origin) =>
        (await takeTurns()).dispatch.call(service, operation, input, origin),
    },
    async reset() {
      await a.cloud.reset();
      await b.cloud.reset();
    },
    async purge() {
      await a.cloud.purge();
      await b.cloud.purge();
    },
    async close() {
      await a.cloud.close();
      await b.cloud.close();
    },
  };
}
