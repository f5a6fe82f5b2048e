import { describe, expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import { refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { makeQueue, receive, sqs } from './test-queues.ts';

const events: Omit<Call, 'requestId'> = {
  ...testCall,
  principal: {
    kind: 'service',
    service: 'events.amazonaws.com',
    sourceArn: `arn:aws:events:eu-west-1:${TEST_ACCOUNT}:rule/orders/to-queue`,
  },
};

describe('queues', () => {
  test('a new queue answers its URL and every attribute with its default', async () => {
    const url = await makeQueue();
    expect(url).toBe('http://127.0.0.1:4566/123456789012/orders');
    expect(await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] })).toEqual({
      Attributes: {
        QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:orders',
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        ApproximateNumberOfMessagesDelayed: '0',
        CreatedTimestamp: String(TEST_START / 1000),
        LastModifiedTimestamp: String(TEST_START / 1000),
        DelaySeconds: '0',
        MaximumMessageSize: '1048576',
        MessageRetentionPeriod: '345600',
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
        VisibilityTimeout: '30',
      },
    });
  });

  test('creating a queue again with the same attributes answers its URL, with another value it is refused', async () => {
    const url = await makeQueue('orders', { DelaySeconds: '1' });
    expect(await makeQueue('orders', { DelaySeconds: '1' })).toBe(url);
    expect(await makeQueue('orders')).toBe(url);
    expect(await refusalOf(makeQueue('orders', { DelaySeconds: '2' }))).toBe(
      'QueueNameExists: A queue already exists with the same name and a different value for attribute DelaySeconds',
    );
  });

  // Recorded on AWS: LocalStack, test_fifo_delete_after_visibility_timeout and others.
  test('true and false are taken in any case', async () => {
    const url = await makeQueue('orders.fifo', { FifoQueue: 'True', ContentBasedDeduplication: 'TRUE' });
    expect(await makeQueue('orders.fifo', { FifoQueue: 'true' })).toBe(url);
    const AttributeNames = ['FifoQueue', 'ContentBasedDeduplication'] as const;
    expect((await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames })).Attributes).toEqual({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
    });
  });

  test.each([
    [
      'no such name!',
      {},
      'InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    ],
    [
      'orders.fifo',
      {},
      'InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    ],
    [
      'orders',
      { FifoQueue: 'true' },
      'InvalidParameterValueException: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    ],
    ['orders', { FifoQueue: 'false' }, 'InvalidAttributeName: Unknown Attribute FifoQueue.'],
    [
      'orders',
      { ContentBasedDeduplication: 'true' },
      'InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.',
    ],
    ['orders', { Colour: 'red' }, 'InvalidAttributeName: Unknown Attribute Colour.'],
    [
      'orders',
      { VisibilityTimeout: '43201' },
      'InvalidAttributeValue: Invalid value for the parameter VisibilityTimeout.',
    ],
    ['orders', { Policy: 'not json' }, 'InvalidAttributeValue: Invalid value for the parameter Policy.'],
    [
      'orders',
      { RedrivePolicy: '{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}' },
      'InvalidParameterValueException: Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn.',
    ],
  ])('CreateQueue %s %j is refused as on AWS', async (name, attributes, expected) => {
    expect(await refusalOf(makeQueue(name, attributes))).toBe(expected);
  });

  test('a queue is found by any URL that ends in account and name, and by no other', async () => {
    await makeQueue();
    await sqs('GetQueueAttributes', { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders' });
    await sqs('GetQueueAttributes', { QueueUrl: 'http://gateway:80/behind/a/proxy/123456789012/orders' });
    for (const url of ['http://127.0.0.1:4566/123456789012/none', 'none', '']) {
      expect(await refusalOf(sqs('SendMessage', { QueueUrl: url, MessageBody: 'x' }))).toBe(
        'QueueDoesNotExist: The specified queue does not exist.',
      );
    }
  });

  test('queues are listed by name, by prefix and page by page', async () => {
    expect(await sqs('ListQueues', {})).toEqual({});
    for (const name of ['b-2', 'a', 'b-1']) await makeQueue(name);
    const urls = ['a', 'b-1', 'b-2'].map((name) => `http://127.0.0.1:4566/${TEST_ACCOUNT}/${name}`);
    expect(await sqs('ListQueues', {})).toEqual({ QueueUrls: urls });
    expect(await sqs('ListQueues', { QueueNamePrefix: 'b' })).toEqual({ QueueUrls: urls.slice(1) });
    const first = await sqs('ListQueues', { MaxResults: 2 });
    expect(first.QueueUrls).toEqual(urls.slice(0, 2));
    expect(await sqs('ListQueues', { MaxResults: 2, NextToken: first.NextToken })).toEqual({
      QueueUrls: urls.slice(2),
    });
  });

  test('a deleted queue is gone and ends every long poll on it', async () => {
    const url = await makeQueue();
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await sqs('DeleteQueue', { QueueUrl: url });
    expect(await waiting).toEqual([]);
    expect(await refusalOf(sqs('GetQueueUrl', { QueueName: 'orders' }))).toBe(
      'QueueDoesNotExist: The specified queue does not exist.',
    );
  });

  test('tags are added, removed and listed', async () => {
    const url = await makeQueue();
    await sqs('TagQueue', { QueueUrl: url, Tags: { team: 'orders', stage: 'test' } });
    await sqs('UntagQueue', { QueueUrl: url, TagKeys: ['stage'] });
    expect(await sqs('ListQueueTags', { QueueUrl: url })).toEqual({ Tags: { team: 'orders' } });
  });

  test('changes of a queue that come at once all stay', async () => {
    const QueueUrl = await makeQueue();
    await Promise.all([
      sqs('TagQueue', { QueueUrl, Tags: { a: '1' } }),
      sqs('TagQueue', { QueueUrl, Tags: { b: '2' } }),
      sqs('SetQueueAttributes', { QueueUrl, Attributes: { VisibilityTimeout: '7' } }),
      ...['x', 'y'].map((Label) =>
        sqs('AddPermission', { QueueUrl, Label, AWSAccountIds: ['999999999999'], Actions: ['SendMessage'] }),
      ),
    ]);
    const { Attributes = {} } = await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    const { Statement } = JSON.parse(Attributes['Policy'] ?? '{}');
    expect(await sqs('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: '1', b: '2' } });
    expect([Attributes['VisibilityTimeout'], Statement.map(({ Sid }: { Sid: string }) => Sid).sort()]).toEqual([
      '7',
      ['x', 'y'],
    ]);
  });

  test('AddPermission writes a statement into the policy, RemovePermission takes it out', async () => {
    const url = await makeQueue();
    const permission = { QueueUrl: url, Label: 'other', AWSAccountIds: ['999999999999'], Actions: ['ReceiveMessage'] };
    await sqs('AddPermission', permission);
    const { Attributes = {} } = await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['Policy'] });
    expect(JSON.parse(Attributes['Policy'] ?? '')).toEqual({
      Version: '2008-10-17',
      Id: 'arn:aws:sqs:eu-west-1:123456789012:orders/SQSDefaultPolicy',
      Statement: [
        {
          Sid: 'other',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::999999999999:root' },
          Action: 'SQS:ReceiveMessage',
          Resource: 'arn:aws:sqs:eu-west-1:123456789012:orders',
        },
      ],
    });
    expect(await refusalOf(sqs('AddPermission', permission))).toBe(
      'InvalidParameterValueException: Value other for parameter Label is invalid. Reason: Already exists.',
    );
    const other = {
      ...testCall,
      account: '999999999999',
      principal: { kind: 'account' as const, arn: 'arn:aws:iam::999999999999:root' },
    };
    expect(await sqs('ReceiveMessage', { QueueUrl: url }, other)).toEqual({});
    await sqs('RemovePermission', { QueueUrl: url, Label: 'other' });
    expect(await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['Policy'] })).toEqual({});
    expect(await refusalOf(sqs('ReceiveMessage', { QueueUrl: url }, other))).toBe(
      'AccessDenied: User: arn:aws:iam::999999999999:root is not authorized to perform: sqs:receivemessage on resource: arn:aws:sqs:eu-west-1:123456789012:orders because no resource-based policy allows the sqs:receivemessage action',
    );
  });
});

describe('who may send', () => {
  const policy = (condition?: unknown) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:orders`,
          ...(condition !== undefined && { Condition: condition }),
        },
      ],
    });
  const denied = `AccessDenied: User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:orders because no resource-based policy allows the sqs:sendmessage action`;

  // Source: the sample in eventbridge's dead letters, NO_PERMISSIONS.
  test('a service needs the permission of the queue policy', async () => {
    const url = await makeQueue();
    const send = () => refusalOf(sqs('SendMessage', { QueueUrl: url, MessageBody: 'x' }, events));
    expect(await send()).toBe(denied);
    await sqs('SetQueueAttributes', { QueueUrl: url, Attributes: { Policy: policy() } });
    expect(await send()).toBe('not refused');
  });

  test('the policy may let in one rule alone', async () => {
    const url = await makeQueue();
    const send = () => refusalOf(sqs('SendMessage', { QueueUrl: url, MessageBody: 'x' }, events));
    const only = (rule: string) => ({
      ArnEquals: { 'aws:SourceArn': `arn:aws:events:eu-west-1:${TEST_ACCOUNT}:rule/${rule}` },
    });
    await sqs('SetQueueAttributes', { QueueUrl: url, Attributes: { Policy: policy(only('orders/other')) } });
    expect(await send()).toBe(denied);
    await sqs('SetQueueAttributes', { QueueUrl: url, Attributes: { Policy: policy(only('orders/*')) } });
    expect(await send()).toBe('not refused');
  });
});
