// What change sets say. Source unless another is named: answers recorded on AWS, LocalStack's cloudformation tests
// test_change_sets, test_change_set_ref, test_change_set_fn_get_attr and api/test_changesets; topics there are queues
// here.
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, TEST_START } from '../../test-cloud.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSsmService } from '../ssm/service.ts';
import { createCloudFormationService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSqsService, createSsmService, createCloudFormationService);
});

const cfn = callerOf('cloudformation', () => cloud);
const StackName = 'orders';

type Given = Readonly<Record<string, string>>;

const parametersOf = (given: Given) =>
  Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

async function make(ChangeSetName: string, TemplateBody: string, given: Given = {}): Promise<void> {
  const ChangeSetType = ChangeSetName === 'first' ? 'CREATE' : 'UPDATE';
  const Parameters = parametersOf(given);
  await cfn('CreateChangeSet', { StackName, ChangeSetName, ChangeSetType, TemplateBody, Parameters });
}

async function create(TemplateBody: string, given: Given = {}): Promise<void> {
  await make('first', TemplateBody, given);
  await cfn('ExecuteChangeSet', { StackName, ChangeSetName: 'first' });
  // Another node than the one that works on a stack does not wait for it.
  let status: string | undefined;
  do {
    const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName });
    status = stack?.StackStatus;
  } while (status === 'REVIEW_IN_PROGRESS' || status === 'CREATE_IN_PROGRESS');
  expect(status).toBe('CREATE_COMPLETE');
}

const describeSet = (ChangeSetName: string, IncludePropertyValues = false) =>
  cfn('DescribeChangeSet', { StackName, ChangeSetName, IncludePropertyValues });

const queue = (seconds: string, name = 'plum') =>
  JSON.stringify({
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, VisibilityTimeout: seconds } } },
  });

test('a change set is described without what it does not have, and says whether nested stacks were to be included', async () => {
  const given = { StackName, ChangeSetName: 'first', ChangeSetType: 'CREATE' as const, TemplateBody: queue('10') };
  await cfn('CreateChangeSet', { ...given, IncludeNestedStacks: true });
  const described = await describeSet('first');
  expect(described).toEqual({
    Capabilities: [],
    ChangeSetId: expect.stringContaining('changeSet/first/'),
    ChangeSetName: 'first',
    Changes: [
      {
        Type: 'Resource',
        ResourceChange: {
          Action: 'Add',
          LogicalResourceId: 'Queue',
          ResourceType: 'AWS::SQS::Queue',
          Scope: [],
          Details: [],
        },
      },
    ],
    CreationTime: TEST_START,
    ExecutionStatus: 'AVAILABLE',
    IncludeNestedStacks: true,
    NotificationARNs: [],
    RollbackConfiguration: {},
    StackId: expect.stringContaining('stack/orders/'),
    StackName,
    Status: 'CREATE_COMPLETE',
  });
  const { Summaries: [summary = {}] = [] } = await cfn('ListChangeSets', { StackName });
  expect(Object.keys(summary).sort()).toEqual([
    ...['ChangeSetId', 'ChangeSetName', 'CreationTime', 'ExecutionStatus', 'IncludeNestedStacks', 'StackId'],
    ...['StackName', 'Status'],
  ]);
});

