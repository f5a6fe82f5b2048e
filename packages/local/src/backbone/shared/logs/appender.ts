// What appends to a log on this node: one append at a time, and what waits meanwhile is appended together.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock/clock.ts';
import type { LogEntry, Retention } from '../../log.ts';
import { fromText } from '../data.ts';
import type { Pieces, WrittenPieces } from '../pieces.ts';
import { createPromise, type OpenPromise } from '../promise.ts';
import type { Removals } from '../removals.ts';
import { type Stream, WrongLast } from '../server.ts';
import {
  type LogHead,
  type LogSubjects,
  lastOf,
  packEntry,
  packHead,
  piecesIn,
  piecesText,
  type StoredEntry,
  type StoredHead,
} from './log-message.ts';
import type { EntryPlace, LogReader } from './reader.ts';

/** Ours: most entries that are appended by one message. */
const MAX_BATCH = 100;
/**
 * Ours: for how long a head that was read or written is taken for the newest one without a look. A cluster needs longer
 * to choose another leader of the stream, which may count otherwise: another head may have that sequence then.
 */
const HEAD_MS = 1000;
/** Ours: entries that are looked at together to drop them one after the other. */
const DROP_AHEAD = 64;
/** Ours: entries that a node knows, so that it need not read them to drop them. */
const MAX_KNOWN = 512;

export interface AppenderParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly subjects: LogSubjects;
  readonly reader: LogReader;
  readonly retention: Pick<Retention<never>, 'maxEntries' | 'maxBytes'>;
  readonly stream: () => Promise<Stream>;
  readonly pieces: Pieces<EntryPlace>;
  readonly removals: Removals;
  readonly horizon: () => number;
  /** Awaited before each append. */
  readonly ready: () => Promise<void>;
}

interface Waiting {
  readonly text: string;
  readonly sizeBytes: number;
  readonly done: OpenPromise<LogEntry<never>>;
  /** A large value, and the number that it is to have. */
  large?: { readonly pieces: WrittenPieces; readonly number: number };
}

/** What is to be known of an entry to drop it. */
type Known = Pick<StoredEntry, 'bytes' | 'total' | 'text' | 'sequence'>;

