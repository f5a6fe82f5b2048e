// Publish: an item onto a topic. Answers when the item stands in the log; subscribers need not exist.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { Pubsub } from '@earwitness/protocol/internal/momento/gen/pubsub_pb';
import { type RpcMethod, unary } from '../../../http/grpc/method.ts';
import { checkName } from '../caches.ts';
import { publisherOf } from '../caller.ts';
import type { TopicsRoom } from '../room.ts';
import type { TopicValue } from '../topic.ts';
import { parseValue } from '../wire.ts';

export interface PublishInput {
  readonly cache: string;
  readonly topic: string;
  readonly value: TopicValue;
  readonly sizeBytes: number;
  readonly via: 'http' | 'grpc';
}

/**
 * Publishes once `identify` has said who the publisher is. Every refusal is in the journal: an item that was refused is a common
 * reason why an event was not heard.
 * @throws AUTHENTICATION_ERROR, INVALID_ARGUMENT_ERROR, NOT_FOUND_ERROR, MESSAGE_SIZE_LIMIT_EXCEEDED
 */
export async function publish(room: TopicsRoom, input: PublishInput, identify: () => string): Promise<void> {
  const { cache, topic, value, sizeBytes, via } = input;
  try {
    const publisherId = identify();
    checkName('topic', topic);
    await room.caches.require(cache);
    if (sizeBytes > room.messageMaxBytes)
      throw momentoError(
        'MESSAGE_SIZE_LIMIT_EXCEEDED',
        `The message has ${sizeBytes} bytes, over the request limit of ${room.messageMaxBytes} bytes that a topic takes.`,
      );
    await room.topics.open(cache, topic).publish({ value, sizeBytes, publisherId, via });
  } catch (error) {
    if (error instanceof ServiceError) {
      const { code, message } = error;
      room.ground.journal.record({ kind: 'topic.refused', cache, topic, code, message, via });
    }
    throw error;
  }
}

export function publishMethod(room: TopicsRoom): RpcMethod {
  return unary(Pubsub.method.publish, async (request, call) => {
    const parsed = parseValue(request.value);
    if (!parsed) throw momentoError('INVALID_ARGUMENT_ERROR', 'The request has no value.');
    const input: PublishInput = { cache: request.cacheName, topic: request.topic, ...parsed, via: 'grpc' };
    await publish(room, input, () => publisherOf(room, call));
    return {};
  });
}
