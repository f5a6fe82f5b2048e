import type { Operations } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, testCall } from '../../test-cloud.ts';
import { createSqsService } from '../sqs/service.ts';
import { createCloudFormationService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSqsService, createCloudFormationService);
});

const cfn = callerOf('cloudformation', () => cloud);

/** Resolves when the stack's work has come to its end. */
async function settled(stack: string, work: () => Promise<unknown>): Promise<string> {
  let leave = () => {};
  const end = new Promise<string>((resolve) => {
    leave = cloud.journal.listen((fact) => {
      if (fact.kind !== 'stack' || fact.stack !== stack || fact.logicalId !== stack) return;
      if (!fact.status.endsWith('_IN_PROGRESS')) resolve(fact.status);
    });
  });
  await work();
  const status = await end;
  leave();
  return status;
}

const create = (TemplateBody: string, more: Partial<Operations['CreateStack']['input']> = {}) =>
  settled('orders', () => cfn('CreateStack', { StackName: 'orders', TemplateBody, ...more }));
const update = (TemplateBody: string, more: Partial<Operations['UpdateStack']['input']> = {}) =>
  settled('orders', () => cfn('UpdateStack', { StackName: 'orders', TemplateBody, ...more }));

async function story(stack = 'orders'): Promise<string[]> {
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName: stack });
  return StackEvents.toReversed().map((event) =>
    [event.LogicalResourceId, event.ResourceStatus, event.ResourceStatusReason].filter(Boolean).join(' '),
  );
}

async function queueNames(): Promise<string[]> {
  const { QueueUrls = [] } = await cloud.dispatch.call('sqs', 'ListQueues', {}, testCall);
  return QueueUrls.map((url) => url.split('/').at(-1) ?? '');
}

async function describeOrders() {
  const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName: 'orders' });
  return stack;
}

const template = `
Description: Orders
Parameters:
  Name: {Type: String, Default: orders}
  Token: {Type: String, Default: secret, NoEcho: true}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub \${Name}-main
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dlq.Arn, maxReceiveCount: 3}
  Dlq:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub '\${Name}-dlq'}
Outputs:
  Url: {Value: !Ref Queue, Description: the queue}
  Arn: {Value: !GetAtt Queue.Arn, Export: {Name: !Sub '\${AWS::StackName}-queue'}}
`;

