// Who may do what to a bucket: policies of buckets and roles, other accounts, services. Sources: S3 user guide, "Bucket
// policies" and "Blocking public access"; IAM user guide, "Policy evaluation logic".
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Call } from '../../../call.ts';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, testCall } from '../../../test-cloud.ts';
import { createIamService } from '../../iam/service.ts';
import { createStsService } from '../../sts/service.ts';
import { createS3Service } from '../service.ts';

const OTHER = '999999999999';
const BUCKET = 'arn:aws:s3:::orders';
const stranger = {
  ...testCall,
  account: OTHER,
  principal: { kind: 'account', arn: `arn:aws:iam::${OTHER}:root` },
} as const;
const asService = (service: string, sourceArn?: string): Omit<Call, 'requestId'> => ({
  ...testCall,
  principal: { kind: 'service', service, ...(sourceArn !== undefined && { sourceArn }) },
});

let cloud: Cloud;
beforeEach(async () => {
  cloud = createTestCloud(createS3Service, createIamService, createStsService);
  await s3('CreateBucket', { Bucket: 'orders', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await s3('PutObject', { Bucket: 'orders', Key: 'a', Body: Buffer.from('hello') });
});
afterEach(() => cloud.close());
const s3 = callerOf('s3', () => cloud);
const get = (call?: Omit<Call, 'requestId'>) => refusalOf(s3('HeadObject', { Bucket: 'orders', Key: 'a' }, call));
const allow = (statement: object) => {
  const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/*`, ...statement }];
  return s3('PutBucketPolicy', { Bucket: 'orders', Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
};

test('another account gets in by the bucket’s policy only', async () => {
  expect(await get(stranger)).toBe(
    `AccessDenied: User: arn:aws:iam::${OTHER}:root is not authorized to perform: s3:GetObject on resource: ${BUCKET}/a because no resource-based policy allows the s3:GetObject action`,
  );
  await allow({ Principal: { AWS: OTHER } });
  expect(await get(stranger)).toBe('not refused');
  expect(await refusalOf(s3('DeleteObject', { Bucket: 'orders', Key: 'a' }, stranger))).toMatch(/^AccessDenied: /);
});

test('a service gets in by the bucket’s policy, on behalf of whom it names', async () => {
  const distribution = `arn:aws:cloudfront::${TEST_ACCOUNT}:distribution/E1`;
  const cloudfront = asService('cloudfront.amazonaws.com', distribution);
  expect(await get(cloudfront)).toMatch(/^AccessDenied: /);
  await allow({
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
  });
  expect(await get(cloudfront)).toBe('not refused');
  expect(await get(asService('cloudfront.amazonaws.com', `${distribution}2`))).toMatch(/^AccessDenied: /);
  expect(await get(asService('logs.amazonaws.com', distribution))).toMatch(/^AccessDenied: /);
});

test('a role gets in by its own policy or by the bucket’s, and a Deny keeps it out', async () => {
  const iam = callerOf('iam', () => cloud);
  const AssumeRolePolicyDocument = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  });
  await iam('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument });
  const role = { ...testCall, principal: { kind: 'role', arn: `arn:aws:iam::${TEST_ACCOUNT}:role/reader` } } as const;
  expect(await get(role)).toContain('because no identity-based policy allows the s3:GetObject action');
  await allow({ Principal: { AWS: role.principal.arn } });
  expect(await get(role)).toBe('not refused');
  await s3('DeleteBucketPolicy', { Bucket: 'orders' });
  expect(await get(role)).toMatch(/^AccessDenied: /);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/*` },
  });
  await iam('PutRolePolicy', { RoleName: 'reader', PolicyName: 'read', PolicyDocument });
  expect(await get(role)).toBe('not refused');
  await allow({ Effect: 'Deny', Principal: '*' });
  expect(await get(role)).toContain('with an explicit deny in a resource-based policy');
});

// Source: CDK's enforceSSL, osls and the bootstrap template write it; plain HTTP on a laptop is as good as TLS.
test('a policy that asks for TLS lets local clients in', async () => {
  await allow({ Principal: { AWS: OTHER } });
  await allow({ Principal: { AWS: OTHER }, Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
  expect(await get(stranger)).toBe('not refused');
});

// Source: S3 user guide, "Blocking public access": new buckets block public policies since April 2023.
test('a policy that lets the public in is refused until the bucket may have one', async () => {
  expect(await refusalOf(allow({ Principal: '*' }))).toBe(
    `AccessDenied: User: arn:aws:iam::${TEST_ACCOUNT}:root is not authorized to perform: s3:PutBucketPolicy on resource: "${BUCKET}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
  );
  await s3('DeletePublicAccessBlock', { Bucket: 'orders' });
  await allow({ Principal: '*' });
  expect(await s3('GetBucketPolicyStatus', { Bucket: 'orders' })).toEqual({ PolicyStatus: { IsPublic: true } });
  await allow({ Principal: { AWS: OTHER } });
  expect(await s3('GetBucketPolicyStatus', { Bucket: 'orders' })).toEqual({ PolicyStatus: { IsPublic: false } });
});

test('a policy is given back as it was put, and refused when it is none', async () => {
  const Policy = `{ "Statement": [ {"Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"${BUCKET}"} ] }`;
  expect(await refusalOf(s3('GetBucketPolicy', { Bucket: 'orders' }))).toBe(
    'NoSuchBucketPolicy: The bucket policy does not exist',
  );
  await s3('PutBucketPolicy', { Bucket: 'orders', Policy });
  expect(await s3('GetBucketPolicy', { Bucket: 'orders' })).toEqual({ Policy });
  expect(await refusalOf(s3('PutBucketPolicy', { Bucket: 'orders', Policy: '{}' }))).toBe(
    'MalformedPolicy: Missing required field Statement',
  );
});

// Source: S3 user guide, "Using cost allocation S3 bucket tags": tags that begin with `aws:` are AWS's.
test('the tags of CloudFormation stay when somebody tags the bucket, and nobody else gives such', async () => {
  const set = (tags: Record<string, string>, call?: Omit<Call, 'requestId'>) =>
    s3(
      'PutBucketTagging',
      { Bucket: 'orders', Tagging: { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } },
      call,
    );
  const stack = { 'aws:cloudformation:stack-name': 'shop' };
  expect(await refusalOf(set(stack))).toMatch(/^InvalidTag: /);
  await set({ ...stack, team: 'a' }, asService('cloudformation.amazonaws.com'));
  await set({ team: 'b' });
  const { TagSet } = await s3('GetBucketTagging', { Bucket: 'orders' });
  expect(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]))).toEqual({ ...stack, team: 'b' });
  await s3('DeleteBucketTagging', { Bucket: 'orders' });
  expect((await s3('GetBucketTagging', { Bucket: 'orders' })).TagSet).toHaveLength(1);
});

// Source: S3 user guide, "Event message structure", userIdentity; STS API reference, GetCallerIdentity.
test('events say who did it: an account, a session of a role', async () => {
  const NotificationConfiguration = {
    QueueConfigurations: [
      { Id: 'q', QueueArn: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:q`, Events: ['s3:ObjectCreated:*'] },
    ],
  };
  await s3('PutBucketNotificationConfiguration', {
    ...{ Bucket: 'orders', NotificationConfiguration, SkipDestinationValidation: true },
  });
  const session = `arn:aws:sts::${TEST_ACCOUNT}:assumed-role/made-up/me`;
  const role = {
    ...testCall,
    principal: { kind: 'role', arn: `arn:aws:iam::${TEST_ACCOUNT}:role/made-up`, session },
  } as const;
  await s3('PutObject', { Bucket: 'orders', Key: 'b', Body: Buffer.from('') }, role);
  const asked = cloud.journal.read().filter((fact) => fact.kind === 'call' && fact.operation === 'GetCallerIdentity');
  expect(asked).toHaveLength(1);
});
