// An HTTP endpoint: a POST with the headers that AWS sends, and fifteen seconds for an answer. Source: SNS developer
// guide, "HTTP/HTTPS headers" and "Message delivery retries", read 2026-11-28.
import type { HttpClient } from '../../../destinations/http-client.ts';
import { isRaw, type Subscription, subscriptionArn } from '../subscription.ts';
import { topicArn } from '../topic.ts';
import type { Topics } from '../topics.ts';
import type { Endpoint, Outcome } from './endpoint.ts';
import { httpPolicyOf } from './policy.ts';

const TIMEOUT_MS = 15_000;
const CONTENT_TYPE = 'text/plain; charset=UTF-8';

export interface Post {
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly body: string;
  readonly contentType?: string;
}

export function createHttpEndpoint(client: HttpClient, topics: Topics): Endpoint {
  return {
    attempt({ message, subscription }, { body }) {
      const topic = topics.find(message.topic);
      const { contentType } = httpPolicyOf(
        topic?.attributes['DeliveryPolicy'],
        subscription.attributes['DeliveryPolicy'],
      );
      return post(client, subscription, { type: 'Notification', messageId: message.id, body, contentType });
    },
  };
}

export async function post(
  client: HttpClient,
  subscription: Subscription,
  { type, messageId, body, contentType = CONTENT_TYPE }: Post,
): Promise<Outcome> {
  const isConfirmation = type === 'SubscriptionConfirmation';
  const answer = await client.send({
    method: 'POST',
    url: new URL(subscription.endpoint),
    headers: [
      ...['x-amz-sns-message-type', type, 'x-amz-sns-message-id', messageId],
      ...['x-amz-sns-topic-arn', topicArn(subscription.topic)],
      ...(isConfirmation ? [] : ['x-amz-sns-subscription-arn', subscriptionArn(subscription)]),
      ...(type === 'Notification' && isRaw(subscription) ? ['x-amz-sns-rawdelivery', 'true'] : []),
      ...['Content-Type', contentType, 'User-Agent', 'Amazon Simple Notification Service Agent'],
      ...['Accept-Encoding', 'gzip,deflate', 'Connection', 'close'],
    ],
    body,
    timeoutMs: TIMEOUT_MS,
  });
  switch (answer.kind) {
    case 'timed out':
      return { kind: 'retry', timedOut: true, reason: `no answer within ${TIMEOUT_MS / 1000} s` };
    case 'unreachable':
      return { kind: 'retry', reason: answer.cause ?? answer.reason };
    default:
      return judgeStatus(answer.status);
  }
}

function judgeStatus(status: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const isServers = status >= 500 || status === 429 || status < 200;
  return { kind: isServers ? 'retry' : 'refused', reason: `status ${status}`, status };
}
