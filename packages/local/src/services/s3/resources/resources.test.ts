// Buckets of templates: what is made, changed, replaced and kept. Sources: CloudFormation user guide, AWS::S3::Bucket
// and AWS::S3::BucketPolicy; CloudFormation's resource schemas.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocal } from '../../../local.ts';
import { callerOf, putStack, refusalOf, TEST_ACCOUNT, testCall } from '../../../test-cloud.ts';
import { createStackStore } from '../../cloudformation/stack.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());
const s3 = callerOf('s3', () => local.cloud);
const cloudformation = callerOf('cloudformation', () => local.cloud);

let stacks = 0;
const nextName = () => `Shop-${++stacks}`;

async function deploy(name: string, Resources: object) {
  await putStack(local.cloud, name, JSON.stringify({ Resources }));
  const { resources, status } = createStackStore(local.cloud).get(name, testCall);
  return { status, resources };
}

/** Why a resource failed. */
async function reasonOf(StackName: string, logicalId: string): Promise<string | undefined> {
  const { StackEvents = [] } = await cloudformation('DescribeStackEvents', { StackName });
  const failed = StackEvents.find(
    (event) => event.LogicalResourceId === logicalId && event.ResourceStatus?.endsWith('_FAILED'),
  );
  return failed?.ResourceStatusReason;
}

async function remove(StackName: string): Promise<string | undefined> {
  const { Stacks: [{ StackId = '' } = { StackId: '' }] = [] } = await cloudformation('DescribeStacks', { StackName });
  const { cloud } = local;
  const atRest = new Promise<void>((resolve) => {
    const stop = cloud.journal.listen((fact) => {
      if (fact.kind !== 'stack' || fact.resourceType !== 'AWS::CloudFormation::Stack' || fact.stack !== StackName)
        return;
      if (!/^DELETE_(COMPLETE|FAILED)$/.test(fact.status)) return;
      stop();
      resolve();
    });
  });
  await cloudformation('DeleteStack', { StackName });
  await atRest;
  const { Stacks: [stack] = [] } = await cloudformation('DescribeStacks', { StackName: StackId });
  return stack?.StackStatus;
}

const BUCKET = { Type: 'AWS::S3::Bucket' };

// Source: CloudFormation user guide, AWS::S3::Bucket, "Return values"; generated names as osls saw them.
test('a bucket without a name gets one in small letters, and has its attributes', async () => {
  const { resources } = await deploy(nextName(), { Images: BUCKET });
  const { physicalId = '', attributes } = resources['Images']?.made ?? {};
  expect(physicalId).toMatch(/^shop-\d+-images-[a-z0-9]{12}$/);
  expect(attributes).toEqual({
    Arn: `arn:aws:s3:::${physicalId}`,
    DomainName: `${physicalId}.s3.amazonaws.com`,
    DualStackDomainName: `${physicalId}.s3.dualstack.eu-west-1.amazonaws.com`,
    RegionalDomainName: `${physicalId}.s3.eu-west-1.amazonaws.com`,
    WebsiteURL: `http://${physicalId}.s3-website-eu-west-1.amazonaws.com`,
  });
});

test('properties are what its operations tell, and go with the template', async () => {
  const name = nextName();
  const Properties = {
    BucketName: 'all-of-it',
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    },
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: 'true' },
    CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
    LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: 7 }] },
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    Tags: [{ Key: 'team', Value: 'shop' }],
  };
  expect((await deploy(name, { Images: { ...BUCKET, Properties } })).status).toBe('CREATE_COMPLETE');
  const Bucket = 'all-of-it';
  const ask = { Bucket };
  expect(await s3('GetBucketVersioning', ask)).toEqual({ Status: 'Enabled' });
  expect((await s3('GetBucketEncryption', ask)).ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
  ]);
  expect((await s3('GetPublicAccessBlock', ask)).PublicAccessBlockConfiguration).toMatchObject({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
  });
  expect((await s3('GetBucketCors', ask)).CORSRules).toMatchObject([{ AllowedMethods: ['GET'] }]);
  expect((await s3('GetBucketLifecycleConfiguration', ask)).Rules).toMatchObject([
    { ID: 'old', Expiration: { Days: 7 } },
  ]);
  expect(await s3('GetBucketNotificationConfiguration', ask)).toEqual({ EventBridgeConfiguration: {} });
  const tags = async () => {
    const { TagSet } = await s3('GetBucketTagging', ask);
    return TagSet.map(({ Key, Value }) => [Key, Value]).filter(([key]) => key !== 'aws:cloudformation:stack-id');
  };
  const marks = [
    ['aws:cloudformation:logical-id', 'Images'],
    ['aws:cloudformation:stack-name', name],
  ];
  expect((await tags()).toSorted()).toEqual([...marks, ['team', 'shop']]);
  expect((await deploy(name, { Images: { ...BUCKET, Properties: { BucketName: Bucket } } })).status).toBe(
    'UPDATE_COMPLETE',
  );
  expect(await s3('GetBucketVersioning', ask)).toEqual({ Status: 'Suspended' });
  expect(await refusalOf(s3('GetBucketCors', ask))).toMatch(/^NoSuchCORSConfiguration/);
  expect(await refusalOf(s3('GetBucketLifecycleConfiguration', ask))).toMatch(/^NoSuchLifecycleConfiguration/);
  expect(await s3('GetBucketNotificationConfiguration', ask)).toEqual({});
  expect((await tags()).toSorted()).toEqual(marks);
});

