// A log of a shared backbone, as one node sees it. Nothing of it is kept here but what makes the next append cheap.
import { randomBytes } from 'node:crypto';
import type { Log, LogBounds, LogEntry, Retention } from '../../log.ts';
import { fromText, toText } from '../data.ts';
import { createPromise, type OpenPromise } from '../promise.ts';
import { ServerAway, type Stream, WrongLast } from '../server.ts';
import {
  type LogHead,
  type LogSubjects,
  lastOf,
  packEntry,
  packHead,
  type StoredEntry,
  type StoredHead,
  unpackEntry,
  unpackHead,
} from './log-message.ts';
import type { Removals } from './removals.ts';
import { Tails } from './tails.ts';

/** Ours: most entries that are appended by one message. */
const MAX_BATCH = 100;
/** Ours: entries that are asked for at once. */
const READ_AT_ONCE = 64;
/** Ours: how often entries are asked for that should be there. */
const MAX_READS = 10;

/** Ours: entries whose sizes a node remembers, so that it need not read them to drop them. */
const MAX_KNOWN = 512;

/** What the logs of a node share. */
export interface LogParts {
  readonly stream: () => Promise<Stream>;
  readonly removals: Removals;
  /** Entries that were appended up to this sequence were purged, unless they last. */
  readonly horizon: () => number;
  /** Most bytes of a batch. */
  readonly maxBytes: number;
}

interface Waiting {
  readonly text: string;
  readonly sizeBytes: number;
  readonly done: OpenPromise<LogEntry<never>>;
}

export class SharedLog<Value> implements Log<Value> {
  readonly #subjects: LogSubjects;
  readonly #retention: Retention<Value>;
  readonly #parts: LogParts;
  readonly #tails: Tails;
  readonly #waiting: Waiting[] = [];
  #isAppending = false;
  /** The head as this node knows it; it may have been replaced. */
  #head: StoredHead | undefined;
  /** Entries of the head that stand in their places. */
  #copying: Promise<void> | undefined;
  /** Entries of this life that may be dropped next, as far as they are known. */
  readonly #oldest = new Map<number, Pick<StoredEntry, 'total' | 'sequence'>>();

  constructor(subjects: LogSubjects, retention: Retention<Value>, parts: LogParts) {
    this.#subjects = subjects;
    this.#retention = retention;
    this.#parts = parts;
    this.#tails = new Tails(parts.stream, subjects);
  }

  append(value: Value): Promise<LogEntry<Value>> {
    const done = createPromise<LogEntry<never>>();
    this.#waiting.push({ text: toText(value), sizeBytes: this.#retention.sizeBytes(value), done });
    if (!this.#isAppending) void this.#appendAll();
    return done.promise;
  }

  async read(from: number, limit: number): Promise<LogEntry<Value>[]> {
    for (let reads = 1; ; reads++) {
      const head = await this.#newestHead();
      if (!head) return [];
      const start = Math.max(from, await this.#firstOf(head));
      const end = Math.min(start + limit - 1, lastOf(head));
      const found: LogEntry<Value>[] = [];
      for (let number = start; number <= Math.min(end, head.start - 1); number += READ_AT_ONCE) {
        const to = Math.min(number + READ_AT_ONCE, end + 1, head.start);
        for (const entry of await this.#readCopies(head.life, number, to)) {
          if (entry) found.push(Object.freeze({ sequence: entry.number, value: fromText<Value>(entry.text) }));
        }
      }
      for (let number = Math.max(start, head.start); number <= end; number++) {
        const text = head.texts[number - head.start] ?? '';
        found.push(Object.freeze({ sequence: number, value: fromText<Value>(text) }));
      }
      // Fewer: the oldest were dropped meanwhile, or the log was removed.
      if (found.length === Math.max(end - start + 1, 0)) return found;
      if (reads === MAX_READS) throw new ServerAway('entries of a log are not where they should be');
    }
  }

  async bounds(): Promise<LogBounds> {
    await this.#tails.begun();
    const head = await this.#newestHead();
    return head ? { first: await this.#firstOf(head), last: lastOf(head) } : { first: 1, last: 0 };
  }

  tail(listener: (entry: LogEntry<Value>) => void): () => void {
    return this.#tails.add(listener);
  }

  /** Ends every tail. */
  close(): void {
    this.#tails.close();
  }

  async #newestHead(): Promise<StoredHead | undefined> {
    const newest = await (await this.#parts.stream()).newest(this.#subjects.head);
    return newest && unpackHead(newest);
  }

  async #readCopies(life: string, from: number, to: number): Promise<(StoredEntry | undefined)[]> {
    const stream = await this.#parts.stream();
    return Promise.all(
      Array.from({ length: to - from }, async (_, index) => {
        const message = await stream.newest(this.#subjects.entry(life, from + index));
        return message && unpackEntry(message);
      }),
    );
  }

  #horizon(): number {
    return this.#retention.lasting ? 0 : this.#parts.horizon();
  }

  /** Number of the oldest entry that is kept, also when there was a purge that the head does not know of. */
  async #firstOf(head: StoredHead): Promise<number> {
    const horizon = this.#horizon();
    if (horizon <= head.horizon) return head.first;
    if (head.sequence <= horizon) return lastOf(head) + 1;
    // Entries that were appended later have higher numbers: the first of them is searched for.
    let from = head.first;
    let to = head.start;
    while (from < to) {
      const middle = (from + to) >> 1;
      const [entry] = await this.#readCopies(head.life, middle, middle + 1);
      if (entry && entry.at > horizon) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  async #appendAll(): Promise<void> {
    this.#isAppending = true;
    while (this.#waiting.length > 0) {
      try {
        await this.#tails.begun();
        this.#head ??= await this.#newestHead();
        await this.#appendTo(this.#head);
      } catch (error) {
        this.#forget();
        if (error instanceof WrongLast) continue;
        for (const { done } of this.#waiting.splice(0)) done.reject(error);
      }
    }
    this.#isAppending = false;
  }

  /** What this node knew of the log may be wrong. */
  #forget(): void {
    this.#head = undefined;
    this.#copying = undefined;
    this.#oldest.clear();
  }

  /** Appends those that have waited longest. @throws WrongLast when the head is another one. */
  async #appendTo(head: StoredHead | undefined): Promise<void> {
    const stream = await this.#parts.stream();
    const first = head ? await this.#firstOf(head) : 1;
    if (head && first <= lastOf(head)) {
      this.#copying ??= this.#copy(head, first);
      await this.#copying;
    }
    const batch = this.#firstWaiting();
    const next = await this.#headAfter(head, first, batch);
    const lastOfSubject = head?.sequence ?? 0;
    const sequence = await stream.publish(this.#subjects.head, packHead(next), { lastOfSubject });
    this.#waiting.splice(0, batch.length);
    this.#head = { ...next, sequence };
    this.#copying = this.#copy(this.#head, next.first);
    this.#copying.catch(() => {
      this.#copying = undefined;
    });
    if (head) this.#dropEntries(head, first > head.first ? Math.max(head.start, head.first) : head.first, next.first);
    for (const [index, { text, done }] of batch.entries()) {
      done.resolve(Object.freeze({ sequence: next.start + index, value: fromText<never>(text) }));
    }
  }

