// What may be published, and what a publisher is told.
import { beforeEach, expect, test } from 'vitest';
import { refusalOf } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { openSns } from './test-sns.ts';

let open: ReturnType<typeof openSns>;
let TopicArn: string;
beforeEach(async () => {
  open = openSns(createSqsService, createIamService);
  TopicArn = await open.createTopic();
});
const sns: (typeof open)['sns'] = (...input) => open.sns(...input);
const REFUSED = 'InvalidParameter: Invalid parameter:';

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_…; API reference, Subject.
test.each([
  [{ Message: '' }, 'Empty message'],
  [{ Message: 'm', Subject: '' }, 'Subject'],
  [{ Message: 'm', Subject: 'a'.repeat(101) }, 'Subject'],
  [{ Message: 'm', Subject: 'a\nb' }, 'Subject'],
  [{ Message: 'x'.repeat(262_145) }, 'Message too long'],
  [{ Message: 'not json', MessageStructure: 'json' }, 'Message Structure - JSON message body failed to parse'],
  [{ Message: '{}', MessageStructure: 'json' }, 'Message Structure - No default entry in JSON message body'],
  [
    { Message: '{"default":{}}', MessageStructure: 'json' },
    'Message Structure - No default entry in JSON message body',
  ],
  // The sentence is ours.
  [
    { Message: '{"default":"m"}', MessageStructure: 'xml' },
    'MessageStructure Reason: it is json, or left out; this is "xml"',
  ],
  [
    { Message: 'm', MessageDeduplicationId: 'd' },
    'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
  ],
])('what cannot be published is refused (%#)', async (input, sentence) => {
  expect(await refusalOf(sns('Publish', { TopicArn, ...input }))).toBe(`${REFUSED} ${sentence}`);
});

