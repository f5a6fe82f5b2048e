// A cluster in one process, for tests: several nodes that share a simulated server over a wire with delays. It shows
// what a program sees that runs on many nodes: views that are behind, writes that are refused, keepers that die, values
// that are copies. A seed decides all of it, so that a test which fails fails again.
import type { Clock } from '../../clock/clock.ts';
import { type OnFault, unhandled } from '../listeners.ts';
import { createSharedBackbone, type SharedBackbone } from '../shared/backbone.ts';
import type { NodeNews } from '../shared/nodes.ts';
import { NodeClock } from './node-clock.ts';
import { connectSimulated, SimulatedStore } from './server.ts';
import { Wire } from './wire.ts';

export interface SimulatedNode extends SharedBackbone {
  /** Ends the node without a word. Its own promises stay open. */
  die(): void;
  /** Stands still, as a process that is paused: it hears late, and its timers ring late. */
  pause(): void;
  resume(): void;
}

export interface SimulatedCluster {
  /** Another node; it has to be opened before it is used, or soon after. */
  join(): SimulatedNode;
  /** Resolves when every node has heard what it will hear. */
  settled(): Promise<void>;
  /** From now on, so many of a hundred questions to the server or to nodes get lost, or their answers. */
  lose(percent: number): void;
  /** The server forgets which id the newest message of each stream has, as one that was restarted. */
  forgetIds(): void;
  /**
   * The server that leads a stream is killed. For a while nobody answers for it; then another one leads, and counts
   * from smaller sequences on.
   */
  killLeader(stream: string): void;
  /** What stands in the server. */
  readonly store: SimulatedStore;
}

export interface SimulatedClusterOptions {
  readonly seed: number;
  /**
   * How often nodes say that they live, in milliseconds; whoever was not heard of for six times as long is taken for
   * dead. Left out: a day, so that a clock that is moved by weeks is moved quickly.
   */
  readonly beatMs?: number;
  readonly onFault?: OnFault;
  /** Is told what each node tells, by its name. */
  readonly onNews?: (node: string, news: NodeNews) => void;
}

const DAY_MS = 24 * 3_600_000;
/** How long a stream has no leader. Source: nats-server v2.9.10, server/raft.go, minElectionTimeout. */
const ELECTION_MS = 4000;

export function createSimulatedCluster(
  clock: Pick<Clock, 'now' | 'setTimer' | 'hold'>,
  { seed, beatMs = DAY_MS, onFault = unhandled, onNews = () => {} }: SimulatedClusterOptions,
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
      const node = createSharedBackbone(server, {
        clock: nodeClock,
        createId,
        name,
        beatMs,
        onFault,
        onNews: (news) => onNews(name, news),
      });
      return Object.assign(node, {
        die() {
          nodeClock.end();
          server.die();
        },
        pause() {
          nodeClock.pause();
          server.pause();
        },
        resume() {
          nodeClock.resume();
          server.resume();
        },
      });
    },
    settled: () => wire.settled(),
    lose(percent) {
      wire.lossPercent = percent;
    },
    forgetIds: () => store.forgetIds(),
    killLeader(stream) {
      store.unled.add(stream);
      clock.setTimer(clock.now() + ELECTION_MS, () => {
        store.stream(stream).goBack();
        store.unled.delete(stream);
      });
    },
    store,
  };
}
