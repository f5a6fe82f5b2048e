// The messages of a shard, written by the one node that keeps it. Each has an id, `<term>.<n>`, and is stored only when
// the newest id is the one before it; so nothing gets in of a keeper whose shard was taken over.
//
//   s1.term         the first message of a keeper
//   s1.p.41.0       pieces of a value that is larger than a message, before the row that they belong to
//   s1.p.41.1
//   s1.r.<path>     a row: how many pieces it has, and their name (`2 41`), a line's end, and its value, or the last
//                   piece of it
//
// A row's sequence is that of its first message (here 41), so that it is known before the row is stored. It is not the
// sequence of the stream, which may go back, but counted by the chain: the keeper's term, and how many messages it had
// written. So what was ever named by a number is never named like something else.
import { Queue } from '../../memory/queue.ts';
import { NotTheKeeper, type ShardRow, type ShardWriter } from '../kept/shard-writer.ts';
import {
  type MessagePlace,
  type Server,
  ServerRefuses,
  type Stream,
  type StreamMessage,
  WrongLast,
} from '../server.ts';

/** Ours: what a message needs beside its value and its subject: headers, and the number of its pieces. */
const ENVELOPE_BYTES = 512;
/** Ours: removals that are under way at once. */
const REMOVALS_AT_ONCE = 16;
/**
 * Ours, and part of what is stored: the sequences that each term has for its messages. As many as one keeper writes in
 * ten days without a pause; of terms there are a million until numbers end.
 */
const SEQUENCES_OF_A_TERM = 2 ** 33;

/** A row of which pieces stand in the stream. */
interface LargeRow {
  readonly path: string;
  readonly sequence: number;
  /** The message that it ends with, */
  readonly end: MessagePlace;
  /** and those before. */
  readonly pieces: readonly MessagePlace[];
}

export class Chain implements ShardWriter {
  readonly #shard: string;
  readonly #term: number;
  readonly #stream: Stream;
  readonly #maxBytes: number;
  readonly #onBroken: () => void;
  readonly #largeBySequence = new Map<number, LargeRow>();
  readonly #largeByPath = new Map<string, LargeRow>();
  readonly #toRemove = new Queue<MessagePlace>();
  #removing = 0;
  /** By how much sequences of this shard are ahead of the stream's own, as long as this chain is not broken. */
  #ahead = 0;
  #isBroken = false;
  #messages = 0;
  #last: Promise<unknown> = Promise.resolve();
  next = 0;

  private constructor(
    server: Server,
    stream: Stream,
    { shard, term, onBroken }: { readonly shard: string; readonly term: number; readonly onBroken: () => void },
  ) {
    this.#shard = shard;
    this.#term = term;
    this.#stream = stream;
    this.#maxBytes = server.maxBytes - ENVELOPE_BYTES;
    this.#onBroken = onBroken;
  }

