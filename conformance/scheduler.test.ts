// EventBridge Scheduler over HTTP, with its SDK: an application whose templates make schedules (a report each month, a reminder each
// morning), and one that plans its own at run time.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  SchedulerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test } from 'vitest';

let local: Local;
let scheduler: SchedulerClient;
let sqs: SQSClient;
let cloudFormation: CloudFormationClient;
beforeEach(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: Date.UTC(2026, 0, 1, 12) }) });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const settings = { endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  scheduler = new SchedulerClient(settings);
  sqs = new SQSClient(settings);
  cloudFormation = new CloudFormationClient(settings);
});
afterEach(async () => {
  for (const client of [scheduler, sqs, cloudFormation]) client.destroy();
  await local.close();
});
const hours = (count: number) => local.clock.advance(count * 3_600_000);
const until = (time: string) => local.clock.advance(Date.parse(time) - local.clock.now());

async function receive(QueueUrl: string | undefined): Promise<(string | undefined)[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body }) => Body);
}

/** The shape of public examples (aws-samples, serverless-patterns: eventbridge-scheduler-to-sqs): queue, role, group, schedule. */
const reports = (expression: string, more = '') => `
Resources:
  Reports: {Type: AWS::SQS::Queue}
  Failed: {Type: AWS::SQS::Queue}
  Group: {Type: AWS::Scheduler::ScheduleGroup, Properties: {Name: reports, Tags: [{Key: team, Value: finance}]}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: scheduler.amazonaws.com}
            Action: sts:AssumeRole
            Condition:
              StringEquals: {aws:SourceAccount: !Ref AWS::AccountId, aws:SourceArn: !Sub 'arn:aws:scheduler:\${AWS::Region}:\${AWS::AccountId}:schedule-group/reports'}
      Policies:
        - PolicyName: send
          PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: [!GetAtt Reports.Arn, !GetAtt Failed.Arn]}]}
  Monthly:
    Type: AWS::Scheduler::Schedule
    DependsOn: Role
    Properties:
      GroupName: !Ref Group
      ScheduleExpression: ${expression}
      ScheduleExpressionTimezone: Europe/Berlin
      FlexibleTimeWindow: {Mode: 'OFF'}
      ${more}
      Target:
        Arn: !GetAtt Reports.Arn
        RoleArn: !GetAtt Role.Arn
        Input: '{"month":"<aws.scheduler.scheduled-time>"}'
        DeadLetterConfig: {Arn: !GetAtt Failed.Arn}
        RetryPolicy: {MaximumRetryAttempts: 3}
Outputs:
  Url: {Value: !Ref Reports}
  Name: {Value: !Ref Monthly}
  Arn: {Value: !GetAtt Monthly.Arn}
  GroupArn: {Value: !GetAtt Group.Arn}
  RoleArn: {Value: !GetAtt Role.Arn}
  QueueArn: {Value: !GetAtt Reports.Arn}
`;

const deploy = (template: string) => local.deploy({ name: 'finance', template });

test("a monthly report is a queue's message in a test's instant", async () => {
  const { Url, Name = '', Arn } = await deploy(reports('cron(0 8 1 * ? *)'));
  expect(Arn).toBe(`arn:aws:scheduler:us-east-1:000000000000:schedule/reports/${Name}`);
  await until('2026-02-01T06:59:00Z');
  expect(await receive(Url)).toEqual([]);
  await hours(1);
  expect(await receive(Url)).toEqual(['{"month":"2026-02-01T07:00:00Z"}']);
  // In summer the clock of Berlin is two hours ahead.
  await until('2026-07-01T06:00:00Z');
  expect(await receive(Url)).toContain('{"month":"2026-07-01T06:00:00Z"}');
});

test('a stack changes its schedule in place, and deletes it with its group', async () => {
  const { Url } = await deploy(reports('cron(0 8 1 * ? *)', 'Description: monthly'));
  const { Name = '', GroupArn } = await deploy(reports('at(2026-01-05T08:00:00)', "StartDate: '2026-01-01T12:00:00Z'"));
  const found = await scheduler.send(new GetScheduleCommand({ Name, GroupName: 'reports' }));
  expect([found.ScheduleExpression, found.Description, found.StartDate]).toEqual([
    'at(2026-01-05T08:00:00)',
    undefined,
    new Date('2026-01-01T12:00:00Z'),
  ]);
  const { Tags } = await scheduler.send(new ListTagsForResourceCommand({ ResourceArn: GroupArn }));
  expect(Tags).toEqual([{ Key: 'team', Value: 'finance' }]);
  await hours(24 * 5);
  expect(await receive(Url)).toEqual(['{"month":"2026-01-05T07:00:00Z"}']);
  // Source: aws-cdk issue 34216.
  const moved = deploy(reports('rate(1 day)').replace('GroupName: !Ref Group', 'GroupName: default'));
  await expect(moved).rejects.toThrow(
    /Resource of type 'AWS::Scheduler::Schedule' with identifier '.*' was not found\./,
  );
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'finance' }));
  expect(Stacks?.[0]?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  const { Schedules } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'reports' }));
  expect(Schedules?.map((one) => one.Name)).toEqual([Name]);
});

