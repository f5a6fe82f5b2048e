// Small clusters on a server that loses answers, with nodes that die, leave, join and stand still, while all kinds of
// state are written and read: each row of the table in docs/decisions/2026-11-30-state-on-streams-with-one-keeper.md is
// checked. A seed decides everything that happens; one that fails says how it is run alone.
import { test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { logOf } from '../log.ts';
import { messageQueueOf } from '../message-queue.ts';
import { createSimulatedCluster, type SimulatedNode } from '../simulated/cluster.ts';
import { createRandom } from '../simulated/wire.ts';
import { RevisionConflict, tableOf } from '../table.ts';
import { workOf } from '../work.ts';
import { ServerAway } from './server.ts';

const ONE = process.env['SIMULATION_SEED'];
const SEEDS = 500;
const CHUNK = 50;
const FILE = 'packages/local/src/backbone/shared/simulation.test.ts';

const COUNTS = tableOf<{ readonly n: number }>('simulation/counts');
const LINES = logOf<string>('simulation/lines', { maxEntries: 10_000, maxBytes: 1e9, sizeBytes: () => 1 });
const PLAIN = messageQueueOf<string>('simulation/plain');
const FIFO = messageQueueOf<number>('simulation/fifo');
const JOBS = workOf<string>('simulation/jobs');
const NAMED = workOf<string>('simulation/named', { idOf: (job) => job });

const VISIBILITY_MS = 5000;
const LEASE_MS = 8000;
const FOREVER_MS = 1e9;
const GROUPS = ['red', 'blue'];
/** More than a message of the simulated server takes. */
const LARGE = 'x'.repeat(70_000);

class Died extends Error {}

interface Member {
  readonly name: string;
  readonly node: SimulatedNode;
  isPaused: boolean;
  isGone: boolean;
  /** Numbers of entries that its tail has heard. */
  readonly heard: number[];
  /** Rejects when the node dies. */
  readonly died: Promise<never>;
  readonly die: () => void;
}

/** What was sent to a queue in order, or would have been. */
interface Group {
  readonly name: string;
  sent: number;
  readonly received: Set<number>;
  /** Of which a delete was asked for that may have been done. */
  readonly deleted: Set<number>;
}

class World {
  readonly clock = createClock({ frozenAt: 1_000_000 });
  readonly random: () => number;
  readonly cluster;
  readonly members: Member[] = [];
  readonly underWay = new Set<string>();
  readonly faults: unknown[] = [];
  readonly isCalm: boolean;
  /** Nothing happens any more but what follows. */
  isEnding = false;
  #names = 0;

  // Tables: changes begun and acknowledged, and what an acknowledged one made.
  begun = 0;
  counted = 0;
  readonly changed = new Set<number>();
  // Logs: acknowledged entries by their numbers.
  readonly lines = new Map<number, string>();
  // Queues: acknowledged messages, those received, those of which a delete was begun, or acknowledged.
  readonly sent = new Set<string>();
  readonly received = new Set<string>();
  readonly deleting = new Set<string>();
  /** By their numbers: a send of which the answer was lost may have been done twice. */
  readonly deleted = new Set<number>();
  readonly groups: Group[] = GROUPS.map((name) => ({ name, sent: 0, received: new Set(), deleted: new Set() }));
  // Jobs: acknowledged ones, how often each was taken, those that are done.
  readonly put = new Set<string>();
  readonly taken = new Map<string, number>();
  readonly done = new Set<string>();
  // Chains: newest id of each shard.
  readonly chains = new Map<string, string>();

  constructor(seed: number) {
    this.random = createRandom(seed * 7919);
    this.isCalm = seed % 5 === 0;
    this.cluster = createSimulatedCluster(this.clock, { seed, beatMs: 1000 });
    this.cluster.store.onStored = (stream, id) => this.#checkChain(stream, id);
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  get living(): Member[] {
    return this.members.filter(({ isGone }) => !isGone);
  }

  fail(what: string): void {
    this.faults.push(new Error(what));
  }

  /** Runs something on a living node, until it is done or the node dies. */
  act(what: string, run: (node: SimulatedNode) => Promise<unknown>, on = this.pick(this.living)): Promise<boolean> {
    const name = `${what} on ${on.name}, ${++this.#names}`;
    this.underWay.add(name);
    return Promise.race([run(on.node), on.died]).then(
      () => {
        this.underWay.delete(name);
        return true;
      },
      (error: unknown) => {
        this.underWay.delete(name);
        // Whoever called was told that it may be tried again.
        if (!(error instanceof ServerAway || error instanceof Died)) this.faults.push(error);
        return false;
      },
    );
  }

  async join(): Promise<void> {
    const node = this.cluster.join();
    let reject = (_: Error) => {};
    const died = new Promise<never>((_, rejected) => {
      reject = rejected;
    });
    died.catch(() => {});
    const name = `node ${this.members.length + 1}`;
    const member: Member = {
      ...{ name, node, died, isPaused: false, isGone: false, heard: [] },
      die() {
        member.isGone = true;
        node.die();
        reject(new Died(name));
      },
    };
    this.consume(node, 2);
    node.log(LINES, 'x').tail(({ sequence }) => void member.heard.push(sequence));
    if (await this.act('open', () => this.within('the start of a node', node.open()), member))
      this.members.push(member);
    else node.die();
  }

  consume(node: SimulatedNode, concurrency: number): void {
    const take = (job: string, lease: { ack(): Promise<void>; retryAt(at: number, job: string): Promise<void> }) => {
      this.taken.set(job, (this.taken.get(job) ?? 0) + 1);
      const what = this.isCalm || this.isEnding ? 0 : this.below(4);
      if (what <= 1) {
        this.done.add(job);
        void lease.ack();
      } else if (what === 2) void lease.retryAt(this.clock.now() + this.below(3000), job);
    };
    const options = { concurrency, leaseMs: LEASE_MS };
    node.work(JOBS).consume((lease) => take(lease.job, lease), options);
    node.work(NAMED).consume((lease) => take(lease.job, lease), options);
  }

  async count(): Promise<void> {
    this.begun++;
    await this.act('a change of a row', async (node) => {
      const table = node.table(COUNTS);
      for (;;) {
        const row = table.get('count');
        const n = (row?.value.n ?? 0) + 1;
        try {
          await table.put('count', { n }, { ifRevision: row?.revision ?? 0 });
          if (this.changed.has(n)) this.fail(`two changes made it ${n}`);
          this.changed.add(n);
          this.counted++;
          await this.act('a look at the row', async (other) => {
            await other.catchUp();
            const seen = other.table(COUNTS).get('count')?.value.n ?? 0;
            if (seen < n) this.fail(`${n} was acknowledged, and ${seen} seen`);
          });
          return;
        } catch (error) {
          if (!(error instanceof RevisionConflict)) throw error;
        }
      }
    });
  }

  async append(): Promise<void> {
    const line = `line ${++this.#names}`;
    await this.act('an append', async (node) => {
      const { sequence } = await node.log(LINES, 'x').append(line);
      if (this.lines.has(sequence)) this.fail(`two entries have number ${sequence}`);
      this.lines.set(sequence, line);
      await this.act('a look at the log', async (other) => {
        const [entry] = await other.log(LINES, 'x').read(sequence, 1);
        if (entry?.value !== line) this.fail(`'${line}' was acknowledged as ${sequence}, and '${entry?.value}' read`);
      });
    });
  }

  async send(): Promise<void> {
    const id = `message ${++this.#names}`;
    await this.act('a send', async (node) => {
      const visibleAt = this.clock.now() + (this.below(4) === 0 ? this.below(3000) : 0);
      const content = this.below(20) === 0 ? LARGE : id;
      await node.queue(PLAIN, 'q', { isOrdered: false }).send({ id, content, sentAt: this.clock.now(), visibleAt });
      this.sent.add(id);
      await this.act('a look at the queue', async (other) => {
        await other.catchUp();
        const options = { after: 0, max: 10_000, retentionMs: FOREVER_MS };
        const lying = await other.queue(PLAIN, 'q', { isOrdered: false }).look(options);
        if (lying.filter((one) => one.id === id).length > 1) this.fail(`'${id}' was sent once, and lies there twice`);
        if (!this.deleting.has(id) && !lying.some((one) => one.id === id))
          this.fail(`'${id}' was acknowledged, and not seen`);
      });
    });
  }

  async receive(): Promise<void> {
    await this.act('a receive', async (node) => {
      const queue = node.queue(PLAIN, 'q', { isOrdered: false });
      const deleted = new Set(this.deleted);
      const waitMs = !this.isEnding && this.below(3) === 0 ? 2000 : 0;
      const options = { max: 5, visibilityMs: VISIBILITY_MS, waitMs, retentionMs: FOREVER_MS };
      for (const { id, content, receipt, number } of await queue.receive(options)) {
        this.received.add(id);
        if (content !== id && content !== LARGE) this.fail(`'${id}' came with another content`);
        if (deleted.has(number)) this.fail(`'${id}' was deleted, and received`);
        if (!this.isEnding && this.below(3) === 0) continue;
        this.deleting.add(id);
        if ((await queue.delete(receipt)) === 'deleted') this.deleted.add(number);
      }
    });
  }

  /** Sends until it is acknowledged: what is sent twice is one message. */
  async produce(group: Group, count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const content = group.sent + 1;
      const deduplication = { key: `${group.name} ${content}`, note: '' };
      const now = this.clock.now();
      const message = { id: deduplication.key, content, sentAt: now, visibleAt: now, group: group.name, deduplication };
      const send = (node: SimulatedNode) => node.queue(FIFO, 'q', { isOrdered: true }).send(message);
      while (!(await this.act('a send in order', send))) await this.clock.sleep(500);
      group.sent = content;
    }
  }

  async receiveInOrder(): Promise<void> {
    await this.act('a receive in order', async (node) => {
      const queue = node.queue(FIFO, 'q', { isOrdered: true });
      const options = { max: 3, visibilityMs: VISIBILITY_MS, waitMs: 0, retentionMs: FOREVER_MS };
      const messages = await queue.receive(options);
      const before = new Set<string>();
      for (const { group: name, content } of messages) {
        const group = this.groups.find((one) => one.name === name);
        for (let earlier = 1; earlier < content; earlier++) {
          if (!group?.deleted.has(earlier) && !before.has(`${name} ${earlier}`))
            this.fail(`${name} ${content} was received before ${earlier} was deleted`);
        }
        before.add(`${name} ${content}`);
        group?.received.add(content);
      }
      for (const { group: name, content, receipt } of messages) {
        // What is deleted after one that stays would be out of order by this receiver's own fault.
        if (!this.isEnding && this.below(4) === 0) return;
        const group = this.groups.find((one) => one.name === name);
        const wasDeleted = group?.deleted.has(content);
        group?.deleted.add(content);
        const outcome = await queue.delete(receipt);
        if (outcome === 'deleted') continue;
        // Unknown: it is gone, too, when a keeper deleted it and did not live to say so.
        if (outcome === 'late' && !wasDeleted) group?.deleted.delete(content);
        return;
      }
    });
  }

  async putJobs(): Promise<void> {
    const jobs = Array.from({ length: 1 + this.below(3) }, () => `job ${++this.#names}`);
    await this.act('a put', async (node) => {
      const notBefore = this.below(3) === 0 ? this.clock.now() + this.below(4000) : 0;
      await node.work(JOBS).put(jobs, { notBefore });
      for (const job of jobs) this.put.add(job);
    });
  }

  async putNamed(): Promise<void> {
    const job = `named ${++this.#names}`;
    const put = (node: SimulatedNode) =>
      node
        .work(NAMED)
        .put([job])
        .then(() => this.put.add(job));
    await Promise.all([this.act('a put with an id', put), this.act('a put with an id', put)]);
    if (this.isCalm) await this.act('a put with an id', put);
  }

  /** Something happens to a node, or to the server. */
  async disturb(): Promise<void> {
    const living = this.living;
    const what = this.below(8);
    if (living.length < 2 || (living.length < 4 && what === 0)) await this.join();
    else if (what === 1) this.pick(living).die();
    else if (what === 2) {
      const leaving = this.pick(living);
      leaving.isGone = true;
      void this.act('a close', (node) => node.close(), leaving);
    } else if (what <= 4) {
      const paused = this.pick(living);
      paused.isPaused = true;
      paused.node.pause();
      await this.clock.advance(this.below(10_000));
      paused.isPaused = false;
      paused.node.resume();
    } else if (what === 5) this.cluster.forgetIds();
    else if (what === 6) this.cluster.killLeader(this.pick([...this.cluster.store.streams.keys()]));
    else this.cluster.lose(this.below(8));
  }

  async step(): Promise<void> {
    const what = this.below(this.isCalm ? 8 : 10);
    if (what === 0) void this.count();
    else if (what === 1) void this.append();
    else if (what === 2) void this.send();
    else if (what <= 4) void this.receive();
    else if (what === 5) void this.receiveInOrder();
    else if (what === 6) void this.putJobs();
    else if (what === 7) void this.putNamed();
    else if (what === 8) await this.disturb();
    if (this.below(3) > 0) for (let turns = this.below(40); turns > 0; turns--) await turn();
    else await this.clock.advance(this.below(1500));
  }

  async run(): Promise<void> {
    await this.join();
    await this.join();
    if (this.below(2) === 0) await this.join();
    for (const group of this.groups) void this.produce(group, 6);
    for (let steps = 40; steps > 0; steps--) await this.step();
    this.isEnding = true;
    this.cluster.lose(0);
    if (this.living.length < 2) await this.join();
    // Long enough for deaths to be seen, and for what waits for that.
    await this.clock.advance(45_000);
    for (let times = 0; times < 4; times++) {
      for (let receives = 0; receives < 10; receives++) {
        void this.receive();
        void this.receiveInOrder();
        await this.cluster.settled();
      }
      await this.clock.advance(LEASE_MS);
    }
    this.expectNothing('is under way at the end', [...this.underWay]);
    await this.check();
    for (const { node, name } of this.living) await this.within(`the end of ${name}`, node.close());
  }

  async check(): Promise<void> {
    const late = this.cluster.join();
    await this.within('the start of a node', late.open());
    const { n } = late.table(COUNTS).get('count')?.value ?? { n: 0 };
    if (n < this.counted || n > this.begun) this.fail(`${this.counted} of ${this.begun} changes were done, not ${n}`);
    const entries = await this.within('a read', late.log(LINES, 'x').read(1, 10_000));
    for (const [sequence, line] of this.lines) {
      const found = entries.filter(({ value }) => value === line);
      if (found.length !== 1 || found[0]?.sequence !== sequence) this.fail(`entry ${sequence} '${line}' is not there`);
    }
    for (const { name, heard } of this.living) {
      const [first = 1] = heard;
      if (heard.some((number, index) => number !== first + index)) this.fail(`the tail of ${name} heard ${heard}`);
      const unheard = heard.length === 0 ? [] : entries.filter(({ sequence }) => sequence > (heard.at(-1) ?? 0));
      this.expectNothing(
        `was not heard by the tail of ${name}`,
        unheard.map(({ value }) => value),
      );
    }
    this.expectNothing(
      'was acknowledged and never received',
      [...this.sent].filter((id) => !this.received.has(id)),
    );
    for (const { name, sent, received } of this.groups) {
      const missing = Array.from({ length: sent }, (_, n) => n + 1).filter((n) => !received.has(n));
      this.expectNothing(`of ${name} was never received`, missing);
    }
    this.expectNothing(
      'was put and never done',
      [...this.put].filter((job) => !this.done.has(job)),
    );
    if (this.isCalm) {
      this.expectNothing(
        'was done more than once',
        [...this.taken].flatMap(([job, times]) => (times > 1 ? [job] : [])),
      );
    }
    const counts = await this.within('a count', late.queue(PLAIN, 'q', { isOrdered: false }).counts());
    if (counts.visible + counts.inFlight > 0) this.fail(`${JSON.stringify(counts)} are left`);
    await this.within('the end of a node', late.close());
    if (this.faults.length > 0) throw this.faults[0];
  }

  /** Waits for something that must not take more than a minute. */
  async within<Value>(what: string, doing: Promise<Value>): Promise<Value> {
    let isDone = false;
    const done = doing.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    for (let seconds = 60; !isDone; seconds--) {
      if (seconds === 0) throw new Error(`${what} does not come to an end`);
      await this.cluster.settled();
      if (!isDone) await this.clock.advance(1000);
    }
    return done;
  }

  expectNothing(what: string, found: readonly unknown[]): void {
    if (found.length > 0) this.fail(`${what}: ${found.join('; ')}`);
  }

  /** Of a shard, each message has the id after the last one, or is the first of a later keeper. */
  #checkChain(stream: string, id: string | undefined): void {
    if (id === undefined) return;
    const [lastTerm = 0, lastNumber = 0] = (this.chains.get(stream) ?? '').split('.').map(Number);
    const [term = 0, number = 0] = id.split('.').map(Number);
    this.chains.set(stream, id);
    const isNext = term === lastTerm ? number === lastNumber + 1 : term > lastTerm && number === 0;
    if (!isNext) this.fail(`${stream}: ${id} was stored after ${lastTerm}.${lastNumber}`);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function simulate(seed: number): Promise<void> {
  const world = new World(seed);
  try {
    await world.run();
  } catch (error) {
    const alone = `SIMULATION_SEED=${seed} npx vitest run --project unit ${FILE}`;
    throw new Error(`Seed ${seed}: ${world.faults.map(String).join('; ')}\nRun it alone: ${alone}`, { cause: error });
  }
}

const chunks = Array.from({ length: SEEDS / CHUNK }, (_, n) => 1 + n * CHUNK);

test.skipIf(ONE !== undefined).each(chunks)(`what is promised holds, from seed %i on ${CHUNK} seeds`, async (first) => {
  for (let seed = first; seed < first + CHUNK; seed++) await simulate(seed);
});

test.runIf(ONE !== undefined)('what is promised holds, with the seed that was named', async () => {
  await simulate(Number(ONE));
});
