// A stream as a simulated server keeps it: see shared/server.ts for what it promises.
import { type MessagePlace, type PublishOptions, type StreamMessage, WrongLast } from '../shared/server.ts';

interface Follower {
  readonly fits: (subject: string) => boolean;
  readonly hear: (message: StreamMessage) => void;
}

export class StoredStream {
  readonly #name: string;
  /** By sequence, in order. */
  readonly #messages = new Map<number, StreamMessage>();
  readonly #bySubject = new Map<string, StreamMessage>();
  readonly #followers = new Set<Follower>();
  #lastId: string | undefined;
  #era = 0;
  last = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws WrongLast */
  publish(subject: string, data: Uint8Array, { lastOfSubject, id, after }: PublishOptions): number {
    const earlier = this.#bySubject.get(subject);
    if (lastOfSubject !== undefined && lastOfSubject !== (earlier?.sequence ?? 0))
      throw new WrongLast(this.#name, subject);
    if (after !== undefined && after !== this.#lastId) throw new WrongLast(this.#name, subject);
    if (earlier) this.#messages.delete(earlier.sequence);
    const message: StreamMessage = { subject, sequence: ++this.last, data };
    this.#messages.set(message.sequence, message);
    this.#bySubject.set(subject, message);
    this.#lastId = id;
    for (const { fits, hear } of this.#followers) if (fits(subject)) hear(message);
    return message.sequence;
  }

  forgetId(): void {
    this.#lastId = undefined;
  }

  newest(filter: string): StreamMessage | undefined {
    return this.read(filter).at(-1);
  }

  read(filter: string, from = 0): StreamMessage[] {
    const fits = fitting(filter);
    return [...this.#messages.values()].filter(({ subject, sequence }) => sequence >= from && fits(subject));
  }

  /** Hands out what there is from `from` on, and then what comes. Returns a function that ends it. */
  follow(filter: string, from: number | 'next', hear: (message: StreamMessage) => void): () => void {
    if (from !== 'next') for (const message of this.read(filter, from)) hear(message);
    const follower: Follower = { fits: fitting(filter), hear };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  remove({ subject, sequence }: MessagePlace): void {
    const message = this.#messages.get(sequence);
    if (message?.subject !== subject) return;
    this.#messages.delete(sequence);
    this.#bySubject.delete(message.subject);
  }

  get end(): { readonly last: number; readonly era: string } {
    return { last: this.last, era: String(this.#era) };
  }

  /**
   * What stands here gets numbers from 1 on, as after the death of a leader that had counted more than it stored.
   * Whoever follows hears what comes.
   */
  goBack(): void {
    this.#era++;
    const messages = [...this.#messages.values()];
    this.#messages.clear();
    this.last = 0;
    for (const { subject, data } of messages) {
      const message = { subject, sequence: ++this.last, data };
      this.#messages.set(message.sequence, message);
      this.#bySubject.set(subject, message);
    }
  }

  purge({
    filter = '>',
    below = Number.POSITIVE_INFINITY,
  }: {
    readonly filter?: string;
    readonly below?: number;
  }): void {
    for (const message of this.read(filter)) if (message.sequence < below) this.remove(message);
  }
}

/** Whether a subject fits a filter: `*` is one token, `>` at the end one or more. */
export function fitting(filter: string): (subject: string) => boolean {
  const wanted = filter.split('.');
  const isOpen = wanted.at(-1) === '>';
  if (isOpen) wanted.pop();
  return (subject) => {
    const tokens = subject.split('.');
    if (isOpen ? tokens.length <= wanted.length : tokens.length !== wanted.length) return false;
    return wanted.every((token, index) => token === '*' || token === tokens[index]);
  };
}
