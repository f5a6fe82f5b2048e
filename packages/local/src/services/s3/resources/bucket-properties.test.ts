// Properties of templates in the words of S3's API. Source: CloudFormation user guide, AWS::S3::Bucket, beside the S3
// API reference.
import { expect, test } from 'vitest';
import { cannedAcl, corsRules, encryptionRules, lifecycleRules, notifications } from './bucket-properties.ts';

test('a canned ACL is written with dashes', () => {
  expect(['Private', 'PublicRead'].map(cannedAcl)).toEqual(['private', 'public-read']);
});

// Source: CloudFormation user guide, AWS::S3::Bucket, AccessControl: the allowed values.
test('a canned ACL for services and for the owner is taken, and changes nothing', () => {
  const names = ['AwsExecRead', 'BucketOwnerFullControl', 'BucketOwnerRead', 'LogDeliveryWrite'];
  expect(names.map(cannedAcl)).toEqual(names.map(() => undefined));
});

// As CDK's bootstrap template writes them.
test('encryption has another name for its default', () => {
  const ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key' };
  expect(
    encryptionRules({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault, BucketKeyEnabled: 'true' }],
    }),
  ).toEqual([{ ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault, BucketKeyEnabled: true }]);
});

test('CORS rules have other names for ids, ages and exposed headers', () => {
  const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposedHeaders: ['ETag'], Id: 'a', MaxAge: '60' };
  expect(corsRules({ CorsRules: [rule] })).toEqual([
    { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['ETag'], ID: 'a', MaxAgeSeconds: 60 },
  ]);
});

// The first is the rule of CDK's bootstrap template.
test('lifecycle rules are folded into the API’s form', () => {
  const Rules = [
    {
      ...{ Id: 'CleanupOldVersions', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
    {
      ...{ Status: 'Enabled', Prefix: 'logs/', TagFilters: [{ Key: 'a', Value: 'b' }], ExpirationInDays: '7' },
      Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 3 }],
    },
    { Status: 'Disabled', TagFilters: [{ Key: 'a', Value: 'b' }], NoncurrentVersionExpirationInDays: 2 },
  ];
  expect(lifecycleRules({ Rules })).toEqual([
    {
      ...{ ID: 'CleanupOldVersions', Status: 'Enabled', Filter: { Prefix: '' } },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
    {
      ...{ Status: 'Enabled', Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] } } },
      ...{ Expiration: { Days: 7 }, Transitions: [{ StorageClass: 'GLACIER', Days: 3 }] },
    },
    {
      ...{ Status: 'Disabled', Filter: { Tag: { Key: 'a', Value: 'b' } } },
      NoncurrentVersionExpiration: { NoncurrentDays: 2 },
    },
  ]);
  expect(() => lifecycleRules({ Rules: [{ Status: 'Enabled', Wrong: 1 }] })).toThrow(
    'The property LifecycleConfiguration.Rules.Wrong is not supported.',
  );
});

test('each notification names one event, and another property for its destination', () => {
  const Filter = { S3Key: { Rules: [{ Name: 'prefix', Value: 'in/' }] } };
  expect(
    notifications({
      LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: 'f', Filter }],
      QueueConfigurations: [{ Event: 's3:ObjectRemoved:*', Queue: 'q' }],
      TopicConfigurations: [{ Event: 's3:ObjectAcl:Put', Topic: 't' }],
      EventBridgeConfiguration: { EventBridgeEnabled: 'true' },
    }),
  ).toEqual({
    LambdaFunctionConfigurations: [
      {
        ...{ LambdaFunctionArn: 'f', Events: ['s3:ObjectCreated:*'] },
        Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'in/' }] } },
      },
    ],
    QueueConfigurations: [{ QueueArn: 'q', Events: ['s3:ObjectRemoved:*'] }],
    TopicConfigurations: [{ TopicArn: 't', Events: ['s3:ObjectAcl:Put'] }],
    EventBridgeConfiguration: {},
  });
  expect(notifications({ EventBridgeConfiguration: { EventBridgeEnabled: false } })).toEqual({});
});
