// A topic: its items in a log, and who reads them. All readers see the same order. The log is short (ITEMS): it bridges
// the gap of a client that was cut off for a moment, and bounds what a slow reader can cost; it is not a history.

import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Log, type LogBounds, type LogEntry, logOf } from '../../../backbone/log.ts';
import type { Timer } from '../../../clock/clock.ts';
import type { Platform } from '../../../platform.ts';

export type TopicValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

/** What is published: plain data, as logs want it. */
export interface Item {
  readonly value: TopicValue;
  readonly sizeBytes: number;
  /** Token id of the publisher's key; empty when it has none. */
  readonly publisherId: string;
  readonly via: 'http' | 'grpc';
}

export type ItemEntry = LogEntry<Item>;

/**
 * Ours: what a topic keeps for readers that come back. Momento promises nothing; current SDKs are away for 0.5 s at a
 * time.
 */
export const ITEMS = logOf<Item>('topics', {
  maxEntries: 10_000,
  maxBytes: 16 * 1024 * 1024,
  sizeBytes: (item) => item.sizeBytes,
});

/** Somebody who hears of new items: a subscription, or a long poll that waits for its first. */
export interface Reader {
  deliver(entry: ItemEntry): void;
  /** The topic starts anew as `successor`: numbers from 1, in a larger page. */
  move(successor: Topic): void;
  end(error: ServiceError): void;
}

/** What becomes of a topic that is closed. */
export type Fate =
  | { readonly kind: 'reset'; readonly successor: Topic }
  | { readonly kind: 'gone'; readonly error: ServiceError };

/** Ours: for how long a topic is heard on a node after its last reader there has left. */
const LINGER_MS = 60_000;

export class Topic {
  readonly cache: string;
  readonly name: string;
  /** Grows each time the topic's numbers start anew. */
  readonly page: number;
  readonly #log: Log<Item>;
  readonly #platform: Pick<Platform, 'clock' | 'journal'>;
  readonly #readers = new Set<Reader>();
  /** While there are readers here, and a little longer: what is published on other nodes is heard. */
  #leaveLog: (() => void) | undefined;
  #linger: Timer | undefined;
  /** Resolves when no item can be lost between what is read then and what is heard. */
  #isHearing: Promise<unknown> = Promise.resolve();
  /** Numbers of the first and the last item that were heard, since it is. */
  #firstHeard = Number.POSITIVE_INFINITY;
  #lastHeard = 0;
  /** Numbers of this node's own items that are in the journal, and will be heard. */
  readonly #told = new Set<number>();
  #fate: Fate | undefined;

  constructor(
    { cache, name, page }: { readonly cache: string; readonly name: string; readonly page: number },
    platform: Pick<Platform, 'backbone' | 'clock' | 'journal'>,
  ) {
    this.cache = cache;
    this.name = name;
    this.page = page;
    this.#platform = platform;
    this.#log = platform.backbone.log(ITEMS, logId(this));
  }

  get hasReaders(): boolean {
    return this.#readers.size > 0;
  }

  async publish(item: Item): Promise<ItemEntry> {
    const entry = await this.#log.append(item);
    const { sequence } = entry;
    // What was heard stands in the journal already.
    if (sequence >= this.#firstHeard && sequence <= this.#lastHeard) return entry;
    if (this.#leaveLog) this.#told.add(sequence);
    this.#tell(entry);
    return entry;
  }

  async read(from: number, limit: number): Promise<ItemEntry[]> {
    await this.#isHearing;
    return this.#log.read(from, limit);
  }

  /** Numbers of the oldest item kept and of the newest; 0 when nothing was published yet. */
  bounds(): Promise<LogBounds> {
    return this.#log.bounds();
  }

  join(reader: Reader): void {
    if (this.#fate) {
      this.#hand(reader, this.#fate);
      return;
    }
    this.#readers.add(reader);
    this.#linger?.cancel();
    if (!this.#leaveLog) this.#hearLog();
  }

  leave(reader: Reader): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    const { clock } = this.#platform;
    this.#linger = clock.setTimer(clock.now() + LINGER_MS, () => this.#stopHearing());
  }

  /** Ends every reader, or hands it on to the topic's successor; this topic is no more, also for who joins late. */
  close(fate: Fate): void {
    this.#fate ??= fate;
    this.#stopHearing();
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const reader of readers) this.#hand(reader, this.#fate);
  }

  #hearLog(): void {
    this.#leaveLog = this.#log.tail((entry) => {
      this.#firstHeard = Math.min(this.#firstHeard, entry.sequence);
      this.#lastHeard = entry.sequence;
      if (this.#told.size === 0 || !this.#told.delete(entry.sequence)) this.#tell(entry);
      for (const reader of this.#readers) reader.deliver(entry);
    });
    this.#isHearing = this.#log.bounds();
    // Whoever reads is told why it failed.
    this.#isHearing.catch(() => {});
  }

  #stopHearing(): void {
    this.#linger?.cancel();
    this.#leaveLog?.();
    this.#leaveLog = undefined;
    this.#firstHeard = Number.POSITIVE_INFINITY;
    this.#lastHeard = 0;
    this.#told.clear();
  }

  #hand(reader: Reader, fate: Fate): void {
    if (fate.kind === 'reset') reader.move(fate.successor);
    else reader.end(fate.error);
  }

  /** Once on each node where the item was published or is heard. */
  #tell({ sequence, value: { value, sizeBytes, via } }: ItemEntry): void {
    this.#platform.journal.record({
      kind: 'topic.published',
      cache: this.cache,
      topic: this.name,
      sequencePage: this.page,
      sequenceNumber: sequence,
      sizeBytes,
      ...(value.kind === 'text' && { text: value.text }),
      via,
    });
  }
}

/** The log a topic stands on: another page is another log. */
export function logId({ cache, name, page }: Pick<Topic, 'cache' | 'name' | 'page'>): string {
  return `${cache}/${name}/${page}`;
}
