import { describe, expect, test } from 'vitest';
import { refusalOf, TEST_ACCOUNT, TEST_START } from '../../test-cloud.ts';
import { MOVE_TASKS } from './queues.ts';
import { bodies, cloud, makeQueue, receive, sqs } from './test-queues.ts';

describe('redrive', () => {
  async function makePair(maxReceiveCount: number) {
    const dead = await makeQueue('dead');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:dead`,
      maxReceiveCount: String(maxReceiveCount),
    });
    return { dead, url: await makeQueue('orders', { RedrivePolicy, VisibilityTimeout: '1' }) };
  }

  test('a message that was received often enough moves to the dead-letter queue with its id and its count', async () => {
    const { url, dead } = await makePair(2);
    const sent = await sqs('SendMessage', { QueueUrl: url, MessageBody: 'poison' });
    for (let time = 0; time < 2; time++) {
      expect(bodies(await receive(url))).toEqual(['poison']);
      await cloud.clock.advance(1_000);
    }
    const poll = receive(dead, { WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'] });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'fine' });
    expect(bodies(await receive(url))).toEqual(['fine']);
    expect(await poll).toEqual([
      {
        MessageId: sent.MessageId,
        ReceiptHandle: expect.any(String),
        MD5OfBody: sent.MD5OfMessageBody,
        Body: 'poison',
        Attributes: {
          SenderId: TEST_ACCOUNT,
          SentTimestamp: String(TEST_START),
          ApproximateReceiveCount: '3',
          ApproximateFirstReceiveTimestamp: String(TEST_START),
          DeadLetterQueueSourceArn: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:orders`,
        },
      },
    ]);
    expect(cloud.journal.read().filter(({ kind }) => kind === 'message.redriven')).toEqual([
      {
        seq: expect.any(Number),
        at: TEST_START + 2_000,
        kind: 'message.redriven',
        queueArn: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:orders`,
        deadLetterQueueArn: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:dead`,
        messageId: sent.MessageId,
        receives: 2,
      },
    ]);
  });

  test('a message-move task brings dead letters back to where they came from, as new messages', async () => {
    const { url, dead } = await makePair(1);
    const sent = await sqs('SendMessage', { QueueUrl: url, MessageBody: 'poison' });
    await receive(url);
    await cloud.clock.advance(1_000);
    expect(await receive(url)).toEqual([]);
    const SourceArn = `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:dead`;
    await sqs('StartMessageMoveTask', { SourceArn });
    expect(await receive(dead)).toEqual([]);
    const [back] = await receive(url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(back).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    expect(back?.MessageId).not.toBe(sent.MessageId);
    expect((await sqs('ListMessageMoveTasks', { SourceArn })).Results).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn,
        ApproximateNumberOfMessagesMoved: 1,
        ApproximateNumberOfMessagesToMove: 1,
        StartedTimestamp: TEST_START + 1_000,
      },
    ]);
    expect(await refusalOf(sqs('StartMessageMoveTask', { SourceArn: SourceArn.replace('dead', 'orders') }))).toBe(
      'InvalidParameterValueException: Source queue must be configured as a Dead Letter Queue.',
    );
  });

  test('the 10 newest message-move tasks of a queue are kept, and none when it is gone', async () => {
    const { dead } = await makePair(1);
    const SourceArn = `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:dead`;
    for (let n = 0; n < 12; n++) {
      await sqs('StartMessageMoveTask', { SourceArn });
      await cloud.clock.advance(1_000);
    }
    const { Results = [] } = await sqs('ListMessageMoveTasks', { SourceArn, MaxResults: 10 });
    expect(Results.map(({ StartedTimestamp = 0 }) => (StartedTimestamp - TEST_START) / 1_000)).toEqual([
      11, 10, 9, 8, 7, 6, 5, 4, 3, 2,
    ]);
    const kept = () => cloud.backbone.table(MOVE_TASKS).list().length;
    expect(kept()).toBe(10);
    await sqs('DeleteQueue', { QueueUrl: dead });
    expect(kept()).toBe(0);
  });

  test('the policy is kept in canonical form, and the dead-letter queue knows its sources', async () => {
    const { url, dead } = await makePair(3);
    expect(await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['RedrivePolicy'] })).toEqual({
      Attributes: {
        RedrivePolicy: `{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:dead","maxReceiveCount":3}`,
      },
    });
    expect(await sqs('ListDeadLetterSourceQueues', { QueueUrl: dead })).toEqual({ queueUrls: [url] });
    await sqs('SetQueueAttributes', { QueueUrl: url, Attributes: { RedrivePolicy: '' } });
    expect(await sqs('ListDeadLetterSourceQueues', { QueueUrl: dead })).toEqual({ queueUrls: [] });
  });

  test('a queue that is its own dead-letter queue keeps its poison without an end, and nobody gets it', async () => {
    const url = await makeQueue();
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:orders`,
      maxReceiveCount: 1,
    });
    await sqs('SetQueueAttributes', { QueueUrl: url, Attributes: { RedrivePolicy } });
    await sqs('SendMessage', { QueueUrl: url, MessageBody: 'poison' });
    expect(bodies(await receive(url, { VisibilityTimeout: 0 }))).toEqual(['poison']);
    expect(await receive(url)).toEqual([]);
  });

  test.each([
    ['none', 'Dead letter target does not exist.'],
    ['other.fifo', 'Dead-letter queue must be same type of queue as the source.'],
    [
      'closed',
      `Queue arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:closed does not allow this queue to use it as its dead-letter queue (RedriveAllowPolicy).`,
    ],
  ])('a redrive policy that names the queue %s is refused', async (name, reason) => {
    await makeQueue('other.fifo', { FifoQueue: 'true' });
    await makeQueue('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const RedrivePolicy = `{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:${name}","maxReceiveCount":1}`;
    expect(await refusalOf(makeQueue('orders', { RedrivePolicy }))).toBe(
      `InvalidParameterValueException: Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    );
  });
});
