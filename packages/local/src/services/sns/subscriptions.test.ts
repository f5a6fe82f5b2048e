// Subscriptions: endpoints, attributes, lists, and what filter policies let through.
import { beforeEach, expect, test } from 'vitest';
import { refusalOf } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { openSns, queueArnOf, topicArnOf } from './test-sns.ts';

let open: ReturnType<typeof openSns>;
let TopicArn: string;
beforeEach(async () => {
  open = openSns(createSqsService, createIamService);
  TopicArn = await open.createTopic();
});
const sns: (typeof open)['sns'] = (...input) => open.sns(...input);
const REFUSED = 'InvalidParameter: Invalid parameter:';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:f';

const subscribe = (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}, topic = TopicArn) =>
  sns('Subscribe', { TopicArn: topic, Protocol, Endpoint, Attributes });

async function attributesOf(SubscriptionArn = ''): Promise<Readonly<Record<string, string>>> {
  return (await sns('GetSubscriptionAttributes', { SubscriptionArn })).Attributes ?? {};
}

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_with_invalid_protocol, …invalid_topic and the
// like.
test.each([
  ['fax', '123', 'Amazon SNS does not support this protocol string: fax'],
  ['sqs', 'http://127.0.0.1:4566/123456789012/orders', 'SQS endpoint ARN'],
  ['http', 'https://example.com', 'Endpoint must match the specified protocol'],
  ['https', 'ftp://example.com', 'Endpoint must match the specified protocol'],
  ['sms', 'not a number', 'Invalid SMS endpoint: not a number'],
  [
    'sqs',
    queueArnOf('orders.fifo'),
    'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
  ],
])('the protocol %s takes no endpoint %s', async (protocol, endpoint, sentence) => {
  expect(await refusalOf(subscribe(protocol, endpoint))).toBe(`${REFUSED} ${sentence}`);
});

// Source: moto, test_subscribe_unknown_topic, which runs against AWS.
test('a topic that does not exist is told before what is wrong with the endpoint', async () => {
  expect(await refusalOf(subscribe('sqs', 'asdf', {}, topicArnOf('none')))).toBe('NotFound: Topic does not exist');
});

