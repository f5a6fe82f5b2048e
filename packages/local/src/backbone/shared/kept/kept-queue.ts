// A message queue that stands in a shard: memory's, of which each change is a row before anybody is told of it.
//
//   <path>.<number>    { id, content, … }    as it was sent; a short one as it is now
//   <path>.<number>    { gone, id, … }       it is gone; removed when its deduplication key is forgotten
//   <path>.<number>.s  { visibleAt, … }      what became of a long one since
//   <path>.purged      { before, forgotten } whatever has a smaller number is gone, or its deduplication key, too
//
// A message's number is the sequence that it was first written with. A row is removed only after another says that its
// message is gone; unhurried, because nothing depends on it.
import { MemoryMessageQueue, type MessageChanges } from '../../memory/message-queue.ts';
import {
  DEDUPLICATION_MS,
  type LookOptions,
  type LyingMessage,
  type MessageCounts,
  type MessageQueue,
  type NewMessage,
  type ReceivedMessage,
  type ReceiveOptions,
  type SentMessage,
} from '../../message-queue.ts';
import type { WorkClock } from '../../work.ts';
import {
  type GoneRow,
  isShort,
  type Known,
  type LyingRow,
  lyingRow,
  type Marker,
  type MessageState,
  parseMarker,
  parseRow,
  parseState,
  stateOf,
  storedOf,
} from './message-rows.ts';
import type { ShardRow, ShardWriter } from './shard-writer.ts';
import { SpentRows } from './spent-rows.ts';

export interface KeptQueueOptions {
  readonly writer: ShardWriter;
  /** Of all rows of this queue. */
  readonly path: string;
  readonly isOrdered: boolean;
}

/** The rows of a message. */
interface Rows {
  sequence: number;
  /** Of the row with what became of it. */
  stateSequence: number | undefined;
  readonly isShort: boolean;
  readonly known: Known | undefined;
}

/** What was read when the shard was taken over. */
class Restoring<Content> {
  rows = 0;
  marker: number | undefined;
  readonly messages: {
    readonly number: number;
    readonly sequence: number;
    readonly row: LyingRow<Content> | GoneRow;
  }[] = [];
  readonly states = new Map<number, { readonly sequence: number; readonly state: MessageState }>();
}

export class KeptQueue<Content> implements MessageQueue<Content> {
  readonly #clock: WorkClock;
  readonly #writer: ShardWriter;
  readonly #path: string;
  readonly #memory: MemoryMessageQueue<Content>;
  readonly #rows = new Map<number, Rows>();
  readonly #spent: SpentRows;
  #lost: Error | undefined;
  /** What is gone, whatever its row says. */
  #marker: Marker = { before: 0, forgotten: 0 };
  #restoring = new Restoring<Content>();

  constructor(clock: WorkClock, { writer, path, isOrdered }: KeptQueueOptions) {
    this.#clock = clock;
    this.#writer = writer;
    this.#path = path;
    this.#spent = new SpentRows(writer);
    this.#memory = new MemoryMessageQueue(clock, { isOrdered, changes: this.#changes() });
  }

  send(message: NewMessage<Content>): Promise<SentMessage> {
    this.#spent.sweep(this.#clock.now());
    return this.#answer(this.#memory.send(message));
  }

  receive(options: ReceiveOptions): Promise<ReceivedMessage<Content>[]> {
    return this.#answer(this.#memory.receive(options));
  }

  delete(receipt: string): Promise<'deleted' | 'unknown' | 'late'> {
    return this.#answer(this.#memory.delete(receipt));
  }

  hide(receipt: string, visibleAt: number, maxMs: number): Promise<'hidden' | 'unknown' | 'too long'> {
    return this.#answer(this.#memory.hide(receipt, visibleAt, maxMs));
  }

  counts(): Promise<MessageCounts> {
    return this.#answer(this.#memory.counts());
  }

  look(options: LookOptions): Promise<LyingMessage<Content>[]> {
    return this.#answer(this.#memory.look(options));
  }

  drain(): Promise<ReceivedMessage<Content>[]> {
    return this.#answer(this.#memory.drain());
  }

  purge(): Promise<void> {
    const { forgotten } = this.#marker;
    return this.#empty({ before: this.#writer.next, forgotten }, () => this.#memory.purge());
  }

  /** Forgets every message, also those that were deleted; long polls go on. @throws NotTheKeeper */
  forget(): Promise<void> {
    const { next } = this.#writer;
    return this.#empty({ before: next, forgotten: next }, () => this.#memory.forget());
  }

  /** Forgets everything, and ends every long poll without messages. @throws NotTheKeeper */
  clear(): Promise<void> {
    const { next } = this.#writer;
    return this.#empty({ before: next, forgotten: next }, () => this.#memory.clear());
  }

