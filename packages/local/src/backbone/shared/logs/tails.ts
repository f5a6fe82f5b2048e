// Who listens to a log on this node: all of them follow it once.
import type { Clock } from '../../../clock/clock.ts';
import type { LogEntry } from '../../log.ts';
import { fromText } from '../data.ts';
import type { Stream, StreamMessage } from '../server.ts';
import type { Follows } from './follows.ts';
import { type LogSubjects, piecesIn, unpackEntry, unpackHead } from './log-message.ts';

interface Listener {
  readonly hear: (entry: LogEntry<never>) => void;
  /** What was appended later than this is the listener's; not known yet while it begins. */
  from: number | undefined;
  /** What was heard meanwhile. */
  readonly early: Heard[];
  begun: Promise<void>;
}

interface Heard {
  /** Sequence of the head that the entry was appended by. */
  readonly at: number;
  readonly entry: LogEntry<never>;
}

export interface TailsOptions {
  readonly stream: () => Promise<Stream>;
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly subjects: LogSubjects;
  /** The value of an entry that stands in pieces; undefined when they are gone. */
  readonly fetch: (text: string) => Promise<string | undefined>;
  readonly follows: Follows;
}

/** Ours: when a tail could not begin because the server was away, how long until it is tried again. */
const RETRY_MS = 1000;

export class Tails {
  readonly #options: TailsOptions;
  readonly #listeners = new Set<Listener>();
  #following: Promise<() => void> | undefined;
  /** The newest entry that was heard: the sequence of what appended it, and its number. */
  #at = 0;
  #number = 0;
  /** Entries behind one whose pieces are being fetched. */
  readonly #waiting: { readonly at: number; readonly number: number; readonly text: string }[] = [];

  constructor(options: TailsOptions) {
    this.#options = options;
  }

  add(hear: (entry: LogEntry<never>) => void): () => void {
    const listener: Listener = { hear, from: undefined, early: [], begun: Promise.resolve() };
    this.#listeners.add(listener);
    listener.begun = this.#begin(listener);
    listener.begun.catch(() => this.#tryLater(listener));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  /** Resolves when every listener hears what is appended from now on. @throws ServerAway */
  async begun(): Promise<void> {
    for (const listener of this.#listeners) {
      if (listener.from === undefined) await listener.begun.catch(() => this.#begin(listener));
    }
  }

  #stop(): void {
    const following = this.#following;
    this.#following = undefined;
    following?.then((leave) => leave()).catch(() => {});
  }

  async #begin(listener: Listener): Promise<void> {
    const { stream, subjects, follows } = this.#options;
    this.#following ??= follows.follow(subjects.place, (message) => this.#hear(message));
    try {
      await this.#following;
    } catch (error) {
      this.#following = undefined;
      throw error;
    }
    const from = await (await stream()).lastSequence();
    listener.from ??= from;
    for (const heard of listener.early.splice(0)) this.#tell(listener, heard);
  }

  #tryLater(listener: Listener): void {
    const { clock } = this.#options;
    clock.setTimer(clock.now() + RETRY_MS, () => {
      if (!this.#listeners.has(listener) || listener.from !== undefined) return;
      this.#begin(listener).catch(() => this.#tryLater(listener));
    });
  }

  #hear(message: StreamMessage): void {
    if (message.subject === this.#options.subjects.head) {
      const { sequence: at, start, texts } = unpackHead(message);
      for (const [index, text] of texts.entries()) this.#hearEntry(at, start + index, text);
    } else {
      const { at, number, text } = unpackEntry(message);
      this.#hearEntry(at, number, text);
    }
  }

  #hearEntry(at: number, number: number, text: string): void {
    if (at < this.#at || (at === this.#at && number <= this.#number)) return;
    this.#at = at;
    this.#number = number;
    if (this.#waiting.length > 0) this.#waiting.push({ at, number, text });
    else if (!piecesIn(text)) this.#tellAll(at, number, text);
    else {
      this.#waiting.push({ at, number, text });
      void this.#tellWaiting();
    }
  }

  async #tellWaiting(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { at, number, text } = next;
      const value = await this.#options.fetch(text);
      if (value !== undefined) this.#tellAll(at, number, value);
      this.#waiting.shift();
    }
  }

  #tellAll(at: number, number: number, text: string): void {
    const heard = { at, entry: Object.freeze({ sequence: number, value: fromText<never>(text) }) };
    for (const listener of [...this.#listeners]) this.#tell(listener, heard);
  }

  #tell(listener: Listener, heard: Heard): void {
    if (!this.#listeners.has(listener)) return;
    if (listener.from === undefined) listener.early.push(heard);
    else if (heard.at > listener.from) listener.hear(heard.entry);
  }
}
