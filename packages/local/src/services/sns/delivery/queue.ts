// A queue as an endpoint, and as the place for dead letters: SendMessage as sns.amazonaws.com, on behalf of the topic.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { SendMessageRequest } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Platform } from '../../../platform.ts';
import type { Message } from '../message/message.ts';
import { topicArn } from '../topic.ts';
import type { Endpoint, Outcome, Shaped } from './endpoint.ts';
import { judge } from './judge.ts';

/** Source: SQS developer guide, "Amazon SQS message attributes": at most ten of one message. */
export const MAX_QUEUE_ATTRIBUTES = 10;

export function createQueueEndpoint(platform: Platform): Endpoint {
  return {
    async attempt({ message, subscription }, shaped): Promise<Outcome> {
      if (Object.keys(shaped.attributes).length > MAX_QUEUE_ATTRIBUTES) {
        const reason = `A raw message has at most ${MAX_QUEUE_ATTRIBUTES} attributes for a queue; this one has ${Object.keys(shaped.attributes).length}.`;
        return { kind: 'refused', reason };
      }
      try {
        const takenAs = await sendToQueue(platform, { queueArn: subscription.endpoint, message, shaped });
        return { kind: 'delivered', ...(takenAs !== undefined && { takenAs }) };
      } catch (error) {
        if (error instanceof ServiceError) return judge(error);
        throw error;
      }
    },
  };
}

/**
 * Returns the id of the queue's message.
 * @throws ServiceError what the queue refuses with
 */
export async function sendToQueue(
  { dispatch, address }: Platform,
  { queueArn, message, shaped }: { readonly queueArn: string; readonly message: Message; readonly shaped: Shaped },
): Promise<string | undefined> {
  const { account = '', region = '', resource = '' } = parseArn(queueArn) ?? {};
  const { groupId, deduplicationId, traceId } = message;
  const isFifo = resource.endsWith('.fifo');
  const request: SendMessageRequest = {
    QueueUrl: `${address.http}/${account}/${resource}`,
    MessageBody: shaped.body,
    MessageAttributes: queueAttributes(shaped.attributes),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(isFifo && { MessageGroupId: groupId ?? message.id, MessageDeduplicationId: deduplicationId ?? message.id }),
  };
  const { MessageId } = await dispatch.call('sqs', 'SendMessage', request, {
    account,
    region,
    principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topicArn(message.topic) },
    ...(traceId !== undefined && { traceId }),
  });
  return MessageId;
}

function queueAttributes(attributes: Shaped['attributes']): NonNullable<SendMessageRequest['MessageAttributes']> {
  const entries = Object.entries(attributes).map(([name, { type, value }]) => [
    name,
    type.startsWith('Binary')
      ? { DataType: type, BinaryValue: new Uint8Array(Buffer.from(value, 'base64')) }
      : { DataType: type, StringValue: value },
  ]);
  return Object.fromEntries(entries);
}