  /** A row of the shard as it was taken over, in the order of sequences. Its path is what follows this queue's own. */
  restore({ path, sequence, value }: ShardRow): void {
    const restoring = this.#restoring;
    restoring.rows++;
    if (path === 'purged') {
      restoring.marker = sequence;
      this.#marker = parseMarker(value);
      return;
    }
    const [word = '', state] = path.split('.');
    const number = Number(word);
    if (state === undefined) restoring.messages.push({ number, sequence, row: parseRow<Content>(value) });
    else restoring.states.set(number, { sequence, state: parseState(value) });
  }

  /** Every row has come. */
  restored(): void {
    const { rows, marker, messages, states } = this.#restoring;
    this.#restoring = new Restoring();
    const now = this.#clock.now();
    const remembered: { readonly known: Known; readonly sent: SentMessage }[] = [];
    messages.sort((a, b) => a.number - b.number);
    for (const { number, sequence, row } of messages) {
      const { id, known } = row;
      const isKnown = known !== undefined && known.until > now && number >= this.#marker.forgotten;
      if (isKnown) remembered.push({ known, sent: { id, number, note: known.note } });
      if ('gone' in row || number < this.#marker.before) {
        this.#spent.add({ path: this.#pathOf(number), sequence, until: isKnown ? known.until : 0 }, now);
        continue;
      }
      const later = states.get(number);
      states.delete(number);
      this.#rows.set(number, { sequence, stateSequence: later?.sequence, isShort: isShort(row.content), known });
      this.#memory.restore(storedOf(number, row, later?.state ?? row));
    }
    for (const [number, { sequence }] of states) this.#writer.remove(this.#pathOfState(number), sequence);
    remembered.sort((a, b) => a.known.until - b.known.until);
    for (const { known, sent } of remembered) this.#memory.restoreDeduplication(known.key, sent, known.until);
    if (rows === 1 && marker !== undefined) this.#writer.remove(`${this.#path}.purged`, marker);
  }

  /** The shard is another node's now: whoever waits here has to ask there. */
  lose(error: Error): void {
    this.#lost = error;
    this.#memory.clear();
  }

  // Whatever the answer says, and whatever it rests on, is stored before it is given.
  async #answer<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const given = await answer;
    if (this.#lost) throw this.#lost;
    await this.#writer.stored();
    return given;
  }

  async #empty(marker: Marker, empty: () => unknown): Promise<void> {
    this.#marker = marker;
    const dropped = [...this.#rows];
    this.#rows.clear();
    const isForgotten = marker.forgotten === marker.before;
    const spent = isForgotten ? this.#spent.takeAll() : [];
    empty();
    const stored = this.#writer.write(`${this.#path}.purged`, marker);
    await this.#answer(stored);
    const now = this.#clock.now();
    for (const [number, { sequence, stateSequence, known }] of dropped) {
      const until = known && !isForgotten ? known.until : 0;
      this.#spent.add({ path: this.#pathOf(number), sequence, until }, now);
      if (stateSequence !== undefined) this.#writer.remove(this.#pathOfState(number), stateSequence);
    }
    for (const { path, sequence } of spent) this.#writer.remove(path, sequence);
  }

  #changes(): MessageChanges<Content> {
    return {
      nextNumber: () => this.#writer.next,
      sent: (message, deduplication, now) => {
        const known = deduplication && { ...deduplication, until: now + DEDUPLICATION_MS };
        const sequence = this.#write(this.#pathOf(message.number), lyingRow(message, known));
        this.#rows.set(message.number, {
          sequence,
          stateSequence: undefined,
          isShort: isShort(message.content),
          known,
        });
      },
      changed: (message) => {
        const { number } = message;
        const rows = this.#rows.get(number);
        if (rows?.isShort) rows.sequence = this.#write(this.#pathOf(number), lyingRow(message, rows.known));
        else if (rows) rows.stateSequence = this.#write(this.#pathOfState(number), stateOf(message));
      },
      gone: ({ number, id }) => {
        const rows = this.#rows.get(number);
        this.#rows.delete(number);
        if (!rows) return;
        const { known, stateSequence } = rows;
        const row: GoneRow = { gone: true, id, known };
        const path = this.#pathOf(number);
        this.#writer.write(path, row).then(
          (sequence) => {
            if (stateSequence !== undefined) this.#writer.remove(this.#pathOfState(number), stateSequence);
            const isKnown = known && number >= this.#marker.forgotten;
            this.#spent.add({ path, sequence, until: isKnown ? known.until : 0 }, this.#clock.now());
          },
          () => {},
        );
      },
    };
  }

  // Returns the row's sequence. Who answers waits until it is stored.
  #write(path: string, value: unknown): number {
    const sequence = this.#writer.next;
    this.#writer.write(path, value).catch(() => {});
    return sequence;
  }

  #pathOf(number: number): string {
    return `${this.#path}.${number}`;
  }

  #pathOfState(number: number): string {
    return `${this.#path}.${number}.s`;
  }
}
