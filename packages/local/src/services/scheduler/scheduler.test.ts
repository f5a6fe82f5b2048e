// What operations take and refuse. When a schedule fires: protocol's events/planned.test.ts; what then happens:
// firing.test.ts.
import type { CreateScheduleInput } from '@earwitness/protocol/internal/aws/models/scheduler.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, createTestCloudWith, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createSchedulerService } from './service.ts';

let cloud: Cloud;
const scheduler = callerOf('scheduler', () => cloud);
const iam = callerOf('iam', () => cloud);

const ROLE = 'arn:aws:iam::123456789012:role/scheduler';
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';

const daily = (changes: Partial<CreateScheduleInput> = {}): CreateScheduleInput => ({
  Name: 'daily',
  ScheduleExpression: 'cron(0 2 * * ? *)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: QUEUE, RoleArn: ROLE },
  ...changes,
});

const target = (changes: Partial<CreateScheduleInput['Target']>) =>
  daily({ Target: { Arn: QUEUE, RoleArn: ROLE, ...changes } });

function createRole(RoleName: string, trust: object): Promise<unknown> {
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole', ...trust },
  ];
  return iam('CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
}

beforeEach(async () => {
  cloud = createTestCloud(createSchedulerService, createIamService, createSqsService);
  await createRole('scheduler', {});
});

