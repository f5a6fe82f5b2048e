// CloudFormation: topics, subscriptions and policies.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, putStack, testCall } from '../../test-cloud.ts';
import { createCloudFormationService } from '../cloudformation/service.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSnsService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSnsService, createSqsService, createIamService, createCloudFormationService);
});
afterEach(() => cloud.close());

const sns = callerOf('sns', () => cloud);
const put = (template: string) => putStack(cloud, 'shop', template);

async function stack() {
  const { Stacks: [found] = [] } = await cloud.dispatch.call('cloudformation', 'DescribeStacks', {}, testCall);
  const outputs = Object.fromEntries((found?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue ?? '']));
  return { status: found?.StackStatus, outputs: outputs as Record<string, string> };
}

const attributesOf = async (TopicArn = '') => (await sns('GetTopicAttributes', { TopicArn })).Attributes ?? {};
const subscriptionsOf = async (TopicArn = '') =>
  ((await sns('ListSubscriptionsByTopic', { TopicArn })).Subscriptions ?? []).map(({ Endpoint = '' }) =>
    Endpoint.replace(/^.*:shop-(\w+)-.*$/, '$1'),
  );

const template = (topic: string, more = '') => `Resources:
  A: {Type: AWS::SQS::Queue}
  B: {Type: AWS::SQS::Queue}
  Topic:
    Type: AWS::SNS::Topic
    Properties: ${topic}
${more}
Outputs:
  Arn: {Value: !Ref Topic}
  Name: {Value: !GetAtt Topic.TopicName}
`;

// Source: CloudFormation template reference, AWS::SNS::Topic, AWS::SNS::Subscription; LocalStack,
// tests/aws/services/cloudformation/resources/test_sns.py.
test('a topic, its subscriptions and its policy are made, changed and deleted', async () => {
  const subscription = (policy: string) => `  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt B.Arn, RawMessageDelivery: true, FilterPolicy: ${policy}}
`;
  const policy = `  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties: {Topics: [!Ref Topic], PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: '*', Action: sns:Publish, Resource: '*'}]}}
`;
  await put(
    template(
      '{DisplayName: Orders, Tags: [{Key: team, Value: a}], Subscription: [{Protocol: sqs, Endpoint: !GetAtt A.Arn}]}',
      subscription('{type: [order]}') + policy,
    ),
  );
  const made = await stack();
  expect(made.status).toBe('CREATE_COMPLETE');
  const { Arn = '', Name } = made.outputs;
  expect(Arn).toMatch(/^arn:aws:sns:eu-west-1:123456789012:shop-Topic-[A-Z0-9]{12}$/);
  expect(Arn.endsWith(`:${Name}`)).toBe(true);
  expect(await subscriptionsOf(Arn)).toEqual(expect.arrayContaining(['A', 'B']));
  expect(await attributesOf(Arn)).toMatchObject({
    DisplayName: 'Orders',
    Policy: expect.stringContaining('2012-10-17'),
  });
  const find = async () => {
    const { Subscriptions = [] } = await sns('ListSubscriptionsByTopic', { TopicArn: Arn });
    const { SubscriptionArn = '' } = Subscriptions.find(({ Endpoint }) => Endpoint?.includes('-B-')) ?? {};
    return (await sns('GetSubscriptionAttributes', { SubscriptionArn })).Attributes;
  };
  const first = await find();
  expect(first).toMatchObject({ FilterPolicy: '{"type":["order"]}', RawMessageDelivery: 'true' });
  await put(template('{Tags: [{Key: team, Value: b}]}', subscription('{type: [order, return]}')));
  expect((await stack()).status).toBe('UPDATE_COMPLETE');
  const second = await find();
  expect(second).toEqual({ ...first, FilterPolicy: '{"type":["order","return"]}' });
  expect(await subscriptionsOf(Arn)).toEqual(['B']);
  // A policy that goes leaves the default one. Source: recorded on AWS: LocalStack,
  // test_sns_topic_policy_resets_to_default.
  expect(await attributesOf(Arn)).toMatchObject({
    DisplayName: '',
    Policy: expect.stringContaining('__default_policy_ID'),
  });
  expect(await sns('ListTagsForResource', { ResourceArn: Arn })).toEqual({ Tags: [{ Key: 'team', Value: 'b' }] });
  await cloud.dispatch.call('cloudformation', 'DeleteStack', { StackName: 'shop' }, testCall);
  await cloud.clock.advance(0);
  expect(await sns('ListTopics', {})).toEqual({ Topics: [] });
});

// Source: CloudFormation template reference, AWS::SNS::Topic, TopicName; recorded on AWS: LocalStack, test_sns.py.
test('a FIFO topic without a name gets one with the suffix; a name without it fails the stack', async () => {
  await put(template('{FifoTopic: true, ContentBasedDeduplication: true}'));
  const { outputs } = await stack();
  expect(outputs['Name']).toMatch(/^shop-Topic-[A-Z0-9]{12}\.fifo$/);
  expect(await attributesOf(outputs['Arn'])).toMatchObject({ FifoTopic: 'true', ContentBasedDeduplication: 'true' });
  await cloud.reset();
  await put(template('{FifoTopic: true, TopicName: orders}'));
  expect((await stack()).status).toBe('ROLLBACK_COMPLETE');
});

// Source: CloudFormation template reference: TopicName replaces the topic, and with it what names it.
test('a topic with another name is another one, and its subscriptions are made again', async () => {
  const more = `  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt A.Arn}
`;
  await put(template('{TopicName: one}', more));
  await put(template('{TopicName: two}', more));
  const { Topics } = await sns('ListTopics', {});
  expect(Topics).toEqual([{ TopicArn: 'arn:aws:sns:eu-west-1:123456789012:two' }]);
  expect(await subscriptionsOf('arn:aws:sns:eu-west-1:123456789012:two')).toEqual(['A']);
});

// Recorded on AWS: LocalStack, test_sns.py: the stack does not wait for a confirmation.
test('a subscription that has to be confirmed is made, and stays pending', async () => {
  const more = `  Mail:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: email, Endpoint: a@example.com}
  Inline:
    Type: AWS::SNS::TopicInlinePolicy
    Properties: {TopicArn: !Ref Topic, PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: sns:Publish, Resource: '*'}]}}
`;
  await put(template('{TopicName: orders}', more));
  expect((await stack()).status).toBe('CREATE_COMPLETE');
  const arn = 'arn:aws:sns:eu-west-1:123456789012:orders';
  expect(await attributesOf(arn)).toMatchObject({
    SubscriptionsPending: '1',
    Policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}',
  });
});