// Source: SNS developer guide, "FIFO topics", message delivery; the sentence is ours.
test('a FIFO topic takes queues, standard ones too, and no functions', async () => {
  const fifo = await open.createTopic('orders.fifo');
  expect(await refusalOf(subscribe('sqs', queueArnOf('plain'), {}, fifo))).toBe('not refused');
  expect(await refusalOf(subscribe('lambda', FUNCTION, {}, fifo))).toBe(
    `${REFUSED} Endpoint Reason: a FIFO topic delivers to SQS queues and Firehose, not to lambda`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_idempotency.
test('the same subscription again is the same one; with other attributes it is refused', async () => {
  const RawMessageDelivery = 'true';
  const first = await subscribe('sqs', queueArnOf('none'), { RawMessageDelivery });
  expect(first.SubscriptionArn).toMatch(new RegExp(`^${topicArnOf('orders')}:[0-9a-f-]{36}$`));
  expect(await subscribe('sqs', queueArnOf('none'), { RawMessageDelivery })).toEqual(first);
  expect(await subscribe('sqs', queueArnOf('none'))).toEqual(first);
  expect(await refusalOf(subscribe('sqs', queueArnOf('none'), { RawMessageDelivery: 'false' }))).toBe(
    `${REFUSED} Attributes Reason: Subscription already exists with different attributes`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_subscribe_with_all_attributes….
test('a subscription has these attributes; the scope of a policy only beside one', async () => {
  const { SubscriptionArn = '' } = await subscribe('sqs', queueArnOf('orders'));
  const plain = {
    SubscriptionArn,
    ...{ TopicArn, Protocol: 'sqs', Endpoint: queueArnOf('orders'), Owner: '123456789012' },
    SubscriptionPrincipal: 'arn:aws:iam::123456789012:root',
    ConfirmationWasAuthenticated: 'true',
    PendingConfirmation: 'false',
    RawMessageDelivery: 'false',
  };
  expect(await attributesOf(SubscriptionArn)).toEqual(plain);
  const FilterPolicy = '{"type":["order"]}';
  await sns('SetSubscriptionAttributes', {
    SubscriptionArn,
    AttributeName: 'FilterPolicy',
    AttributeValue: FilterPolicy,
  });
  expect(await attributesOf(SubscriptionArn)).toEqual({
    ...plain,
    FilterPolicy,
    FilterPolicyScope: 'MessageAttributes',
  });
  await sns('SetSubscriptionAttributes', { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{}' });
  expect(await attributesOf(SubscriptionArn)).toEqual(plain);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_set_subscription_attributes, test_redrive_policy….
test.each([
  ['Endpoint', 'x', 'AttributeName'],
  ['RawMessageDelivery', 'perhaps', 'RawMessageDelivery: Invalid value [perhaps]. Must be true or false.'],
  ['RedrivePolicy', '{"deadLetterTargetArn":"queue"}', 'RedrivePolicy: deadLetterTargetArn is an invalid arn'],
  [
    'FilterPolicyScope',
    'Body',
    'FilterPolicyScope: Invalid value [Body]. Please use either MessageBody or MessageAttributes',
  ],
  ['FilterPolicy', '{"a":{"b":["c"]}}', 'Filter policy scope MessageAttributes does not support nested filter policy'],
  [
    'FilterPolicy',
    '{"a":"b"}',
    'FilterPolicy: "a" must be an object or an array\n at [Source: (String)"{"a":"b"}"; line: 1, column: 7]',
  ],
])('the attribute %s takes no %s, and Subscribe says where it stood', async (name, value, sentence) => {
  const { SubscriptionArn = '' } = await subscribe('sqs', queueArnOf('orders'));
  const set = sns('SetSubscriptionAttributes', { SubscriptionArn, AttributeName: name, AttributeValue: value });
  expect(await refusalOf(set)).toBe(`${REFUSED} ${sentence}`);
  expect(await refusalOf(subscribe('sqs', queueArnOf('other'), { [name]: value }))).toBe(
    `${REFUSED} Attributes Reason: ${sentence}`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_validations_for_fifo.
test('a FIFO queue of a FIFO topic has a FIFO queue for its dead letters', async () => {
  const fifo = await open.createTopic('orders.fifo');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArnOf('dead') });
  expect(await refusalOf(subscribe('sqs', queueArnOf('orders.fifo'), { RedrivePolicy }, fifo))).toBe(
    `${REFUSED} Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_unsubscribe_idempotency, test_unsubscribe_wrong_arn_format.
test('ending a subscription twice is fine; what is no ARN of one is refused', async () => {
  const { SubscriptionArn = '' } = await subscribe('sqs', queueArnOf('orders'));
  await sns('Unsubscribe', { SubscriptionArn });
  expect(await sns('Unsubscribe', { SubscriptionArn })).toEqual({});
  expect(await refusalOf(sns('Unsubscribe', { SubscriptionArn: 'x' }))).toBe(
    `${REFUSED} SubscriptionArn Reason: An ARN must have at least 6 elements, not 1`,
  );
  expect(await refusalOf(sns('Unsubscribe', { SubscriptionArn: TopicArn }))).toBe(`${REFUSED} SubscriptionId`);
  expect(await refusalOf(sns('GetSubscriptionAttributes', { SubscriptionArn }))).toBe(
    'NotFound: Subscription does not exist',
  );
  const { Attributes = {} } = await sns('GetTopicAttributes', { TopicArn });
  expect([Attributes['SubscriptionsConfirmed'], Attributes['SubscriptionsDeleted']]).toEqual(['0', '1']);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_list_subscriptions; SNS API reference: a hundred a page.
test('subscriptions are listed by topic and by account, a hundred a page', async () => {
  for (let n = 0; n < 101; n++) await subscribe('sqs', queueArnOf(`q${n}`));
  const first = await sns('ListSubscriptionsByTopic', { TopicArn });
  const second = await sns('ListSubscriptionsByTopic', { TopicArn, NextToken: first.NextToken });
  expect([first.Subscriptions?.length, second.Subscriptions?.length]).toEqual([100, 1]);
  const all = await sns('ListSubscriptions', {});
  expect(all.Subscriptions?.[0]).toMatchObject({ Owner: '123456789012', Protocol: 'sqs', TopicArn });
});

// Source: SNS developer guide, quotas: 200 filter policies of a topic.
test('a topic has 200 filter policies at most', async () => {
  const FilterPolicy = '{"a":["b"]}';
  for (let n = 0; n < 200; n++) await subscribe('sqs', queueArnOf(`q${n}`), { FilterPolicy });
  expect(await refusalOf(subscribe('sqs', queueArnOf('more'), { FilterPolicy }))).toBe(
    'FilterPolicyLimitExceeded: The topic has 200 filter policies already.',
  );
});

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

// Source: SNS developer guide, "Subscription filter policies"; LocalStack, tests/aws/services/sns, test_filter_policy.
test('a policy lets through what fits; what does not is told in the journal', async () => {
  const { bodies } = await open.subscribeQueue(TopicArn, 'orders', {
    FilterPolicy: '{"type":["order",{"prefix":"re"}],"price":[{"numeric":[">",5]}]}',
    RawMessageDelivery: 'true',
  });
  const publish = (Message: string, type: string, price: string) =>
    sns('Publish', { TopicArn, Message, MessageAttributes: { type: text(type), price: text(price, 'Number') } });
  await publish('one', 'order', '6');
  await publish('two', 'return', '7.5');
  await publish('three', 'order', '5');
  await publish('four', 'invoice', '9');
  await sns('Publish', { TopicArn, Message: 'five' });
  expect((await bodies()).sort()).toEqual(['one', 'two']);
  const published = open.facts().flatMap((fact) => (fact.kind === 'notification.published' ? [fact] : []));
  expect(published.map(({ subscriptions, filtered }) => [subscriptions, filtered])).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});

// Source: SNS developer guide, "Payload-based message filtering"; LocalStack, test_filter_policy_on_message_body….
test('a policy looks into the body where its scope says so, entry by entry of a batch', async () => {
  const { bodies } = await open.subscribeQueue(TopicArn, 'orders', {
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: '{"order":{"total":[{"numeric":[">=",100]}]}}',
    RawMessageDelivery: 'true',
  });
  const Entries = ['{"order":{"total":100}}', '{"order":{"total":99}}', 'no json', '{"order', '[1]'].map(
    (Message, n) => ({ Id: `${n}`, Message }),
  );
  await sns('PublishBatch', { TopicArn, PublishBatchRequestEntries: Entries });
  expect(await bodies()).toEqual(['{"order":{"total":100}}']);
});

test('a policy that is changed counts from then on', async () => {
  const { bodies, SubscriptionArn } = await open.subscribeQueue(TopicArn, 'orders', { RawMessageDelivery: 'true' });
  const set = (AttributeValue: string) =>
    sns('SetSubscriptionAttributes', { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue });
  await set('{"type":["order"]}');
  await sns('Publish', { TopicArn, Message: 'one' });
  await set('');
  await sns('Publish', { TopicArn, Message: 'two' });
  expect(await bodies()).toEqual(['two']);
});

// Ours: SNS does not say whether it knows them.
test('an operator that SNS does not document is taken, and the journal warns', async () => {
  await subscribe('sqs', queueArnOf('orders'), { FilterPolicy: '{"a":[{"wildcard":"x*"}]}' });
  const warnings = open.cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));
  expect(warnings).toEqual(['Its filter policy uses wildcard, which SNS does not document; AWS may refuse it.']);
});
