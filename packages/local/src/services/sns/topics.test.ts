// Topics, their attributes, policies and tags.
import { beforeEach, expect, test } from 'vitest';
import { refusalOf, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { openSns, topicArnOf } from './test-sns.ts';

let open: ReturnType<typeof openSns>;
beforeEach(() => {
  open = openSns(createSqsService, createIamService);
});
const sns: (typeof open)['sns'] = (...input) => open.sns(...input);

// Recorded on AWS: LocalStack, tests/aws/services/sns, TestSNSTopicCrud.
test.each(['', 'a b', 'ümlaut', 'a'.repeat(257), 'orders.fifo', 'a.b', '.fifo'])(
  '%j is no name of a topic',
  async (Name) => {
    expect(await refusalOf(sns('CreateTopic', { Name }))).toBe('InvalidParameter: Invalid parameter: Topic Name');
  },
);

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_create_fifo_topic.
test('a FIFO topic needs its suffix and its attribute', async () => {
  const refused = 'InvalidParameter: Invalid parameter: Topic Name';
  expect(await refusalOf(sns('CreateTopic', { Name: 'orders', Attributes: { FifoTopic: 'true' } }))).toBe(refused);
  expect(await refusalOf(sns('CreateTopic', { Name: 'orders.fifo' }))).toBe(refused);
  expect(await open.createTopic('orders.fifo')).toBe(topicArnOf('orders.fifo'));
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_create_topic_test_arn.
test('the same name with equal attributes, or none, is the same topic', async () => {
  const first = await open.createTopic('orders', { DisplayName: 'Orders' });
  expect([await open.createTopic('orders', { DisplayName: 'Orders' }), await open.createTopic('orders')]).toEqual([
    first,
    first,
  ]);
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_create_topic_with_attributes,
// test_create_duplicate_topic_with_more_tags.
test('the same name with other attributes or other tags is refused', async () => {
  await sns('CreateTopic', {
    Name: 'orders',
    Attributes: { DisplayName: 'a' },
    Tags: [{ Key: 'team', Value: 'shop' }],
  });
  expect(await refusalOf(open.createTopic('orders', { DisplayName: 'b' }))).toBe(
    'InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes',
  );
  const Tags = [
    { Key: 'team', Value: 'shop' },
    { Key: 'cost', Value: '1' },
  ];
  expect(await refusalOf(sns('CreateTopic', { Name: 'orders', Tags }))).toBe(
    'InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different tags',
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_delete_topic_idempotency.
test('a topic that is not there is deleted without a word', async () => {
  expect(await sns('DeleteTopic', { TopicArn: topicArnOf('none') })).toEqual({});
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_create_topic_with_attributes.
test('a standard topic has these attributes, and no FifoTopic', async () => {
  const { Attributes = {} } = await sns('GetTopicAttributes', { TopicArn: await open.createTopic() });
  const { Policy = '', EffectiveDeliveryPolicy = '', ...rest } = Attributes;
  expect(rest).toEqual({
    TopicArn: topicArnOf('orders'),
    Owner: '123456789012',
    DisplayName: '',
    SubscriptionsConfirmed: '0',
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
  });
  expect(EffectiveDeliveryPolicy).toBe(
    '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}',
  );
  expect(JSON.parse(Policy)).toEqual({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          ...['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:AddPermission', 'SNS:RemovePermission'],
          ...['SNS:DeleteTopic', 'SNS:Subscribe', 'SNS:ListSubscriptionsByTopic', 'SNS:Publish'],
        ],
        Resource: topicArnOf('orders'),
        Condition: { StringEquals: { 'AWS:SourceOwner': '123456789012' } },
      },
    ],
  });
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_create_fifo_topic.
test('a FIFO topic says so, and whether it looks at the content', async () => {
  const { Attributes = {} } = await sns('GetTopicAttributes', { TopicArn: await open.createTopic('orders.fifo') });
  const { FifoTopic, ContentBasedDeduplication } = Attributes;
  expect([FifoTopic, ContentBasedDeduplication]).toEqual(['true', 'false']);
});

// Source: SNS API reference, SetTopicAttributes; recorded on AWS: LocalStack, tests/aws/services/sns.
test('attributes are set one by one, and an empty value takes one away', async () => {
  const TopicArn = await open.createTopic();
  const set = (AttributeName: string, AttributeValue: string) =>
    sns('SetTopicAttributes', { TopicArn, AttributeName, AttributeValue });
  await set('DisplayName', 'Orders');
  await set('SignatureVersion', '2');
  await set('TracingConfig', 'Active');
  await set('MaximumMessageSize', '1048576');
  const read = async () => (await sns('GetTopicAttributes', { TopicArn })).Attributes ?? {};
  expect(await read()).toMatchObject({ DisplayName: 'Orders', SignatureVersion: '2', TracingConfig: 'Active' });
  await set('SignatureVersion', '');
  expect((await read())['SignatureVersion']).toBeUndefined();
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_set_topic_attributes_…; the sentence for a value is ours.
test.each([
  ['FifoTopic', 'true', 'AttributeName'],
  ['Owner', 'me', 'AttributeName'],
  ['constructor', 'x', 'AttributeName'],
  ['ContentBasedDeduplication', 'true', 'AttributeName'],
  ['SignatureVersion', '3', 'Attributes Reason: SignatureVersion: Invalid value [3].'],
  ['MaximumMessageSize', '1048577', 'Attributes Reason: MaximumMessageSize: Invalid value [1048577].'],
])('a standard topic takes no %s of %s', async (AttributeName, AttributeValue, sentence) => {
  const TopicArn = await open.createTopic();
  expect(await refusalOf(sns('SetTopicAttributes', { TopicArn, AttributeName, AttributeValue }))).toBe(
    `InvalidParameter: Invalid parameter: ${sentence}`,
  );
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_get_topic_attributes and test_topic_…_wrong_arn.
test.each([
  ['orders', 'InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1'],
  ['arn:aws:sns:us-east-1:123456789012:orders', 'InvalidParameter: Invalid parameter: TopicArn'],
  [topicArnOf('none'), 'NotFound: Topic does not exist'],
])('the topic %s is refused', async (TopicArn, sentence) => {
  expect(await refusalOf(sns('GetTopicAttributes', { TopicArn }))).toBe(sentence);
});

// Source: SNS API reference, ListTopics: a hundred at a time.
test('a page has 100 topics and names the next', async () => {
  for (let n = 100; n < 205; n++) await open.createTopic(`t${n}`);
  const first = await sns('ListTopics', {});
  const second = await sns('ListTopics', { NextToken: first.NextToken });
  expect([first.Topics?.length, second.Topics?.length, second.NextToken]).toEqual([100, 5, undefined]);
  expect(second.Topics?.at(-1)).toEqual({ TopicArn: topicArnOf('t204') });
});

// Recorded on AWS: LocalStack, tests/aws/services/sns, test_add_permission… and test_remove_permission.
test('AddPermission writes a statement with the label, RemovePermission takes it away', async () => {
  const TopicArn = await open.createTopic();
  const add = (Label: string, ActionName: readonly string[]) =>
    sns('AddPermission', { TopicArn, Label, AWSAccountId: ['222222222222'], ActionName });
  await add('partner', ['Publish']);
  const statements = async () => {
    const { Attributes = {} } = await sns('GetTopicAttributes', { TopicArn });
    return JSON.parse(Attributes['Policy'] ?? '').Statement.slice(1);
  };
  expect(await statements()).toEqual([
    {
      Sid: 'partner',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::222222222222:root' },
      Action: 'SNS:Publish',
      Resource: TopicArn,
    },
  ]);
  expect(await refusalOf(add('partner', ['Subscribe']))).toBe(
    'InvalidParameter: Invalid parameter: Statement already exists',
  );
  expect(await refusalOf(add('other', ['Fly']))).toBe(
    'InvalidParameter: Invalid parameter: Policy statement action out of service scope!',
  );
  await sns('RemovePermission', { TopicArn, Label: 'partner' });
  expect(await statements()).toEqual([]);
});

// Source: SNS developer guide, "Example cases for Amazon SNS access control".
test('another account publishes only where the policy lets it', async () => {
  const TopicArn = await open.createTopic();
  const principal = { kind: 'account', arn: 'arn:aws:iam::222222222222:root' } as const;
  const stranger = { ...testCall, account: '222222222222', principal };
  const publish = () => sns('Publish', { TopicArn, Message: 'm' }, stranger);
  expect(await refusalOf(publish())).toBe(
    `AuthorizationError: User: arn:aws:iam::222222222222:root is not authorized to perform: SNS:Publish on resource: ${TopicArn} because no resource-based policy allows the SNS:Publish action`,
  );
  await sns('AddPermission', { TopicArn, Label: 'p', AWSAccountId: ['222222222222'], ActionName: ['Publish'] });
  expect(await publish()).toEqual({ MessageId: expect.any(String) });
});

// Source: SNS developer guide, "Amazon SNS topic tagging"; recorded on AWS: LocalStack, tests/aws/services/sns,
// test_tag_topic.
test('tags are put on, listed and taken off; a topic that is not there has none', async () => {
  const ResourceArn = await open.createTopic();
  await sns('TagResource', { ResourceArn, Tags: [{ Key: 'team', Value: 'a' }] });
  await sns('TagResource', {
    ResourceArn,
    Tags: [
      { Key: 'team', Value: 'b' },
      { Key: 'cost', Value: '' },
    ],
  });
  await sns('UntagResource', { ResourceArn, TagKeys: ['cost', 'none'] });
  expect(await sns('ListTagsForResource', { ResourceArn })).toEqual({ Tags: [{ Key: 'team', Value: 'b' }] });
  expect(await refusalOf(sns('ListTagsForResource', { ResourceArn: topicArnOf('none') }))).toBe(
    'ResourceNotFound: Resource does not exist',
  );
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'a', Value: '2' },
  ];
  expect(await refusalOf(sns('TagResource', { ResourceArn, Tags }))).toBe(
    'InvalidParameter: Invalid parameter: Duplicated keys are not allowed.',
  );
});

// Ours: what is not served is refused by name.
test('archives and data protection are refused by name', async () => {
  const TopicArn = await open.createTopic('orders.fifo');
  const set = sns('SetTopicAttributes', { TopicArn, AttributeName: 'ArchivePolicy', AttributeValue: '{}' });
  expect(await refusalOf(set)).toBe(
    'InvalidParameter: Earwitness does not serve the attribute ArchivePolicy of Amazon SNS.',
  );
  expect(await refusalOf(sns('CreateTopic', { Name: 'a', DataProtectionPolicy: '{}' }))).toBe(
    'InvalidParameter: Earwitness does not serve DataProtectionPolicy of Amazon SNS.',
  );
});
