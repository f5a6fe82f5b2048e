// All topics of this local cloud. A topic comes into being when somebody first publishes or subscribes to it.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import type { Platform } from '../../../platform.ts';
import { ITEMS, logId, Topic } from './topic.ts';

export class Topics {
  readonly #platform: Pick<Platform, 'clock' | 'backbone' | 'journal'>;
  readonly #topics = new Map<string, Topic>();
  #lastPage = 0;

  constructor(platform: Pick<Platform, 'clock' | 'backbone' | 'journal'>) {
    this.#platform = platform;
  }

  open(cache: string, name: string): Topic {
    const key = `${cache}\n${name}`;
    let topic = this.#topics.get(key);
    if (!topic) {
      topic = new Topic({ cache, name, page: this.#nextPage() }, this.#platform);
      this.#topics.set(key, topic);
    }
    return topic;
  }

  /** Ends the cache's topics and their readers. */
  closeCache(cache: string): void {
    for (const topic of this.#topics.values()) if (topic.cache === cache) this.#end(topic);
  }

  /** Starts every topic anew. Readers whose cache stays go on with the new page; the others are ended. */
  reset(stays: (cache: string) => boolean): void {
    for (const topic of [...this.#topics.values()]) {
      if (!stays(topic.cache)) {
        this.#end(topic);
        continue;
      }
      this.#forget(topic);
      topic.close({ kind: 'reset', successor: this.open(topic.cache, topic.name) });
    }
  }

  close(): void {
    const error = momentoError('SERVER_UNAVAILABLE', 'The local cloud is shutting down.');
    for (const topic of this.#topics.values()) topic.close({ kind: 'gone', error });
    this.#topics.clear();
  }

  #end(topic: Topic): void {
    this.#forget(topic);
    topic.close({
      kind: 'gone',
      error: momentoError('NOT_FOUND_ERROR', `The cache '${topic.cache}' was deleted.`),
    });
  }

  #forget(topic: Topic): void {
    this.#topics.delete(`${topic.cache}\n${topic.name}`);
    void this.#platform.backbone.removeLog(ITEMS, logId(topic));
  }

  // Pages are ordered, not consecutive; Momento's look like epoch seconds.
  #nextPage(): number {
    this.#lastPage = Math.max(Math.floor(this.#platform.clock.now() / 1000), this.#lastPage + 1);
    return this.#lastPage;
  }
}
