// What operations on stacks answer, where a guess would be wrong. Source of each test: the test of LocalStack's
// cloudformation suite that recorded it on AWS (in brackets); topics there are queues here.
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { deployStack } from '../../deploying/deploy.ts';
import { callerOf, createTestCloud, putStack, refusalOf, testCall } from '../../test-cloud.ts';
import { createEventsService } from '../events/service.ts';
import { createSecretsManagerService } from '../secretsmanager/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSsmService } from '../ssm/service.ts';
import { createCloudFormationService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(
    createSqsService,
    createSsmService,
    createSecretsManagerService,
    createEventsService,
    createCloudFormationService,
  );
});

const cfn = callerOf('cloudformation', () => cloud);
const sqs = callerOf('sqs', () => cloud);

const deploy = (template: string, name = 'orders') =>
  deployStack(cloud, { name, template }, { call: testCall, variables: async () => ({}) });

async function eventsOf(logicalId: string) {
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName: 'orders' });
  return StackEvents.toReversed()
    .filter((event) => event.LogicalResourceId === logicalId)
    .map((event) => [event.ResourceStatus, event.PhysicalResourceId?.split('/').at(-1)].join(' '));
}

const queue = (name: string, policies = '') =>
  `Resources: {Queue: {Type: AWS::SQS::Queue, ${policies} Properties: {QueueName: ${name}}}}`;

test('UpdateReplacePolicy Retain: the former resource has a DELETE_SKIPPED event and stays (test_update_replace_policy_retain)', async () => {
  await deploy(queue('plum', 'UpdateReplacePolicy: Retain,'));
  await deploy(queue('pear', 'UpdateReplacePolicy: Retain,'));
  expect((await eventsOf('Queue')).slice(1)).toEqual([
    'CREATE_COMPLETE plum',
    'UPDATE_IN_PROGRESS plum',
    'UPDATE_COMPLETE pear',
    'DELETE_SKIPPED plum',
  ]);
  expect((await sqs('ListQueues', {})).QueueUrls).toHaveLength(2);
});

test('whether the former resource stays is for UpdateReplacePolicy to say, not for DeletionPolicy (test_update_replace_policy_deletion)', async () => {
  const policies = 'DeletionPolicy: Retain, UpdateReplacePolicy: Delete,';
  await deploy(queue('plum', policies));
  await deploy(queue('pear', policies));
  const { QueueUrls = [] } = await sqs('ListQueues', {});
  expect(QueueUrls.map((url) => url.split('/').at(-1))).toEqual(['pear']);
});

test('an output of an attribute that its type does not have fails the stack before anything is made (test_invalid_getatt_fails)', async () => {
  const template = `
Resources: {Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}}
Outputs: {InvalidOutput: {Value: !GetAtt Parameter.Invalid}}
`;
  const reason =
    '[Error] /Outputs/InvalidOutput/Value/Fn::GetAtt: Resource type AWS::SSM::Parameter does not support attribute {Invalid}.';
  await putStack(cloud, 'orders', template);
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName: 'orders' });
  expect(
    StackEvents.toReversed().map((event) => [
      event.LogicalResourceId,
      event.ResourceStatus,
      event.ResourceStatusReason,
    ]),
  ).toEqual([
    ['orders', 'CREATE_IN_PROGRESS', 'User Initiated'],
    ['orders', 'ROLLBACK_IN_PROGRESS', `${reason} Rollback requested by user.`],
    ['orders', 'ROLLBACK_COMPLETE', undefined],
  ]);
});

test('an output that fails is named, with its line and the reason', async () => {
  const exported = (name: string) => `
Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: ${name}}}}
Outputs: {Name: {Value: a, Export: {Name: shared}}}
`;
  await deploy(exported('plum'), 'first');
  await expect(deploy(exported('pear'))).rejects.toThrow(
    'line 3: Output Name: Export with name shared is already exported by stack\n      first.',
  );
  const list = 'Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Arns: {Value: !Ref AWS::NotificationARNs}}';
  await expect(deploy(list, 'list')).rejects.toThrow('line 2: Output Arns is malformed: its Value must be a string');
});

test('Fn::GetAtt knows the properties of the template as well (test_change_set_fn_get_attr)', async () => {
  const template = `
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: plum, VisibilityTimeout: 12}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt Queue.VisibilityTimeout}}
Outputs:
  Value: {Value: !GetAtt Parameter.Value}
  Type: {Value: !Sub 'a \${Parameter.Type}'}
`;
  expect(await deploy(template)).toEqual({ Value: '12', Type: 'a String' });
});

