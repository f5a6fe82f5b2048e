// Refusals in AWS's words, and what the control plane remembers. Sentences without a source in the reference are ours;
// see README.
import { describe, expect, test } from 'vitest';
import { createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createEventsService } from '../service.ts';

function open() {
  const cloud = createTestCloud(createEventsService);
  const { dispatch } = cloud;
  type Events = Parameters<typeof dispatch.call<'events', 'PutRule'>>;
  const events = (operation: Events[1] | string, input: object) =>
    dispatch.call('events', operation as 'PutRule', input as Events[2], testCall) as Promise<unknown>;
  const refusal = (operation: string, input: object) => refusalOf(events(operation, input));
  return { cloud, events, refusal };
}

const ARN = 'arn:aws:events:eu-west-1:123456789012';
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:q';
const PATTERN = '{"source":["shop"]}';

describe('buses', () => {
  test('the default bus is there, cannot be deleted, and stands among the others', async () => {
    const { events, refusal } = open();
    await events('CreateEventBus', { Name: 'a', Description: 'first', Tags: [{ Key: 'k', Value: 'v' }] });
    expect(await events('DescribeEventBus', {})).toMatchObject({ Name: 'default', Arn: `${ARN}:event-bus/default` });
    expect(await events('DescribeEventBus', { Name: `${ARN}:event-bus/a` })).toMatchObject({
      Name: 'a',
      Description: 'first',
    });
    expect(await events('ListEventBuses', {})).toMatchObject({ EventBuses: [{ Name: 'a' }, { Name: 'default' }] });
    expect(await refusal('DeleteEventBus', { Name: 'default' })).toBe(
      'ValidationException: Cannot delete event bus default.',
    );
  });

  test('names that are taken or unknown', async () => {
    const { events, refusal } = open();
    await events('CreateEventBus', { Name: 'a' });
    expect(await refusal('CreateEventBus', { Name: 'a' })).toBe(
      'ResourceAlreadyExistsException: Event bus a already exists.',
    );
    const missing = 'ResourceNotFoundException: Event bus nowhere does not exist.';
    expect(await refusal('DescribeEventBus', { Name: 'nowhere' })).toBe(missing);
    expect(await refusal('PutRule', { Name: 'r', EventBusName: 'nowhere', EventPattern: PATTERN })).toBe(missing);
    expect(await refusal('ListRules', { EventBusName: 'nowhere' })).toBe(missing);
    expect(await refusal('PutPermission', { EventBusName: 'nowhere', Policy: '{"Statement":[]}' })).toBe(missing);
  });

  // Source: recorded on AWS (LocalStack, events/test_events: test_describe_delete_not_existing_event_bus).
  test('a bus that does not exist can be deleted', async () => {
    expect(await open().events('DeleteEventBus', { Name: 'nowhere' })).toEqual({});
  });

  test('permissions are statements by their ids, and go one by one or all at once', async () => {
    const { events, refusal } = open();
    const permission = { Action: 'events:PutEvents', Principal: '111111111111' };
    await events('PutPermission', { ...permission, StatementId: 'one' });
    await events('PutPermission', { ...permission, StatementId: 'two', Principal: '*' });
    await events('PutPermission', { ...permission, StatementId: 'one', Principal: '222222222222' });
    const policyOf = async () => {
      const { Policy } = (await events('DescribeEventBus', {})) as { Policy?: string };
      return Policy && JSON.parse(Policy);
    };
    const statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource: `${ARN}:event-bus/default` };
    expect(await policyOf()).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'two', ...statement, Principal: '*' },
        { Sid: 'one', ...statement, Principal: { AWS: 'arn:aws:iam::222222222222:root' } },
      ],
    });
    await events('RemovePermission', { StatementId: 'two' });
    expect(await refusal('RemovePermission', { StatementId: 'two' })).toBe(
      'ResourceNotFoundException: Statement with the provided id does not exist.',
    );
    await events('RemovePermission', { RemoveAllPermissions: true });
    expect(await policyOf()).toBeUndefined();
    const statements = { Effect: 'Allow', Principal: '*', Action: 'events:*', Resource: '*' };
    await events('PutPermission', { Policy: JSON.stringify({ Statement: statements }) });
    expect(await policyOf()).toEqual({ Version: '2012-10-17', Statement: [statements] });
  });

  test('permissions that make no policy', async () => {
    const { refusal } = open();
    const put = { Action: 'events:PutEvents', Principal: '111111111111', StatementId: 's' };
    const Condition = { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1' };
    expect([
      await refusal('PutPermission', { ...put, Action: 'events:PutRule' }),
      await refusal('PutPermission', { ...put, Condition }),
      await refusal('PutPermission', { Policy: 'no' }),
      await refusal('RemovePermission', { StatementId: 's' }),
      await refusal('CreateEventBus', { Name: 'a/b' }),
    ]).toEqual([
      "ValidationException: Provided value in parameter 'action' is not supported.",
      "ValidationException: Value of the parameter 'principal' must be '*' when the parameter 'condition' is set.",
      'ValidationException: This policy contains invalid Json',
      'ResourceNotFoundException: Statement with the provided id does not exist.',
      "ValidationException: Event bus name must not contain '/'.",
    ]);
  });
});