describe('creation', () => {
  test('makes resources in the order of their needs and tells each step', async () => {
    expect(await create(template)).toBe('CREATE_COMPLETE');
    expect(await story()).toEqual([
      'orders CREATE_IN_PROGRESS User Initiated',
      'Dlq CREATE_IN_PROGRESS',
      'Dlq CREATE_COMPLETE',
      'Queue CREATE_IN_PROGRESS',
      'Queue CREATE_COMPLETE',
      'orders CREATE_COMPLETE',
    ]);
    expect(await queueNames()).toEqual(['orders-dlq', 'orders-main']);
  });

  test('the stack is described with its outputs, and NoEcho parameters stay hidden', async () => {
    await create(template, { Tags: [{ Key: 'team', Value: 'a' }] });
    const stack = await describeOrders();
    expect(stack).toMatchObject({
      StackName: 'orders',
      Description: 'Orders',
      StackStatus: 'CREATE_COMPLETE',
      Parameters: [
        { ParameterKey: 'Name', ParameterValue: 'orders' },
        { ParameterKey: 'Token', ParameterValue: '****' },
      ],
      Outputs: [
        { OutputKey: 'Url', OutputValue: expect.stringMatching(/\/orders-main$/), Description: 'the queue' },
        { OutputKey: 'Arn', OutputValue: expect.stringMatching(/:orders-main$/), ExportName: 'orders-queue' },
      ],
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    expect(stack?.StackId).toMatch(/^arn:aws:cloudformation:[a-z0-9-]+:\d{12}:stack\/orders\/[0-9a-f-]{36}$/);
  });

  test('a second stack of that name is refused, the same request token answers the same stack', async () => {
    const TemplateBody = template;
    const first = await cfn('CreateStack', { StackName: 'orders', TemplateBody, ClientRequestToken: 't' });
    const again = await cfn('CreateStack', { StackName: 'orders', TemplateBody, ClientRequestToken: 't' });
    expect(again).toEqual(first);
    expect(await refusalOf(cfn('CreateStack', { StackName: 'orders', TemplateBody }))).toBe(
      'AlreadyExistsException: Stack [orders] already exists',
    );
  });

  test('everything that cannot be made is refused at once, with lines, before anything is made', async () => {
    const TemplateBody = `Resources:
  Table:
    Type: AWS::DynamoDb::Table
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueNam: x
  Policy:
    Type: AWS::SQS::QueuePolicy
`;
    const refusal = await refusalOf(cfn('CreateStack', { StackName: 'orders', TemplateBody }));
    expect(refusal.split('; ')).toEqual([
      'ValidationError: Template format error: Unrecognized resource types: [AWS::DynamoDb::Table]. Earwitness does not make resource Table of this type (line 3)',
      'Encountered unsupported property QueueNam of resource Queue (AWS::SQS::Queue) (line 7)',
      'Properties validation failed for resource Policy with message: #: required key [Queues] not found (line 8)',
      'Properties validation failed for resource Policy with message: #: required key [PolicyDocument] not found (line 8)',
    ]);
    expect((await cfn('ListStacks', {})).StackSummaries).toEqual([]);
  });

  test('a resource whose condition is false is not looked at', async () => {
    const status = await create(`
Conditions: {Prod: !Equals [a, b]}
Resources:
  Table: {Type: 'AWS::DynamoDB::Table', Condition: Prod}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !If [Prod, !Ref Table, !Ref 'AWS::NoValue']}}
`);
    expect(status).toBe('CREATE_COMPLETE');
    expect(await queueNames()).toEqual([expect.stringMatching(/^orders-Queue-[A-Z0-9]{12}$/)]);
  });

  test('a reference to a resource that a condition leaves out is refused', async () => {
    const TemplateBody = `Conditions: {Prod: !Equals [a, b]}
Resources:
  Dlq: {Type: 'AWS::SQS::Queue', Condition: Prod}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref Dlq}}
Outputs:
  Kept: {Condition: Prod, Value: !Ref Dlq}
  Bad: {Value: !GetAtt Dlq.Arn}
`;
    const refusal = await refusalOf(cfn('CreateStack', { StackName: 'orders', TemplateBody }));
    expect(refusal.split('; ')).toEqual([
      'ValidationError: Template format error: Unresolved resource dependencies [Dlq] in the Resources block of the template (line 4)',
      // Without the heading, as recorded on AWS (LocalStack cloudformation engine/test_conditions).
      'Unresolved resource dependencies [Dlq] in the Outputs block of the template (line 7)',
    ]);
  });

  // Source: recorded on AWS (LocalStack cloudformation engine/test_mappings).
  test('a lookup in a mapping that finds nothing is refused, where what needs it is made', async () => {
    const TemplateBody = `Parameters: {Stage: {Type: String, Default: C}}
Mappings: {Suffixes: {A: {Suffix: a}}}
Conditions: {Never: !Equals [a, b]}
Resources:
  Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Join ['', [q, !FindInMap [Suffixes, !Ref Stage, Suffix]]]}}
  Left: {Type: 'AWS::SQS::Queue', Condition: Never, Properties: {QueueName: !FindInMap [Suffixes, B, Suffix]}}
Outputs:
  Bad: {Value: !Sub ['\${A}', {A: !FindInMap [Suffixes, A, Nothing]}]}
`;
    const refusal = await refusalOf(cfn('CreateStack', { StackName: 'orders', TemplateBody }));
    expect(refusal.split('; ')).toEqual([
      'ValidationError: Template error: Unable to get mapping for Suffixes::C::Suffix (line 5)',
      'Template error: Unable to get mapping for Suffixes::A::Nothing (line 8)',
    ]);
  });

  test('a template with a transform needs CAPABILITY_AUTO_EXPAND, unless a change set shows what it made', async () => {
    const TemplateBody = `Transform: AWS::LanguageExtensions
Resources: {Queue: {Type: 'AWS::SQS::Queue'}}`;
    expect(await refusalOf(cfn('CreateStack', { StackName: 'orders', TemplateBody }))).toBe(
      'InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_AUTO_EXPAND]',
    );
    // Source: CloudFormation API reference, CreateStack, CAPABILITY_AUTO_EXPAND: for macros, AWS::Include among them.
    const inside = `Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: a.yaml}}}}`;
    expect((await cfn('ValidateTemplate', { TemplateBody: inside })).Capabilities).toEqual(['CAPABILITY_AUTO_EXPAND']);
    const name = { StackName: 'orders', ChangeSetName: 'first' };
    await cfn('CreateChangeSet', { ...name, ChangeSetType: 'CREATE', TemplateBody });
    expect((await cfn('DescribeChangeSet', name)).Status).toBe('CREATE_COMPLETE');
  });

  const failing = `Resources:
  First: {Type: 'AWS::SQS::Queue', Properties: {QueueName: first}}
  Second:
    Type: AWS::SQS::Queue
    DependsOn: First
    Properties: {QueueName: 'not a name'}
`;

  test('a failure rolls back what was made, with the reason and the line in the events', async () => {
    expect(await create(failing)).toBe('ROLLBACK_COMPLETE');
    const lines = await story();
    expect(lines).toEqual([
      'orders CREATE_IN_PROGRESS User Initiated',
      'First CREATE_IN_PROGRESS',
      'First CREATE_COMPLETE',
      'Second CREATE_IN_PROGRESS',
      expect.stringMatching(
        /^Second CREATE_FAILED Resource handler returned message: ".+" \(HandlerErrorCode: .+\) \(resource Second, line 3\)$/,
      ),
      'orders ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Second]. Rollback requested by user.',
      'First DELETE_IN_PROGRESS',
      'First DELETE_COMPLETE',
      'orders ROLLBACK_COMPLETE',
    ]);
    expect(await queueNames()).toEqual([]);
    expect(await refusalOf(cfn('UpdateStack', { StackName: 'orders', TemplateBody: template }))).toMatch(
      /^ValidationError: Stack:arn:.* is in ROLLBACK_COMPLETE state and can not be updated\.$/,
    );
  });

  test('with DisableRollback what was made stays', async () => {
    expect(await create(failing, { DisableRollback: true })).toBe('CREATE_FAILED');
    expect(await queueNames()).toEqual(['first']);
  });

  test('with OnFailure DELETE the stack goes too', async () => {
    expect(await create(failing, { OnFailure: 'DELETE' })).toBe('DELETE_COMPLETE');
    expect(await refusalOf(cfn('DescribeStacks', { StackName: 'orders' }))).toBe(
      'ValidationError: Stack with id orders does not exist',
    );
  });
});

describe('update', () => {
  test('changes what changed, replaces what must be, removes what is gone, makes what is new', async () => {
    await create(`Resources:
  Kept: {Type: 'AWS::SQS::Queue', Properties: {QueueName: kept}}
  Changed: {Type: 'AWS::SQS::Queue', Properties: {QueueName: changed, VisibilityTimeout: 10}}
  Replaced: {Type: 'AWS::SQS::Queue', Properties: {QueueName: before}}
  Gone: {Type: 'AWS::SQS::Queue', Properties: {QueueName: gone}}
  Retained: {Type: 'AWS::SQS::Queue', DeletionPolicy: Retain, Properties: {QueueName: retained}}
`);
    const before = (await story()).length;
    const status = await update(`Resources:
  Kept: {Type: 'AWS::SQS::Queue', Properties: {QueueName: kept}}
  Changed: {Type: 'AWS::SQS::Queue', Properties: {QueueName: changed, VisibilityTimeout: 20}}
  Replaced: {Type: 'AWS::SQS::Queue', Properties: {QueueName: after}}
  Fresh: {Type: 'AWS::SQS::Queue', Properties: {QueueName: fresh}}
`);
    expect(status).toBe('UPDATE_COMPLETE');
    expect((await story()).slice(before).toSorted()).toEqual(
      [
        'orders UPDATE_IN_PROGRESS User Initiated',
        'Changed UPDATE_IN_PROGRESS',
        'Changed UPDATE_COMPLETE',
        'Replaced UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.',
        'Replaced UPDATE_COMPLETE',
        'Fresh CREATE_IN_PROGRESS',
        'Fresh CREATE_COMPLETE',
        'orders UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'Replaced DELETE_IN_PROGRESS',
        'Replaced DELETE_COMPLETE',
        'Gone DELETE_IN_PROGRESS',
        'Gone DELETE_COMPLETE',
        'Retained DELETE_SKIPPED',
        'orders UPDATE_COMPLETE',
      ].toSorted(),
    );
    expect(await queueNames()).toEqual(['after', 'changed', 'fresh', 'kept', 'retained']);
    const { StackResourceSummaries = [] } = await cfn('ListStackResources', { StackName: 'orders' });
    expect(StackResourceSummaries.map((item) => item.LogicalResourceId).toSorted()).toEqual([
      'Changed',
      'Fresh',
      'Kept',
      'Replaced',
    ]);
  });

  test('nothing to do is refused', async () => {
    await create(template);
    expect(await refusalOf(cfn('UpdateStack', { StackName: 'orders', TemplateBody: template }))).toBe(
      'ValidationError: No updates are to be performed.',
    );
    expect(await update(template, { Tags: [{ Key: 'a', Value: 'b' }] })).toBe('UPDATE_COMPLETE');
  });

  test('the previous template and values are used when asked for', async () => {
    await create(template, { Parameters: [{ ParameterKey: 'Name', ParameterValue: 'shop' }] });
    const status = await settled('orders', () =>
      cfn('UpdateStack', {
        StackName: 'orders',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Name', UsePreviousValue: true }],
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    expect(status).toBe('UPDATE_COMPLETE');
    expect(await queueNames()).toEqual(['shop-dlq', 'shop-main']);
  });

  test('a failure brings everything back', async () => {
    await create(`Resources:
  Changed: {Type: 'AWS::SQS::Queue', Properties: {QueueName: changed, VisibilityTimeout: 10}}
  Replaced: {Type: 'AWS::SQS::Queue', Properties: {QueueName: before}}
`);
    const status = await update(`Resources:
  Changed: {Type: 'AWS::SQS::Queue', Properties: {QueueName: changed, VisibilityTimeout: 20}}
  Replaced: {Type: 'AWS::SQS::Queue', Properties: {QueueName: after}}
  Fresh: {Type: 'AWS::SQS::Queue', Properties: {QueueName: fresh}}
  Bad: {Type: 'AWS::SQS::Queue', DependsOn: [Changed, Replaced, Fresh], Properties: {QueueName: 'not a name'}}
`);
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await queueNames()).toEqual(['before', 'changed']);
    const { StackResources = [] } = await cfn('DescribeStackResources', { StackName: 'orders' });
    expect(
      StackResources.map((item) => [
        item.LogicalResourceId,
        item.ResourceStatus,
        item.PhysicalResourceId?.split('/').at(-1),
      ]).toSorted(),
    ).toEqual([
      ['Changed', 'UPDATE_COMPLETE', 'changed'],
      ['Replaced', 'UPDATE_COMPLETE', 'before'],
    ]);
    const { Attributes = {} } = await cloud.dispatch.call(
      'sqs',
      'GetQueueAttributes',
      { QueueUrl: StackResources[0]?.PhysicalResourceId ?? '', AttributeNames: ['VisibilityTimeout'] },
      testCall,
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '10' });
  });
});

describe('deletion', () => {
  test('removes everything in reverse; the stack is found by its id only', async () => {
    await create(template);
    const id = (await describeOrders())?.StackId ?? '';
    expect(await settled('orders', () => cfn('DeleteStack', { StackName: 'orders' }))).toBe('DELETE_COMPLETE');
    expect(await queueNames()).toEqual([]);
    expect((await story(id)).slice(-5)).toEqual([
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'Dlq DELETE_IN_PROGRESS',
      'Dlq DELETE_COMPLETE',
      'orders DELETE_COMPLETE',
    ]);
    expect((await cfn('DescribeStacks', {})).Stacks).toEqual([]);
    expect((await cfn('DescribeStacks', { StackName: id })).Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE');
    expect(await cfn('DeleteStack', { StackName: 'orders' })).toEqual({});
  });

  test('leaves the newest 100 stacks behind, with their events and templates', async () => {
    const ids: string[] = [];
    const Template = 'Resources: {Queue: {Type: AWS::SQS::Queue}}';
    for (let n = 0; n < 103; n++) {
      await settled('short', async () => {
        const { StackId = '' } = await cfn('CreateStack', { StackName: 'short', TemplateBody: Template });
        ids.push(StackId);
      });
      await settled('short', () => cfn('DeleteStack', { StackName: 'short' }));
    }
    // The last deletion forgets the stack that is too old behind its own last event.
    await cloud.clock.advance(0);
    const { StackSummaries = [] } = await cfn('ListStacks', {});
    expect(new Set(StackSummaries.map(({ StackId }) => StackId))).toEqual(new Set(ids.slice(3)));
    const [gone = '', , , kept = ''] = ids;
    expect(await refusalOf(cfn('DescribeStacks', { StackName: gone }))).toBe(
      `ValidationError: Stack with id ${gone} does not exist`,
    );
    expect(await story(kept)).toEqual([
      'short CREATE_IN_PROGRESS User Initiated',
      'Queue CREATE_IN_PROGRESS',
      'Queue CREATE_COMPLETE',
      'short CREATE_COMPLETE',
      'short DELETE_IN_PROGRESS User Initiated',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'short DELETE_COMPLETE',
    ]);
    expect(await cfn('GetTemplate', { StackName: kept })).toMatchObject({ TemplateBody: Template });
  });

  test('is refused under termination protection, until it is lifted', async () => {
    await create(template, { EnableTerminationProtection: true });
    expect(await refusalOf(cfn('DeleteStack', { StackName: 'orders' }))).toBe(
      'ValidationError: Stack [orders] cannot be deleted while TerminationProtection is enabled',
    );
    await cfn('UpdateTerminationProtection', { StackName: 'orders', EnableTerminationProtection: false });
    expect(await settled('orders', () => cfn('DeleteStack', { StackName: 'orders' }))).toBe('DELETE_COMPLETE');
  });
});

describe('exports', () => {
  const importing = `Resources:
  Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: other, RedrivePolicy: {deadLetterTargetArn: !ImportValue orders-queue, maxReceiveCount: 1}}}
`;

  test('are imported by other stacks, and stay while they are', async () => {
    await create(template);
    const status = await settled('other', () => cfn('CreateStack', { StackName: 'other', TemplateBody: importing }));
    expect(status).toBe('CREATE_COMPLETE');
    expect((await cfn('ListExports', {})).Exports?.map((item) => item.Name)).toEqual(['orders-queue']);
    expect(await cfn('ListImports', { ExportName: 'orders-queue' })).toEqual({ Imports: ['other'] });
    expect(await settled('orders', () => cfn('DeleteStack', { StackName: 'orders' }))).toBe('DELETE_FAILED');
    expect((await describeOrders())?.StackStatusReason).toBe(
      'Export orders-queue cannot be deleted as it is in use by other',
    );
  });

  test('an import of nothing fails the stack', async () => {
    const status = await settled('other', () => cfn('CreateStack', { StackName: 'other', TemplateBody: importing }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(await story('other')).toContain('Queue CREATE_FAILED No export named orders-queue found. (line 2)');
  });
});

describe('change sets', () => {
  const changeSet = { StackName: 'orders', ChangeSetName: 'first', TemplateBody: template };

  test('of type CREATE make a stack that waits for review, then create it', async () => {
    await cfn('CreateChangeSet', { ...changeSet, ChangeSetType: 'CREATE' });
    expect((await describeOrders())?.StackStatus).toBe('REVIEW_IN_PROGRESS');
    const described = await cfn('DescribeChangeSet', changeSet);
    expect(described).toMatchObject({
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: [
        { ResourceChange: { Action: 'Add', LogicalResourceId: 'Dlq' } },
        { ResourceChange: { Action: 'Add', LogicalResourceId: 'Queue' } },
      ],
      Parameters: [{ ParameterValue: 'orders' }, { ParameterValue: '****' }],
    });
    expect(await settled('orders', () => cfn('ExecuteChangeSet', changeSet))).toBe('CREATE_COMPLETE');
  });

  test('of type UPDATE foresee what would happen, and one without changes has failed', async () => {
    await create(template);
    await cfn('CreateChangeSet', changeSet);
    expect(await cfn('DescribeChangeSet', changeSet)).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    const second = {
      ...changeSet,
      ChangeSetName: 'second',
      Parameters: [{ ParameterKey: 'Name', ParameterValue: 'shop' }],
    };
    await cfn('CreateChangeSet', second);
    const { Changes = [] } = await cfn('DescribeChangeSet', second);
    expect(
      Changes.map(({ ResourceChange: change }) => [change?.LogicalResourceId, change?.Action, change?.Replacement]),
    ).toEqual([
      ['Dlq', 'Modify', 'True'],
      ['Queue', 'Modify', 'True'],
    ]);
    expect(await refusalOf(cfn('ExecuteChangeSet', changeSet))).toMatch(
      /^InvalidChangeSetStatus: ChangeSet \[arn:.*\] cannot be executed in its current status of \[FAILED\]$/,
    );
    expect(await settled('orders', () => cfn('ExecuteChangeSet', second))).toBe('UPDATE_COMPLETE');
    expect(await queueNames()).toEqual(['shop-dlq', 'shop-main']);
    await cfn('DeleteChangeSet', second);
    expect((await cfn('ListChangeSets', { StackName: 'orders' })).Summaries?.map((item) => item.ChangeSetName)).toEqual(
      ['first'],
    );
  });

  test('keep their name while they can be executed, and free it afterwards: the AWS CLI names them by the second', async () => {
    await cfn('CreateChangeSet', { ...changeSet, ChangeSetType: 'CREATE' });
    expect(await refusalOf(cfn('CreateChangeSet', { ...changeSet, ChangeSetType: 'CREATE' }))).toBe(
      'AlreadyExistsException: ChangeSet first already exists for stack orders',
    );
    expect(await settled('orders', () => cfn('ExecuteChangeSet', changeSet))).toBe('CREATE_COMPLETE');
    for (const _again of [1, 2]) {
      await cfn('CreateChangeSet', changeSet);
      expect(await cfn('DescribeChangeSet', changeSet)).toMatchObject({ Status: 'FAILED' });
    }
    expect((await cfn('ListChangeSets', { StackName: 'orders' })).Summaries).toHaveLength(1);
  });

  test('that can no longer be executed are kept to the number of 20', async () => {
    await create(template);
    for (let n = 0; n < 25; n++) {
      await cfn('CreateChangeSet', { StackName: 'orders', ChangeSetName: `same-${n}`, TemplateBody: template });
    }
    const { Summaries = [] } = await cfn('ListChangeSets', { StackName: 'orders' });
    expect(Summaries.map(({ ChangeSetName, Status }) => `${ChangeSetName} ${Status}`).sort()).toEqual(
      Array.from({ length: 20 }, (_, index) => `same-${index + 5} FAILED`).sort(),
    );
  });

  test('an update of a stack that does not exist is refused', async () => {
    expect(await refusalOf(cfn('CreateChangeSet', changeSet))).toBe('ValidationError: Stack [orders] does not exist');
  });
});

test('templates are summarised and given back', async () => {
  await create(template);
  expect(await cfn('GetTemplate', { StackName: 'orders' })).toEqual({
    TemplateBody: template,
    StagesAvailable: ['Original', 'Processed'],
  });
  expect(await cfn('ValidateTemplate', { TemplateBody: template })).toEqual({
    Description: 'Orders',
    Parameters: [
      { ParameterKey: 'Name', DefaultValue: 'orders', NoEcho: false },
      { ParameterKey: 'Token', DefaultValue: '****', NoEcho: true },
    ],
  });
  expect(await cfn('GetTemplateSummary', { StackName: 'orders' })).toMatchObject({
    ResourceTypes: ['AWS::SQS::Queue'],
    Parameters: [{ ParameterType: 'String' }, { NoEcho: true }],
  });
});

test('a template is summarised as it was written: a transform has yet to read Globals and to make what is referred to', async () => {
  const TemplateBody = `Transform: AWS::Serverless-2016-10-31
Parameters: {Name: {Type: String}}
Globals: {Function: {Runtime: nodejs20.x}}
Resources: {Create: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler, CodeUri: ., Events: {Api: {Type: Api, Properties: {Path: /, Method: post}}}}}}
Outputs: {Url: {Value: !Sub 'https://\${ServerlessRestApi}.example.com/'}}`;
  expect(await cfn('GetTemplateSummary', { TemplateBody })).toMatchObject({
    Parameters: [{ ParameterKey: 'Name' }],
    ResourceTypes: ['AWS::Serverless::Function'],
    DeclaredTransforms: ['AWS::Serverless-2016-10-31'],
  });
  expect(
    await refusalOf(cfn('ValidateTemplate', { TemplateBody: TemplateBody.replace(/^Transform.*\n/, '') })),
  ).toMatch(/^ValidationError: Invalid template property or properties \[Globals\]/);
});

test('no secret parameter reaches the journal', async () => {
  await create(template, { Parameters: [{ ParameterKey: 'Token', ParameterValue: 'hush-hush' }] });
  expect(JSON.stringify(cloud.journal.read())).not.toContain('hush-hush');
});

test('a refusal that repeats a secret parameter is told without it', async () => {
  const status = await create(
    `Parameters: {Token: {Type: String, NoEcho: true}}
Resources: {Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: queue, VisibilityTimeout: !Ref Token}}}`,
    { Parameters: [{ ParameterKey: 'Token', ParameterValue: 'hush-hush' }] },
  );
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(JSON.stringify(cloud.journal.read().filter((fact) => fact.kind === 'stack'))).not.toContain('hush-hush');
});

test('a change set may depend on what is not known before it is executed', async () => {
  const TemplateBody = `Resources:
  First: {Type: 'AWS::SQS::Queue'}
  Second: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Select [5, !Split [':', !Sub '\${First.Arn}x']]}}
Outputs: {Name: {Value: !Select [5, !Split [':', !GetAtt Second.Arn]]}}
`;
  const name = { StackName: 'orders', ChangeSetName: 'first' };
  await cfn('CreateChangeSet', { ...name, ChangeSetType: 'CREATE', TemplateBody });
  expect(await settled('orders', () => cfn('ExecuteChangeSet', name))).toBe('CREATE_COMPLETE');
  expect((await describeOrders())?.Outputs?.[0]?.OutputValue).toMatch(/^orders-First-[A-Z0-9]{12}x$/);
});

// Sources: mlnrt/incident-response-and-forensic issue 1 (s3://), openclarity/vmclarity issue 96 (another host).
test.each(['https://example.com/t.yaml', 's3://templates/t.yaml', 'https://s3.amazonaws.com/templates', 'file:///t'])(
  'the template URL %s is refused',
  async (TemplateURL) => {
    expect(await refusalOf(cfn('CreateStack', { StackName: 'orders', TemplateURL }))).toBe(
      'ValidationError: TemplateURL must be a supported URL.',
    );
  },
);

test('a reset in the middle of a deployment leaves nothing behind', async () => {
  await cfn('CreateStack', { StackName: 'orders', TemplateBody: template });
  await cloud.reset();
  expect((await cfn('ListStacks', {})).StackSummaries).toEqual([]);
  expect(await queueNames()).toEqual([]);
  expect(await create(template)).toBe('CREATE_COMPLETE');
});
