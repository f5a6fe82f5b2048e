// A node of a shared backbone: the ports on streams of a server. See
// docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md for who owns what, and what is promised.
// Long because it is where all rooms meet: each port in a few lines, joining and leaving, and what others ask.
import type { Backbone } from '../backbone.ts';
import { type OnFault, unhandled } from '../listeners.ts';
import type { Log, LogKey } from '../log.ts';
import type { MessageQueue, MessageQueueKey } from '../message-queue.ts';
import { KeyNames } from '../opened.ts';
import { RevisionConflict, type Row, type Table, type TableKey } from '../table.ts';
import { isUnavailable } from '../unavailable.ts';
import type { Work, WorkClock, WorkKey } from '../work.ts';
import { type BodyRow, SharedBodies } from './bodies/bodies.ts';
import { tokenOf } from './data.ts';
import { KeptShard } from './kept/kept-shard.ts';
import { NodeWork, type TakenJob } from './kept/node-work.ts';
import { NotTheKeeper } from './kept/shard-writer.ts';
import { SharedLogs } from './logs/logs.ts';
import { BEAT_MS, type NodeNews, type NodeRow, Nodes } from './nodes.ts';
import { type Server, ServerAway, ServerRefuses } from './server.ts';
import { Calls, type Place } from './shards/calls.ts';
import { type NodeDeed, performOnQueue, placeOfQueue, placeOfWork, type ShardDeed } from './shards/deeds.ts';
import { Hands, type OtherNodes } from './shards/hands.ts';
import { type Keeper, Keeping } from './shards/keeping.ts';
import { PlacedQueue } from './shards/placed-queue.ts';
import { createPlacedWork } from './shards/placed-work.ts';
import { type Question, Questions } from './shards/questions.ts';
import { SharedTables } from './tables/tables.ts';

/** Number of the form in which data stands in the streams. Another one is not read. */
export const FORMAT = 2;

/** Ours: how often a purge or a reset is tried on a server that is full. */
const FREEING_TRIES = 10;
/** Ours: after how many own beats a node looks for shards of its own in which nothing is. */
const TIDY_BEATS = 30;

export interface SharedBackboneOptions {
  readonly clock: WorkClock;
  /** Makes words that were never made before: letters, digits, `-`. */
  readonly createId: () => string;
  /** What a person calls this node. */
  readonly name?: string;
  /** Where this node is found, for people. */
  readonly address?: string;
  /** How often a node says that it lives, in milliseconds. */
  readonly beatMs?: number;
  /** Is told what listeners of tables and logs have thrown. */
  readonly onFault?: OnFault;
  /** Is told of nodes that come and go, and of shards that this one takes. */
  readonly onNews?: (news: NodeNews) => void;
}

export interface SharedBackbone extends Backbone {
  /** Resolves when this node sees whatever was acknowledged before. @throws ServerAway */
  catchUp(): Promise<void>;
  /** The nodes, as this one sees them, by their ids. */
  nodes(): Row<NodeRow>[];
  /** Who keeps which shard, as this node sees it. */
  shards(): Row<Keeper>[];
}

export function createSharedBackbone(server: Server, options: SharedBackboneOptions): SharedBackbone {
  return new SharedNode(server, options);
}

/** What is told to all nodes about a work. */
interface WorkNews {
  /** A token of its name. */
  readonly work: string;
  /** This node has something; left out: who has something? */
  readonly from?: string;
}

class SharedNode implements SharedBackbone {
  readonly #server: Server;
  readonly #options: SharedBackboneOptions;
  readonly #names = new KeyNames();
  readonly #tables: SharedTables;
  /** Of nodes, shards and places: `clear` leaves it. */
  readonly #system: SharedTables;
  readonly #logs: SharedLogs;
  readonly bodies: SharedBodies;
  readonly #formats: Table<{ readonly format: number }>;
  readonly #keepers: Table<Keeper>;
  readonly #places: Table<Place>;
  readonly #nodes: Nodes;
  readonly #keeping: Keeping<KeptShard>;
  readonly #questions: Questions;
  readonly #calls: Calls<KeptShard>;
  /** By a token of the work's name. */
  readonly #works = new Map<string, { readonly work: NodeWork<unknown>; readonly hands: Hands }>();
  readonly #end = new AbortController();
  #stopAnswering = () => {};
  #beats = 0;

