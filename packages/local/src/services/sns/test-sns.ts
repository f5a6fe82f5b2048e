// What the tests of SNS stand on: a cloud with topics, queues and roles, and short ways to make and to read them. Used
// by tests only.
import type { Cloud } from '../../cloud.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT, TEST_REGION, testCall } from '../../test-cloud.ts';
import { createSnsService } from './service.ts';

/** ARN of a topic, and with an id behind it of a subscription. */
export const topicArnOf = (name: string) => `arn:aws:sns:${TEST_REGION}:${TEST_ACCOUNT}:${name}`;
export const queueArnOf = (name: string) => `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${name}`;

/** A queue's policy that lets topics in, as CDK writes it. */
export const LETS_TOPICS_IN = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
});

/** @param others what SNS stands beside: SQS at least, and IAM */
export function openSns(...others: readonly ((platform: Platform) => Service)[]) {
  const cloud: Cloud = createTestCloud(createSnsService, ...others);
  const sns = callerOf('sns', () => cloud);
  const sqs = callerOf('sqs', () => cloud);

  /** A queue that topics may send to; what lies in it, taken out. */
  async function createQueue(name = 'orders', attributes: Record<string, string> = { Policy: LETS_TOPICS_IN }) {
    const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: name, Attributes: { ...attributes, ...fifo } });
    return async () => {
      await cloud.clock.advance(0);
      const { Messages = [] } = await sqs('ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      });
      for (const { ReceiptHandle = '' } of Messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
      return Messages;
    };
  }

  async function createTopic(name = 'orders', attributes: Record<string, string> = {}) {
    const fifo = name.endsWith('.fifo') ? { FifoTopic: 'true' } : {};
    const { TopicArn = '' } = await sns('CreateTopic', { Name: name, Attributes: { ...attributes, ...fifo } });
    return TopicArn;
  }

  /** A queue that is subscribed to a topic. */
  async function subscribeQueue(topic: string, name = 'orders', attributes: Record<string, string> = {}) {
    const receive = await createQueue(name);
    const input = { TopicArn: topic, Protocol: 'sqs', Endpoint: queueArnOf(name), Attributes: attributes };
    const { SubscriptionArn = '' } = await sns('Subscribe', input);
    return { receive, SubscriptionArn, bodies: async () => (await receive()).map(({ Body = '' }) => Body) };
  }

  /** Facts of SNS, without what every run has otherwise. */
  function facts() {
    return cloud.journal.read().filter(({ kind }) => kind.startsWith('notification.'));
  }

  return { cloud, sns, sqs, createQueue, createTopic, subscribeQueue, facts, call: testCall };
}
