// Source: recorded on AWS, LocalStack cloudformation engine/test_attributes.
import { expect, test } from 'vitest';
import { callerOf, createTestCloud, putStack, testCall } from '../../../test-cloud.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createCloudFormationService } from '../service.ts';

test('an attribute that a type does not have fails the stack before anything is made', async () => {
  const cloud = createTestCloud(createSqsService, createCloudFormationService);
  const cfn = callerOf('cloudformation', () => cloud);
  const template = `
Conditions: {Never: !Equals [a, b]}
Resources:
  Dlq: {Type: AWS::SQS::Queue}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !If [Never, !GetAtt Dlq.NotAskedFor, orders]
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dlq.Nope, maxReceiveCount: 3}
`;
  await putStack(cloud, 'shop', template);
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName: 'shop' });
  expect(
    StackEvents.toReversed().map(({ ResourceStatus, ResourceStatusReason }) => [ResourceStatus, ResourceStatusReason]),
  ).toEqual([
    ['CREATE_IN_PROGRESS', 'User Initiated'],
    [
      'ROLLBACK_IN_PROGRESS',
      '[Error] /Resources/Queue/Properties/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt: Resource type AWS::SQS::Queue does not support attribute {Nope}. Rollback requested by user.',
    ],
    ['ROLLBACK_COMPLETE', undefined],
  ]);
  expect((await cloud.dispatch.call('sqs', 'ListQueues', {}, testCall)).QueueUrls ?? []).toEqual([]);
});