// Source, where no other is given: botocore's model of 2021-06-30 and the API reference.
describe('a schedule', () => {
  test('that is created has an ARN with its group, the group default too', async () => {
    expect(await scheduler('CreateSchedule', daily())).toEqual({
      ScheduleArn: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/daily',
    });
  });

  test('is shown with every default', async () => {
    await scheduler('CreateSchedule', daily());
    expect(await scheduler('GetSchedule', { Name: 'daily' })).toEqual({
      ActionAfterCompletion: 'NONE',
      Arn: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/daily',
      CreationDate: TEST_START,
      FlexibleTimeWindow: { Mode: 'OFF' },
      GroupName: 'default',
      LastModificationDate: TEST_START,
      Name: 'daily',
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      Target: {
        Arn: QUEUE,
        RoleArn: ROLE,
        RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
      },
    });
  });

  test('is shown as it was given', async () => {
    const given = daily({
      ...{
        ActionAfterCompletion: 'DELETE',
        Description: 'Closes the day.',
        ScheduleExpressionTimezone: 'Europe/Berlin',
      },
      ...{ State: 'DISABLED', StartDate: TEST_START + 1, EndDate: TEST_START + 2 },
      ...{ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } },
      Target: {
        ...{ Arn: QUEUE, RoleArn: ROLE, Input: 'x', DeadLetterConfig: { Arn: `${QUEUE}-dead` } },
        ...{ RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } },
      },
    });
    await scheduler('CreateSchedule', given);
    expect(await scheduler('GetSchedule', { Name: 'daily' })).toMatchObject(given);
  });

  test('has a name that is its own within its group', async () => {
    await scheduler('CreateScheduleGroup', { Name: 'shop' });
    await scheduler('CreateSchedule', daily());
    await scheduler('CreateSchedule', daily({ GroupName: 'shop' }));
    // Source of the sentence: moto's scheduler.
    expect(await refusalOf(scheduler('CreateSchedule', daily()))).toBe(
      'ConflictException: Schedule daily already exists.',
    );
  });

  test('in a group is not found without it', async () => {
    await scheduler('CreateScheduleGroup', { Name: 'shop' });
    await scheduler('CreateSchedule', daily({ GroupName: 'shop' }));
    // Source of the sentence: aws-sdk-js-v3 issue 5720.
    const missing = 'ResourceNotFoundException: Schedule daily does not exist.';
    expect(await refusalOf(scheduler('GetSchedule', { Name: 'daily' }))).toBe(missing);
    expect(await refusalOf(scheduler('UpdateSchedule', daily()))).toBe(missing);
    expect(await refusalOf(scheduler('DeleteSchedule', { Name: 'daily' }))).toBe(missing);
    expect(await scheduler('DeleteSchedule', { Name: 'daily', GroupName: 'shop' })).toEqual({});
  });

  test('needs its group to be there', async () => {
    expect(await refusalOf(scheduler('CreateSchedule', daily({ GroupName: 'none' })))).toBe(
      'ResourceNotFoundException: Schedule group none does not exist.',
    );
  });

  // Source: aws-cdk issue 34216; the API reference, UpdateSchedule.
  test('is replaced by an update: what that leaves out goes back to its default', async () => {
    await scheduler('CreateSchedule', daily({ Description: 'Closes the day.', State: 'DISABLED' }));
    await cloud.clock.advance(1000);
    await scheduler('UpdateSchedule', daily({ ScheduleExpression: 'rate(1 day)' }));
    const found = await scheduler('GetSchedule', { Name: 'daily' });
    expect(found).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 day)', CreationDate: TEST_START });
    expect(found).toMatchObject({ LastModificationDate: TEST_START + 1000 });
    expect(found).not.toHaveProperty('Description');
  });

  // Recorded on AWS: LocalStack, test_scheduler. All of them: protocol's events/planned.test.ts.
  test.each(['cron(0 1 * * * *)', ' rate(10 minutes)', 'at(2021-12-31)', 'rate(10 seconds)'])(
    'is refused with an expression that is none: %s',
    async (ScheduleExpression) => {
      expect(await refusalOf(scheduler('CreateSchedule', daily({ ScheduleExpression })))).toBe(
        `ValidationException: Invalid Schedule Expression ${ScheduleExpression}.`,
      );
    },
  );

  // Recorded on AWS: LocalStack, test_scheduler. That it never fires, says the journal.
  test('may be for a time that is over', async () => {
    await scheduler('CreateSchedule', daily({ ScheduleExpression: 'at(2022-12-31T23:59:59)' }));
    await cloud.clock.advance(86_400_000);
    expect((await scheduler('GetSchedule', { Name: 'daily' })).State).toBe('ENABLED');
    expect(cloud.journal.read().filter(({ kind }) => kind === 'warning')).toMatchObject([
      {
        about: 'schedule daily',
        message: 'at(2022-12-31T23:59:59) in UTC never comes any more: the schedule does not fire.',
      },
    ]);
  });

  // Source: moto's scheduler and reports of users.
  test('starts at the earliest five minutes ago', async () => {
    const start = (StartDate: number) => refusalOf(scheduler('CreateSchedule', daily({ StartDate })));
    expect(await start(TEST_START - 300_001)).toBe(
      'ValidationException: The StartDate you specify cannot be earlier than 5 minutes ago.',
    );
    expect(await start(TEST_START - 300_000)).toBe('not refused');
  });

  test('keeps a start that has passed through an update', async () => {
    await scheduler('CreateSchedule', daily({ StartDate: TEST_START }));
    await cloud.clock.advance(600_000);
    expect(await refusalOf(scheduler('UpdateSchedule', daily({ StartDate: TEST_START })))).toBe('not refused');
  });

  test.each([
    [
      { ScheduleExpressionTimezone: 'Mars/Olympus' },
      'Invalid ScheduleExpressionTimezone Mars/Olympus. It has to be the name of an IANA time zone: Europe/Berlin.',
    ],
    [
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      'A FlexibleTimeWindow of the mode FLEXIBLE needs MaximumWindowInMinutes.',
    ],
    [
      { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } },
      'MaximumWindowInMinutes is for a FlexibleTimeWindow of the mode FLEXIBLE; this one is OFF.',
    ],
    [
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } },
      "1 validation error detected: Value '1441' at 'flexibleTimeWindow.maximumWindowInMinutes' failed to satisfy constraint: Member must have value less than or equal to 1440",
    ],
    [
      { Name: 'a/b' },
      "1 validation error detected: Value 'a/b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$",
    ],
  ] as const)('is refused with %j', async (changes, sentence) => {
    expect(await refusalOf(scheduler('CreateSchedule', daily(changes)))).toBe(`ValidationException: ${sentence}`);
  });

  test('is listed in short, by group, beginning of its name, and state', async () => {
    await scheduler('CreateScheduleGroup', { Name: 'shop' });
    await scheduler('CreateSchedule', daily());
    await scheduler('CreateSchedule', daily({ Name: 'weekly', State: 'DISABLED' }));
    await scheduler('CreateSchedule', daily({ GroupName: 'shop' }));
    const names = async (asked: object) =>
      (await scheduler('ListSchedules', asked)).Schedules.map(({ GroupName, Name }) => `${GroupName}/${Name}`);
    expect(await names({})).toEqual(['default/daily', 'default/weekly', 'shop/daily']);
    expect(await names({ GroupName: 'shop' })).toEqual(['shop/daily']);
    expect(await names({ NamePrefix: 'we' })).toEqual(['default/weekly']);
    expect(await names({ State: 'ENABLED' })).toEqual(['default/daily', 'shop/daily']);
    const { Schedules, NextToken } = await scheduler('ListSchedules', { MaxResults: 2 });
    expect([Schedules.length, await names({ NextToken })]).toEqual([2, ['shop/daily']]);
    expect(Object.keys(Schedules[0] ?? {}).sort()).toEqual(
      ['Arn', 'CreationDate', 'GroupName', 'LastModificationDate', 'Name', 'State', 'Target'].sort(),
    );
    expect(Schedules[0]?.Target).toEqual({ Arn: QUEUE });
  });
});

