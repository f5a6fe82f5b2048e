// What stands in one shard, as its keeper has it: queues and works by their names. Made when a shard is taken over;
// given every row of it; then asked.
import type { MessageQueue } from '../../message-queue.ts';
import type { WorkClock } from '../../work.ts';
import { tokenOf } from '../data.ts';
import { KeptQueue } from './kept-queue.ts';
import { KeptWork } from './kept-work.ts';
import type { NodeWork } from './node-work.ts';
import type { ShardRow, ShardWriter } from './shard-writer.ts';

export interface KeptShardOptions {
  readonly writer: ShardWriter;
  /** This node's hands for a work, by a token of its name. Asked once for each work of the shard. */
  readonly nodeWork: (token: string) => NodeWork<unknown>;
}

export class KeptShard {
  readonly #clock: WorkClock;
  readonly #options: KeptShardOptions;
  /** By the path of its rows. */
  readonly #queues = new Map<string, KeptQueue<unknown>>();
  readonly #works = new Map<string, KeptWork<unknown>>();

  constructor(clock: WorkClock, options: KeptShardOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** A row of the shard as it was taken over, in the order of sequences. What was not written here is passed over. */
  restore(row: ShardRow): void {
    const tokens = row.path.split('.');
    const within = (count: number) => ({ ...row, path: tokens.slice(count).join('.') });
    const [kind, name = '', id = '', order] = tokens;
    if (kind === 'work') this.#work(name).restore(within(2));
    if (kind === 'queue') this.#queue(`queue.${name}.${id}.${order}`, order === 'ordered').restore(within(4));
  }

  /** Every row has come. */
  restored(): void {
    for (const work of this.#works.values()) work.restored();
    for (const queue of this.#queues.values()) queue.restored();
  }

  /** @param name of the work's key */
  work(name: string): KeptWork<unknown> {
    return this.#work(tokenOf(name));
  }

  /** @param name of the queue's key */
  queue(name: string, id: string, { isOrdered }: { readonly isOrdered: boolean }): MessageQueue<unknown> {
    return this.#queue(queuePath(name, id, isOrdered), isOrdered);
  }

  /** Forgets a queue and its messages, and ends every long poll without messages. @throws NotTheKeeper */
  async removeQueue(name: string, id: string): Promise<void> {
    for (const isOrdered of [false, true]) {
      const path = queuePath(name, id, isOrdered);
      const queue = this.#queues.get(path);
      this.#queues.delete(path);
      await queue?.clear();
    }
  }

  /** Drops jobs and messages; long polls go on. @throws NotTheKeeper */
  async purge(): Promise<void> {
    await Promise.all([
      ...[...this.#works.values()].map((work) => work.purge()),
      ...[...this.#queues.values()].map((queue) => queue.forget()),
    ]);
  }

  /** Drops jobs and messages, and ends every long poll without messages. @throws NotTheKeeper */
  async clear(): Promise<void> {
    await Promise.all([
      ...[...this.#works.values()].map((work) => work.purge()),
      ...[...this.#queues.values()].map((queue) => queue.clear()),
    ]);
  }

  /** The shard is another node's now: whoever waits here has to ask there, and what is out is its. */
  lose(error: Error): void {
    for (const work of this.#works.values()) work.lose();
    for (const queue of this.#queues.values()) queue.lose(error);
  }

  #work(token: string): KeptWork<unknown> {
    const path = `work.${token}`;
    let work = this.#works.get(path);
    if (!work) {
      const { writer, nodeWork } = this.#options;
      work = new KeptWork(this.#clock, { writer, path, node: nodeWork(token) });
      this.#works.set(path, work);
    }
    return work;
  }

  #queue(path: string, isOrdered: boolean): KeptQueue<unknown> {
    let queue = this.#queues.get(path);
    if (!queue) {
      queue = new KeptQueue(this.#clock, { writer: this.#options.writer, path, isOrdered });
      this.#queues.set(path, queue);
    }
    return queue;
  }
}

function queuePath(name: string, id: string, isOrdered: boolean): string {
  return `queue.${tokenOf(name)}.${tokenOf(id)}.${isOrdered ? 'ordered' : 'plain'}`;
}
