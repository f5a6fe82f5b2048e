// Tags of functions and event source mappings. Recorded on AWS: LocalStack, tests/aws/services/lambda_/test_lambda_api,
// TestLambdaTag, and event_source_mapping/test_cfn_resource.
import { afterAll, expect, test } from 'vitest';
import { deployStack } from '../../deploying/deploy.ts';
import { zipInlineCode } from '../../functions/code/code.ts';
import { startLocal } from '../../local.ts';
import { callerOf, refusalOf, TEST_ACCOUNT, TEST_REGION, testCall } from '../../test-cloud.ts';

const local = await startLocal();
const { cloud } = local;
const lambda = callerOf('lambda', () => cloud);
const sqs = callerOf('sqs', () => cloud);
afterAll(() => local.close());

const arnOf = (resource: string) => `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:${resource}`;
const tagsOf = async (Resource: string) => (await lambda('ListTags', { Resource })).Tags;
const create = (FunctionName: string) =>
  lambda('CreateFunction', {
    ...{ FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler' },
    ...{ Role: `arn:aws:iam::${TEST_ACCOUNT}:role/r`, Code: { ZipFile: zipInlineCode('exports.handler = () => 1') } },
  });

test('an event source mapping has the tags that it was made with, and takes others', async () => {
  await create('mapped');
  await sqs('CreateQueue', { QueueName: 'jobs' });
  const { EventSourceMappingArn: Resource = '' } = await lambda('CreateEventSourceMapping', {
    ...{ FunctionName: 'mapped', EventSourceArn: `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:jobs` },
    Tags: { my: 'tag', other: 'tag' },
  });
  await lambda('TagResource', { Resource, Tags: { third: 'tag' } });
  await lambda('UntagResource', { Resource, TagKeys: ['other'] });
  expect(await tagsOf(Resource)).toEqual({ my: 'tag', third: 'tag' });
});

test('a template tags an event source mapping, and changes its tags', async () => {
  await create('templated');
  const deploy = (Tags: object) =>
    deployStack(
      cloud,
      {
        name: 'tags',
        directory: '.',
        template: JSON.stringify({
          Resources: {
            Queue: { Type: 'AWS::SQS::Queue' },
            Mapping: {
              Type: 'AWS::Lambda::EventSourceMapping',
              Properties: { FunctionName: 'templated', EventSourceArn: { 'Fn::GetAtt': 'Queue.Arn' }, Tags },
            },
          },
          Outputs: { Arn: { Value: { 'Fn::GetAtt': 'Mapping.EventSourceMappingArn' } } },
        }),
      },
      { call: testCall, variables: async () => ({}) },
    );
  const { Arn = '' } = await deploy([{ Key: 'my', Value: 'tag' }]);
  expect(await tagsOf(Arn)).toEqual({ my: 'tag' });
  expect((await deploy([{ Key: 'your', Value: 'tag' }]))['Arn']).toBe(Arn);
  expect(await tagsOf(Arn)).toEqual({ your: 'tag' });
});

test('what has no tags, or is not there, is told as what it is', async () => {
  await create('plain');
  const { Version = '' } = await lambda('PublishVersion', { FunctionName: 'plain' });
  const qualified =
    'InvalidParameterValueException: Tags on function aliases and versions are not supported. Please specify a function ARN.';
  expect(await refusalOf(tagsOf(arnOf(`function:plain:${Version}`)))).toBe(qualified);
  const absent = arnOf('event-source-mapping:11111111-2222-3333-4444-555555555555');
  expect(await refusalOf(tagsOf(absent))).toBe(`ResourceNotFoundException: Event source mapping not found: ${absent}`);
  const gone = arnOf('function:gone');
  expect(await refusalOf(tagsOf(gone))).toBe(`ResourceNotFoundException: Function not found: ${gone}`);
});
