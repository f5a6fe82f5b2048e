// The jobs of one work that stand in one shard, as rows:
//
//   <path>.<number>          { at, jobs }             what was put at once; gone when all are done or have moved
//   <path>.<number>          { at, jobs, id, until }  a job with an id, by itself
//   <path>.<number>          { id, until }            it is done; stays until the id is forgotten
//   <path>.<number>.<index>  { at, jobs }             one of several that comes again: it has moved
//   <path>.purged            { before }               whatever has a smaller number is gone
//
// A row's number is the sequence that it was first written with. A job that comes again and is alone in its row is
// written in its place. A row is removed unhurried: when the keeper dies before, its jobs are done once more.
import { JobIds } from '../../memory/job-ids.ts';
import { JOB_ID_MS, type WorkClock } from '../../work.ts';
import { CommonParts } from './common-parts.ts';
import { type JobRow, type Name, parseJobRow, parseMarker, partsOf } from './job-rows.ts';
import type { NodeWork, StoredJob } from './node-work.ts';
import { NotTheKeeper, type ShardRow, type ShardWriter } from './shard-writer.ts';
import { SpentRows } from './spent-rows.ts';

export interface KeptWorkOptions<Job> {
  readonly writer: ShardWriter;
  /** Of all rows of this work. */
  readonly path: string;
  /** Whose line the jobs stand in. */
  readonly node: NodeWork<Job>;
}

export interface KeptPutOptions {
  /** Epoch ms. */
  readonly notBefore?: number;
  /** One for each job: what is known is not put again. */
  readonly ids?: readonly string[];
}

/** What was put at once. */
interface SharedRow {
  readonly number: number;
  readonly sequence: number;
  /** Jobs that are neither done nor have moved. */
  left: number;
}

interface Place {
  readonly number: number;
  /** Which one of its row; -1: it is alone. */
  readonly index: number;
  readonly sequence: number;
  readonly shared?: SharedRow | undefined;
  readonly name?: Name | undefined;
}

class KeptJob<Job> implements StoredJob<Job> {
  job: Job;
  readonly owner: KeptWork<Job>;
  readonly number: number;
  readonly index: number;
  /** Of the row that it has for itself. */
  sequence: number;
  /** The row that it was put with, while it has not moved. */
  shared: SharedRow | undefined;
  readonly name: Name | undefined;

  constructor(owner: KeptWork<Job>, job: Job, { number, index, sequence, shared, name }: Place) {
    this.job = job;
    this.owner = owner;
    this.number = number;
    this.index = index;
    this.sequence = sequence;
    this.shared = shared;
    this.name = name;
  }

  finish(): Promise<void> {
    return this.owner.finish(this);
  }

  postpone(at: number, job: Job): Promise<void> {
    return this.owner.postpone(this, at, job);
  }

  removeRow(): void {
    this.owner.removeRow(this);
  }
}

/** What was read when the shard was taken over. */
class Restoring<Job> {
  rows = 0;
  marker: number | undefined;
  readonly parts = new CommonParts();
  readonly jobs: { readonly at: number; readonly item: KeptJob<Job> }[] = [];
  /** Paths of jobs that have moved out of the row that they were put with. */
  readonly moved = new Set<string>();
  readonly names: (Name & { readonly number: number })[] = [];
  readonly done: { readonly number: number; readonly sequence: number; readonly until: number }[] = [];
}

export class KeptWork<Job> {
  readonly #clock: WorkClock;
  readonly #writer: ShardWriter;
  readonly #path: string;
  readonly #node: NodeWork<Job>;
  readonly #ids = new JobIds();
  readonly #spent: SpentRows;
  #isLost = false;
  /** Whatever has a smaller number is gone. */
  #purgedBefore = 0;
  #restoring = new Restoring<Job>();

  constructor(clock: WorkClock, { writer, path, node }: KeptWorkOptions<Job>) {
    this.#clock = clock;
    this.#writer = writer;
    this.#path = path;
    this.#node = node;
    this.#spent = new SpentRows(writer);
  }

  /** Adds jobs that are due now or at `notBefore`. @throws NotTheKeeper */
  async put(jobs: readonly Job[], { notBefore = 0, ids }: KeptPutOptions = {}): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(notBefore, now);
    this.#spent.sweep(now);
    const items: KeptJob<Job>[] = [];
    if (ids) {
      for (const [index, job] of jobs.entries()) {
        const id = ids[index];
        if (id === undefined || !this.#ids.add(id, now)) continue;
        this.#writeJobs([job], { at, id, until: now + JOB_ID_MS }, items);
      }
    } else {
      for (const part of partsOf(jobs)) this.#writeJobs(part, { at }, items);
    }
    // Also when all were known: they may be on their way.
    await this.#writer.stored();
    this.#hand(items, notBefore);
  }

  /** A row of the shard as it was taken over, in the order of sequences. Its path is what follows this work's own. */
  restore({ path, sequence, value }: ShardRow): void {
    const restoring = this.#restoring;
    restoring.rows++;
    if (path === 'purged') {
      restoring.marker = sequence;
      this.#purgedBefore = parseMarker(value).before;
      return;
    }
    const [number = 0, index] = path.split('.').map(Number);
    const { at = 0, jobs, id, until = 0 } = parseJobRow<Job>(value);
    const name = id === undefined ? undefined : { id, until };
    if (name) restoring.names.push({ ...name, number });
    if (!jobs) restoring.done.push({ number, sequence, until });
    else if (jobs.length > 1) {
      const shared = { number, sequence, left: jobs.length };
      for (const [place, job] of jobs.entries()) {
        restoring.parts.share(job);
        restoring.jobs.push({ at, item: new KeptJob(this, job, { number, index: place, sequence, shared }) });
      }
    } else {
      if (index !== undefined) restoring.moved.add(path);
      for (const job of jobs) {
        restoring.parts.share(job);
        restoring.jobs.push({ at, item: new KeptJob(this, job, { number, index: index ?? -1, sequence, name }) });
      }
    }
  }

