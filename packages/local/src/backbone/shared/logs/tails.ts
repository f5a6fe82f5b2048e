// Who listens to a log on this node: all of them follow it once.
import type { LogEntry } from '../../log.ts';
import { fromText } from '../data.ts';
import type { Stream, StreamMessage } from '../server.ts';
import { type LogSubjects, unpackEntry, unpackHead } from './log-message.ts';

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

export class Tails {
  readonly #stream: () => Promise<Stream>;
  readonly #subjects: LogSubjects;
  readonly #listeners = new Set<Listener>();
  #following: Promise<() => void> | undefined;
  /** The newest entry that was heard: who appends it, and its number. */
  #at = 0;
  #number = 0;

  constructor(stream: () => Promise<Stream>, subjects: LogSubjects) {
    this.#stream = stream;
    this.#subjects = subjects;
  }

  add(hear: (entry: LogEntry<never>) => void): () => void {
    const listener: Listener = { hear, from: undefined, early: [], begun: Promise.resolve() };
    this.#listeners.add(listener);
    listener.begun = this.#begin(listener);
    listener.begun.catch(() => {});
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Resolves when every listener hears what is appended from now on. @throws ServerAway */
  async begun(): Promise<void> {
    for (const listener of this.#listeners) {
      if (listener.from === undefined) await listener.begun.catch(() => this.#begin(listener));
    }
  }

  close(): void {
    const following = this.#following;
    this.#following = undefined;
    following?.then((leave) => leave()).catch(() => {});
  }

  async #begin(listener: Listener): Promise<void> {
    const stream = await this.#stream();
    this.#following ??= stream.follow(this.#subjects.everything, 'next', (message) => this.#hear(message));
    try {
      await this.#following;
    } catch (error) {
      this.#following = undefined;
      throw error;
    }
    const from = await stream.lastSequence();
    listener.from ??= from;
    for (const heard of listener.early.splice(0)) this.#tell(listener, heard);
  }

  #hear(message: StreamMessage): void {
    if (message.subject === this.#subjects.head) {
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
    const heard = { at, entry: Object.freeze({ sequence: number, value: fromText<never>(text) }) };
    for (const listener of [...this.#listeners]) this.#tell(listener, heard);
  }

  #tell(listener: Listener, heard: Heard): void {
    if (!this.#listeners.has(listener)) return;
    if (listener.from === undefined) listener.early.push(heard);
    else if (heard.at > listener.from) listener.hear(heard.entry);
  }
}
