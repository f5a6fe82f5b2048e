// A data stream as target of a pipe. Source: Pipes API reference, PipeTargetKinesisStreamParameters.
import { expect, test } from 'vitest';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createKinesisService } from '../kinesis/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createPipesService } from './service.ts';

test('a stream gets a record of each message, with the partition key that its path selects', async () => {
  const cloud = createTestCloud(createPipesService, createIamService, createSqsService, createKinesisService);
  const [pipes, sqs, iam, kinesis] = [
    callerOf('pipes', () => cloud),
    callerOf('sqs', () => cloud),
    callerOf('iam', () => cloud),
    callerOf('kinesis', () => cloud),
  ];
  const trust = { Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'pipe', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) });
  const allow = { Effect: 'Allow', Action: ['sqs:*', 'kinesis:PutRecords'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Statement: allow });
  await iam('PutRolePolicy', { RoleName: 'pipe', PolicyName: 'a', PolicyDocument });
  await sqs('CreateQueue', { QueueName: 'in' });
  await kinesis('CreateStream', { StreamName: 'out', ShardCount: 1 });

  const pipe = {
    Name: 'orders',
    Source: `arn:aws:sqs:eu-west-1:${TEST_ACCOUNT}:in`,
    Target: `arn:aws:kinesis:eu-west-1:${TEST_ACCOUNT}:stream/out`,
    RoleArn: `arn:aws:iam::${TEST_ACCOUNT}:role/pipe`,
  };
  expect(await refusalOf(pipes('CreatePipe', pipe))).toBe(
    `ValidationException: TargetParameters.KinesisStreamParameters is needed for the target ${pipe.Target}.`,
  );
  const KinesisStreamParameters = { PartitionKey: '$.body.id' };
  const TargetParameters = { InputTemplate: '{"order": <$.body.id>}', KinesisStreamParameters };
  await pipes('CreatePipe', { ...pipe, TargetParameters });
  const QueueUrl = `http://127.0.0.1:4566/${TEST_ACCOUNT}/in`;
  for (const id of ['o-1', 'o-2']) await sqs('SendMessage', { QueueUrl, MessageBody: JSON.stringify({ id }) });
  await cloud.clock.advance(0);

  const asked = { StreamName: 'out', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator = '' } = await kinesis('GetShardIterator', asked);
  const { Records } = await kinesis('GetRecords', { ShardIterator });
  expect(Records.map(({ Data, PartitionKey }) => [PartitionKey, Buffer.from(Data).toString()])).toEqual([
    ['o-1', '{"order": "o-1"}'],
    ['o-2', '{"order": "o-2"}'],
  ]);
});