// Source: SNS API reference, MaximumMessageSize (September 2026); recorded on AWS: LocalStack, test_message_too_long.
test('a message has 256 KiB of bytes, attributes included, and as much as its topic says', async () => {
  const attribute = { DataType: 'String', StringValue: 'v' };
  const publish = (bytes: number) =>
    sns('Publish', { TopicArn, Message: 'ü'.repeat(bytes / 2), MessageAttributes: { name: attribute } });
  const more = 'name'.length + 'String'.length + 'v'.length;
  expect(await refusalOf(publish(262_144 - more + 1 + 1))).toBe(`${REFUSED} Message too long`);
  expect(await refusalOf(publish(262_144 - more - 1))).toBe('not refused');
  await sns('SetTopicAttributes', { TopicArn, AttributeName: 'MaximumMessageSize', AttributeValue: '1048576' });
  expect(await refusalOf(sns('Publish', { TopicArn, Message: 'x'.repeat(262_145) }))).toBe('not refused');
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_message_before_subscribe_topic and the like.
test('Publish answers with a new id; a topic may be named as a target', async () => {
  const first = await sns('Publish', { TopicArn, Message: 'm' });
  const second = await sns('Publish', { TargetArn: TopicArn, Message: 'm' });
  expect(first).toEqual({ MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(second.MessageId).not.toBe(first.MessageId);
  expect(await refusalOf(sns('Publish', { Message: 'm' }))).toBe(
    `${REFUSED} TopicArn or TargetArn Reason: no value for required parameter`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_wrong_message_attribute….
test.each([
  [
    { attr1: { DataType: 'Stringprefixed', StringValue: 'x' } },
    "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    { attr1: { DataType: 'String.', StringValue: 'x' } },
    "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    { attr1: { DataType: 'String', StringValue: '' } },
    "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
  ],
  [
    { attr1: { DataType: 'String', BinaryValue: new Uint8Array([1]) } },
    "The message attribute 'attr1' with type 'String' must use field 'String'.",
  ],
  [
    { ['a'.repeat(257)]: { DataType: 'String', StringValue: 'x' } },
    'Length of message attribute name must be less than 256 bytes.',
  ],
])('an attribute that is none is refused (%#)', async (MessageAttributes, sentence) => {
  expect(await refusalOf(sns('Publish', { TopicArn, Message: 'm', MessageAttributes }))).toBe(
    `ParameterValueInvalid: ${sentence}`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_message_attribute_without_type.
test('an attribute without a type is refused as the model says', async () => {
  const MessageAttributes = { attr1: { StringValue: 'x' } } as never;
  expect(await refusalOf(sns('Publish', { TopicArn, Message: 'm', MessageAttributes }))).toBe(
    "ValidationError: 1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_batch_exceptions.
test.each([
  [[], "EmptyBatchRequest: The batch request doesn't contain any entries."],
  [
    Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, Message: 'm' })),
    'TooManyEntriesInBatchRequest: The batch request contains more entries than permissible.',
  ],
  [
    [
      { Id: '1', Message: 'a' },
      { Id: '1', Message: 'b' },
    ],
    'BatchEntryIdsNotDistinct: Two or more batch entries in the request have the same Id.',
  ],
  [
    [{ Id: '_'.repeat(81), Message: 'a' }],
    `InvalidBatchEntryId: The Id of a batch entry in the batch request is too long: ${'_'.repeat(81)}`,
  ],
  [
    [{ Id: '$', Message: 'a' }],
    'InvalidBatchEntryId: The Id of a batch entry in the batch request contains an impermissible character: $',
  ],
  [
    [
      { Id: '1', Message: 'x'.repeat(200_000) },
      { Id: '2', Message: 'x'.repeat(100_000) },
    ],
    'BatchRequestTooLong: The length of all the messages put together is more than the limit.',
  ],
])('a batch that is none is refused (%#)', async (PublishBatchRequestEntries, sentence) => {
  expect(await refusalOf(sns('PublishBatch', { TopicArn, PublishBatchRequestEntries }))).toBe(sentence);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_batch_messages_without_topic and _from_sns_to_sqs.
test('a batch is published entry by entry; a faulty one of a standard topic fails alone', async () => {
  const { bodies } = await open.subscribeQueue(TopicArn, 'orders', { RawMessageDelivery: 'true' });
  const answer = await sns('PublishBatch', {
    TopicArn,
    PublishBatchRequestEntries: [
      { Id: 'good', Message: 'one' },
      { Id: 'bad', Message: '' },
    ],
  });
  expect(answer).toEqual({
    Successful: [{ Id: 'good', MessageId: expect.any(String) }],
    Failed: [{ Id: 'bad', Code: 'InvalidParameter', Message: 'Invalid parameter: Empty message', SenderFault: true }],
  });
  expect(await bodies()).toEqual(['one']);
});

// Ours: nothing here sends text messages; who publishes to a number or to a phone is told so by the journal.
test('a text message stands in', async () => {
  await sns('Publish', { PhoneNumber: '+491700000000', Message: 'hello' });
  expect(open.cloud.journal.read().flatMap((fact) => (fact.kind === 'stand-in.received' ? [fact] : []))).toMatchObject([
    { name: '+491700000000', type: 'sms', input: 'hello' },
  ]);
});

const fifo = async (attributes: Record<string, string> = {}) => open.createTopic('orders.fifo', attributes);

// Recorded on AWS: LocalStack, tests/aws/services/sns, TestSNSSubscriptionSQSFifo, test_validations_for_fifo.
test('a FIFO topic wants a group, and an id or its content to know duplicates by', async () => {
  const arn = await fifo();
  expect(await refusalOf(sns('Publish', { TopicArn: arn, Message: 'm' }))).toBe(
    `${REFUSED} The MessageGroupId parameter is required for FIFO topics`,
  );
  expect(await refusalOf(sns('Publish', { TopicArn: arn, Message: 'm', MessageGroupId: 'g' }))).toBe(
    `${REFUSED} The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly`,
  );
  const published = await sns('Publish', {
    ...{ TopicArn: arn, Message: 'm', MessageGroupId: 'g', MessageDeduplicationId: 'd' },
  });
  expect(published).toEqual({ MessageId: expect.any(String), SequenceNumber: expect.stringMatching(/^1\d{19}$/) });
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_batch_messages_from_fifo_topic_to_fifo_queue.
test('one faulty entry fails the whole batch of a FIFO topic', async () => {
  const arn = await fifo({ ContentBasedDeduplication: 'true' });
  const entries = [
    { Id: '1', Message: 'a', MessageGroupId: 'g' },
    { Id: '2', Message: 'b' },
  ];
  expect(await refusalOf(sns('PublishBatch', { TopicArn: arn, PublishBatchRequestEntries: entries }))).toBe(
    `${REFUSED} The MessageGroupId parameter is required for FIFO topics`,
  );
});

async function publishTo(arn: string, Message: string, more: Record<string, string> = {}) {
  return sns('Publish', { TopicArn: arn, Message, MessageGroupId: 'g', ...more });
}

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_message_to_fifo_sqs_ordering.
test('messages of a group come in their order, with the ids of their topic', async () => {
  const arn = await fifo({ ContentBasedDeduplication: 'true' });
  const { receive } = await open.subscribeQueue(arn, 'orders.fifo', { RawMessageDelivery: 'true' });
  for (let n = 0; n < 5; n++) await publishTo(arn, `message ${n}`);
  const received = await receive();
  expect(received.map(({ Body }) => Body)).toEqual([0, 1, 2, 3, 4].map((n) => `message ${n}`));
  expect(received[0]?.Attributes).toMatchObject({ MessageGroupId: 'g' });
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_content_based_deduplication: the id is the body's SHA-256.
test('a body is its own id where the topic looks at the content', async () => {
  const arn = await fifo({ ContentBasedDeduplication: 'true' });
  const { receive } = await open.subscribeQueue(arn, 'orders.fifo');
  await publishTo(arn, 'Test');
  const [message] = await receive();
  expect(message?.Attributes?.['MessageDeduplicationId']).toBe(
    '532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25',
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_publish_to_fifo_topic_deduplication_on_topic_level.
test('a duplicate is accepted under a new id and not delivered, for five minutes', async () => {
  const arn = await fifo();
  const { bodies } = await open.subscribeQueue(arn, 'plain', { RawMessageDelivery: 'true' });
  const first = await publishTo(arn, 'one', { MessageDeduplicationId: 'd' });
  const again = await publishTo(arn, 'two', { MessageDeduplicationId: 'd', MessageGroupId: 'other' });
  expect(again.MessageId).not.toBe(first.MessageId);
  expect(await bodies()).toEqual(['one']);
  await open.cloud.clock.advance(5 * 60_000 + 1);
  await publishTo(arn, 'three', { MessageDeduplicationId: 'd' });
  expect(await bodies()).toEqual(['three']);
});

// Source: SNS API reference, FifoThroughputScope.
test('duplicates are known in their group alone where the topic says so', async () => {
  const arn = await fifo({ FifoThroughputScope: 'MessageGroup' });
  const { bodies } = await open.subscribeQueue(arn, 'plain', { RawMessageDelivery: 'true' });
  await publishTo(arn, 'one', { MessageDeduplicationId: 'd' });
  await publishTo(arn, 'two', { MessageDeduplicationId: 'd', MessageGroupId: 'other' });
  expect((await bodies()).sort()).toEqual(['one', 'two']);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_message_to_fifo_sqs: numbered, and not signed.
test('the envelope of a FIFO topic has a sequence number and no signature', async () => {
  const arn = await fifo({ ContentBasedDeduplication: 'true' });
  const { bodies } = await open.subscribeQueue(arn, 'orders.fifo');
  const { SequenceNumber } = await publishTo(arn, 'm');
  const [body = ''] = await bodies();
  expect(Object.keys(JSON.parse(body))).toEqual([
    ...['Type', 'MessageId', 'SequenceNumber', 'TopicArn', 'Message', 'Timestamp', 'UnsubscribeURL'],
  ]);
  expect(JSON.parse(body).SequenceNumber).toBe(SequenceNumber);
});
