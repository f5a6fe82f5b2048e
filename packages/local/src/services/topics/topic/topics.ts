// All topics of this cloud. A topic comes into being when somebody first publishes or subscribes to it: then its page
// is a row, which every node sees. Each node has at hand those that were asked for on it, and lets go of one when its
// row goes (the cache was deleted, or all was reset) or gets another page, by whichever node.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { RevisionConflict, type Row, type Table, tableOf } from '../../../backbone/table.ts';
import type { Platform } from '../../../platform.ts';
import { type Caches, rowPrefix } from '../caches.ts';
import { ITEMS, logId, Topic } from './topic.ts';

type TopicPlace = Pick<Topic, 'cache' | 'name'>;

/** Where a topic's numbers stand. */
interface Page extends TopicPlace {
  /** Grows each time the topic's numbers start anew. */
  readonly page: number;
}

const PAGES = tableOf<Page>('topics/pages');

export class Topics {
  readonly #platform: Pick<Platform, 'clock' | 'backbone' | 'journal'>;
  readonly #caches: Pick<Caches, 'isStanding' | 'watchDeleted'>;
  readonly #pages: Table<Page>;
  readonly #topics = new Map<string, Topic>();
  readonly #opening = new Map<string, Promise<Topic>>();
  #lastPage = 0;
  #isClosed = false;

  constructor(
    platform: Pick<Platform, 'clock' | 'backbone' | 'journal'>,
    caches: Pick<Caches, 'isStanding' | 'watchDeleted'>,
  ) {
    this.#platform = platform;
    this.#caches = caches;
    this.#pages = platform.backbone.table(PAGES);
    for (const { value } of this.#pages.list()) this.#lastPage = Math.max(this.#lastPage, value.page);
    this.#pages.watch((key, row) => this.#hear(key, row?.value));
    caches.watchDeleted((cache) => this.#endAll(cache));
  }

  open(cache: string, name: string): Topic | Promise<Topic> {
    const id = idOf({ cache, name });
    return this.#topics.get(id) ?? this.#opening.get(id) ?? this.#openSoon(id, { cache, name });
  }

  /** Forgets the topics of a cache that was deleted, also those that no node has at hand. */
  async removeAll(cache: string): Promise<void> {
    await Promise.all(this.#pages.list(rowPrefix(cache)).map((row) => this.#remove(row)));
  }

  close(): void {
    this.#isClosed = true;
    const error = momentoError('SERVER_UNAVAILABLE', 'The local cloud is shutting down.');
    for (const topic of this.#topics.values()) topic.close({ kind: 'gone', error });
    this.#topics.clear();
  }

  /** Once at a time, so that what was published first stands first. */
  #openSoon(id: string, place: TopicPlace): Promise<Topic> {
    const opening = this.#open(id, place).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #open(id: string, place: TopicPlace): Promise<Topic> {
    const key = rowKey(place);
    for (;;) {
      const { value } = this.#pages.get(key) ?? (await this.#begin(key, place));
      // Another node may have begun it anew, or removed it, before this one looked.
      if (this.#pages.get(key)?.value.page !== value.page) continue;
      const topic = new Topic(value, this.#platform);
      this.#topics.set(id, topic);
      return topic;
    }
  }

  // Pages are ordered, not consecutive; Momento's look like epoch seconds.
  async #begin(key: string, place: TopicPlace): Promise<Row<Page>> {
    this.#lastPage = Math.max(Math.floor(this.#platform.clock.now() / 1000), this.#lastPage + 1);
    try {
      return await this.#pages.put(key, { ...place, page: this.#lastPage }, { ifRevision: 0 });
    } catch (error) {
      const other = error instanceof RevisionConflict ? this.#pages.get(key) : undefined;
      if (!other) throw error;
      return other;
    }
  }

  #hear(key: string, row: Page | undefined): void {
    if (row) this.#lastPage = Math.max(this.#lastPage, row.page);
    const id = idOf(placeOf(key));
    const topic = this.#topics.get(id);
    if (!topic || topic.page === row?.page) return;
    this.#topics.delete(id);
    this.#attempt(topic, this.#platform.backbone.removeLog(ITEMS, logId(topic)));
    if (!row && !this.#caches.isStanding(topic.cache)) end(topic);
    else this.#attempt(topic, this.#moveReaders(topic));
  }

  /** Readers of a topic that starts anew, here or on another node, go on with its new page. */
  async #moveReaders(topic: Topic): Promise<void> {
    try {
      if (topic.hasReaders && !this.#isClosed)
        topic.close({ kind: 'reset', successor: await this.open(topic.cache, topic.name) });
    } finally {
      topic.close({ kind: 'gone', error: momentoError('SERVER_UNAVAILABLE', 'The topic starts anew.') });
    }
  }

  #attempt({ cache, name }: Topic, doing: Promise<unknown>): void {
    doing.catch((error: unknown) => this.#platform.journal.fault(`topic ${cache}/${name}`, error));
  }

  #endAll(cache: string): void {
    for (const [id, topic] of this.#topics) {
      if (topic.cache !== cache) continue;
      this.#topics.delete(id);
      end(topic);
      // By each node that had it at hand: it may have been opened while the cache was being deleted.
      const row = this.#pages.get(rowKey(topic));
      if (row) this.#attempt(topic, this.#remove(row));
    }
  }

  async #remove({ key, value, revision }: Row<Page>): Promise<void> {
    try {
      await this.#pages.delete(key, { ifRevision: revision });
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
    await this.#platform.backbone.removeLog(ITEMS, logId(value));
  }
}

function end(topic: Topic): void {
  const error = momentoError('NOT_FOUND_ERROR', `The cache '${topic.cache}' was deleted.`);
  topic.close({ kind: 'gone', error });
}

function idOf({ cache, name }: TopicPlace): string {
  return `${cache}\n${name}`;
}

function rowKey({ cache, name }: TopicPlace): string {
  return rowPrefix(cache) + encodeURIComponent(name);
}

function placeOf(key: string): TopicPlace {
  const [cache = '', name = ''] = key.split('/').map(decodeURIComponent);
  return { cache, name };
}