  #firstWaiting(): Waiting[] {
    let bytes = 0;
    let count = 0;
    const most = Math.min(MAX_BATCH, this.#retention.maxEntries);
    for (const { text } of this.#waiting) {
      bytes += Buffer.byteLength(text) + 20;
      if (count > 0 && (count >= most || bytes > this.#parts.maxBytes)) break;
      count++;
    }
    return this.#waiting.slice(0, count);
  }

  /** The head that appends these entries, and drops the oldest ones. */
  async #headAfter(head: StoredHead | undefined, firstKept: number, batch: readonly Waiting[]): Promise<LogHead> {
    const start = head ? lastOf(head) + 1 : 1;
    const last = start + batch.length - 1;
    const texts = batch.map(({ text }) => text);
    const before = head?.totals.at(-1) ?? 0;
    let total = before;
    const totals = batch.map(({ sizeBytes }) => {
      total += sizeBytes;
      return total;
    });
    const totalOf = async (number: number) => {
      if (number < 1) return 0;
      if (number === start - 1) return before;
      if (number >= start) return totals[number - start] ?? total;
      return head ? this.#totalOf(head, number) : 0;
    };
    let first = firstKept;
    let dropped = !head || firstKept === head.first ? (head?.dropped ?? 0) : await totalOf(firstKept - 1);
    const { maxEntries, maxBytes } = this.#retention;
    while (first < last && (last - first + 1 > maxEntries || total - dropped > maxBytes)) {
      dropped = await totalOf(first);
      first++;
    }
    return {
      life: head?.life ?? randomBytes(6).toString('base64url'),
      first,
      dropped,
      horizon: Math.max(this.#horizon(), head?.horizon ?? 0),
      start,
      totals,
      texts,
    };
  }

  async #totalOf(head: StoredHead, number: number): Promise<number> {
    if (number >= head.start) return head.totals[number - head.start] ?? 0;
    const known = this.#oldest.get(number);
    if (known) return known.total;
    const entries = await this.#readCopies(head.life, number, Math.min(number + READ_AT_ONCE, head.start));
    for (const entry of entries) if (entry) this.#oldest.set(entry.number, entry);
    const [entry] = entries;
    // Whoever dropped it has appended since.
    if (!entry) throw new WrongLast('logs', this.#subjects.head);
    return entry.total;
  }

  /** Puts the head's entries where they stay. Another node may do the same. */
  async #copy(head: StoredHead, first: number): Promise<void> {
    const stream = await this.#parts.stream();
    await Promise.all(
      head.texts.map(async (text, index) => {
        const number = head.start + index;
        if (number < first) return;
        const total = head.totals[index] ?? 0;
        const subject = this.#subjects.entry(head.life, number);
        try {
          const data = packEntry({ number, at: head.sequence, total }, text);
          const sequence = await stream.publish(subject, data, { lastOfSubject: 0 });
          if (this.#oldest.size < MAX_KNOWN) this.#oldest.set(number, { total, sequence });
        } catch (error) {
          if (!(error instanceof WrongLast)) throw error;
        }
      }),
    );
  }

  #dropEntries(head: StoredHead, from: number, to: number): void {
    for (let number = from; number < to && number <= lastOf(head); number++) {
      const sequence = this.#oldest.get(number)?.sequence;
      this.#parts.removals.add(sequence ?? this.#subjects.entry(head.life, number));
      this.#oldest.delete(number);
    }
  }
}
