// A cloud whose state stands on a server, so that it outlives its process and other processes share it: what of the
// options says so, and what is other then: time is real.
import { hostname } from 'node:os';
import type { CloudNodes, NodeState } from '@earwitness/protocol/internal/admin/cloud-nodes';
import type { MovableClock } from '../clock/clock.ts';
import { Refused } from '../http/admin/refused.ts';
import { OptionError } from '../http/guard.ts';
import type { Ids } from '../ids.ts';
import type { Journal } from '../journal/journal.ts';
import type { NatsOptions } from './nats/address.ts';
import { BackboneError } from './nats/problem.ts';
import type { SharedBackbone } from './shared/backbone.ts';
import { isUnavailable } from './unavailable.ts';

export interface SharingOptions {
  readonly backbone?: string | NatsOptions;
  readonly data?: string;
  readonly nodeName?: string;
  readonly clock?: MovableClock;
}

export interface SharedState {
  /** Becomes a node. `address` is where this one is found. Closing the backbone leaves. @throws BackboneError */
  join(node: { readonly address: string; readonly ids: Ids }): Promise<SharedBackbone>;
  /** What a person may ask, once it has joined. */
  describe(): Promise<CloudNodes>;
  /** Without having joined. */
  close(): Promise<void>;
}

/**
 * Connects to where the state stands; `undefined` where that is this process.
 * @throws OptionError, BackboneError
 */
export async function openShared(
  { backbone, data, nodeName = hostname(), clock: given }: SharingOptions,
  { clock, journal }: { readonly clock: MovableClock; readonly journal: Journal },
): Promise<SharedState | undefined> {
  if (backbone === undefined && data === undefined) return undefined;
  if (backbone !== undefined && data !== undefined) {
    throw new OptionError(
      "'backbone' and 'data' are both given. Expected is one: 'data' starts a NATS server of its own on the folder, 'backbone' names one that runs.",
    );
  }
  if (given) {
    throw new OptionError(
      `'clock' and '${data === undefined ? 'backbone' : 'data'}' are both given. Time on a shared backbone is real: leave 'clock' out.`,
    );
  }
  const [{ openServer }, { createSharedBackbone }] = await Promise.all([
    import('./nats/open.ts'),
    import('./shared/backbone.ts'),
  ]);
  const say = (message: string) => void journal.record({ kind: 'warning', about: 'backbone', message });
  const server = await openServer({ backbone, data, clock, say });
  const stopCatching = catchUnavailable();
  let joined: { readonly node: SharedBackbone; readonly address: string } | undefined;
  return {
    async join({ address, ids }) {
      const createId = () => ids.uuid();
      const onFault = (about: string, error: unknown) => void journal.fault(about, error);
      const node = createSharedBackbone(server, {
        clock,
        createId,
        name: nodeName,
        address,
        onFault,
        onNews: journal.record,
      });
      try {
        await node.open();
      } catch (error) {
        stopCatching();
        await node.close();
        if (!isUnavailable(error)) throw error;
        throw new BackboneError(`backbone: this node cannot join. ${error.message}`, error);
      }
      joined = { node, address };
      if (server.caution !== undefined) say(server.caution);
      const close = node.close.bind(node);
      return Object.assign(node, {
        async close() {
          await close();
          stopCatching();
        },
      });
    },
    async describe() {
      const { node, address } = joined ?? {};
      const keepers = node?.shards() ?? [];
      const nodes = (node?.nodes() ?? []).map(({ key, value }) => ({
        name: value.name,
        address: value.address,
        startedAt: value.startedAt,
        isThis: value.address === address && value.name === nodeName,
        shards: keepers.filter((keeper) => keeper.value.node === key).length,
      }));
      try {
        return { backbone: 'nats', ...(await server.describe()), nodes };
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        return { backbone: 'nats', nodes, streams: [], problem: error.message };
      }
    },
    async close() {
      stopCatching();
      await server.close();
    },
  };
}

/**
 * While the server is away, what runs in the background fails, and is done again from what is stored. Nobody waits for
 * it, and it must not end the process. Returns a function that ends this.
 */
function catchUnavailable(): () => void {
  const listener = (error: unknown) => {
    if (!isUnavailable(error) && !(error instanceof BackboneError)) throw error;
  };
  process.on('unhandledRejection', listener);
  return () => process.off('unhandledRejection', listener);
}

/** The same clock, which cannot be advanced. */
export function realTime(clock: MovableClock): MovableClock {
  return {
    ...clock,
    async advance() {
      throw new Refused(
        409,
        'The clock of a cloud with a backbone (--backbone, --data) is real and cannot be advanced: its nodes share no other. Advance the clock of a cloud in memory.',
      );
    },
  };
}

/** A cloud in memory: what there is to tell of its nodes. */
export function onlyNode(node: Pick<NodeState, 'name' | 'address' | 'startedAt'>): CloudNodes {
  return { backbone: 'memory', nodes: [{ ...node, isThis: true, shards: 0 }], streams: [] };
}
