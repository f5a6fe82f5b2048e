// Webhooks of all caches, in a table that all nodes share. The node that takes a publish makes its calls: one attempt
// each, no retry, given up after five seconds of the cloud's clock. What became of each stands in the journal.
//
// Source: Momento's documentation of webhooks, docs/topics/webhooks at the parent of public-dev-docs cf1689d42, where
// it was withdrawn (2025-04-02); read 2026-11-22.

import { createHmac, randomBytes } from 'node:crypto';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { WEBHOOK_TIMEOUT_MS } from '@earwitness/protocol/internal/momento/limits';
import type { Table } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import { createHttpClient, type HttpClient, type HttpResult } from '../../../destinations/http-client.ts';
import type { Platform } from '../../../platform.ts';
import { rowPrefix } from '../caches.ts';
import type { ItemEntry, Topic } from '../topic/topic.ts';
import { checkWebhook, rowKey, type Webhook, type WebhookPlace } from './webhook.ts';

export class Webhooks {
  readonly #platform: Pick<Platform, 'clock' | 'journal'>;
  readonly #table: Table<Webhook>;
  readonly #http: HttpClient;

  constructor(platform: Pick<Platform, 'clock' | 'faults' | 'journal' | 'trustedRoots'>, table: Table<Webhook>) {
    this.#platform = platform;
    this.#table = table;
    this.#http = createHttpClient(platform);
  }

  /** Makes a webhook, or changes the one of its name, which keeps its secret. @throws INVALID_ARGUMENT_ERROR */
  async put(webhook: Omit<Webhook, 'secret'>): Promise<Webhook> {
    checkWebhook(webhook);
    const secret = createSecret();
    const { value } = await updateRow(this.#table, rowKey(webhook), (before) => ({
      ...webhook,
      secret: before?.secret ?? secret,
    }));
    return value;
  }

  /** @throws NOT_FOUND_ERROR */
  async delete(place: WebhookPlace): Promise<void> {
    if (!(await this.#table.delete(rowKey(place)))) throw notFound(place);
  }

  async deleteAll(cache: string): Promise<void> {
    await Promise.all(this.list(cache).map((webhook) => this.#table.delete(rowKey(webhook))));
  }

  list(cache: string): Webhook[] {
    return this.#table.list(rowPrefix(cache)).map(({ value }) => value);
  }

  /** @throws NOT_FOUND_ERROR */
  get(place: WebhookPlace): Webhook {
    const row = this.#table.get(rowKey(place));
    if (!row) throw notFound(place);
    return row.value;
  }

  /** A new secret, good at once; the old one signs nothing any more. @throws NOT_FOUND_ERROR */
  async rotate(place: WebhookPlace): Promise<Webhook> {
    const secret = createSecret();
    const { value } = await updateRow(this.#table, rowKey(place), (webhook) => {
      if (!webhook) throw notFound(place);
      return { ...webhook, secret };
    });
    return value;
  }

  /** Calls the webhooks of the topic. Nobody waits for them, but `advance` of the clock does. */
  published(topic: Topic, entry: ItemEntry): void {
    for (const webhook of this.list(topic.cache)) {
      if (webhook.topic !== topic.name) continue;
      const release = this.#platform.clock.hold();
      void this.#call(webhook, topic, entry).finally(release);
    }
  }

  close(): void {
    this.#http.close();
  }

  async #call({ name, url, secret }: Webhook, topic: Topic, entry: ItemEntry): Promise<void> {
    const { clock, journal } = this.#platform;
    const { value, publisherId } = entry.value;
    const now = clock.now();
    const body = JSON.stringify({
      cache: topic.cache,
      topic: topic.name,
      event_timestamp: now,
      publish_timestamp: now,
      topic_sequence_number: entry.sequence,
      token_id: publisherId,
      // Of binary messages the documentation does not speak; as in our long poll.
      ...(value.kind === 'text' ? { text: value.text } : { binary: value.base64 }),
    });
    const target = new URL(url);
    const result = await this.#http.send({
      method: 'POST',
      url: target,
      headers: [
        ...['Content-Type', 'application/json'],
        ...['User-Agent', 'Momento/1.0 (Webhooks; +https://docs.momentohq.com/topics/webhooks)'],
        ...['momento-signature', createHmac('sha3-256', secret).update(body).digest('hex')],
      ],
      body,
      timeoutMs: WEBHOOK_TIMEOUT_MS,
    });
    journal.record({
      kind: 'webhook.called',
      cache: topic.cache,
      topic: topic.name,
      sequencePage: topic.page,
      sequenceNumber: entry.sequence,
      webhook: name,
      url: target.origin + target.pathname,
      ...outcomeOf(result),
    });
  }
}

function outcomeOf(result: HttpResult): { status: number } | { cause: string } {
  if (result.kind === 'answered') return { status: result.status };
  if (result.kind === 'timed out') return { cause: `no answer within ${WEBHOOK_TIMEOUT_MS / 1000} s` };
  return { cause: result.cause ?? result.reason };
}

function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

function notFound({ cache, name }: WebhookPlace) {
  return momentoError('NOT_FOUND_ERROR', `The cache '${cache}' has no webhook '${name}'.`);
}