  /** Every row has come: what was not done is handed out, by its time. */
  restored(): void {
    const { rows, marker, jobs, moved, names, done } = this.#restoring;
    this.#restoring = new Restoring();
    const now = this.#clock.now();
    const hasMoved = ({ shared, number, index }: Place) => shared !== undefined && moved.has(`${number}.${index}`);
    const due: typeof jobs = [];
    for (const each of jobs) {
      if (each.item.number < this.#purgedBefore || hasMoved(each.item)) this.removeRow(each.item);
      else if (each.at <= now) due.push(each);
      else this.#node.line.add([each.item], each.at);
    }
    due.sort((a, b) => a.at - b.at);
    this.#hand(
      due.map(({ item }) => item),
      0,
    );
    for (const { number, sequence, until } of done) {
      this.#spent.add(
        { path: this.#pathOf({ number }), sequence, until: number < this.#purgedBefore ? 0 : until },
        now,
      );
    }
    names.sort((a, b) => a.until - b.until);
    for (const { number, id, until } of names) {
      if (until > now && number >= this.#purgedBefore) this.#ids.restore(id, until);
    }
    if (rows === 1 && marker !== undefined) this.#writer.remove(`${this.#path}.purged`, marker);
  }

  /** Drops every job, and forgets the ids. @throws NotTheKeeper */
  async purge(): Promise<void> {
    const before = this.#writer.next;
    this.#purgedBefore = before;
    this.#ids.clear();
    const spent = this.#spent.takeAll();
    const dropped: StoredJob<Job>[] = [];
    this.#node.line.keepOnly((item) => {
      if (item.owner !== this) return true;
      dropped.push(item);
      return false;
    });
    await this.#writer.write(`${this.#path}.purged`, { before });
    for (const item of dropped) item.removeRow();
    for (const { path, sequence } of spent) this.#writer.remove(path, sequence);
  }

  /** The shard is another node's now, and so are its jobs. */
  lose(): void {
    this.#isLost = true;
    this.#node.line.keepOnly(({ owner }) => owner !== this);
  }

  /** For its jobs. */
  async finish(item: KeptJob<Job>): Promise<void> {
    const { name, number } = item;
    if (!name || number < this.#purgedBefore) {
      this.removeRow(item);
      return;
    }
    // Whether it was done is known for as long as its id is.
    if (await this.#rewrite(item, name)) {
      const until = number < this.#purgedBefore ? 0 : name.until;
      this.#spent.add({ path: this.#pathOf(item), sequence: item.sequence, until }, this.#clock.now());
    }
  }

  /** For its jobs. */
  async postpone(item: KeptJob<Job>, at: number, job: Job): Promise<void> {
    item.job = job;
    const { shared } = item;
    if (!(await this.#rewrite(item, { at: Math.max(at, this.#clock.now()), jobs: [job], ...item.name }))) return;
    item.shared = undefined;
    if (shared) this.#leave(shared);
    this.#hand([item], at);
  }

  /** For its jobs. */
  removeRow(item: KeptJob<Job>): void {
    if (item.shared) this.#leave(item.shared);
    else this.#writer.remove(this.#pathOf(item), item.sequence);
  }

  #leave(row: SharedRow): void {
    if (--row.left === 0) this.#writer.remove(this.#pathOf(row), row.sequence);
  }

  #writeJobs(jobs: readonly Job[], row: JobRow<Job>, items: KeptJob<Job>[]): void {
    const number = this.#writer.next;
    this.#write(this.#pathOf({ number }), { ...row, jobs });
    const { id, until = 0 } = row;
    const name = id === undefined ? undefined : { id, until };
    const shared = jobs.length > 1 ? { number, sequence: number, left: jobs.length } : undefined;
    for (const [index, job] of jobs.entries()) {
      items.push(new KeptJob(this, job, { number, index: shared ? index : -1, sequence: number, shared, name }));
    }
  }

  /** Whether it is stored; if not, the next keeper has the job as it was. */
  async #rewrite(item: KeptJob<Job>, row: JobRow<Job>): Promise<boolean> {
    return this.#write(this.#pathOf(item), row).then(
      (sequence) => {
        item.sequence = sequence;
        return true;
      },
      (error: unknown) => {
        if (error instanceof NotTheKeeper) return false;
        throw error;
      },
    );
  }

  #hand(items: readonly KeptJob<Job>[], notBefore: number): void {
    if (this.#isLost) return;
    const isKept = (item: KeptJob<Job>) => item.number >= this.#purgedBefore;
    if (items.every(isKept)) this.#node.line.add(items, notBefore);
    else {
      // Purged while it was on its way.
      this.#node.line.add(items.filter(isKept), notBefore);
      for (const item of items) if (!isKept(item)) this.removeRow(item);
    }
  }

  #pathOf({ number, index = -1 }: { readonly number: number; readonly index?: number }): string {
    return index < 0 ? `${this.#path}.${number}` : `${this.#path}.${number}.${index}`;
  }

  // Whoever does not wait for it waits for `stored`.
  #write(path: string, value: unknown): Promise<number> {
    const written = this.#writer.write(path, value);
    written.catch(() => {});
    return written;
  }
}
