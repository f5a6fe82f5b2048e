// What operations take and refuse. What becomes of messages: batch.test.ts.
import type { CreatePipeRequest } from '@earwitness/protocol/internal/aws/models/pipes.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, createTestCloudWith, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createPipesService } from './service.ts';

let cloud: Cloud;
const pipes = callerOf('pipes', () => cloud);
const iam = callerOf('iam', () => cloud);
const sqs = callerOf('sqs', () => cloud);

const RoleArn = 'arn:aws:iam::123456789012:role/pipe';
const arnOf = (queue: string) => `arn:aws:sqs:eu-west-1:123456789012:${queue}`;
const PIPE = 'arn:aws:pipes:eu-west-1:123456789012:pipe/orders';

const orders = (changes: Partial<CreatePipeRequest> = {}): CreatePipeRequest => ({
  ...{ Name: 'orders', Source: arnOf('in'), Target: arnOf('out'), RoleArn },
  ...changes,
});

const refused = (changes: Partial<CreatePipeRequest>) => refusalOf(pipes('CreatePipe', orders(changes)));

async function allow(...Action: string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action, Resource: '*' },
  });
  await iam('PutRolePolicy', { RoleName: 'pipe', PolicyName: 'a', PolicyDocument });
}

const READS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

beforeEach(async () => {
  cloud = createTestCloud(createPipesService, createIamService, createSqsService);
  const trust = { Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await iam('CreateRole', { RoleName: 'pipe', AssumeRolePolicyDocument });
  await allow(...READS);
  await sqs('CreateQueue', { QueueName: 'in' });
  await sqs('CreateQueue', { QueueName: 'out' });
});

// Source, where no other is given: botocore's model of 2015-10-07, the API reference and the user guide, "States".
describe('a pipe', () => {
  test('is being created when it is answered, and runs then', async () => {
    expect(await pipes('CreatePipe', orders())).toEqual({
      ...{ Arn: PIPE, Name: 'orders', DesiredState: 'RUNNING', CurrentState: 'CREATING' },
      ...{ CreationTime: TEST_START, LastModifiedTime: TEST_START },
    });
    expect(await pipes('DescribePipe', { Name: 'orders' })).toEqual({
      ...{ Arn: PIPE, Name: 'orders', DesiredState: 'RUNNING', CurrentState: 'RUNNING' },
      ...{ Source: arnOf('in'), Target: arnOf('out'), RoleArn, Tags: {} },
      ...{ CreationTime: TEST_START, LastModifiedTime: TEST_START },
    });
  });

  test('is stopped and started', async () => {
    await pipes('CreatePipe', orders({ DesiredState: 'STOPPED' }));
    const state = async () => (await pipes('DescribePipe', { Name: 'orders' })).CurrentState;
    expect(await state()).toBe('STOPPED');
    expect((await pipes('StartPipe', { Name: 'orders' })).CurrentState).toBe('STARTING');
    expect(await state()).toBe('RUNNING');
    expect((await pipes('StopPipe', { Name: 'orders' })).CurrentState).toBe('STOPPING');
    expect(await state()).toBe('STOPPED');
  });

  test('is deleted', async () => {
    await pipes('CreatePipe', orders());
    const answer = await pipes('DeletePipe', { Name: 'orders' });
    expect([answer.DesiredState, answer.CurrentState]).toEqual(['DELETED', 'DELETING']);
    expect(await refusalOf(pipes('DescribePipe', { Name: 'orders' }))).toBe(
      'NotFoundException: Pipe orders does not exist.',
    );
  });

  test('has a name of its own', async () => {
    await pipes('CreatePipe', orders());
    expect(await refused({})).toBe('ConflictException: Pipe orders already exists.');
    expect(await refused({ Name: 'a b' })).toContain("at 'name' failed to satisfy constraint");
  });

  // Source: user guide, "Permissions": the role's access to the source alone is checked.
  test('that cannot read its queue fails, and says why; nobody asks whether it may write', async () => {
    await allow('sqs:ReceiveMessage');
    await pipes('CreatePipe', orders());
    const found = await pipes('DescribePipe', { Name: 'orders' });
    expect([found.CurrentState, found.StateReason]).toEqual([
      'CREATE_FAILED',
      'Pipes does not have required permissions to perform Queue operations (sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes)',
    ]);
    await allow(...READS);
    await pipes('StartPipe', { Name: 'orders' });
    const started = await pipes('DescribePipe', { Name: 'orders' });
    expect([started.CurrentState, started.StateReason]).toEqual(['RUNNING', undefined]);
  });

  test('whose role does not trust Pipes, or whose queue is not there, fails', async () => {
    const state = async (changes: Partial<CreatePipeRequest>) => {
      await pipes('CreatePipe', orders(changes));
      return (await pipes('DescribePipe', { Name: changes.Name ?? '' })).StateReason;
    };
    expect(await state({ Name: 'a', RoleArn: 'arn:aws:iam::123456789012:role/none' })).toContain(
      'EventBridge Pipes could not assume the role arn:aws:iam::123456789012:role/none.',
    );
    expect(await state({ Name: 'b', Source: arnOf('none') })).toContain('The specified queue does not exist');
  });

  test('is updated by what is given; an empty enrichment takes it away; the source stays', async () => {
    const Enrichment = 'arn:aws:lambda:eu-west-1:123456789012:function:enrich';
    const SqsQueueParameters = { BatchSize: 5 };
    const FilterCriteria = { Filters: [{ Pattern: '{"body":{"a":[1]}}' }] };
    await pipes(
      'CreatePipe',
      orders({ Description: 'a', Enrichment, SourceParameters: { SqsQueueParameters, FilterCriteria } }),
    );
    await cloud.clock.advance(1000);
    const SourceParameters = { FilterCriteria: { Filters: [] } };
    const answer = await pipes('UpdatePipe', { Name: 'orders', RoleArn, Enrichment: '', SourceParameters });
    expect([answer.CurrentState, answer.LastModifiedTime]).toEqual(['UPDATING', TEST_START + 1000]);
    const found = await pipes('DescribePipe', { Name: 'orders' });
    expect(found).toMatchObject({ Description: 'a', CurrentState: 'RUNNING', Source: arnOf('in') });
    expect(found.SourceParameters).toEqual({ SqsQueueParameters, FilterCriteria: { Filters: [] } });
    expect(found).not.toHaveProperty('Enrichment');
  });

  test('is listed by the beginnings of its name and its ends, and by its states', async () => {
    await pipes('CreatePipe', orders());
    await pipes(
      'CreatePipe',
      orders({ Name: 'returns', DesiredState: 'STOPPED', Source: arnOf('out'), Target: arnOf('in') }),
    );
    const names = async (asked: object) => (await pipes('ListPipes', asked)).Pipes?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['orders', 'returns']);
    expect(await names({ NamePrefix: 're' })).toEqual(['returns']);
    expect(await names({ SourcePrefix: arnOf('in') })).toEqual(['orders']);
    expect(await names({ TargetPrefix: arnOf('in') })).toEqual(['returns']);
    expect(await names({ DesiredState: 'STOPPED' })).toEqual(['returns']);
    expect(await names({ CurrentState: 'RUNNING' })).toEqual(['orders']);
    const { Pipes, NextToken } = await pipes('ListPipes', { Limit: 1 });
    expect([Pipes?.length, await names({ NextToken })]).toEqual([1, ['returns']]);
  });

  test('has tags by name', async () => {
    await pipes('CreatePipe', orders({ Tags: { team: 'a' } }));
    await pipes('TagResource', { resourceArn: PIPE, tags: { stage: 'b' } });
    await pipes('UntagResource', { resourceArn: PIPE, tagKeys: ['team'] });
    expect(await pipes('ListTagsForResource', { resourceArn: PIPE })).toEqual({ tags: { stage: 'b' } });
  });

  test('is made by whoever may pass its role', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await iam('CreateRole', { RoleName: 'clerk', AssumeRolePolicyDocument });
    const clerk = { ...testCall, principal: { kind: 'role', arn: 'arn:aws:iam::123456789012:role/clerk' } } as const;
    const may = async (...Action: string[]) => {
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: '*' },
      });
      await iam('PutRolePolicy', { RoleName: 'clerk', PolicyName: 'a', PolicyDocument });
      return refusalOf(pipes('CreatePipe', orders(), clerk));
    };
    expect(await may('sqs:*')).toContain(`is not authorized to perform: pipes:CreatePipe on resource: ${PIPE}`);
    expect(await may('pipes:*')).toContain(`is not authorized to perform: iam:PassRole on resource: ${RoleArn}`);
    expect(await may('pipes:*', 'iam:PassRole')).toBe('not refused');
  });
});

