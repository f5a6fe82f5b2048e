// The keys of the messages that were sent lately. Deleting the message changes nothing, nor does a duplicate prolong
// the interval.
import { DEDUPLICATION_MS, type SentMessage } from '../message-queue.ts';

export class Deduplication {
  /** In the order in which they are forgotten: each is kept equally long. */
  readonly #remembered = new Map<string, { readonly until: number; readonly sent: SentMessage }>();

  find(key: string, now: number): SentMessage | undefined {
    const found = this.#remembered.get(key);
    return found && found.until > now ? found.sent : undefined;
  }

  remember(key: string, sent: SentMessage, now: number): void {
    for (const [old, { until }] of this.#remembered) {
      if (until > now) break;
      this.#remembered.delete(old);
    }
    this.restore(key, sent, now + DEDUPLICATION_MS);
  }

  /** In the order of `until`, epoch ms. */
  restore(key: string, sent: SentMessage, until: number): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, { until, sent });
  }

  clear(): void {
    this.#remembered.clear();
  }
}
