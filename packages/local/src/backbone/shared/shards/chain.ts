// The messages of a shard, written by the one node that keeps it. Each has an id, `<term>.<n>`, and is stored only when
// the newest id is the one before it; so nothing gets in of a keeper whose shard was taken over.
//
//   s1.term         the first message of a keeper
//   s1.p.41.0       pieces of a value that is larger than a message, before the row that they belong to
//   s1.p.41.1
//   s1.r.<path>     a row: how many pieces came before it, a line's end, and its value, or the last piece of it
//
// A row's sequence is that of its first message (here 41), so that it is known before the row is stored.
import { Queue } from '../../memory/queue.ts';
import { NotTheKeeper, type ShardRow, type ShardWriter } from '../kept/shard-writer.ts';
import { type Server, ServerRefuses, type Stream, WrongLast } from '../server.ts';

/** Ours: what a message needs beside its value and its subject: headers, and the number of its pieces. */
const ENVELOPE_BYTES = 512;
/** Ours: removals that are under way at once. */
const REMOVALS_AT_ONCE = 16;

/** A row of which pieces stand in the stream. */
interface LargeRow {
  readonly path: string;
  readonly sequence: number;
  readonly pieces: number;
}

export class Chain implements ShardWriter {
  readonly #shard: string;
  readonly #term: number;
  readonly #stream: Stream;
  readonly #maxBytes: number;
  readonly #onBroken: () => void;
  readonly #largeBySequence = new Map<number, LargeRow>();
  readonly #largeByPath = new Map<string, LargeRow>();
  readonly #toRemove = new Queue<number>();
  #removing = 0;
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
    chain.next = first + 1;
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
    const pieces = Math.ceil(bytes.length / room) - 1;
    for (let n = 0; n < pieces; n++)
      void this.#publish(`${this.#shard}.p.${sequence}.${n}`, bytes.subarray(n * room, (n + 1) * room));
    const stored = this.#publish(subject, Buffer.concat([encode(`${pieces}\n`), bytes.subarray(pieces * room)]));
    const replaced = this.#largeByPath.get(path);
    this.#noteLarge({ path, sequence, pieces });
    return quiet(
      stored.then(() => {
        if (replaced) this.#removePieces(replaced);
        return sequence;
      }),
    );
  }

  remove(sequence: number): void {
    const large = this.#largeBySequence.get(sequence);
    this.#toRemove.add(sequence + (large?.pieces ?? 0));
    if (large) this.#removePieces(large);
    this.#removeSome();
  }

  async stored(): Promise<void> {
    if (this.#isBroken) throw new NotTheKeeper(this.#shard);
    // A message is only stored after the one before it.
    await this.#last;
  }

  /** Writes nothing any more: the shard is another node's, or given up. */
  end(): void {
    this.#isBroken = true;
    this.#toRemove.clear();
  }

  /** Stores one message, after all that were published before. @throws NotTheKeeper */
  #publish(subject: string, data: Uint8Array): Promise<void> {
    const expected = this.next++;
    const after = `${this.#term}.${this.#messages++}`;
    const id = `${this.#term}.${this.#messages}`;
    const stored = this.#stream.publish(subject, data, { id, after }).then(
      (sequence) => {
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
    const pieces = new Map<string, { readonly sequence: number; readonly data: Uint8Array }>();
    for await (const { subject, sequence, data } of this.#stream.read(`${this.#shard}.>`)) {
      const rest = subject.slice(this.#shard.length + 1);
      if (rest.startsWith('p.')) pieces.set(rest, { sequence, data });
      if (!rest.startsWith('r.')) continue;
      const end = data.indexOf(10);
      const count = Number(decode(data.subarray(0, end)));
      const parts: Uint8Array[] = [];
      for (let n = 0; n < count; n++) {
        const name = `p.${sequence - count}.${n}`;
        const piece = pieces.get(name);
        if (piece) parts.push(piece.data);
        if (piece) pieces.delete(name);
      }
      if (parts.length < count) {
        // Its removal had begun.
        this.#toRemove.add(sequence);
        continue;
      }
      parts.push(data.subarray(end + 1));
      const row = { path: rest.slice(2), sequence: sequence - count, pieces: count };
      this.#noteLarge(row);
      rows.push({ ...row, value: JSON.parse(decode(Buffer.concat(parts))) });
    }
    for (const { sequence } of pieces.values()) this.#toRemove.add(sequence);
    this.#removeSome();
    return rows;
  }

  /** Knows where the pieces of a row are. */
  #noteLarge(row: LargeRow): void {
    const replaced = this.#largeByPath.get(row.path);
    if (replaced) this.#largeByPath.delete(row.path);
    if (row.pieces === 0) return;
    this.#largeByPath.set(row.path, row);
    this.#largeBySequence.set(row.sequence, row);
  }

  #removePieces(row: LargeRow): void {
    const { path, sequence, pieces } = row;
    if (this.#largeByPath.get(path) === row) this.#largeByPath.delete(path);
    this.#largeBySequence.delete(sequence);
    for (let n = 0; n < pieces; n++) this.#toRemove.add(sequence + n);
    this.#removeSome();
  }

  #removeSome(): void {
    while (this.#removing < REMOVALS_AT_ONCE) {
      const sequence = this.#toRemove.takeFirst();
      if (sequence === undefined) return;
      this.#removing++;
      this.#stream.remove(sequence).then(
        () => this.#afterRemoval(),
        () => this.#afterRemoval(sequence),
      );
    }
  }

  #afterRemoval(failed?: number): void {
    this.#removing--;
    if (failed === undefined) this.#removeSome();
    // With the next one: the server is away.
    else if (!this.#isBroken) this.#toRemove.add(failed);
  }
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
