import { expect, test } from 'vitest';
import { openAttribute } from './open-attribute.ts';
import { createTestPlace } from './test-place.ts';

const place = createTestPlace();

// Source: AWS CloudFormation user guide, "Custom resources", "Modules" and AWS::CloudFormation::Stack, "Return values".
test('of a custom resource and of a module any attribute may be asked for', () => {
  expect([
    openAttribute('TableArn', 'Custom::Migration', place),
    openAttribute('Endpoint.Url', 'AWS::CloudFormation::CustomResource', place),
    openAttribute('Id', 'Acme::S3::Bucket::MODULE', place),
    openAttribute('BucketArn', 'Acme::S3::Bucket::MODULE', place),
  ]).toEqual([
    'arn:aws:custom:eu-west-1:123456789012:migration/shop-Thing',
    'https://shop-thing.cloudformation.eu-west-1.invalid',
    'Thing-Id',
    'arn:aws:s3:eu-west-1:123456789012:bucket/shop-Thing',
  ]);
});

test('of a nested stack its outputs may be asked for', () => {
  const ask = (attribute: string) => openAttribute(attribute, 'AWS::CloudFormation::Stack', place);
  expect([ask('Outputs.QueueUrl'), ask('Outputs.Count'), ask('Outputs.'), ask('Output')]).toEqual([
    'https://shop-thing.cloudformation.eu-west-1.invalid',
    'Thing-Outputs.Count',
    undefined,
    undefined,
  ]);
});

test('any other type has the attributes of its form only', () => {
  expect(openAttribute('Nope', 'AWS::DynamoDB::Table', place)).toBeUndefined();
});