// Source: aws-cdk 2.1148.1, run: `cdk deploy` always sends IncludeNestedStacks.
test('a nested stack whose template is elsewhere stands in, whether nested stacks are to be included or not', async () => {
  const TemplateBody = JSON.stringify({
    Resources: { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x.invalid/t' } } },
  });
  for (const IncludeNestedStacks of [true, false]) {
    const ChangeSetName = IncludeNestedStacks ? 'first' : 'second';
    const given = { StackName, ChangeSetName, ChangeSetType: 'CREATE' as const, TemplateBody };
    await cfn('CreateChangeSet', { ...given, IncludeNestedStacks });
    expect(await describeSet(ChangeSetName)).toMatchObject({ Status: 'CREATE_COMPLETE', IncludeNestedStacks });
  }
});

test('a stack that a change set made has a LastUpdatedTime, one that CreateStack made has none', async () => {
  await create(queue('10'));
  await cfn('CreateStack', { StackName: 'other', TemplateBody: queue('10', 'pear') });
  const updated = async (name: string) =>
    (await cfn('DescribeStacks', { StackName: name })).Stacks?.map(({ LastUpdatedTime }) => LastUpdatedTime);
  expect(await updated(StackName)).toEqual([TEST_START]);
  expect(await updated('other')).toEqual([undefined]);
  const { StackSummaries = [] } = await cfn('ListStacks', {});
  expect(StackSummaries.map((summary) => [summary.StackName, summary.LastUpdatedTime]).sort()).toEqual(
    [
      [StackName, TEST_START],
      ['other', undefined],
    ].sort(),
  );
});

test('an added resource has its properties in AfterContext, when values are asked for', async () => {
  await make('first', queue('10'));
  expect((await describeSet('first', true)).Changes).toEqual([
    {
      Type: 'Resource',
      ResourceChange: {
        Action: 'Add',
        AfterContext: '{"Properties":{"QueueName":"plum","VisibilityTimeout":"10"}}',
        LogicalResourceId: 'Queue',
        ResourceType: 'AWS::SQS::Queue',
        Scope: [],
        Details: [],
      },
    },
  ]);
});

test('a modified property has its values before and after, when values are asked for', async () => {
  await create(queue('10'));
  await make('second', queue('20'));
  const target = { Attribute: 'Properties', Name: 'VisibilityTimeout', RequiresRecreation: 'Never' };
  const change = {
    Action: 'Modify',
    LogicalResourceId: 'Queue',
    PhysicalResourceId: expect.stringContaining('/plum'),
    Replacement: 'False',
    ResourceType: 'AWS::SQS::Queue',
    Scope: ['Properties'],
  };
  const detail = { ChangeSource: 'DirectModification', Evaluation: 'Static' };
  expect((await describeSet('second')).Changes).toEqual([
    { Type: 'Resource', ResourceChange: { ...change, Details: [{ ...detail, Target: target }] } },
  ]);
  const values = {
    Path: '/Properties/VisibilityTimeout',
    BeforeValue: '10',
    AfterValue: '20',
    AttributeChangeType: 'Modify',
  };
  expect((await describeSet('second', true)).Changes).toEqual([
    {
      Type: 'Resource',
      ResourceChange: {
        ...change,
        BeforeContext: '{"Properties":{"QueueName":"plum","VisibilityTimeout":"10"}}',
        AfterContext: '{"Properties":{"QueueName":"plum","VisibilityTimeout":"20"}}',
        Details: [{ ...detail, Target: { ...target, ...values } }],
      },
    },
  ]);
});

test('a replaced resource says what becomes of the former one, and a removed one shows what it was', async () => {
  await create(queue('10'));
  await make('renamed', queue('10', 'pear'));
  expect((await describeSet('renamed', true)).Changes?.[0]?.ResourceChange).toMatchObject({
    Action: 'Modify',
    Replacement: 'True',
    PolicyAction: 'ReplaceAndDelete',
    Details: [{ Target: { Name: 'QueueName', RequiresRecreation: 'Always', BeforeValue: 'plum', AfterValue: 'pear' } }],
  });
  const parameter = { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'a' } };
  await make('removed', JSON.stringify({ Resources: { Parameter: parameter } }));
  expect((await describeSet('removed', true)).Changes?.[1]).toEqual({
    Type: 'Resource',
    ResourceChange: {
      Action: 'Remove',
      BeforeContext: '{"Properties":{"QueueName":"plum","VisibilityTimeout":"10"}}',
      LogicalResourceId: 'Queue',
      PhysicalResourceId: expect.stringContaining('/plum'),
      PolicyAction: 'Delete',
      ResourceType: 'AWS::SQS::Queue',
      Scope: [],
      Details: [],
    },
  });
});

const linked = `
Parameters: {Name: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}
  ByAttribute: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt Queue.QueueName}}
  ByReference: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub 'at \${Queue}'}}
`;

/** Of each resource, what its details say: what was changed by what. */
async function causes(ChangeSetName: string, values: boolean) {
  const { Changes = [] } = await describeSet(ChangeSetName, values);
  return Changes.map(({ ResourceChange: change }) => [
    change?.LogicalResourceId,
    ...(change?.Details ?? []).map((detail) =>
      [detail.ChangeSource, detail.Evaluation, detail.CausingEntity].filter(Boolean).join(' '),
    ),
  ]);
}

test('a change that a parameter or another resource causes names it', async () => {
  await create(linked, { Name: 'plum' });
  await make('second', linked, { Name: 'pear' });
  expect(await causes('second', true)).toEqual([
    ['Queue', 'DirectModification Dynamic', 'ParameterReference Static Name'],
    ['ByAttribute', 'DirectModification Dynamic', 'ResourceAttribute Static Queue.QueueName'],
    ['ByReference', 'DirectModification Dynamic', 'ResourceReference Static Queue'],
  ]);
  expect(await causes('second', false)).toEqual([
    ['Queue', 'DirectModification Dynamic', 'ParameterReference Static Name'],
    ['ByAttribute', 'ResourceAttribute Static Queue.QueueName'],
    ['ByReference', 'ResourceReference Static Queue'],
  ]);
  const { Changes = [] } = await describeSet('second', true);
  expect(Changes[1]?.ResourceChange?.AfterContext).toBe(
    '{"Properties":{"Type":"String","Value":"{{changeSet:KNOWN_AFTER_APPLY}}"}}',
  );
});

// Source: CloudFormation user guide, parameters, NoEcho: the value is masked wherever stack and change set are
// described.
test('values of NoEcho parameters are not shown', async () => {
  const template = `
Parameters: {Key: {Type: String, NoEcho: true}}
Resources: {Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub 'key=\${Key}'}}}
`;
  await create(template, { Key: 'before-secret' });
  await make('second', template, { Key: 'after-secret' });
  const described = await describeSet('second', true);
  expect(JSON.stringify(described)).not.toContain('secret');
  expect(described.Changes?.[0]?.ResourceChange).toMatchObject({
    BeforeContext: '{"Properties":{"Type":"String","Value":"key=****"}}',
    AfterContext: '{"Properties":{"Type":"String","Value":"key=****"}}',
  });
});