test('GetTemplate says which names it needs (test_get_template_…)', async () => {
  expect(await refusalOf(cfn('GetTemplate', {}))).toBe(
    'ValidationError: StackName is required if ChangeSetName is not specified.',
  );
  expect(await refusalOf(cfn('GetTemplate', { ChangeSetName: 'none' }))).toBe(
    'ValidationError: StackName is a required parameter.',
  );
  expect(await refusalOf(cfn('GetTemplate', { StackName: 'none' }))).toBe(
    'ValidationError: Stack with id none does not exist',
  );
});

test('GetTemplateSummary refuses a stack that is only reviewed (test_get_template_summary_non_executed_change_set)', async () => {
  const StackName = 'orders';
  await cfn('CreateChangeSet', { StackName, ChangeSetName: 'a', ChangeSetType: 'CREATE', TemplateBody: queue('plum') });
  expect(await refusalOf(cfn('GetTemplateSummary', { StackName }))).toBe(
    'ValidationError: GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.',
  );
});

test('GetTemplateSummary names what identifies resources (test_get_template_summary_failed_stack)', async () => {
  const TemplateBody = 'Resources: {MyParameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}}';
  expect(await cfn('GetTemplateSummary', { TemplateBody })).toEqual({
    Parameters: [],
    ResourceIdentifierSummaries: [
      { LogicalResourceIds: ['MyParameter'], ResourceIdentifiers: ['Name'], ResourceType: 'AWS::SSM::Parameter' },
    ],
    ResourceTypes: ['AWS::SSM::Parameter'],
    Version: '2010-09-09',
  });
});

test('the name of a stack is refused with the pattern that AWS shows (test_stack_name_creation)', async () => {
  expect(await refusalOf(cfn('CreateStack', { StackName: '*@da591fa3_$', TemplateBody: queue('plum') }))).toBe(
    "ValidationError: 1 validation error detected: Value '*@da591fa3_$' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
  );
});

// Source: localstack #9826.
test('a queue without a name of its own survives an update, with its messages', async () => {
  const template = (seconds: number) => `
Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: ${seconds}}}}
Outputs: {Url: {Value: !Ref Queue}}
`;
  const { Url: QueueUrl = '' } = await deploy(template(10));
  await sqs('SendMessage', { QueueUrl, MessageBody: 'kept' });
  expect(await deploy(template(20))).toEqual({ Url: QueueUrl });
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl });
  expect(Messages.map(({ Body }) => Body)).toEqual(['kept']);
});

// Source: CloudFormation user guide, "Get values stored in other services using dynamic references": read when the
// resource is made or changed.
test('a dynamic reference is read again when its resource changes, and only then', async () => {
  const secrets = callerOf('secretsmanager', () => cloud);
  await secrets('CreateSecret', { Name: 'key', SecretString: 'old' });
  const template = (description: string, other: string) => `
Resources:
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /key, Type: String, Description: ${description}, Value: '{{resolve:secretsmanager:key}}'}}
  Other: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: ${other}}}
`;
  const value = async () =>
    (await cloud.dispatch.call('ssm', 'GetParameter', { Name: '/key' }, testCall)).Parameter?.Value;
  await deploy(template('a', 'one'));
  await secrets('PutSecretValue', { SecretId: 'key', SecretString: 'new' });
  await deploy(template('a', 'two'));
  expect(await value()).toBe('old');
  await deploy(template('b', 'two'));
  expect(await value()).toBe('new');
});

// Sources: floci #793 and #787; localstack #12195, ministack #1507.
test('a rule gets its FIFO target and its transformer from the template, and changed ones with an update', async () => {
  const template = (placeholder: string) => `
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: plum.fifo, FifoQueue: true}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: plum
      EventPattern: {source: [shop]}
      Targets:
        - Id: queue
          Arn: !GetAtt Queue.Arn
          SqsParameters: {MessageGroupId: plum}
          InputTransformer: {InputPathsMap: {id: $.detail.id}, InputTemplate: '{"${placeholder}": <id>}'}
`;
  const events = callerOf('events', () => cloud);
  for (const placeholder of ['order', 'changed']) {
    await deploy(template(placeholder));
    expect((await events('ListTargetsByRule', { Rule: 'plum' })).Targets).toEqual([
      {
        Id: 'queue',
        Arn: 'arn:aws:sqs:eu-west-1:123456789012:plum.fifo',
        SqsParameters: { MessageGroupId: 'plum' },
        InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: `{"${placeholder}": <id>}` },
      },
    ]);
  }
});