// Source: aws-cloudformation/cloudformation-coverage-roadmap issue 1606; AWS re:Post, knowledge center, "AccessControl
// and ObjectOwnership".
test('AccessControl lets others in only beside OwnershipControls that enable access control lists', async () => {
  const deployed = async (Properties: object) =>
    (await deploy(nextName(), { Images: { ...BUCKET, Properties } })).status;
  expect(await deployed({ AccessControl: 'LogDeliveryWrite' })).toBe('ROLLBACK_COMPLETE');
  expect(await deployed({ AccessControl: 'Private' })).toBe('CREATE_COMPLETE');
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] };
  expect(await deployed({ AccessControl: 'LogDeliveryWrite', OwnershipControls })).toBe('CREATE_COMPLETE');
});

// Source: CDK: `Custom::S3BucketNotifications` configures buckets beside their templates.
test('notifications that were put beside the template stay when something else changes', async () => {
  const name = nextName();
  const images = (Properties: object) => ({
    Images: { ...BUCKET, Properties: { BucketName: 'beside', ...Properties } },
  });
  await deploy(name, images({}));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3('PutBucketNotificationConfiguration', { Bucket: 'beside', NotificationConfiguration });
  await deploy(name, images({ VersioningConfiguration: { Status: 'Enabled' } }));
  expect(await s3('GetBucketNotificationConfiguration', { Bucket: 'beside' })).toEqual(NotificationConfiguration);
});

// Source: CloudFormation user guide, AWS::S3::Bucket, BucketName: "Update requires: Replacement".
test('a new name makes a new bucket', async () => {
  const name = nextName();
  await deploy(name, { Images: { ...BUCKET, Properties: { BucketName: 'one' } } });
  await deploy(name, { Images: { ...BUCKET, Properties: { BucketName: 'two' } } });
  expect(await refusalOf(s3('GetBucketLocation', { Bucket: 'one' }))).toMatch(/^NoSuchBucket/);
  expect(await refusalOf(s3('GetBucketLocation', { Bucket: 'two' }))).toBe('not refused');
});

// Source: CloudFormation takes over nothing that exists; its resource type handler contract.
test('a bucket that exists is not taken over, nor is a policy', async () => {
  await s3('CreateBucket', { Bucket: 'taken', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const name = nextName();
  expect((await deploy(name, { Images: { ...BUCKET, Properties: { BucketName: 'taken' } } })).status).toBe(
    'ROLLBACK_COMPLETE',
  );
  expect(await reasonOf(name, 'Images')).toContain('taken');
  const Statement = [
    { Effect: 'Deny', Principal: { AWS: TEST_ACCOUNT }, Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::taken' },
  ];
  const policy = { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'taken', PolicyDocument: { Statement } } };
  await s3('PutBucketPolicy', { Bucket: 'taken', Policy: JSON.stringify({ Statement }) });
  expect((await deploy(nextName(), { Policy: policy })).status).toBe('ROLLBACK_COMPLETE');
  await s3('DeleteBucketPolicy', { Bucket: 'taken' });
  const second = nextName();
  expect((await deploy(second, { Policy: policy })).resources['Policy']?.made?.physicalId).toBe('taken');
  expect(JSON.parse((await s3('GetBucketPolicy', { Bucket: 'taken' })).Policy ?? '')).toEqual({ Statement });
  expect(await remove(second)).toBe('DELETE_COMPLETE');
  expect(await refusalOf(s3('GetBucketPolicy', { Bucket: 'taken' }))).toBe(
    'NoSuchBucketPolicy: The bucket policy does not exist',
  );
});

// Recorded on AWS: S3 refuses it (LocalStack, tests/aws/services/s3/test_s3, BucketNotEmpty).
test('a bucket with something in it keeps its stack from being deleted', async () => {
  const name = nextName();
  await deploy(name, { Images: { ...BUCKET, Properties: { BucketName: 'full' } } });
  await s3('PutObject', { Bucket: 'full', Key: 'a', Body: Buffer.from('a') });
  expect(await remove(name)).toBe('DELETE_FAILED');
  expect(await reasonOf(name, 'Images')).toContain('The bucket you tried to delete is not empty');
  await s3('DeleteObject', { Bucket: 'full', Key: 'a' });
  expect(await remove(name)).toBe('DELETE_COMPLETE');
  expect(await refusalOf(s3('GetBucketLocation', { Bucket: 'full' }))).toMatch(/^NoSuchBucket/);
});

// Source: CloudFormation user guide, "DeletionPolicy attribute".
test('a bucket that is to be kept is kept', async () => {
  const name = nextName();
  await deploy(name, { Images: { ...BUCKET, DeletionPolicy: 'Retain', Properties: { BucketName: 'kept' } } });
  expect(await remove(name)).toBe('DELETE_COMPLETE');
  expect(await refusalOf(s3('GetBucketLocation', { Bucket: 'kept' }))).toBe('not refused');
});

test('what is not served of a bucket fails the deployment by name', async () => {
  const ReplicationConfiguration = { Role: 'r', Rules: [] };
  const name = nextName();
  await expect(
    local.deploy({
      name,
      template: JSON.stringify({ Resources: { Images: { ...BUCKET, Properties: { ReplicationConfiguration } } } }),
    }),
  ).rejects.toThrow('ReplicationConfiguration');
});
