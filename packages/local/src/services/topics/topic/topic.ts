// A topic: its items in a log, and who reads them. All readers see the same order. The log is short (ITEMS): it bridges
// the gap of a client that was cut off for a moment, and bounds what a slow reader can cost; it is not a history.

import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Backbone } from '../../../backbone/backbone.ts';
import { type Log, type LogBounds, type LogEntry, logOf } from '../../../backbone/log.ts';
import type { Journal } from '../../../journal/journal.ts';

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

export class Topic {
  readonly cache: string;
  readonly name: string;
  /** Grows each time the topic's numbers start anew. */
  readonly page: number;
  readonly #log: Log<Item>;
  readonly #readers = new Set<Reader>();
  readonly #leaveLog: () => void;
  #fate: Fate | undefined;

  constructor(
    { cache, name, page }: { readonly cache: string; readonly name: string; readonly page: number },
    { backbone, journal }: { readonly backbone: Backbone; readonly journal: Journal },
  ) {
    this.cache = cache;
    this.name = name;
    this.page = page;
    this.#log = backbone.log(ITEMS, logId(this));
    this.#leaveLog = this.#log.tail((entry) => {
      const { value, sizeBytes, via } = entry.value;
      journal.record({
        kind: 'topic.published',
        cache,
        topic: name,
        sequencePage: page,
        sequenceNumber: entry.sequence,
        sizeBytes,
        ...(value.kind === 'text' && { text: value.text }),
        via,
      });
      for (const reader of this.#readers) reader.deliver(entry);
    });
  }

  publish(item: Item): Promise<ItemEntry> {
    return this.#log.append(item);
  }

  read(from: number, limit: number): Promise<ItemEntry[]> {
    return this.#log.read(from, limit);
  }

  /** Numbers of the oldest item kept and of the newest; 0 when nothing was published yet. */
  bounds(): Promise<LogBounds> {
    return this.#log.bounds();
  }

  join(reader: Reader): void {
    if (this.#fate) this.#hand(reader, this.#fate);
    else this.#readers.add(reader);
  }

  leave(reader: Reader): void {
    this.#readers.delete(reader);
  }

  /** Ends every reader, or hands it on to the topic's successor; this topic is no more, also for who joins late. */
  close(fate: Fate): void {
    this.#fate = fate;
    this.#leaveLog();
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const reader of readers) this.#hand(reader, fate);
  }

  #hand(reader: Reader, fate: Fate): void {
    if (fate.kind === 'reset') reader.move(fate.successor);
    else reader.end(fate.error);
  }
}

/** The log a topic stands on: another page is another log. */
export function logId({ cache, name, page }: Pick<Topic, 'cache' | 'name' | 'page'>): string {
  return `${cache}/${name}/${page}`;
}
