// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies have variables of that form
// Source: IAM guide, "Controlling access to AWS resources using tags"; the first policy is that of serverless-patterns'
// lambda-secretsmanager-abac.
import { expect, test } from 'vitest';
import { createEventsService } from '../services/events/service.ts';
import { createIamService } from '../services/iam/service.ts';
import { createKmsService } from '../services/kms/service.ts';
import { createLogsService } from '../services/logs/service.ts';
import { createSecretsManagerService } from '../services/secretsmanager/service.ts';
import { createSqsService } from '../services/sqs/service.ts';
import { createSsmService } from '../services/ssm/service.ts';
import { createTestCloud, refusalOf, TEST_ACCOUNT, testCall } from '../test-cloud.ts';

const ROLE = `arn:aws:iam::${TEST_ACCOUNT}:role/worker`;
const asRole = { ...testCall, principal: { kind: 'role', arn: ROLE } } as const;

async function open(statement: { Action: string; Condition: object }) {
  const cloud = createTestCloud(
    createEventsService,
    createIamService,
    createKmsService,
    createLogsService,
    createSecretsManagerService,
    createSqsService,
    createSsmService,
  );
  const { dispatch } = cloud;
  const role = { RoleName: 'worker', AssumeRolePolicyDocument: '{}', Tags: [{ Key: 'App', Value: 'shop' }] };
  await dispatch.call('iam', 'CreateRole', role, testCall);
  const Statement = { Effect: 'Allow', Resource: '*', ...statement };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await dispatch.call('iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument }, testCall);
  return dispatch;
}

const shop = [{ Key: 'App', Value: 'shop' }];
const bank = [{ Key: 'App', Value: 'bank' }];
const REFUSED = /^(AccessDenied|AccessDeniedException): .* because no identity-based policy allows/;

test.each(['secretsmanager:ResourceTag/App', 'aws:ResourceTag/App'])(
  '%s holds for the secret with that tag of the role',
  async (key) => {
    const Condition = { StringEquals: { [key]: '${aws:PrincipalTag/App}' } };
    const dispatch = await open({ Action: 'secretsmanager:GetSecretValue', Condition });
    for (const [Name, Tags] of [
      ['ours', shop],
      ['theirs', bank],
      ['none', []],
    ] as const) {
      await dispatch.call('secretsmanager', 'CreateSecret', { Name, SecretString: 'x', Tags }, testCall);
    }
    const read = (SecretId: string) =>
      refusalOf(dispatch.call('secretsmanager', 'GetSecretValue', { SecretId }, asRole));
    expect(await read('ours')).toBe('not refused');
    expect(await read('theirs')).toMatch(REFUSED);
    expect(await read('none')).toMatch(REFUSED);
    await dispatch.call('secretsmanager', 'TagResource', { SecretId: 'none', Tags: shop }, testCall);
    expect(await read('none')).toBe('not refused');
  },
);

test('aws:ResourceTag holds for buses, queues, parameters and log groups alike', async () => {
  const dispatch = await open({ Action: '*', Condition: { StringEquals: { 'aws:ResourceTag/App': 'shop' } } });
  const entry = { Source: 'a', DetailType: 'b', Detail: '{}' };
  const results: string[] = [];
  for (const [name, App] of [
    ['ours', 'shop'],
    ['theirs', 'bank'],
  ] as const) {
    const tags = { App };
    const Tags = [{ Key: 'App', Value: App }];
    await dispatch.call('events', 'CreateEventBus', { Name: name, Tags }, testCall);
    const Entries = [{ ...entry, EventBusName: name }];
    results.push(await refusalOf(dispatch.call('events', 'PutEvents', { Entries }, asRole)));
    const { QueueUrl = '' } = await dispatch.call('sqs', 'CreateQueue', { QueueName: name, tags }, testCall);
    results.push(await refusalOf(dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' }, asRole)));
    await dispatch.call('ssm', 'PutParameter', { Name: name, Value: 'x', Type: 'String', Tags }, testCall);
    results.push(await refusalOf(dispatch.call('ssm', 'GetParameter', { Name: name }, asRole)));
    await dispatch.call('logs', 'CreateLogGroup', { logGroupName: name, tags }, testCall);
    const stream = { logGroupName: name, logStreamName: 's' };
    results.push(await refusalOf(dispatch.call('logs', 'CreateLogStream', stream, asRole)));
  }
  const refused = expect.stringMatching(REFUSED);
  expect(results).toEqual([...Array.from({ length: 4 }, () => 'not refused'), refused, refused, refused, refused]);
});

test('aws:RequestTag and aws:TagKeys hold for the tags that a request brings', async () => {
  const Condition = {
    StringEquals: { 'aws:RequestTag/App': 'shop' },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['App', 'Env'] },
  };
  const dispatch = await open({ Action: 'secretsmanager:TagResource', Condition });
  await dispatch.call('secretsmanager', 'CreateSecret', { Name: 's' }, testCall);
  const tag = (...Tags: { Key: string; Value: string }[]) =>
    refusalOf(dispatch.call('secretsmanager', 'TagResource', { SecretId: 's', Tags }, asRole));
  expect(await tag({ Key: 'App', Value: 'shop' })).toBe('not refused');
  expect(await tag({ Key: 'App', Value: 'shop' }, { Key: 'Env', Value: 'x' })).toBe('not refused');
  expect(await tag({ Key: 'App', Value: 'bank' })).toMatch(REFUSED);
  expect(await tag({ Key: 'App', Value: 'shop' }, { Key: 'Team', Value: 'x' })).toMatch(REFUSED);
});

test('aws:ResourceTag holds for a key, whose policy hands the decision to IAM', async () => {
  const Condition = { StringEquals: { 'aws:ResourceTag/App': 'shop' } };
  const dispatch = await open({ Action: 'kms:*', Condition });
  const results: string[] = [];
  for (const TagValue of ['shop', 'bank']) {
    const input = { Tags: [{ TagKey: 'App', TagValue }] };
    const { KeyMetadata } = await dispatch.call('kms', 'CreateKey', input, testCall);
    const encryption = { KeyId: KeyMetadata?.KeyId ?? '', Plaintext: Buffer.from('x') };
    results.push(await refusalOf(dispatch.call('kms', 'Encrypt', encryption, asRole)));
  }
  expect(results).toEqual(['not refused', expect.stringMatching(REFUSED)]);
});
