// Who listens to a log on this node: all of them follow it once. Entries are known by the life of the log and their
// number, not by sequences of the stream, which may go back. A log's head says which life it has; what is heard of
// another one waits until a head says so. What was not heard, though something later was, is asked for.
import type { Clock } from '../../../clock/clock.ts';
import { tellEach } from '../../listeners.ts';
import type { LogEntry } from '../../log.ts';
import { fromText } from '../data.ts';
import type { StreamMessage } from '../server.ts';
import type { Follows } from './follows.ts';
import { type LogSubjects, lastOf, lifeOf, piecesIn, type StoredHead, unpackEntry, unpackHead } from './log-message.ts';
import type { LogReader } from './reader.ts';

interface Listener {
  readonly hear: (entry: LogEntry<never>) => void;
  /** What was appended later than this is the listener's; not known yet while it begins. */
  from: EntryName | undefined;
  /** What was heard meanwhile. */
  readonly early: Heard[];
  begun: Promise<void>;
}

interface EntryName {
  readonly life: string;
  readonly number: number;
}

interface Heard {
  readonly life: string;
  readonly entry: LogEntry<never>;
}

export interface TailsOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly subjects: LogSubjects;
  readonly reader: Pick<LogReader, 'head' | 'entries' | 'fetch'>;
  readonly follows: Follows;
  /** Is told what listeners have thrown. */
  readonly failed: (error: unknown) => void;
}

/** Not heard, or in pieces: its text has to be asked for. */
interface Waiting extends EntryName {
  readonly text: string | undefined;
}

/** Ours: when a tail could not begin because the server was away, how long until it is tried again. */
const RETRY_MS = 1000;
/** Ours: so many entries that were not heard are asked for, the newest of them. */
const MAX_UNHEARD = 1000;

export class Tails {
  readonly #options: TailsOptions;
  readonly #listeners = new Set<Listener>();
  #following: Promise<() => void> | undefined;
  /** The newest entry that was heard. */
  #last: EntryName = { life: '', number: 0 };
  /** Heard of a life that no head was heard of. */
  #early: Waiting[] = [];
  /** One that is being asked for, and those behind it. */
  readonly #waiting: Waiting[] = [];

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
    this.#last = { life: '', number: 0 };
    this.#early = [];
    following?.then((leave) => leave()).catch(() => {});
  }

  async #begin(listener: Listener): Promise<void> {
    const { reader, subjects, follows } = this.#options;
    this.#following ??= follows.follow(subjects.place, (message) => this.#hear(message));
    try {
      await this.#following;
    } catch (error) {
      this.#following = undefined;
      throw error;
    }
    const head = await reader.head();
    const from = head ? { life: head.life, number: lastOf(head) } : { life: '', number: 0 };
    listener.from ??= from;
    if (this.#last.life === '') this.#last = from;
    tellEach(listener.early.splice(0), (heard) => this.#tell(listener, heard), this.#options.failed);
  }

  #tryLater(listener: Listener): void {
    const { clock } = this.#options;
    clock.setTimer(clock.now() + RETRY_MS, () => {
      if (!this.#listeners.has(listener) || listener.from !== undefined) return;
      this.#begin(listener).catch(() => this.#tryLater(listener));
    });
  }

  #hear(message: StreamMessage): void {
    if (message.subject === this.#options.subjects.head) this.#hearHead(unpackHead(message));
    else {
      const { number, text } = unpackEntry(message);
      const heard = { life: lifeOf(message.subject), number, text };
      if (heard.life === this.#last.life) this.#hearEntry(heard);
      else this.#early.push(heard);
    }
  }

  #hearHead({ life, start, texts }: StoredHead): void {
    if (life !== this.#last.life) {
      const early = this.#early.filter((heard) => heard.life === life);
      this.#early = [];
      this.#last = { life, number: 0 };
      for (const heard of early) this.#hearEntry(heard);
    }
    for (const [index, text] of texts.entries()) this.#hearEntry({ life, number: start + index, text });
  }

  #hearEntry(heard: Waiting): void {
    const { life, number } = heard;
    if (number <= this.#last.number) return;
    const isIdle = this.#waiting.length === 0;
    for (let unheard = Math.max(this.#last.number + 1, number - MAX_UNHEARD); unheard < number; unheard++)
      this.#waiting.push({ life, number: unheard, text: undefined });
    this.#last = { life, number };
    if (this.#waiting.length === 0 && heard.text !== undefined && !piecesIn(heard.text))
      this.#tellAll(heard, heard.text);
    else this.#waiting.push(heard);
    if (isIdle && this.#waiting.length > 0) void this.#tellWaiting();
  }

  async #tellWaiting(): Promise<void> {
    const { clock } = this.#options;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        const text = await this.#ask(next);
        if (text !== undefined) this.#tellAll(next, text);
        this.#waiting.shift();
      } catch {
        // The server is away.
        if (this.#listeners.size === 0) this.#waiting.length = 0;
        else await new Promise<void>((resolve) => void clock.setTimer(clock.now() + RETRY_MS, resolve));
      }
    }
  }

  /** An entry's value; undefined when it was dropped meanwhile. @throws ServerAway */
  async #ask({ life, number, text }: Waiting): Promise<string | undefined> {
    const { reader } = this.#options;
    const [entry] = text === undefined ? await reader.entries(life, number, number + 1) : [{ text }];
    return entry && reader.fetch(entry.text);
  }

  #tellAll({ life, number }: EntryName, text: string): void {
    const heard = { life, entry: Object.freeze({ sequence: number, value: fromText<never>(text) }) };
    tellEach([...this.#listeners], (listener) => this.#tell(listener, heard), this.#options.failed);
  }

  #tell(listener: Listener, heard: Heard): void {
    if (!this.#listeners.has(listener)) return;
    const { from } = listener;
    if (from === undefined) listener.early.push(heard);
    else if (heard.life !== from.life || heard.entry.sequence > from.number) listener.hear(heard.entry);
  }
}
