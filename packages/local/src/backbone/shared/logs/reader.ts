// What of a log is asked of the server.
import type { LogEntry } from '../../log.ts';
import { fromText } from '../data.ts';
import type { Pieces } from '../pieces.ts';
import type { Stream } from '../server.ts';
import {
  type LogSubjects,
  lastOf,
  piecesIn,
  type StoredEntry,
  type StoredHead,
  unpackEntry,
  unpackHead,
} from './log-message.ts';

/** Ours: entries that are asked for at once. */
const AT_ONCE = 64;
/** Ours: how often entries are asked for that should be there. */
const MAX_READS = 10;

/** Who owns pieces: an entry. */
export interface EntryPlace {
  /** The log's place. */
  readonly place: string;
  readonly number: number;
}

export interface ReaderParts {
  readonly stream: () => Promise<Stream>;
  readonly pieces: Pieces<EntryPlace>;
  /** Entries that were appended up to this sequence are dropped. */
  readonly horizon: () => number;
}

export class LogReader {
  readonly #subjects: LogSubjects;
  readonly #parts: ReaderParts;

  constructor(subjects: LogSubjects, parts: ReaderParts) {
    this.#subjects = subjects;
    this.#parts = parts;
  }

  async head(): Promise<StoredHead | undefined> {
    const newest = await (await this.#parts.stream()).newest(this.#subjects.head);
    return newest && unpackHead(newest);
  }

  /** Entries that stand in their places, from `from` to before `to`; undefined where none does. */
  async entries(life: string, from: number, to: number): Promise<(StoredEntry | undefined)[]> {
    const stream = await this.#parts.stream();
    const found: (StoredEntry | undefined)[] = [];
    for (let start = from; start < to; start += AT_ONCE) {
      const length = Math.min(AT_ONCE, to - start);
      const messages = await Promise.all(
        Array.from({ length }, (_, index) => stream.newest(this.#subjects.entry(life, start + index))),
      );
      for (const message of messages) found.push(message && unpackEntry(message));
    }
    return found;
  }

  /** Number of the oldest entry that is kept, also when there was a purge that the head does not know of. */
  async first(head: StoredHead): Promise<number> {
    const horizon = this.#parts.horizon();
    if (horizon <= head.horizon) return head.first;
    if (head.sequence <= horizon) return lastOf(head) + 1;
    // Entries that were appended later have higher numbers: the first of them is searched for.
    let from = head.first;
    let to = Math.max(head.first, head.start);
    while (from < to) {
      const middle = (from + to) >> 1;
      const [entry] = await this.entries(head.life, middle, middle + 1);
      if (entry && entry.at > horizon) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  async read(from: number, limit: number): Promise<LogEntry<never>[]> {
    for (let reads = 1; ; reads++) {
      const head = await this.head();
      if (!head) return [];
      const start = Math.max(from, await this.first(head));
      const end = Math.min(start + limit - 1, lastOf(head));
      const entries = await this.entries(head.life, start, Math.min(end + 1, head.start));
      const texts = entries.map((entry) => entry?.text);
      if (end >= head.start) texts.push(...head.texts.slice(Math.max(start - head.start, 0), end + 1 - head.start));
      const found: LogEntry<never>[] = [];
      for (const [index, text] of texts.entries()) {
        const value = text && (await this.fetch(text));
        if (value) found.push(Object.freeze({ sequence: start + index, value: fromText<never>(value) }));
      }
      // Fewer: the oldest were dropped meanwhile, or the log was removed. What is not there in the end is as dropped.
      if (found.length === Math.max(end - start + 1, 0) || reads === MAX_READS) return found;
    }
  }

  /** The value that an entry's text stands for; undefined when its pieces are gone. */
  async fetch(text: string): Promise<string | undefined> {
    const pieces = piecesIn(text);
    return pieces ? this.#parts.pieces.read(pieces) : text;
  }

  /** Whether the entry with this number names the pieces. */
  async names(number: number, word: string): Promise<boolean> {
    const head = await this.head();
    if (!head || number < (await this.first(head)) || number > lastOf(head)) return false;
    const [entry] = number < head.start ? await this.entries(head.life, number, number + 1) : [];
    return piecesIn(entry?.text ?? head.texts[number - head.start] ?? '')?.word === word;
  }
}