describe('refused', () => {
  const API = 'arn:aws:events:eu-west-1:123456789012:api-destination/shop/d5f1c6c0-0000-0000-0000-000000000000';

  test('another region', async () => {
    expect(await refused({ Target: 'arn:aws:sqs:us-east-1:123456789012:out' })).toBe(
      'ValidationException: Creating cross-region pipe is not permitted.',
    );
  });

  // Source: user guide, "Batching behavior".
  test('a batch that is larger than the target or the enrichment takes at once', async () => {
    const SourceParameters = { SqsQueueParameters: { BatchSize: 11 } };
    expect(await refused({ SourceParameters })).toBe(
      `ValidationException: BatchSize 11 of the source is more than ${arnOf('out')} takes at once, which is 10.`,
    );
    expect(await refused({ Target: API })).toContain('BatchSize 10 of the source is more than');
    const Target = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    expect(await refused({ Target, Enrichment: API })).toContain('takes at once, which is 1.');
    expect(await refused({ Target, SourceParameters })).toBe('not refused');
  });

  test('filters that are none, and more than five', async () => {
    const filters = (...patterns: string[]) => ({
      SourceParameters: { FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) } },
    });
    expect(await refused(filters('{"body":'))).toContain(
      'ValidationException: A filter of the pipe is no event pattern',
    );
    expect(await refused(filters(...Array.from({ length: 6 }, () => '{"body":["a"]}')))).toContain(
      'Member must have length less than or equal to 5',
    );
  });

  // Source: user guide, "Amazon EventBridge Pipes sources" and "Event enrichment".
  test('what cannot be a source or an enrichment at all', async () => {
    const topic = 'arn:aws:sns:eu-west-1:123456789012:orders';
    expect(await refused({ Source: topic })).toBe(
      `ValidationException: ${topic} cannot be the source of a pipe: that is of one of the services sqs, dynamodb, kinesis, kafka, mq.`,
    );
    for (const Enrichment of [arnOf('out'), 'arn:aws:events:eu-west-1:123456789012:event-bus/shop']) {
      expect(await refused({ Enrichment })).toContain(`${Enrichment} cannot be the enrichment of a pipe`);
    }
  });

  test('parameters of another source or target', async () => {
    const DynamoDBStreamParameters = { StartingPosition: 'LATEST' } as const;
    expect(await refused({ SourceParameters: { DynamoDBStreamParameters } })).toBe(
      `ValidationException: SourceParameters.DynamoDBStreamParameters is not for the source ${arnOf('in')}.`,
    );
    const LambdaFunctionParameters = { InvocationType: 'FIRE_AND_FORGET' } as const;
    expect(await refused({ TargetParameters: { LambdaFunctionParameters } })).toBe(
      `ValidationException: TargetParameters.LambdaFunctionParameters is not for the target ${arnOf('out')}.`,
    );
  });

  test('a placeholder that means nothing', async () => {
    expect(await refused({ TargetParameters: { InputTemplate: '{"a":<aws.pipes.nothing>}' } })).toBe(
      'ValidationException: TargetParameters.InputTemplate has an unknown placeholder: <aws.pipes.nothing>.',
    );
  });

  test('by name what is not served, unless it may stand in', async () => {
    const Source = 'arn:aws:kafka:eu-west-1:123456789012:cluster/clicks/u-1';
    const SourceParameters = { ManagedStreamingKafkaParameters: { TopicName: 'clicks' } };
    expect(await refused({ Source, SourceParameters })).toBe('not refused');
    expect(cloud.journal.read().find(({ kind }) => kind === 'warning')).toMatchObject({
      about: 'pipe orders',
      message: `${Source} is not served: the pipe stands in, and moves nothing.`,
    });
    cloud = createTestCloudWith({ unserved: 'refuse' }, createPipesService, createSqsService);
    expect(await refused({ Source, SourceParameters })).toBe(
      `ValidationException: Earwitness has no pipes from or to the service 'kafka' (${Source}).`,
    );
    const Enrichment = 'arn:aws:execute-api:eu-west-1:123456789012:api/live/GET/stock';
    expect(await refused({ Enrichment })).toBe(
      `ValidationException: Earwitness has no pipes from or to the service 'execute-api' (${Enrichment}).`,
    );
  });
});