describe('a target', () => {
  const refused = async (changes: Partial<CreateScheduleInput['Target']>) =>
    refusalOf(scheduler('CreateSchedule', target(changes)));

  // Source: the model's pattern has no dot.
  test('has no FIFO queue for its dead letters', async () => {
    expect(await refused({ DeadLetterConfig: { Arn: `${QUEUE}.fifo` } })).toContain(
      "at 'target.deadLetterConfig.arn' failed to satisfy constraint",
    );
  });

  test.each([
    [{ MaximumEventAgeInSeconds: 59 }, 'greater than or equal to 60'],
    [{ MaximumEventAgeInSeconds: 86401 }, 'less than or equal to 86400'],
    [{ MaximumRetryAttempts: 186 }, 'less than or equal to 185'],
    [{ MaximumRetryAttempts: -1 }, 'greater than or equal to 0'],
  ])('has a retry policy within bounds: %j', async (RetryPolicy, bound) => {
    expect(await refused({ RetryPolicy })).toContain(`Member must have value ${bound}`);
  });

  test('that is a bus needs source and detail-type, and a source that is not of AWS', async () => {
    const Arn = 'arn:aws:events:eu-west-1:123456789012:event-bus/default';
    expect(await refused({ Arn })).toBe(
      `ValidationException: EventBridgeParameters is required for the target ${Arn}.`,
    );
    const EventBridgeParameters = { DetailType: 'DayClosed', Source: 'aws.shop' };
    expect(await refused({ Arn, EventBridgeParameters })).toContain("at 'target.eventBridgeParameters.source' failed");
  });

  test('takes only the parameters of its kind', async () => {
    const EventBridgeParameters = { DetailType: 'DayClosed', Source: 'shop' };
    expect(await refused({ EventBridgeParameters })).toBe(
      `ValidationException: EventBridgeParameters is not for a target of sqs: ${QUEUE}.`,
    );
  });

  test('that is a function takes JSON alone, context attributes in it or not; a queue takes any text', async () => {
    const Arn = 'arn:aws:lambda:eu-west-1:123456789012:function:close';
    expect(await refused({ Arn, Input: 'hello' })).toContain('The Input of the target is not valid JSON');
    expect(await refused({ Arn, Input: '{"attempt":<aws.scheduler.attempt-number>}' })).toBe('not refused');
    expect(await refusalOf(scheduler('UpdateSchedule', target({ Input: 'hello' })))).toBe('not refused');
  });

  test('is an ARN', async () => {
    expect(await refused({ Arn: 'orders' })).toBe('ValidationException: Provided Arn is not in correct format.');
  });

  // Source: user guide, "Using universal targets".
  test('that is universal does more than read', async () => {
    const universal = (action: string) => `arn:aws:scheduler:::aws-sdk:${action}`;
    const QueueUrl = 'http://127.0.0.1:4566/123456789012/orders';
    const Input = JSON.stringify({ QueueUrl });
    for (const action of [
      'sqs:getQueueUrl',
      'sqs:listQueues',
      'sqs:receiveMessage',
      'dynamodb:batchGetItem',
      's3:selectObjectContent',
    ]) {
      expect(await refused({ Arn: universal(action), Input })).toContain(
        'only reads, so that it cannot be a universal target',
      );
    }
    expect(await refused({ Arn: universal('sqs:purgeQueue'), Input: '{"Queue":"x"}' })).toBe(
      "ValidationException: PurgeQueue of sqs has no field 'Queue' (Input of arn:aws:scheduler:::aws-sdk:sqs:purgeQueue).",
    );
    expect(await refused({ Arn: universal('sqs:purgeQueue'), Input })).toBe('not refused');
  });

  test('of a service that is not served stands in, or is refused by its name', async () => {
    const Arn = 'arn:aws:batch:eu-west-1:123456789012:job-queue/Orders';
    expect(await refused({ Arn, Input: '{}' })).toBe('not refused');
    cloud = createTestCloudWith({ unserved: 'refuse' }, createSchedulerService);
    expect(await refused({ Arn, Input: '{}' })).toBe(
      `ValidationException: Earwitness does not call targets of the service 'batch' (${Arn}).`,
    );
    const universal = 'arn:aws:scheduler:::aws-sdk:ecs:stopTask';
    expect(await refused({ Arn: universal })).toBe(
      `ValidationException: Earwitness does not serve the universal target ${universal}.`,
    );
  });
});