  constructor(server: Server, options: SharedBackboneOptions) {
    const { clock, name = '', address = '', beatMs = BEAT_MS, onFault = unhandled, onNews = () => {} } = options;
    this.#server = server;
    this.#options = options;
    this.#tables = new SharedTables(server, { clock, onFault });
    this.#system = new SharedTables(server, { clock, onFault, prefix: 'system-' });
    this.#logs = new SharedLogs(server, { clock, onFault, tables: this.#tables });
    this.bodies = new SharedBodies(server, { clock, rows: this.#tables.table<BodyRow>('backbone/bodies') });
    this.#formats = this.#system.table('formats');
    this.#keepers = this.#system.table('shards');
    this.#places = this.#system.table('places');
    this.#nodes = new Nodes(this.#system.table('nodes'), {
      ...{ clock, name, address, beatMs, onNews, format: FORMAT },
      onExpelled: () => void this.#joinAgain(),
      onBeat: () => this.#onBeat(),
      onGone: () => this.#onGone(),
    });
    this.#keeping = new Keeping({
      server,
      table: this.#keepers,
      nodes: this.#nodes,
      onNews,
      open: (chain, rows) => {
        const shard = new KeptShard(clock, { writer: chain, nodeWork: (token) => this.#open(token).work });
        for (const row of rows) shard.restore(row);
        shard.restored();
        return shard;
      },
      close: (shard, lost) => shard.lose(lost),
      caughtUp: () => this.catchUp(),
      isPlace: (shard) => this.#places.list().some(({ value }) => value.shard === shard),
    });
    this.#questions = new Questions(server, (question, signal) => this.#perform(question, signal));
    this.#calls = new Calls({
      clock,
      nodes: this.#nodes,
      keeping: this.#keeping,
      places: this.#places,
      questions: this.#questions,
      caughtUp: () => this.#system.caughtUp(),
    });
  }

  async open(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      // Who closes a node before it is open does not wait for that.
      if (!this.#end.signal.aborted) throw error;
    }
  }

  async catchUp(): Promise<void> {
    await Promise.all([this.#tables.caughtUp(), this.#system.caughtUp()]);
  }

  nodes(): Row<NodeRow>[] {
    return this.#nodes.list();
  }

  shards(): Row<Keeper>[] {
    return this.#keepers.list().filter(({ value }) => !value.isRemoved);
  }

  table<Value>(key: TableKey<Value>): Table<Value> {
    this.#names.check('table', key);
    return key.opened.get(this, '', () => this.#tables.table<Value>(key.name));
  }

  log<Value>(key: LogKey<Value>, id: string): Log<Value> {
    this.#names.check('log', key);
    return key.opened.get(this, id, () => this.#logs.log(key, id));
  }

  async removeLog<Value>(key: LogKey<Value>, id: string): Promise<void> {
    key.opened.of(this).delete(id);
    await this.#logs.remove(key, id);
  }

  work<Job>(key: WorkKey<Job>): Work<Job> {
    this.#names.check('work', key);
    return key.opened.get(this, '', () => {
      const { hands } = this.#open(tokenOf(key.name));
      return createPlacedWork(key, { calls: this.#calls, hands });
    });
  }

  queue<Content>(
    key: MessageQueueKey<Content>,
    id: string,
    { isOrdered }: { readonly isOrdered: boolean },
  ): MessageQueue<Content> {
    this.#names.check('queue', key);
    return key.opened.get(this, id, () => {
      const parts = { clock: this.#options.clock, calls: this.#calls, end: this.#end.signal };
      return new PlacedQueue({ name: key.name, id, isOrdered }, parts);
    });
  }

  async removeQueue<Content>(key: MessageQueueKey<Content>, id: string): Promise<void> {
    key.opened.of(this).delete(id);
    const { name } = key;
    const place = placeOfQueue({ name, id });
    if (!this.#places.get(place)) await this.#system.caughtUp();
    const row = this.#places.get(place);
    if (!row) return;
    await this.#inShard(row.value.shard, { kind: 'remove', name, id }, (shard) => shard.removeQueue(name, id));
    await unlessOvertaken(this.#places.delete(place, { ifRevision: row.revision }));
  }

  async purge(): Promise<void> {
    const purged = (shard: string) => this.#inShard(shard, { kind: 'purge' }, (kept) => kept.purge());
    await this.#system.caughtUp();
    await this.#freeing(
      () => [this.#logs.purge(), ...this.#keeping.shards().map(purged)],
      () => [this.#logs.purgeNow(), ...this.#keeping.shards().map((shard) => this.#purgeShard(shard))],
    );
  }

  async clear(): Promise<void> {
    const cleared = (shard: string) => this.#inShard(shard, { kind: 'clear' }, (kept) => kept.clear());
    await this.#system.caughtUp();
    await this.#freeing(
      () => [this.bodies.clear(() => this.#tables.clear()), this.#logs.clear(), ...this.#keeping.shards().map(cleared)],
      () => [
        this.#tables.clearPieces(),
        this.bodies.clearNow(),
        this.#logs.clear(),
        ...this.#keeping.shards().map((shard) => this.#purgeShard(shard)),
      ],
    );
    const places = this.#places.list();
    await Promise.all(
      places.map(({ key, revision }) => unlessOvertaken(this.#places.delete(key, { ifRevision: revision }))),
    );
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#calls.close();
    this.bodies.close();
    this.#questions.close();
    this.#stopAnswering();
    // As far as the server can be reached; if not, the others take this node for dead.
    await unlessAway(this.#keeping.leave());
    await unlessAway(this.#nodes.leave());
    await Promise.all([this.#tables.close(), this.#system.close(), this.#logs.close()]);
    await this.#server.close();
  }

  async #begin(): Promise<void> {
    await Promise.all([this.#tables.open(), this.#system.open(), this.#logs.open()]);
    await this.bodies.open();
    await this.#checkFormat();
    await this.#server.hear('work', (data) => this.#hear(JSON.parse(Buffer.from(data).toString())));
    await this.#join();
    // Whatever is put has a shard from now on.
    await this.#calls.inOwn(async () => {});
    for (const work of this.#works.keys()) this.#tell({ work });
  }

  async #checkFormat(): Promise<void> {
    let row = this.#formats.get('cloud');
    if (!row) {
      await unlessOvertaken(this.#formats.put('cloud', { format: FORMAT }, { ifRevision: 0 }));
      row = this.#formats.get('cloud');
    }
    if (row && row.value.format !== FORMAT)
      throw new Error(`The backbone's data has format ${row.value.format}; this version reads format ${FORMAT}.`);
  }

  async #join(): Promise<void> {
    const id = this.#options.createId();
    this.#stopAnswering = await this.#questions.answer(id);
    await this.#nodes.join(id);
    this.#keeping.look();
  }

  /** This node was taken for dead: what it held is others'. */
  async #joinAgain(): Promise<void> {
    this.#stopAnswering();
    this.#keeping.dropAll();
    if (this.#end.signal.aborted) return;
    try {
      await this.#join();
    } catch (error) {
      if (!(error instanceof ServerAway || error instanceof ServerRefuses)) throw error;
      const { clock, beatMs = BEAT_MS } = this.#options;
      clock.setTimer(clock.now() + beatMs, () => void this.#joinAgain());
    }
  }

  #onBeat(): void {
    this.#keeping.look();
    if (++this.#beats % TIDY_BEATS === 0) void unlessAway(this.#keeping.removeEmpty());
    for (const { hands } of this.#works.values()) hands.offerAgain();
  }

  #onGone(): void {
    const isAlive = (node: string) => this.#nodes.isAlive(node);
    this.#questions.forget(isAlive);
    this.#keeping.nodesChanged();
  }

  #open(token: string): { readonly work: NodeWork<unknown>; readonly hands: Hands } {
    let opened = this.#works.get(token);
    if (!opened) {
      const { clock, createId } = this.#options;
      const work = new NodeWork<unknown>(clock, { era: createId(), onOverflow: () => hands.fillSoon() });
      const hands = new Hands(clock, work, this.#others(token));
      opened = { work, hands };
      this.#works.set(token, opened);
    }
    return opened;
  }

  #others(work: string): OtherNodes {
    return {
      pull: async (node, max, leaseMs) => {
        const jobs = await this.#askNode<TakenJob<unknown>[]>(node, { kind: 'pull', work, max, leaseMs });
        // The node that put them may have written rows that this one has not seen.
        if (jobs && jobs.length > 0) await unlessAway(this.catchUp());
        return jobs ?? [];
      },
      ack: async (node, lease) => {
        await this.#askNode(node, { kind: 'ack', work, lease });
      },
      retryAt: async (node, lease, retry) => {
        await this.#askNode(node, { kind: 'retry', work, lease, ...retry });
      },
      offer: () => {
        const from = this.#nodes.id;
        if (from !== undefined) this.#tell({ work, from });
      },
      look: () => this.#tell({ work }),
    };
  }

  #tell(news: WorkNews): void {
    this.#server.tell('work', Buffer.from(JSON.stringify(news)));
  }

  #hear({ work, from }: WorkNews): void {
    if (from === this.#nodes.id) return;
    const hands = this.#works.get(work)?.hands;
    if (from === undefined) hands?.offerAgain();
    else hands?.offered(from);
  }

  /** Asks a node about a work; nothing when it does not answer. */
  async #askNode<Value>(node: string, deed: NodeDeed): Promise<Value | undefined> {
    const self = this.#nodes.id;
    if (self === undefined) return undefined;
    try {
      return await this.#questions.ask<Value>({ self, node }, { of: 'node', deed });
    } catch (error) {
      // What was not done is done again when its lease ends.
      if (isUnavailable(error)) return undefined;
      throw error;
    }
  }

  /**
   * Removes what is asked for. A server that is full takes no word that something is gone: then what goes anyway is
   * removed without one, and the keepers, who lost their shards by the refusal, take them again with the next beat.
   */
  async #freeing(remove: () => Promise<void>[], removeNow: () => Promise<void>[]): Promise<void> {
    const { clock, beatMs = BEAT_MS } = this.#options;
    for (let left = FREEING_TRIES; ; left--) {
      const settled = await Promise.allSettled(remove());
      const failed = settled.find((result) => result.status === 'rejected');
      if (!failed) return;
      if (!(failed.reason instanceof ServerRefuses) || left === 0) throw failed.reason;
      await Promise.all(removeNow());
      await new Promise<void>((resolve) => void clock.setTimer(clock.now() + beatMs, resolve));
    }
  }

  async #purgeShard(shard: string): Promise<void> {
    await (await this.#server.stream(shard)).purge();
  }

  async #inShard(shard: string, deed: ShardDeed, here: (shard: KeptShard) => Promise<void>): Promise<void> {
    await this.#calls.inShard(shard, { deed: () => deed, here });
  }

  async #perform(question: Question, signal: AbortSignal): Promise<unknown> {
    if (question.of === 'node') return this.#performHere(question.deed);
    const { shard, term, deed } = question;
    const { contents } = await this.#calls.serving(shard, term, signal);
    switch (deed.kind) {
      case 'queue':
        await this.#checkPlace(placeOfQueue(deed), shard);
        return performOnQueue(contents.queue(deed.name, deed.id, deed), deed, signal);
      case 'put': {
        await this.#checkPlace(placeOfWork(deed.work), shard);
        // The node that puts them may have written rows that this one has not seen.
        await this.#tables.caughtUp();
        return contents.work(deed.work).put(deed.jobs, deed);
      }
      case 'remove':
        return contents.removeQueue(deed.name, deed.id);
      case 'purge':
        return contents.purge();
      case 'clear':
        return contents.clear();
    }
  }

  async #performHere(deed: NodeDeed): Promise<unknown> {
    const opened = this.#works.get(deed.work);
    switch (deed.kind) {
      case 'pull':
        return opened?.hands.give(deed.max, deed.leaseMs) ?? [];
      case 'ack':
        return opened?.work.ack(deed.lease);
      case 'retry':
        return opened?.work.retryAt(deed.lease, deed.at, deed.job);
    }
  }

  /** @throws NotTheKeeper when the place is not in this shard, or no more. */
  async #checkPlace(place: string, shard: string): Promise<void> {
    if (!(await this.#calls.isPlaceIn(place, shard))) throw new NotTheKeeper(shard);
  }
}

async function unlessOvertaken(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
  }
}

async function unlessAway(asking: Promise<unknown>): Promise<void> {
  try {
    await asking;
  } catch (error) {
    if (!(error instanceof ServerAway || error instanceof ServerRefuses)) throw error;
  }
}
