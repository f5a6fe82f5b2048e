// The messages of the tables' stream, in order, each with its value: one that stands in pieces is fetched first, and
// those behind it wait.
import type { Clock } from '../../../clock/clock.ts';
import type { Pieces } from '../pieces.ts';
import type { Stream, StreamMessage } from '../server.ts';
import { Position } from './position.ts';
import { isRow, type RowHead, unpackRow } from './row-message.ts';

/** What a message says: a row, or one that is gone; without `head`, that all rows before it are gone. */
export interface Change {
  readonly sequence: number;
  readonly head: RowHead | undefined;
  /** The value as JSON. */
  readonly text: string;
}

/** Who owns pieces: a row. */
export interface RowPlace {
  readonly table: string;
  readonly key: string;
}

export interface FeedOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly pieces: Pieces<RowPlace>;
  readonly clearedSubject: string;
  /** Called with each change; `undefined`: a message that says nothing, or in whose place a later one stands. */
  readonly apply: (change: Change | undefined, sequence: number) => void;
}

/** Ours: how long a feed waits for pieces that are not there before it asks again, in milliseconds. */
const RETRY_MS = 500;
/** Ours: how often pieces of a row are asked for that has not been replaced. */
const MAX_TRIES = 60;

export class Feed {
  /** How far this feed has come. */
  readonly position = new Position();
  readonly #options: FeedOptions;
  readonly #waiting: { readonly message: StreamMessage; readonly change: Change | undefined }[] = [];
  #stream: Stream | undefined;
  #leave = () => {};
  #isOver = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Begins with the first message of the stream. @throws ServerAway */
  async start(stream: Stream, filter: string): Promise<void> {
    this.#stream = stream;
    const leave = await stream.follow(filter, 1, (message) => this.#hear(message));
    if (this.#isOver) leave();
    else this.#leave = leave;
  }

  end(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#leave();
  }

  #hear(message: StreamMessage): void {
    if (this.#isOver) return;
    const { sequence } = message;
    const change = this.#read(message);
    if (this.#waiting.length > 0) this.#waiting.push({ message, change });
    else if (!change?.head?.pieces) this.#pass(change, sequence);
    else {
      this.#waiting.push({ message, change });
      void this.#passWaiting();
    }
  }

  #read(message: StreamMessage): Change | undefined {
    const { subject, sequence } = message;
    if (isRow(subject)) return { sequence, ...unpackRow(message) };
    return subject === this.#options.clearedSubject ? { sequence, head: undefined, text: '' } : undefined;
  }

  #pass(change: Change | undefined, sequence: number): void {
    this.#options.apply(change, sequence);
    this.position.moveTo(sequence);
  }

  async #passWaiting(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { message, change } = next;
      const text = change?.head?.pieces ? await this.#fetch(message, change.head) : change?.text;
      if (this.#isOver) return;
      this.#pass(change && text !== undefined ? { ...change, text } : undefined, message.sequence);
      this.#waiting.shift();
    }
  }

  /** The row's value; undefined when the row was replaced meanwhile: then another message of it follows. */
  async #fetch({ subject, sequence }: StreamMessage, { pieces }: RowHead): Promise<string | undefined> {
    for (let tries = 1; !this.#isOver && pieces && tries <= MAX_TRIES; ) {
      try {
        const text = await this.#options.pieces.read(pieces);
        if (text !== undefined) return text;
        if ((await this.#stream?.newest(subject))?.sequence !== sequence) return undefined;
        tries++;
      } catch {
        // The server is away.
      }
      await new Promise<void>((resolve) => {
        this.#options.clock.setTimer(this.#options.clock.now() + RETRY_MS, resolve);
      });
    }
    return undefined;
  }
}