test("SAM: a function's ScheduleV2 calls it each morning of its time zone, by a role of its own", async () => {
  await local.deploy({
    name: 'reminders',
    template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Remind:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: "exports.handler = async (event) => console.log('reminded', JSON.stringify(event))"
      Events:
        Daily:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: cron(0 9 * * ? *)
            ScheduleExpressionTimezone: Europe/Zurich
            Input: '{"attempt":<aws.scheduler.attempt-number>}'
`,
  });
  // Source: aws-sam-translator: the schedule is called as its resource.
  const { State } = await scheduler.send(new GetScheduleCommand({ Name: 'RemindDaily' }));
  expect(State).toBe('ENABLED');
  await until('2026-01-02T08:00:00Z');
  await expect
    .poll(() => local.journal.read().flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : [])))
    .toEqual([expect.stringContaining('reminded {"attempt":1}')]);
  const fired = local.journal.read().find(({ kind }) => kind === 'schedule.attempted');
  expect(fired).toMatchObject({ scheduledAt: Date.parse('2026-01-02T08:00:00Z'), outcome: 'delivered' });
});

test('an application plans a reminder at run time, changes its mind, and finds it gone when it has fired', async () => {
  const { Url, RoleArn, QueueArn } = await deploy(reports('rate(365 days)', 'State: DISABLED'));
  const reminder: CreateScheduleCommandInput = {
    ...{ Name: 'order-42', GroupName: 'reports', ScheduleExpression: 'at(2026-01-02T09:00:00)' },
    ...{ ActionAfterCompletion: 'DELETE', FlexibleTimeWindow: { Mode: 'OFF' } },
    Target: { Arn: QueueArn, RoleArn, Input: 'pay order 42' },
  };
  await scheduler.send(new CreateScheduleCommand(reminder));
  await expect(scheduler.send(new CreateScheduleCommand(reminder))).rejects.toThrow(ConflictException);
  await scheduler.send(new UpdateScheduleCommand({ ...reminder, ScheduleExpression: 'at(2026-01-03T09:00:00)' }));
  await hours(24);
  expect(await receive(Url)).toEqual([]);
  await hours(24);
  expect(await receive(Url)).toEqual(['pay order 42']);
  const gone = scheduler.send(new GetScheduleCommand({ Name: 'order-42', GroupName: 'reports' }));
  await expect(gone).rejects.toThrow(ResourceNotFoundException);
  await expect(gone).rejects.toThrow('Schedule order-42 does not exist.');
  await scheduler.send(new CreateScheduleCommand({ ...reminder, ScheduleExpression: 'at(2026-02-01T09:00:00)' }));
  await scheduler.send(new DeleteScheduleCommand({ Name: 'order-42', GroupName: 'reports' }));
});

test('a universal target calls any operation that is served here, of a service that nobody has asked before too', async () => {
  const { KeyRole } = await local.deploy({
    name: 'keys',
    template: `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: sts:AssumeRole}]}
      Policies: [{PolicyName: keys, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: kms:CreateKey, Resource: '*'}]}}]
Outputs: {KeyRole: {Value: !GetAtt Role.Arn}}
`,
  });
  await scheduler.send(
    new CreateScheduleCommand({
      ...{ Name: 'yearly', ScheduleExpression: 'cron(0 0 1 1 ? *)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: {
        ...{ Arn: 'arn:aws:scheduler:::aws-sdk:kms:createKey', RoleArn: KeyRole },
        Input: '{"Description":"of <aws.scheduler.scheduled-time>"}',
      },
    }),
  );
  await until('2027-01-01T00:00:00Z');
  const facts = local.journal.read().filter(({ kind }) => kind.startsWith('schedule.') || kind === 'stand-in.received');
  expect(facts).toMatchObject([{ kind: 'schedule.attempted', outcome: 'delivered' }]);
  const calls = local.journal.read().filter((fact) => fact.kind === 'call' && fact.operation === 'CreateKey');
  expect(calls).toMatchObject([{ service: 'kms', status: 200 }]);
});

test('groups and tags over the wire, and refusals that the SDK knows', async () => {
  const { ScheduleGroupArn: ResourceArn } = await scheduler.send(new CreateScheduleGroupCommand({ Name: 'shop' }));
  await scheduler.send(
    new TagResourceCommand({
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
        { Key: 'c', Value: '3' },
      ],
    }),
  );
  await scheduler.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a', 'b'] }));
  expect((await scheduler.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags).toEqual([
    { Key: 'c', Value: '3' },
  ]);
  const { CreationDate } = await scheduler.send(new GetScheduleGroupCommand({ Name: 'shop' }));
  expect(CreationDate?.getTime()).toBe(local.clock.now());
  const { ScheduleGroups, NextToken } = await scheduler.send(new ListScheduleGroupsCommand({ MaxResults: 1 }));
  expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default']);
  const rest = await scheduler.send(new ListScheduleGroupsCommand({ NextToken }));
  expect(rest.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['shop']);
  await scheduler.send(new DeleteScheduleGroupCommand({ Name: 'shop' }));
  const refused = scheduler.send(
    new CreateScheduleCommand({
      ...{ Name: 'a', ScheduleExpression: 'rate(10 seconds)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q', RoleArn: 'arn:aws:iam::000000000000:role/r' },
    }),
  );
  await expect(refused).rejects.toThrow(ValidationException);
  await expect(refused).rejects.toMatchObject({
    message: 'Invalid Schedule Expression rate(10 seconds).',
    $metadata: { httpStatusCode: 400 },
  });
});
