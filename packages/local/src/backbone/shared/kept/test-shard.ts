// A shard that stands in memory as text, and a backbone of one keeper and one node that takes work from it. Used by
// tests only.
import type { Backbone } from '../../backbone.ts';
import type { OnFault } from '../../listeners.ts';
import { createMemoryBackbone } from '../../memory/backbone.ts';
import type { MessageQueue, MessageQueueKey } from '../../message-queue.ts';
import type { ConsumeOptions, Lease, Work, WorkClock, WorkKey } from '../../work.ts';
import { fromText, tokenOf, toText } from '../data.ts';
import { KeptShard } from './kept-shard.ts';
import { NodeWork } from './node-work.ts';
import { NotTheKeeper, type ShardRow, type ShardWriter } from './shard-writer.ts';

/** A row in a shard of a test. */
interface TextRow {
  readonly sequence: number;
  readonly text: string;
}

export class TestShard {
  readonly #rows = new Map<string, TextRow>();
  #last = 0;
  #writer: object | undefined;
  /** The newest writer failed. */
  isRefusing = false;

  get size(): number {
    return this.#rows.size;
  }

  rows(): ShardRow[] {
    const rows = [...this.#rows].map(([path, { sequence, text }]) => ({ path, sequence, value: JSON.parse(text) }));
    return rows.sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * Makes a writer, from now on the only one.
   * @param options.failAt the write that fails, from 1, and with it every later one; those before it are stored
   * @param options.keeps whether a removal is done; one that is not never will be
   */
  takeOver({ failAt = Number.POSITIVE_INFINITY, keeps = () => false }: TakeOverOptions = {}): ShardWriter {
    const self = {};
    this.#writer = self;
    this.isRefusing = false;
    this.#last++;
    const lost = () => new NotTheKeeper('test');
    let count = 0;
    let last: Promise<unknown> = Promise.resolve();
    let isBroken = false;
    let next = this.#last + 1;
    const writer: ShardWriter = {
      get next() {
        return next;
      },
      write: (path, value) => {
        const sequence = next++;
        const text = toText(value);
        const isRefused = ++count >= failAt || isBroken;
        isBroken ||= isRefused;
        if (isBroken && this.#writer === self) this.isRefusing = true;
        const stored = last.then(() => {
          if (isRefused || this.#writer !== self) throw lost();
          this.#store(path, { sequence, text });
          return sequence;
        });
        stored.catch(() => {});
        last = stored;
        return stored;
      },
      remove: (path, sequence) => {
        // As on a server: also what a former keeper asks for is done.
        if (!keeps()) void Promise.resolve().then(() => this.#remove(path, sequence));
      },
      stored: async () => {
        await last;
        if (this.#writer !== self) throw lost();
      },
    };
    return writer;
  }

  #store(path: string, row: TextRow): void {
    this.#last = row.sequence;
    // At the end, in the order of the sequences.
    this.#rows.delete(path);
    this.#rows.set(path, row);
  }

  #remove(path: string, sequence: number): void {
    if (this.#rows.get(path)?.sequence === sequence) this.#rows.delete(path);
  }
}

export interface TakeOverOptions {
  readonly failAt?: number;
  readonly keeps?: () => boolean;
}

/** A keeper of the shard, which has what stands there. */
export function openKept(clock: WorkClock, shard: TestShard, options: TakeOverOptions = {}) {
  const works = new Map<string, NodeWork<unknown>>();
  const listeners = new Set<() => void>();
  const onOverflow = () => {
    for (const listener of listeners) listener();
  };
  const nodeWork = (token: string) => {
    const work = works.get(token) ?? new NodeWork<unknown>(clock, { era: 'test', onOverflow });
    works.set(token, work);
    return work;
  };
  const rows = shard.rows();
  const kept = new KeptShard(clock, { writer: shard.takeOver(options), nodeWork });
  for (const row of rows) kept.restore(row);
  kept.restored();
  return { kept, listeners, nodeWork: (name: string) => nodeWork(tokenOf(name)) };
}

/** Two nodes: one keeps the shard, the other takes work from it. Tables and logs are memory's. */
export function openKeptBackbones(
  clock: WorkClock,
  onFault: OnFault,
): { readonly here: Backbone; readonly there: Backbone } {
  const memory = createMemoryBackbone(clock, onFault);
  const opened = openKept(clock, new TestShard());
  const { kept } = opened;

  function portOf<Job>({ name, idOf }: WorkKey<Job>, consume: Work<Job>['consume']): Work<Job> {
    return {
      put: (jobs, options) => kept.work(name).put(jobs, { ...options, ...(idOf && { ids: jobs.map(idOf) }) }),
      consume,
    };
  }
  const jobOf = <Job>(job: unknown) => fromText<Job>(toText(job));
  const keeper: Backbone = {
    ...memory,
    work: <Job>(key: WorkKey<Job>) =>
      key.opened.get(keeper, '', () => {
        const node = opened.nodeWork(key.name);
        kept.work(key.name);
        return portOf(key, (take, options) =>
          node.consume((lease) => take({ ...lease, job: jobOf<Job>(lease.job) }), options),
        );
      }),
    queue: <Content>(key: MessageQueueKey<Content>, id: string, options: { readonly isOrdered: boolean }) =>
      readAs<Content>(() => kept.queue(key.name, id, options)),
    removeQueue: (key, id) => kept.removeQueue(key.name, id),
    purge: async () => void (await Promise.all([memory.purge(), kept.purge()])),
    clear: async () => void (await Promise.all([memory.clear(), kept.clear()])),
  };
  const taker: Backbone = {
    ...keeper,
    work: <Job>(key: WorkKey<Job>) =>
      key.opened.get(taker, '', () => {
        const node = opened.nodeWork(key.name);
        kept.work(key.name);
        return portOf(key, (take, options) =>
          takeFrom(
            clock,
            { node, listeners: opened.listeners },
            (lease) => take({ ...lease, job: jobOf<Job>(lease.job) }),
            options,
          ),
        );
      }),
  };
  return { here: keeper, there: taker };
}

// Asked for anew each time: it may have been removed.
function readAs<Content>(open: () => MessageQueue<unknown>): MessageQueue<Content> {
  const read = <Message>(message: Message & { readonly content: unknown }) => ({
    ...message,
    content: fromText<Content>(toText(message.content)),
  });
  return {
    send: (message) => open().send(message),
    receive: async (options) => (await open().receive(options)).map(read),
    delete: (receipt) => open().delete(receipt),
    hide: (receipt, visibleAt, maxMs) => open().hide(receipt, visibleAt, maxMs),
    counts: () => open().counts(),
    look: async (options) => (await open().look(options)).map(read),
    drain: async () => (await open().drain()).map(read),
    purge: () => open().purge(),
  };
}

// As another node does that has hands.
function takeFrom(
  clock: WorkClock,
  { node, listeners }: { readonly node: NodeWork<unknown>; readonly listeners: Set<() => void> },
  take: (lease: Lease<unknown>) => void,
  { concurrency, leaseMs }: ConsumeOptions,
): () => void {
  const held = new Set<string>();
  let isOver = false;
  const look = () => {
    if (isOver) return;
    for (const { lease, job } of node.take(concurrency - held.size, leaseMs)) {
      held.add(lease);
      const giveBack = () => held.delete(lease);
      clock.setTimer(clock.now() + leaseMs, giveBack);
      const after = () => {
        giveBack();
        look();
      };
      take({
        job,
        ack: () => node.ack(lease).then(after),
        retryAt: (at, changed) => node.retryAt(lease, at, changed).then(after),
      });
    }
  };
  listeners.add(look);
  queueMicrotask(look);
  return () => {
    isOver = true;
    listeners.delete(look);
  };
}
