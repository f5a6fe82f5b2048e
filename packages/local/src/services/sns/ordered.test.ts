// FIFO subscriptions whose queue fails for a while: what waits keeps back what comes after it, in its group alone.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { expect, test } from 'vitest';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { callerOf, createTestCloud, isSkippedOnTwoNodes } from '../../test-cloud.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSnsService } from './service.ts';
import { LETS_TOPICS_IN, queueArnOf } from './test-sns.ts';

/** SQS that fails to take the messages whose body is here. */
const failing = new Set<string>();
function createFailingSqs(platform: Platform): Service {
  const sqs = createSqsService(platform);
  const send = sqs.operations?.['SendMessage'];
  return {
    ...sqs,
    operations: {
      ...sqs.operations,
      SendMessage: (input: never, call) => {
        const { MessageBody } = input as { MessageBody: string };
        if (failing.has(MessageBody)) throw new ServiceError('InternalFailure', 'away', { status: 500 });
        return send?.(input, call);
      },
    },
  };
}

const isOneNodes = isSkippedOnTwoNodes(
  'the exact seconds of retries',
  'the backbone between nodes takes time of its own',
);

// Source: SNS developer guide, "FIFO topics", message ordering: a failed delivery keeps back its group.
test.skipIf(isOneNodes)('a message that is tried again keeps back its group, and no other', async () => {
  const cloud = createTestCloud(createSnsService, createFailingSqs);
  const [sns, sqs] = [callerOf('sns', () => cloud), callerOf('sqs', () => cloud)];
  const Attributes = { FifoQueue: 'true', Policy: LETS_TOPICS_IN };
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: 'orders.fifo', Attributes });
  const topic = { Name: 'orders.fifo', Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' } };
  const { TopicArn = '' } = await sns('CreateTopic', topic);
  const subscription = { TopicArn, Protocol: 'sqs', Endpoint: queueArnOf('orders.fifo') };
  await sns('Subscribe', { ...subscription, Attributes: { RawMessageDelivery: 'true' } });
  const bodies = async () => {
    const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
    for (const { ReceiptHandle = '' } of Messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
    return Messages.map(({ Body }) => Body);
  };
  failing.add('a1');
  for (const [MessageGroupId, Message] of [
    ['a', 'a1'],
    ['b', 'b1'],
    ['a', 'a2'],
    ['b', 'b2'],
  ] as const) {
    await sns('Publish', { TopicArn, Message, MessageGroupId });
  }
  await cloud.clock.advance(1500);
  expect(await bodies()).toEqual(['b1', 'b2']);
  failing.clear();
  await cloud.clock.advance(60_000);
  expect(await bodies()).toEqual(['a1', 'a2']);
  await cloud.close();
});