  /**
   * Makes this node the only writer, and reads what there is. `onBroken` is called once, when nothing that is written
   * from then on gets in.
   * @throws WrongLast when another node did the same meanwhile; ServerAway, ServerRefuses
   */
  static async begin(
    server: Server,
    place: { readonly shard: string; readonly term: number; readonly onBroken: () => void },
  ): Promise<{ readonly chain: Chain; readonly rows: ShardRow[] }> {
    const { shard, term } = place;
    const stream = await server.stream(shard);
    const chain = new Chain(server, stream, place);
    const subject = `${shard}.term`;
    // A keeper that was slow must not break the chain of the one that came after it.
    const earlier = await stream.newest(subject);
    if (earlier && Number(decode(earlier.data)) >= term) throw new WrongLast(shard, subject);
    const first = await stream.publish(subject, encode(String(term)), {
      lastOfSubject: earlier?.sequence ?? 0,
      id: `${term}.0`,
    });
    chain.#ahead = term * SEQUENCES_OF_A_TERM - first;
    chain.next = first + chain.#ahead + 1;
    return { chain, rows: await chain.#read() };
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  write(path: string, value: unknown): Promise<number> {
    if (this.#isBroken) return rejected(new NotTheKeeper(this.#shard));
    const sequence = this.next;
    const subject = `${this.#shard}.r.${path}`;
    const bytes = encode(JSON.stringify(value));
    const room = this.#maxBytes - subject.length;
    const count = Math.ceil(bytes.length / room) - 1;
    const pieces: MessagePlace[] = [];
    for (let n = 0; n < count; n++) {
      pieces.push({ subject: `${this.#shard}.p.${sequence}.${n}`, sequence: this.#inStream(sequence + n) });
      void this.#publish(pieces[n]?.subject ?? '', bytes.subarray(n * room, (n + 1) * room));
    }
    const head = count === 0 ? '0\n' : `${count} ${sequence}\n`;
    const stored = this.#publish(subject, Buffer.concat([encode(head), bytes.subarray(count * room)]));
    const replaced = this.#largeByPath.get(path);
    this.#noteLarge({ path, sequence, end: { subject, sequence: this.#inStream(sequence + count) }, pieces });
    return quiet(
      stored.then(() => {
        if (replaced) this.#removePieces(replaced);
        return sequence;
      }),
    );
  }

  remove(path: string, sequence: number): void {
    const large = this.#largeBySequence.get(sequence);
    const subject = `${this.#shard}.r.${path}`;
    this.#toRemove.add(large?.end ?? { subject, sequence: this.#inStream(sequence) });
    if (large) this.#removePieces(large);
    this.#removeSome();
  }

  async stored(): Promise<void> {
    if (this.#isBroken) throw new NotTheKeeper(this.#shard);
    // A message is only stored after the one before it.
    await this.#last;
  }

  /** Whether no row stands in the shard. @throws ServerAway */
  async isEmpty(): Promise<boolean> {
    return (await this.#stream.newest(`${this.#shard}.r.>`)) === undefined;
  }

  /** Writes nothing any more: the shard is another node's, or given up. */
  end(): void {
    this.#isBroken = true;
    this.#toRemove.clear();
  }

  /** Stores one message, after all that were published before. @throws NotTheKeeper */
  #publish(subject: string, data: Uint8Array): Promise<void> {
    const expected = this.#inStream(this.next++);
    const after = `${this.#term}.${this.#messages++}`;
    const id = `${this.#term}.${this.#messages}`;
    const stored = this.#stream.publish(subject, data, { id, after }).then(
      (sequence) => {
        // They went back: what this chain would remove, it would not find.
        if (sequence !== expected) throw this.#break();
      },
      (error: unknown) => {
        const lost = this.#break();
        throw error instanceof ServerRefuses ? error : lost;
      },
    );
    this.#last = quiet(stored);
    return stored;
  }

  // Refused, or not known to be stored: either way no later one is stored, or known to be.
  #break(): NotTheKeeper {
    if (!this.#isBroken) {
      this.end();
      this.#onBroken();
    }
    return new NotTheKeeper(this.#shard);
  }

  async #read(): Promise<ShardRow[]> {
    const rows: ShardRow[] = [];
    // What stands in the stream and belongs to no row: a keeper died before it was removed, or before its row came.
    const unused = new Map<string, StreamMessage>();
    for await (const message of this.#stream.read(`${this.#shard}.>`)) {
      const { subject, data } = message;
      const rest = subject.slice(this.#shard.length + 1);
      if (rest.startsWith('p.')) unused.set(rest, message);
      if (!rest.startsWith('r.')) continue;
      const headEnd = data.indexOf(10);
      const [count = 0, name] = decode(data.subarray(0, headEnd)).split(' ').map(Number);
      const pieces: StreamMessage[] = [];
      for (let n = 0; n < count; n++) {
        const piece = unused.get(`p.${name}.${n}`);
        if (piece) pieces.push(piece);
        unused.delete(`p.${name}.${n}`);
      }
      if (pieces.length < count) {
        // Its removal had begun.
        this.#toRemove.add(placeOf(message));
        continue;
      }
      const value = JSON.parse(decode(Buffer.concat([...pieces.map(dataOf), data.subarray(headEnd + 1)])));
      const row = { path: rest.slice(2), sequence: message.sequence + this.#ahead };
      this.#noteLarge({ ...row, end: placeOf(message), pieces: pieces.map(placeOf) });
      rows.push({ ...row, value });
    }
    for (const message of unused.values()) this.#toRemove.add(placeOf(message));
    this.#removeSome();
    return rows;
  }

  /** Knows where the pieces of a row are. */
  #noteLarge(row: LargeRow): void {
    const replaced = this.#largeByPath.get(row.path);
    if (replaced) this.#largeByPath.delete(row.path);
    if (row.pieces.length === 0) return;
    this.#largeByPath.set(row.path, row);
    this.#largeBySequence.set(row.sequence, row);
  }

  #removePieces(row: LargeRow): void {
    const { path, sequence, pieces } = row;
    if (this.#largeByPath.get(path) === row) this.#largeByPath.delete(path);
    this.#largeBySequence.delete(sequence);
    for (const piece of pieces) this.#toRemove.add(piece);
    this.#removeSome();
  }

  #removeSome(): void {
    while (this.#removing < REMOVALS_AT_ONCE) {
      const place = this.#toRemove.takeFirst();
      if (place === undefined) return;
      this.#removing++;
      this.#stream.remove(place).then(
        () => this.#afterRemoval(),
        () => this.#afterRemoval(place),
      );
    }
  }

  /** Of the stream, as of this term. */
  #inStream(sequence: number): number {
    return sequence - this.#ahead;
  }

  #afterRemoval(failed?: MessagePlace): void {
    this.#removing--;
    if (failed === undefined) this.#removeSome();
    // With the next one: the server is away.
    else if (!this.#isBroken) this.#toRemove.add(failed);
  }
}

function placeOf({ subject, sequence }: StreamMessage): MessagePlace {
  return { subject, sequence };
}

function dataOf({ data }: StreamMessage): Uint8Array {
  return data;
}

function encode(text: string): Uint8Array {
  return Buffer.from(text);
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** Whoever waits for it hears of a failure; nobody has to. */
function quiet<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

function rejected(error: Error): Promise<never> {
  return quiet(Promise.reject(error));
}