describe('the role', () => {
  const create = (RoleArn: string) =>
    refusalOf(scheduler('CreateSchedule', daily({ Target: { Arn: QUEUE, RoleArn } })));
  const SENTENCE =
    'ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';

  // Source: many reports of users; asked when the schedule is made.
  test('has to be there and to trust Scheduler', async () => {
    await createRole('other', { Principal: { Service: 'events.amazonaws.com' } });
    expect(await create('arn:aws:iam::123456789012:role/other')).toBe(SENTENCE);
    expect(await create('arn:aws:iam::123456789012:role/none')).toBe(SENTENCE);
    expect(await create(ROLE)).toBe('not refused');
  });

  // Source: user guide, "Confused deputy prevention"; measured by users.
  test('may trust Scheduler for one group, which is not the ARN of the schedule', async () => {
    const trusting = (arn: string) => ({
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' }, ArnLike: { 'aws:SourceArn': arn } },
    });
    await createRole('group', trusting('arn:aws:scheduler:eu-west-1:123456789012:schedule-group/default'));
    await createRole('schedule', trusting('arn:aws:scheduler:eu-west-1:123456789012:schedule/default/daily'));
    expect(await create('arn:aws:iam::123456789012:role/schedule')).toBe(SENTENCE);
    expect(await create('arn:aws:iam::123456789012:role/group')).toBe('not refused');
  });

  // Source: user guide, "Identity-based policy examples": the caller needs iam:PassRole.
  test('is passed by whoever may pass it', async () => {
    await createRole('clerk', { Principal: { Service: 'lambda.amazonaws.com' } });
    const put = (Action: string[], Condition?: object) => {
      const Statement = [{ Effect: 'Allow', Action, Resource: '*', ...(Condition && { Condition }) }];
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      return iam('PutRolePolicy', { RoleName: 'clerk', PolicyName: 'a', PolicyDocument });
    };
    const clerk = { ...testCall, principal: { kind: 'role', arn: 'arn:aws:iam::123456789012:role/clerk' } } as const;
    const create = () => refusalOf(scheduler('CreateSchedule', daily(), clerk));
    await put(['sqs:*']);
    expect(await create()).toContain(
      'is not authorized to perform: scheduler:CreateSchedule on resource: arn:aws:scheduler',
    );
    await put(['scheduler:*']);
    expect(await create()).toContain(`is not authorized to perform: iam:PassRole on resource: ${ROLE}`);
    await put(['scheduler:*', 'iam:PassRole'], {
      'ForAnyValue:StringEqualsIfExists': { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    });
    expect(await create()).toBe('not refused');
  });
});

describe('a group', () => {
  const ARN = 'arn:aws:scheduler:eu-west-1:123456789012:schedule-group/shop';

  test('is created, read and listed beside the one that is always there', async () => {
    expect(await scheduler('CreateScheduleGroup', { Name: 'shop' })).toEqual({ ScheduleGroupArn: ARN });
    const group = {
      Arn: ARN,
      Name: 'shop',
      State: 'ACTIVE',
      CreationDate: TEST_START,
      LastModificationDate: TEST_START,
    };
    expect(await scheduler('GetScheduleGroup', { Name: 'shop' })).toEqual(group);
    expect((await scheduler('GetScheduleGroup', { Name: 'default' })).State).toBe('ACTIVE');
    const { ScheduleGroups } = await scheduler('ListScheduleGroups', {});
    expect(ScheduleGroups.map(({ Name }) => Name)).toEqual(['default', 'shop']);
    expect((await scheduler('ListScheduleGroups', { NamePrefix: 's' })).ScheduleGroups).toEqual([group]);
  });

  test('has a name of its own', async () => {
    await scheduler('CreateScheduleGroup', { Name: 'shop' });
    expect(await refusalOf(scheduler('CreateScheduleGroup', { Name: 'shop' }))).toBe(
      'ConflictException: Schedule group shop already exists.',
    );
    expect(await refusalOf(scheduler('CreateScheduleGroup', { Name: 'default' }))).toBe(
      'ConflictException: Schedule group default already exists.',
    );
  });

  test('takes its schedules with it', async () => {
    await scheduler('CreateScheduleGroup', { Name: 'shop' });
    await scheduler('CreateSchedule', daily({ GroupName: 'shop' }));
    await scheduler('DeleteScheduleGroup', { Name: 'shop' });
    expect((await scheduler('ListSchedules', {})).Schedules).toEqual([]);
    expect(await refusalOf(scheduler('GetScheduleGroup', { Name: 'shop' }))).toBe(
      'ResourceNotFoundException: Schedule group shop does not exist.',
    );
  });

  test('default cannot be deleted', async () => {
    expect(await refusalOf(scheduler('DeleteScheduleGroup', { Name: 'default' }))).toBe(
      'ValidationException: The default schedule group cannot be deleted.',
    );
  });

  test('alone has tags', async () => {
    await scheduler('CreateScheduleGroup', { Name: 'shop', Tags: [{ Key: 'team', Value: 'a' }] });
    await scheduler('TagResource', {
      ResourceArn: ARN,
      Tags: [
        { Key: 'team', Value: 'b' },
        { Key: 'stage', Value: 'c' },
      ],
    });
    await scheduler('UntagResource', { ResourceArn: ARN, TagKeys: ['stage'] });
    expect(await scheduler('ListTagsForResource', { ResourceArn: ARN })).toEqual({
      Tags: [{ Key: 'team', Value: 'b' }],
    });
    const schedule = 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/daily';
    expect(await refusalOf(scheduler('ListTagsForResource', { ResourceArn: schedule }))).toContain(
      "ValidationException: 1 validation error detected: Value 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/daily' at 'resourceArn' failed",
    );
  });

  test('default takes tags, too', async () => {
    const ResourceArn = ARN.replace('shop', 'default');
    await scheduler('TagResource', { ResourceArn, Tags: [{ Key: 'team', Value: 'a' }] });
    expect(await scheduler('ListTagsForResource', { ResourceArn })).toEqual({ Tags: [{ Key: 'team', Value: 'a' }] });
    expect((await scheduler('ListScheduleGroups', {})).ScheduleGroups.length).toBe(1);
  });
});
