// Publish: an item onto a topic. Done when the item stands in the log; subscribers need not exist.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { eventIdIn } from '@earwitness/protocol/internal/journal/journey';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { checkName } from '../caches.ts';
import { authorize } from '../caller.ts';
import type { Caller } from '../key.ts';
import type { Parts } from '../parts.ts';
import type { TopicValue } from '../topic/topic.ts';

export interface PublishInput {
  readonly cache: string;
  readonly topic: string;
  readonly via: 'http' | 'grpc';
}

/** What the door makes of the request. */
export interface Publication {
  readonly caller: Caller;
  readonly value: TopicValue;
  readonly sizeBytes: number;
}

/**
 * Publishes what `take` reads from the request; `take` checks the key first. Every refusal is in the journal, those of
 * `take` too: an item that was refused is a common reason why an event was not heard.
 * @throws AUTHENTICATION_ERROR, PERMISSION_ERROR, INVALID_ARGUMENT_ERROR, NOT_FOUND_ERROR, MESSAGE_SIZE_LIMIT_EXCEEDED
 */
export async function publish(
  parts: Parts,
  { cache, topic, via }: PublishInput,
  take: () => Promise<Publication>,
): Promise<void> {
  let publication: Publication | undefined;
  try {
    publication = await take();
    checkName('topic', topic);
    const { caller, value, sizeBytes } = publication;
    authorize(caller, { kind: 'publish', cache, topic });
    await parts.caches.require(cache);
    if (sizeBytes > parts.messageMaxBytes)
      throw momentoError(
        'MESSAGE_SIZE_LIMIT_EXCEEDED',
        `The message has ${sizeBytes} bytes, over the request limit of ${parts.messageMaxBytes} bytes that a topic takes.`,
      );
    const publisherId = caller.tokenId;
    const opened = await parts.topics.open(cache, topic);
    parts.webhooks.published(opened, await opened.publish({ value, sizeBytes, publisherId, via }));
  } catch (error) {
    if (error instanceof ServiceError) {
      const { code, message } = error;
      // An API destination sends no trace, so the item is known by its own text.
      const value = publication?.value;
      const eventId = value?.kind === 'text' ? eventIdIn(value.text) : undefined;
      const { sizeBytes = 0 } = publication ?? {};
      const isLarge = sizeBytes > parts.messageMaxBytes;
      const about = {
        cache,
        topic,
        ...(eventId !== undefined && { eventId }),
        ...(isLarge && { sizeBytes, maxBytes: parts.messageMaxBytes }),
      };
      parts.platform.journal.record({ kind: 'topic.refused', ...about, code, message, via });
    }
    throw error;
  }
}
