// Event `ScheduleV2`: a schedule of EventBridge Scheduler and the role that it invokes with, for functions and state
// machines.
import { scalarText, type Value } from '../../value.ts';
import { addResource, type FunctionEvent, pick } from '../assembly.ts';
import { roleFor } from '../role.ts';
import { deadLettersOf } from './dead-letters.ts';
import { type EventOwner, reportEvent } from './function-event.ts';

const SAME_NAME = [
  ...['ScheduleExpression', 'State', 'Description', 'StartDate', 'EndDate', 'ScheduleExpressionTimezone', 'GroupName'],
  'KmsKeyArn',
];

/** `policy` is the end of the policy's name, `action` what the role allows. */
export interface ScheduleTarget {
  readonly arn: Value;
  readonly policy: 'LambdaPolicy' | 'StartExecutionPolicy';
  readonly action: 'lambda:InvokeFunction' | 'states:StartExecution';
}

export function addSchedule(event: FunctionEvent, owner: EventOwner, target: ScheduleTarget): void {
  const { assembly, serverless } = owner;
  const { properties } = event;
  const id = `${serverless.logicalId}${event.name}`;
  const omitsName = scalarText(properties['OmitName']) === 'true';
  if (omitsName && properties['Name'] !== undefined) {
    reportEvent(owner, { ...event, name: id }, { message: 'Name cannot be set when OmitName is True' });
  }
  const deadLetters = deadLettersOf(event, owner);
  const role = properties['RoleArn'] ?? { 'Fn::GetAtt': [`${id}Role`, 'Arn'] };
  const schedule = {
    ...pick(properties, SAME_NAME),
    ...(!omitsName && { Name: properties['Name'] ?? id }),
    FlexibleTimeWindow: properties['FlexibleTimeWindow'] ?? { Mode: 'OFF' },
    Target: {
      Arn: target.arn,
      RoleArn: role,
      ...pick(properties, ['Input', 'RetryPolicy']),
      ...(deadLetters && { DeadLetterConfig: { Arn: deadLetters.arn } }),
    },
  };
  const Properties = assembly.source.derive(schedule, event.declared);
  addResource(assembly, id, { Type: 'AWS::Scheduler::Schedule', Properties }, serverless);
  if (properties['RoleArn'] !== undefined) return;
  const allow = (name: string, action: string, resource: Value) => ({
    PolicyName: `${id}${name}`,
    PolicyDocument: { Statement: [{ Action: action, Effect: 'Allow', Resource: resource }] },
  });
  const policies = [allow(target.policy, target.action, target.arn)];
  if (deadLetters) policies.push(allow('SQSPolicy', 'sqs:SendMessage', deadLetters.arn));
  const members = { Policies: policies, ...pick(properties, ['PermissionsBoundary']) };
  addResource(assembly, `${id}Role`, roleFor('scheduler.amazonaws.com', members), serverless);
}
