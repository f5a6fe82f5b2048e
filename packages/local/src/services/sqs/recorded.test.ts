// Answers of SQS recorded on AWS: LocalStack's tests/aws/services/sqs at commit 8b9a79f.
import type { Operations } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, testCall } from '../../test-cloud.ts';
import { createSqsService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSqsService);
});

const sqs = callerOf('sqs', () => cloud);

async function makeQueue(QueueName = 'orders', Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName, Attributes });
  return QueueUrl;
}

const makeFifo = () => makeQueue('orders.fifo', { FifoQueue: 'true' });

describe('batches leave out what is empty', () => {
  type Entry = Operations['SendMessageBatch']['input']['Entries'][number];
  const sendBatch = (QueueUrl: string, ...Entries: readonly Entry[]) => sqs('SendMessageBatch', { QueueUrl, Entries });

  test('a batch without failures has no Failed, one without successes no Successful', async () => {
    const url = await makeQueue();
    expect(Object.keys(await sendBatch(url, { Id: 'a', MessageBody: 'good' }))).toEqual(['Successful']);
    expect(Object.keys(await sendBatch(url, { Id: 'a', MessageBody: 'bad\u0000' }))).toEqual(['Failed']);
  });

  test('so it is when messages are deleted or hidden', async () => {
    const url = await makeQueue();
    await sendBatch(url, { Id: 'a', MessageBody: 'a' });
    const { Messages: [message] = [] } = await sqs('ReceiveMessage', { QueueUrl: url });
    const ReceiptHandle = message?.ReceiptHandle ?? '';
    const hidden = await sqs('ChangeMessageVisibilityBatch', {
      QueueUrl: url,
      Entries: [{ Id: 'a', ReceiptHandle, VisibilityTimeout: 5 }],
    });
    const deleted = await sqs('DeleteMessageBatch', { QueueUrl: url, Entries: [{ Id: 'a', ReceiptHandle }] });
    const wrong = await sqs('DeleteMessageBatch', { QueueUrl: url, Entries: [{ Id: 'a', ReceiptHandle: 'none' }] });
    expect([hidden, deleted, wrong].map((answer) => Object.keys(answer))).toEqual([
      ['Successful'],
      ['Successful'],
      ['Failed'],
    ]);
  });
});

describe('a queue by its name alone', () => {
  test("is the caller's queue in the region of the call, for every operation that takes a URL", async () => {
    const url = await makeQueue();
    await sqs('SendMessage', { QueueUrl: 'orders', MessageBody: 'by name' });
    await sqs('SetQueueAttributes', { QueueUrl: 'orders', Attributes: { VisibilityTimeout: '5' } });
    const { Messages: [message] = [] } = await sqs('ReceiveMessage', { QueueUrl: url });
    expect(message?.Body).toBe('by name');
    const { Attributes } = await sqs('GetQueueAttributes', {
      QueueUrl: 'orders',
      AttributeNames: ['VisibilityTimeout'],
    });
    expect(Attributes).toEqual({ VisibilityTimeout: '5' });
  });

  test("is not another account's, nor in another region", async () => {
    await makeQueue();
    const gone = 'QueueDoesNotExist: The specified queue does not exist.';
    const send = (more: object) =>
      refusalOf(sqs('SendMessage', { QueueUrl: 'orders', MessageBody: 'x' }, { ...testCall, ...more }));
    expect(await send({ account: '999999999999' })).toBe(gone);
    expect(await send({ region: 'us-west-2' })).toBe(gone);
  });
});

describe('attributes of FIFO queues', () => {
  test.each(['DeduplicationScope', 'FifoThroughputLimit'])('%s on a standard queue', async (name) => {
    const value = name === 'DeduplicationScope' ? 'queue' : 'perQueue';
    const sentence = `InvalidAttributeName: You can specify the ${name} only when FifoQueue is set to true.`;
    expect(await refusalOf(makeQueue('plain', { [name]: value }))).toBe(sentence);
    const QueueUrl = await makeQueue();
    expect(await refusalOf(sqs('SetQueueAttributes', { QueueUrl, Attributes: { [name]: value } }))).toBe(sentence);
  });

  test('ContentBasedDeduplication on a standard queue is an unknown attribute', async () => {
    expect(await refusalOf(makeQueue('plain', { ContentBasedDeduplication: 'true' }))).toBe(
      'InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.',
    );
  });

  test.each([
    ['a FIFO queue', makeFifo, 'false'],
    ['a standard queue', makeQueue, 'true'],
  ])('the kind of %s cannot be changed', async (_kind, make, FifoQueue) => {
    const QueueUrl = await make();
    expect(await refusalOf(sqs('SetQueueAttributes', { QueueUrl, Attributes: { FifoQueue } }))).toBe(
      'InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    );
  });

  test('an entry of a batch without its group is an invalid parameter, a single message misses one', async () => {
    const QueueUrl = await makeFifo();
    const message = { MessageBody: 'x', MessageDeduplicationId: 'x' };
    expect(await refusalOf(sqs('SendMessageBatch', { QueueUrl, Entries: [{ Id: 'a', ...message }] }))).toBe(
      'InvalidParameterValueException: The request must contain the parameter MessageGroupId.',
    );
    expect(await refusalOf(sqs('SendMessage', { QueueUrl, ...message }))).toBe(
      'MissingRequiredParameterException: The request must contain the parameter MessageGroupId.',
    );
  });
});

describe('message attributes', () => {
  const send = async (name: string, StringValue: string) =>
    refusalOf(
      sqs('SendMessage', {
        QueueUrl: await makeQueue(),
        MessageBody: 'x',
        MessageAttributes: { [name]: { DataType: 'String', StringValue } },
      }),
    );

  test('a name may have letters of any script', async () => {
    expect([await send('attr.1øßä', 'v'), await send('注文', 'v')]).toEqual(['not refused', 'not refused']);
    expect(await send('a b', 'v')).toMatch(/^InvalidParameterValueException: Message \(user\) attribute name 'a b'/);
  });

  test.each(['\b', '\v', '\f', '\ud800'])('a value with the control character %j is refused', async (character) => {
    expect(await send('attr1', `invalid ${character}`)).toMatch(/^InvalidParameterValueException: .*Valid unicode/);
  });

  test('tabs and line breaks are taken', async () => {
    expect(await send('attr1', 'a\tb\r\nc')).toBe('not refused');
  });

  test('an empty text is refused in one sentence for each type', async () => {
    expect(await send('ErrorDetails', '')).toBe(
      "InvalidParameterValueException: Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    );
  });
});

describe('the trace header of a request', () => {
  const header = 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1';
  const traceOf = async (url: string) => {
    const { Messages: [message] = [] } = await sqs('ReceiveMessage', {
      QueueUrl: url,
      MessageSystemAttributeNames: ['AWSTraceHeader'],
    });
    return message?.Attributes?.['AWSTraceHeader'];
  };

  test("becomes the message's, one by one and in a batch, unless the message has its own", async () => {
    const QueueUrl = await makeQueue();
    const call = { ...testCall, traceId: header };
    await sqs('SendMessage', { QueueUrl, MessageBody: 'a' }, call);
    expect(await traceOf(QueueUrl)).toBe(header);
    await sqs('SendMessageBatch', { QueueUrl, Entries: [{ Id: 'b', MessageBody: 'b' }] }, call);
    expect(await traceOf(QueueUrl)).toBe(header);
    const own = { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-00000000-own' } };
    await sqs('SendMessage', { QueueUrl, MessageBody: 'c', MessageSystemAttributes: own }, call);
    expect(await traceOf(QueueUrl)).toBe('Root=1-00000000-own');
  });
});
