// From a checked message to its subscribers: who gets it is decided when it is published, and it is answered for once
// the backbone has it.
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { Draft } from '../message/draft.ts';
import type { Message } from '../message/message.ts';
import type { Subscriptions } from '../subscriptions.ts';
import { isFifo, type Topic, topicArn } from '../topic.ts';
import type { FanOut } from './fan-out.ts';
import type { Ordered } from './ordered.ts';

/** What a publisher is told. */
export interface Receipt {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}

export class Publisher {
  readonly #platform: Platform;
  readonly #subscriptions: Subscriptions;
  readonly #fanOut: FanOut;
  readonly #ordered: Ordered;

  constructor(
    platform: Platform,
    parts: { readonly subscriptions: Subscriptions; readonly fanOut: FanOut; readonly ordered: Ordered },
  ) {
    this.#platform = platform;
    this.#subscriptions = parts.subscriptions;
    this.#fanOut = parts.fanOut;
    this.#ordered = parts.ordered;
  }

  async publish(topic: Topic, drafts: readonly Draft[], call: Call): Promise<Receipt[]> {
    const messages = drafts.map((draft) => this.#route(topic, draft, call));
    if (!isFifo(topic)) {
      await this.#fanOut.put(messages);
      return messages.map(({ message }) => ({ MessageId: message.id }));
    }
    const receipts: Receipt[] = [];
    for (const { message, to } of messages) {
      receipts.push({ MessageId: message.id, SequenceNumber: await this.#ordered.put(topic, message, to) });
    }
    return receipts;
  }

  #route(topic: Topic, { sizeBytes, ...draft }: Draft, call: Call) {
    const { clock, ids, journal } = this.#platform;
    const { account, region, name } = topic;
    const message: Message = {
      ...draft,
      id: ids.uuid(),
      topic: { account, region, name },
      publishedAt: clock.now(),
      signatureVersion: topic.attributes['SignatureVersion'] ?? '1',
      ...(call.traceId !== undefined && { traceId: call.traceId }),
    };
    const { taken, filtered } = this.#subscriptions.audience(topic, message);
    journal.record({
      kind: 'notification.published',
      topicArn: topicArn(topic),
      messageId: message.id,
      sizeBytes,
      text: message.text,
      requestId: call.requestId,
      subscriptions: taken.length,
      filtered,
      ...(call.traceId !== undefined && { traceId: call.traceId }),
    });
    return { message, to: taken };
  }
}
