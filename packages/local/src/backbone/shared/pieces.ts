// Values that do not fit into a message stand in pieces, in a stream of their own, and the message that they belong to
// (a row, an entry: its owner) names them by a word that nothing else has. Pieces are written before their owner, so
// whoever reads the owner finds them; they are removed when the owner is gone.
//
//   pieces.<kind>.<word>.owner   what the owner is to be; written first
//   pieces.<kind>.<word>.0 …     the pieces
//
// A node that dies may leave pieces without an owner. Every node looks for them now and then, and removes what has
// stood there for an hour of its own clock without being used. A writer that was stopped for half of that between the
// pieces and the owner gives up, because nobody would know whether they are still there.
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../clock/clock.ts';
import { fromText, toText } from './data.ts';
import { Removals } from './removals.ts';
import { type Server, ServerAway, type Stream } from './server.ts';

/** Ours: how long pieces may stand without an owner, in milliseconds. */
const ORPHAN_MS = 3_600_000;
/** Ours: how long whoever reads an owner that is gone may take to read its pieces. */
const REMOVE_AFTER_MS = 60_000;
/** Ours: what a message's subject and head take of its bytes at most. */
const HEAD_BYTES = 8 * 1024;
/** Ours: pieces under way at once. */
const AT_ONCE = 8;

/** How an owner names its pieces. */
export interface PiecesName {
  readonly word: string;
  readonly count: number;
}

/** Pieces whose owner is still to be written. */
export interface WrittenPieces extends PiecesName {
  /** Epoch ms of the writer's clock before the first of them. */
  readonly since: number;
}

export interface PiecesOptions<Owner> {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly prefix?: string | undefined;
  /** What kind of owners: a token of a subject. */
  readonly kind: string;
  /** Whether the owner is there, and names these pieces. @throws ServerAway */
  readonly isUsed: (owner: Owner, word: string) => Promise<boolean>;
}

export class Pieces<Owner> {
  /** Most bytes of a value that stands in its owner's message. */
  readonly maxInline: number;
  readonly #server: Server;
  readonly #streamName: string;
  readonly #place: string;
  readonly #options: PiecesOptions<Owner>;
  readonly #removals: Removals;
  #stream: Promise<Stream> | undefined;
  /** When this node first saw pieces, by their word. */
  #seen = new Map<string, number>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(server: Server, options: PiecesOptions<Owner>) {
    this.#server = server;
    this.#options = options;
    this.maxInline = server.maxBytes - HEAD_BYTES;
    this.#streamName = `${options.prefix ?? ''}pieces`;
    this.#place = `${this.#streamName}.${options.kind}`;
    this.#removals = new Removals(() => this.#open(), { clock: options.clock, afterMs: REMOVE_AFTER_MS });
  }

  isTooLarge(text: string): boolean {
    return text.length > this.maxInline / 3 && Buffer.byteLength(text) > this.maxInline;
  }

  /** Resolves when all pieces are stored. @throws ServerAway */
  async write(text: string, owner: Owner): Promise<WrittenPieces> {
    const stream = await this.#open();
    const bytes = Buffer.from(text);
    const since = this.#options.clock.now();
    const count = Math.ceil(bytes.length / this.maxInline);
    const name = { word: randomBytes(12).toString('base64url'), count, since };
    this.#seen.set(name.word, since);
    await this.rename(name, owner);
    await inTurns(name.count, async (index) => {
      const piece = bytes.subarray(index * this.maxInline, (index + 1) * this.maxInline);
      await stream.publish(`${this.#place}.${name.word}.${index}`, piece);
    });
    this.#lookLater();
    return name;
  }

  /** The pieces are to be another owner's. @throws ServerAway */
  async rename({ word }: PiecesName, owner: Owner): Promise<void> {
    await (await this.#open()).publish(`${this.#place}.${word}.owner`, Buffer.from(toText(owner)));
  }

  /** Called before the owner is written. @throws ServerAway when nobody knows whether the pieces are still there. */
  checkAge({ since }: WrittenPieces): void {
    if (this.#options.clock.now() - since > ORPHAN_MS / 2) throw new ServerAway('a large value was not stored in time');
  }

  /** The value; undefined when a piece is not there. @throws ServerAway */
  async read({ word, count }: PiecesName): Promise<string | undefined> {
    const stream = await this.#open();
    const pieces: Uint8Array[] = [];
    await inTurns(count, async (index) => {
      const piece = await stream.newest(`${this.#place}.${word}.${index}`);
      if (piece) pieces[index] = piece.data;
    });
    const found = pieces.filter((piece) => piece !== undefined);
    return found.length === count ? Buffer.concat(found).toString() : undefined;
  }

  /** The owner is gone, or was never written. */
  remove({ word }: PiecesName): void {
    this.#seen.delete(word);
    this.#removals.add(`${this.#place}.${word}.>`);
  }

  /** Looks now, and from now on, for pieces that nobody uses. @throws ServerAway */
  async look(): Promise<void> {
    const stream = await this.#open();
    const now = this.#options.clock.now();
    const seen = new Map<string, number>();
    const unused: string[] = [];
    for await (const { subject, data } of stream.read(`${this.#place}.*.owner`)) {
      const word = subject.split('.').at(-2) ?? '';
      const since = this.#seen.get(word) ?? now;
      seen.set(word, since);
      if (now - since < ORPHAN_MS) continue;
      const owner = fromText<Owner>(Buffer.from(data).toString());
      if (!(await this.#options.isUsed(owner, word))) unused.push(word);
    }
    this.#seen = seen;
    for (const word of unused) await stream.purge({ filter: `${this.#place}.${word}.>` });
    this.#lookLater();
  }

  /** Removes all pieces of this kind. @throws ServerAway */
  async clear(): Promise<void> {
    await (await this.#open()).purge({ filter: `${this.#place}.>` });
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#removals.close();
  }

  #lookLater(): void {
    if (this.#timer || this.#isClosed || this.#seen.size === 0) return;
    const { clock } = this.#options;
    this.#timer = clock.setTimer(clock.now() + ORPHAN_MS / 2, () => {
      this.#timer = undefined;
      // When the server is away, the next time.
      this.look().catch(() => this.#lookLater());
    });
  }

  #open(): Promise<Stream> {
    if (!this.#stream) {
      this.#stream = this.#server.stream(this.#streamName);
      this.#stream.catch(() => {
        this.#stream = undefined;
      });
    }
    return this.#stream;
  }
}

/** Runs `run` for 0 … count - 1, a few at once. */
async function inTurns(count: number, run: (index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => run(start + index)));
  }
}
