// Source of what properties take: CloudFormation's own schemas, as @aws-cdk/aws-service-spec has them. Source of the
// sentence: aws-samples/aws-bookstore-demo-app issue 56.
import { expect, test } from 'vitest';
import { createCloudFormationService } from '../services/cloudformation/service.ts';
import { createEventsService } from '../services/events/service.ts';
import { createTestCloudWith, putStack, testCall } from '../test-cloud.ts';
import { valueFaults } from './value-rules.ts';

const told = async (type: string, properties: Record<string, unknown>) =>
  (await valueFaults(type, properties)).map(({ message, mend }) => [message, mend]);

test('a value that is none of a few is refused, with what was meant', async () => {
  expect(await told('AWS::StepFunctions::StateMachine', { StateMachineType: 'EXPRES' })).toEqual([
    [
      '#/StateMachineType: failed validation constraint for keyword [enum]',
      'StateMachineType is STANDARD or EXPRESS, not EXPRES: did you mean EXPRESS?',
    ],
  ]);
  expect(await told('AWS::StepFunctions::StateMachine', { LoggingConfiguration: { Level: 'EVERYTHING' } })).toEqual([
    [
      '#/LoggingConfiguration/Level: failed validation constraint for keyword [enum]',
      'Level is ALL, ERROR, FATAL or OFF, not EVERYTHING',
    ],
  ]);
  expect(await told('AWS::StepFunctions::StateMachine', { StateMachineType: 'EXPRESS' })).toEqual([]);
});

test('an object in a property has to have what the schema requires of it', async () => {
  const Targets = [{ Id: 'a' }, { Id: 'b', Arn: 'arn:aws:sqs:eu-west-1:123456789012:q' }];
  expect(await told('AWS::Events::Rule', { Targets })).toEqual([
    ['#/Targets/0: required key [Arn] not found', 'give Targets.0 its Arn'],
  ]);
  const Target = { Arn: 'a', RoleArn: 'r', KinesisParameters: { Partitionkey: 'x' } };
  expect(await told('AWS::Scheduler::Schedule', { Target })).toEqual([
    [
      '#/Target/KinesisParameters: required key [PartitionKey] not found',
      'write PartitionKey in place of Partitionkey',
    ],
  ]);
});

test('an alternative form, a property that nobody knows and a type without rules are left alone', async () => {
  // A file, as `aws cloudformation package` takes it.
  expect(await told('AWS::StepFunctions::StateMachine', { DefinitionS3Location: 'orders.asl.json' })).toEqual([]);
  expect(await told('AWS::SQS::Queue', { QueueName: 'a', constructor: 'b' })).toEqual([]);
  expect(await told('Custom::Thing', { State: 'ON' })).toEqual([]);
});

test('whoever deploys without an assessment is refused before the service is asked', async () => {
  const cloud = createTestCloudWith({}, createEventsService, createCloudFormationService);
  const Rule = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)', State: 'ON' } };
  await putStack(cloud, 'rules', JSON.stringify({ Resources: { Rule } }));
  const asked = { StackName: 'rules' };
  const { StackEvents = [] } = await cloud.dispatch.call('cloudformation', 'DescribeStackEvents', asked, testCall);
  await cloud.close();
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  expect(failed?.ResourceStatusReason).toBe(
    'Properties validation failed for resource Rule with message: #/State: failed validation constraint for keyword [enum] (resource Rule, line 1)',
  );
});