describe('rules', () => {
  test('a rule that is put again keeps targets and tags, and loses what the call leaves out', async () => {
    const { events } = open();
    await events('PutRule', { Name: 'r', EventPattern: PATTERN, Description: 'd', Tags: [{ Key: 'k', Value: 'v' }] });
    await events('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: QUEUE }] });
    expect(await events('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 minute)' })).toEqual({
      RuleArn: `${ARN}:rule/r`,
    });
    expect(await events('DescribeRule', { Name: 'r' })).toEqual({
      Name: 'r',
      Arn: `${ARN}:rule/r`,
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      EventBusName: 'default',
      CreatedBy: '123456789012',
    });
    expect(await events('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: 't', Arn: QUEUE }] });
    expect(await events('ListTagsForResource', { ResourceARN: `${ARN}:rule/r` })).toEqual({
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(await events('ListRuleNamesByTarget', { TargetArn: QUEUE })).toEqual({ RuleNames: ['r'] });
  });

  test('an empty pattern beside a schedule counts as none', async () => {
    const { events } = open();
    await events('PutRule', { Name: 'r', EventPattern: '', ScheduleExpression: 'rate(1 day)' });
    expect(await events('DescribeRule', { Name: 'r' })).toMatchObject({ ScheduleExpression: 'rate(1 day)' });
  });

  test('a rule on another bus carries the name of the bus in its ARN', async () => {
    const { events } = open();
    await events('CreateEventBus', { Name: 'shop' });
    expect(await events('PutRule', { Name: 'r', EventBusName: 'shop', EventPattern: PATTERN })).toEqual({
      RuleArn: `${ARN}:rule/shop/r`,
    });
    await events('TagResource', { ResourceARN: `${ARN}:rule/shop/r`, Tags: [{ Key: 'k', Value: 'v' }] });
    await events('UntagResource', { ResourceARN: `${ARN}:rule/shop/r`, TagKeys: ['k'] });
    expect(await events('ListTagsForResource', { ResourceARN: `${ARN}:rule/shop/r` })).toEqual({ Tags: [] });
  });

  test('refusals', async () => {
    const { events, refusal } = open();
    await events('CreateEventBus', { Name: 'a' });
    expect(await refusal('PutRule', { Name: 'r' })).toBe(
      'ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.',
    );
    expect(await refusal('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 minutes)' })).toBe(
      'ValidationException: Parameter ScheduleExpression is not valid.',
    );
    expect(await refusal('PutRule', { Name: 'r', EventBusName: 'a', ScheduleExpression: 'rate(1 minute)' })).toBe(
      'ValidationException: ScheduleExpression is supported only on the default event bus.',
    );
    expect(await refusal('PutRule', { Name: 'r', EventPattern: '{"a":[]}' })).toMatch(
      /^InvalidEventPatternException: Event pattern is not valid\. Reason: Empty arrays are not allowed\n/,
    );
    expect(await refusal('DescribeRule', { Name: 'r', EventBusName: 'a' })).toBe(
      'ResourceNotFoundException: Rule r does not exist on EventBus a.',
    );
    const twice = [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ];
    expect(await refusal('PutRule', { Name: 'r', EventPattern: PATTERN, Tags: twice })).toBe(
      'ValidationException: Invalid parameter: Duplicated keys are not allowed.',
    );
    expect(await events('DeleteRule', { Name: 'never-was' })).toEqual({});
    await events('PutRule', { Name: 'r', EventPattern: PATTERN });
    await events('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: QUEUE }] });
    expect(await refusal('DeleteRule', { Name: 'r' })).toBe(
      "ValidationException: Rule can't be deleted since it has targets.",
    );
  });

  test('lists come in pages', async () => {
    const { events } = open();
    for (const Name of ['c', 'a', 'b', 'other']) await events('PutRule', { Name, EventPattern: PATTERN });
    const first = (await events('ListRules', { Limit: 3 })) as { Rules: { Name: string }[]; NextToken?: string };
    expect(first.Rules.map(({ Name }) => Name)).toEqual(['a', 'b', 'c']);
    expect(await events('ListRules', { Limit: 3, NextToken: first.NextToken })).toMatchObject({
      Rules: [{ Name: 'other' }],
    });
    expect(await events('ListRules', { NamePrefix: 'o' })).toMatchObject({ Rules: [{ Name: 'other' }] });
  });
});

describe('targets', () => {
  async function withRule() {
    const room = open();
    await room.events('PutRule', { Name: 'r', EventPattern: PATTERN });
    const put = (target: object) => room.refusal('PutTargets', { Rule: 'r', Targets: [{ Id: 't', ...target }] });
    return { ...room, put };
  }

  test.each<[object, string]>([
    [
      { Arn: 'not-an-arn' },
      'ValidationException: Parameter not-an-arn is not valid. Reason: Provided Arn is not in correct format.',
    ],
    [
      { Arn: `${ARN}:api-destination/d/1` },
      `ValidationException: RoleArn is required for target ${ARN}:api-destination/d/1.`,
    ],
    [{ Arn: `${ARN}:event-bus/b` }, `ValidationException: RoleArn is required for target ${ARN}:event-bus/b.`],
    [{ Arn: `${QUEUE}.fifo` }, 'ValidationException: Parameter(s) SqsParameters must be specified for target: t.'],
    [
      { Arn: `${ARN}:event-bus/b`, RoleArn: 'arn:aws:iam::123456789012:role/r', Input: '{}' },
      'ValidationException: Modifying the input for target t is not supported.',
    ],
    [
      { Arn: 'arn:aws:sqs:eu-west-1:999999999999:q' },
      'ValidationException: Access to the resource arn:aws:sqs:eu-west-1:999999999999:q is denied. Reason: Adding cross-account target is not permitted.',
    ],
    [
      { Arn: QUEUE, Input: '1', InputPath: '$' },
      'ValidationException: Only one of Input, InputPath, or InputTransformer must be provided for target t.',
    ],
    // It stands in: stand-ins/stand-ins.test.ts.
    [{ Arn: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/s' }, 'not refused'],
    [{ Arn: `${QUEUE}.fifo`, SqsParameters: { MessageGroupId: 'g' } }, 'not refused'],
    [{ Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:never-made' }, 'not refused'],
  ])('%j: %s', async (target, message) => {
    const { put } = await withRule();
    expect(await put(target)).toBe(message);
  });

  test('a target with the same Id replaces the old one as a whole', async () => {
    const { events, put } = await withRule();
    await put({ Arn: QUEUE, Input: '1' });
    await put({ Arn: `${QUEUE}2` });
    expect(await events('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: 't', Arn: `${QUEUE}2` }] });
  });

  test('a rule takes five targets', async () => {
    const { refusal } = await withRule();
    const Targets = ['1', '2', '3', '4', '5', '6'].map((Id) => ({ Id, Arn: QUEUE }));
    expect(await refusal('PutTargets', { Rule: 'r', Targets })).toBe(
      'LimitExceededException: The requested resource exceeds the maximum number allowed.',
    );
  });

  test('removing says which Ids the rule does not have', async () => {
    const { events, put } = await withRule();
    await put({ Arn: QUEUE });
    expect(await events('RemoveTargets', { Rule: 'r', Ids: ['t', 'u'] })).toEqual({
      FailedEntryCount: 1,
      FailedEntries: [
        {
          TargetId: 'u',
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: "Rule 'r' does not have a target with the Id 'u'.",
        },
      ],
    });
    expect(await events('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [] });
  });
});