export class Appender {
  readonly #parts: AppenderParts;
  readonly #waiting: Waiting[] = [];
  #isAppending = false;
  /** The head as this node knows it; it may have been replaced. */
  #head: StoredHead | undefined;
  /** When it was read or written, epoch ms. */
  #headAt = 0;
  /** Resolves when the head's entries stand in their places. */
  #copying: Promise<void> | undefined;
  /** Entries in their places that may be dropped next. */
  readonly #known = new Map<number, Known>();
  /** Sequence of a head that an entry is missing of. */
  #incomplete = 0;
  /** What another node had still to remove was looked for. */
  #isSwept = false;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
  }

  append(text: string, sizeBytes: number): Promise<LogEntry<never>> {
    const done = createPromise<LogEntry<never>>();
    this.#waiting.push({ text, sizeBytes, done });
    if (!this.#isAppending) void this.#appendAll();
    return done.promise;
  }

  async #appendAll(): Promise<void> {
    this.#isAppending = true;
    while (this.#waiting.length > 0) {
      try {
        await this.#parts.ready();
        await this.#appendTo(await this.#newestHead());
      } catch (error) {
        this.#forget();
        if (error instanceof WrongLast) continue;
        for (const { done } of this.#waiting.splice(0)) done.reject(error);
      }
    }
    this.#isAppending = false;
  }

  async #newestHead(): Promise<StoredHead | undefined> {
    const { clock, reader } = this.#parts;
    const known = this.#head;
    const now = clock.now();
    if (known && now - this.#headAt <= HEAD_MS) return known;
    const head = await reader.head();
    this.#headAt = now;
    const isSame = head?.sequence === known?.sequence && head?.life === known?.life && head?.start === known?.start;
    if (!isSame) this.#forget();
    this.#head ??= head;
    return this.#head;
  }

  /** What this node knew of the log may be wrong. */
  #forget(): void {
    this.#head = undefined;
    this.#copying = undefined;
    this.#known.clear();
  }

  /** Appends those that have waited longest. @throws WrongLast when the head is another one. */
  async #appendTo(head: StoredHead | undefined): Promise<void> {
    const stream = await this.#parts.stream();
    const first = head ? await this.#parts.reader.first(head) : 1;
    if (head && first <= lastOf(head)) {
      this.#copying ??= this.#copy(head, first);
      await this.#copying;
    }
    const start = head ? lastOf(head) + 1 : 1;
    const batch = this.#firstWaiting();
    const texts: string[] = [];
    for (const [index, waiting] of batch.entries()) texts.push(await this.#textOf(waiting, start + index));
    const next = await this.#headAfter(head, first, { batch, texts });
    for (const { large } of batch) if (large) this.#parts.pieces.checkAge(large.pieces);
    const lastOfSubject = head?.sequence ?? 0;
    const publishedAt = this.#parts.clock.now();
    const sequence = await stream.publish(this.#parts.subjects.head, packHead(next), { lastOfSubject });
    this.#waiting.splice(0, batch.length);
    this.#head = { ...next, sequence };
    this.#headAt = publishedAt;
    const copying = this.#copy(this.#head, next.first);
    this.#copying = copying;
    copying.catch(() => {
      if (this.#copying === copying) this.#copying = undefined;
    });
    if (head) this.#dropEntries(head, first, next.first);
    for (const [index, { text, done }] of batch.entries()) {
      done.resolve(Object.freeze({ sequence: start + index, value: fromText<never>(text) }));
    }
  }

  #firstWaiting(): Waiting[] {
    const { pieces, retention } = this.#parts;
    const most = Math.min(MAX_BATCH, retention.maxEntries);
    let bytes = 0;
    let count = 0;
    for (const { text } of this.#waiting) {
      const isLarge = pieces.isTooLarge(text);
      bytes += (isLarge ? 0 : Buffer.byteLength(text)) + 50;
      if (count > 0 && (count >= most || bytes > pieces.maxInline)) break;
      count++;
    }
    return this.#waiting.slice(0, count);
  }

  /** What stands in the head for a value. */
  async #textOf(waiting: Waiting, number: number): Promise<string> {
    const { pieces, subjects } = this.#parts;
    if (!pieces.isTooLarge(waiting.text)) return waiting.text;
    const owner = { place: subjects.place, number };
    if (!waiting.large) waiting.large = { pieces: await pieces.write(waiting.text, owner), number };
    else if (waiting.large.number !== number) {
      await pieces.rename(waiting.large.pieces, owner);
      waiting.large = { pieces: waiting.large.pieces, number };
    }
    return piecesText(waiting.large.pieces);
  }

  /** The head that appends these entries, and drops the oldest ones. */
  async #headAfter(
    head: StoredHead | undefined,
    firstKept: number,
    { batch, texts }: { readonly batch: readonly Waiting[]; readonly texts: readonly string[] },
  ): Promise<LogHead> {
    const start = head ? lastOf(head) + 1 : 1;
    const last = start + batch.length - 1;
    const before = head?.totals.at(-1) ?? 0;
    let total = before;
    const totals = batch.map(({ sizeBytes }) => {
      total += sizeBytes;
      return total;
    });
    let first = firstKept;
    let dropped = head?.dropped ?? 0;
    if (firstKept === start) dropped = before;
    else if (head && firstKept !== head.first) {
      const kept = await this.#sizes(head, firstKept);
      dropped = kept ? kept.total - kept.bytes : dropped;
    }
    const { maxEntries, maxBytes } = this.#parts.retention;
    for (; first < last && (last - first + 1 > maxEntries || total - dropped > maxBytes); first++) {
      dropped = (first < start && head ? (await this.#sizes(head, first))?.total : totals[first - start]) ?? dropped;
    }
    const horizon = Math.max(this.#parts.horizon(), head?.horizon ?? 0);
    const life = head?.life ?? randomBytes(6).toString('base64url');
    return { life, first, dropped, horizon, start, before, totals, texts };
  }

  /**
   * How large an entry is that is not new.
   * @throws WrongLast when it is not there, because whoever dropped it has appended since. Undefined when nobody has:
   * then it is lost, and nothing waits for it.
   */
  async #sizes(head: StoredHead, number: number): Promise<Pick<Known, 'bytes' | 'total'> | undefined> {
    if (number >= head.start) return sizesIn(head, number - head.start);
    if (!this.#known.has(number)) {
      const to = Math.min(number + DROP_AHEAD, head.start);
      for (const entry of await this.#parts.reader.entries(head.life, number, to)) {
        if (entry) this.#know(entry.number, entry);
      }
    }
    const known = this.#known.get(number);
    if (known || this.#incomplete === head.sequence) return known;
    this.#incomplete = head.sequence;
    throw new WrongLast('logs', this.#parts.subjects.head);
  }

  #know(number: number, { bytes, total, text, sequence }: Known): void {
    this.#known.set(number, { bytes, total, text: piecesIn(text) ? text : '', sequence });
  }

  /** Puts the head's entries where they stay. Another node may do the same. */
  async #copy(head: StoredHead, first: number): Promise<void> {
    const stream = await this.#parts.stream();
    await Promise.all(
      head.texts.map(async (text, index) => {
        const number = head.start + index;
        if (number < first) return;
        const sizes = sizesIn(head, index);
        const data = packEntry({ number, at: head.sequence, ...sizes }, text);
        try {
          const subject = this.#parts.subjects.entry(head.life, number);
          const sequence = await stream.publish(subject, data, { lastOfSubject: 0 });
          if (this.#known.size < MAX_KNOWN) this.#know(number, { ...sizes, text, sequence });
        } catch (error) {
          if (!(error instanceof WrongLast)) throw error;
        }
      }),
    );
  }

  /** Removes later what the append after `head` has dropped; `kept` was the first entry before it. */
  #dropEntries(head: StoredHead, kept: number, first: number): void {
    // What a purge dropped, it has removed, but for what stood in the head and was copied after it.
    const from = kept > head.first ? Math.max(head.start, head.first) : head.first;
    for (let number = from; number < Math.min(first, head.start + head.texts.length); number++) {
      this.#drop(head, number, this.#known.get(number));
      this.#known.delete(number);
    }
    if (this.#isSwept || first === 1) return;
    this.#isSwept = true;
    // The next append of this node, or of another one, tries again.
    this.#sweep(head, from).catch(() => {
      this.#isSwept = false;
    });
  }

  #drop(head: StoredHead, number: number, known: Known | undefined): void {
    const subject = this.#parts.subjects.entry(head.life, number);
    this.#parts.removals.add(known ? { subject, sequence: known.sequence } : subject);
    const pieces = piecesIn(known?.text ?? head.texts[number - head.start] ?? '');
    if (pieces) this.#parts.pieces.remove(pieces);
  }

  /** Drops again what a node that died had still to remove: it removes the oldest first. */
  async #sweep(head: StoredHead, before: number): Promise<void> {
    for (let to = before; to > 1; to -= DROP_AHEAD) {
      const entries = await this.#parts.reader.entries(head.life, Math.max(to - DROP_AHEAD, 1), to);
      for (const entry of entries) if (entry) this.#drop(head, entry.number, entry);
      if (!entries[0]) return;
    }
  }
}

/** How large the entry with this index in the head is. */
function sizesIn({ before, totals }: LogHead, index: number): Pick<Known, 'bytes' | 'total'> {
  const total = totals[index] ?? before;
  return { bytes: total - (totals[index - 1] ?? before), total };
}
