// What happens when a schedule's time comes: its target is called as its role, again when that fails, and
// dead-lettered.
import type { CreateScheduleInput, Target } from '@earwitness/protocol/internal/aws/models/scheduler.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import type { Service } from '../../service.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT, TEST_REGION, TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createEventsService } from '../events/service.ts';
import { createIamService } from '../iam/service.ts';
import { createKinesisService } from '../kinesis/service.ts';
import { createSnsService } from '../sns/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createStepFunctionsService } from '../stepfunctions/service.ts';
import { createSchedulerService } from './service.ts';

let cloud: Cloud;
const scheduler = callerOf('scheduler', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const sns = callerOf('sns', () => cloud);
const events = callerOf('events', () => cloud);
const iam = callerOf('iam', () => cloud);
const kinesis = callerOf('kinesis', () => cloud);
const states = callerOf('stepfunctions', () => cloud);

const RoleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/scheduler`;
const arnOf = (queue: string) => `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${queue}`;
const urlOf = (queue: string) => `http://127.0.0.1:4566/${TEST_ACCOUNT}/${queue}`;
const minutes = (count: number) => cloud.clock.advance(count * 60_000);

async function receive(queue: string) {
  const input = {
    QueueUrl: urlOf(queue),
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    VisibilityTimeout: 43_200,
  };
  return (await sqs('ReceiveMessage', input)).Messages ?? [];
}

const bodies = async (queue: string) => (await receive(queue)).map(({ Body }) => Body);

async function allow(Action: string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  });
  await iam('PutRolePolicy', { RoleName: 'scheduler', PolicyName: 'call', PolicyDocument });
}

type Changes = Partial<Omit<CreateScheduleInput, 'Target'>> & { readonly Target?: Partial<Target> };

const create = ({ Target: target, ...changes }: Changes) =>
  scheduler('CreateSchedule', {
    ...{ Name: 'report', ScheduleExpression: 'rate(1 minute)', FlexibleTimeWindow: { Mode: 'OFF' } },
    ...changes,
    Target: { Arn: arnOf('orders'), RoleArn, Input: 'now', ...target },
  });

const facts = () => cloud.journal.read().filter(({ kind }) => kind.startsWith('schedule.'));

/** Lambda as these tests need it: it takes what it is asked, or fails as it is told. */
let lambda: (input: Readonly<Record<string, unknown>>) => void;
const createStubLambda = (): Service => ({
  name: 'lambda',
  operations: { Invoke: (input: never) => lambda(input) ?? { StatusCode: 202 } },
});

beforeEach(async () => {
  lambda = () => {};
  cloud = createTestCloud(
    createSchedulerService,
    createIamService,
    createSqsService,
    createSnsService,
    createEventsService,
    createStepFunctionsService,
    createKinesisService,
    createStubLambda,
  );
  const trust = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });

  await iam('CreateRole', { RoleName: 'scheduler', AssumeRolePolicyDocument });
  await allow(['sqs:SendMessage', 'events:PutEvents', 'lambda:InvokeFunction']);
  await sqs('CreateQueue', { QueueName: 'orders' });
  await sqs('CreateQueue', { QueueName: 'dead' });
});

// Source: Scheduler user guide, "Schedule types".
describe('it fires', () => {
  test('a month of reports passes in an instant of the test', async () => {
    await minutes(60 * 24);
    await create({ ScheduleExpression: 'cron(0 8 1 * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' });
    await minutes(60 * 24 * 30);
    expect(await bodies('orders')).toEqual([]);
    await minutes(60 * 8);
    expect(await bodies('orders')).toEqual(['now']);
    const days = facts().map(({ at }) => new Date(at).toISOString());
    expect(days).toEqual(['2026-02-01T07:00:00.000Z']);
  });

  test('a rate at once when it is made, and then each time', async () => {
    await create({});
    await minutes(0);
    expect(await bodies('orders')).toEqual(['now']);
    await minutes(2);
    expect(await bodies('orders')).toEqual(['now', 'now']);
  });

  test('a rate that is described anew does not begin anew; one that is given another time does', async () => {
    await create({ ScheduleExpression: 'rate(1 hour)' });
    await minutes(30);
    expect(await bodies('orders')).toEqual(['now']);
    const update = (ScheduleExpression: string) =>
      scheduler('UpdateSchedule', {
        ...{ Name: 'report', ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' } },
        Target: { Arn: arnOf('orders'), RoleArn, Input: 'changed' },
      });
    await update('rate(1 hour)');
    await minutes(29);
    expect(await bodies('orders')).toEqual([]);
    await minutes(1);
    expect(await bodies('orders')).toEqual(['changed']);
    await update('rate(2 hours)');
    await minutes(0);
    expect(await bodies('orders')).toEqual(['changed']);
  });

  test('not while it is disabled, and at once when a rate is enabled', async () => {
    await create({ State: 'DISABLED' });
    await minutes(5);
    expect(await bodies('orders')).toEqual([]);
    await scheduler('UpdateSchedule', {
      ...{ Name: 'report', ScheduleExpression: 'rate(1 minute)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: arnOf('orders'), RoleArn, Input: 'on' },
    });
    await minutes(0);
    expect(await bodies('orders')).toEqual(['on']);
  });

  test('not before its start and not after its end', async () => {
    const start = TEST_START + 3_600_000;
    await create({ ScheduleExpression: 'rate(10 minutes)', StartDate: start, EndDate: start + 1_200_000 });
    await minutes(59);
    expect(await bodies('orders')).toEqual([]);
    await minutes(60 * 24);
    expect(await bodies('orders')).toEqual(['now', 'now', 'now']);
  });

  test('no more once it is deleted', async () => {
    await create({});
    await minutes(0);
    await scheduler('DeleteSchedule', { Name: 'report' });
    await minutes(10);
    expect(await bodies('orders')).toEqual(['now']);
  });

  test('within its flexible window, once, and always at the same moment', async () => {
    await create({
      ScheduleExpression: 'at(2026-01-01T06:00:00)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 },
    });
    await minutes(60 * 7);
    const [fact] = facts();
    const lateMs = (fact?.at ?? 0) - Date.UTC(2026, 0, 1, 6);
    expect(fact).toMatchObject({
      kind: 'schedule.attempted',
      scheduledAt: Date.UTC(2026, 0, 1, 6),
      outcome: 'delivered',
    });
    expect([lateMs > 0, lateMs < 3_600_000, facts().length]).toEqual([true, true, 1]);
  });

  test('not when it is deleted within its window', async () => {
    await create({
      ScheduleExpression: 'at(2026-01-01T06:00:00)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1440 },
    });
    await minutes(60 * 6 + 1);
    await scheduler('DeleteSchedule', { Name: 'report' });
    await minutes(60 * 48);
    expect(await bodies('orders')).toEqual([]);
  });

  // Source: Scheduler user guide, "Time zones" and "Daylight savings time".
  test('not in the hour that spring leaves out, and once in the one that autumn has twice', async () => {
    await create({ ScheduleExpression: 'cron(30 2 * * ? 2027)', ScheduleExpressionTimezone: 'Europe/Berlin' });
    await cloud.clock.advance(Date.UTC(2028, 0, 1) - TEST_START);
    const days = facts().map((fact) => new Date(fact.at).toISOString().slice(0, 16));
    expect(days.length).toBe(364);
    expect(days.filter((day) => /^2027-(03-2[789]|10-3[01]|11-01)/.test(day))).toEqual([
      '2027-03-27T01:30',
      '2027-03-29T00:30',
      '2027-10-30T00:30',
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ]);
  });
});

// Source: Scheduler user guide, "Deleting a schedule".
describe('after its last invocation', () => {
  const exists = async () => (await scheduler('ListSchedules', {})).Schedules.length > 0;

  test('a schedule stays, enabled', async () => {
    await create({ ScheduleExpression: 'at(2026-01-01T06:00:00)' });
    await minutes(60 * 24);
    expect(await bodies('orders')).toEqual(['now']);
    expect((await scheduler('GetSchedule', { Name: 'report' })).State).toBe('ENABLED');
  });

  test('one that says DELETE is gone, and the journal says why', async () => {
    await create({ ScheduleExpression: 'at(2026-01-01T06:00:00)', ActionAfterCompletion: 'DELETE' });
    await minutes(60 * 6 - 1);
    expect(await exists()).toBe(true);
    await minutes(1);
    expect([await exists(), await bodies('orders')]).toEqual([false, ['now']]);
    expect(facts().at(-1)).toMatchObject({
      kind: 'schedule.completed',
      scheduleArn: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/report',
    });
  });

  test('one that recurs is deleted after the last one before its end; without an end never', async () => {
    const EndDate = TEST_START + 150_000;
    await create({ ActionAfterCompletion: 'DELETE', EndDate });
    await create({ Name: 'endless', ActionAfterCompletion: 'DELETE', ScheduleExpression: 'cron(0 0 1 2 ? 2026)' });
    await minutes(1);
    expect((await scheduler('ListSchedules', {})).Schedules.map(({ Name }) => Name)).toEqual(['endless', 'report']);
    await minutes(1);
    expect((await scheduler('ListSchedules', {})).Schedules.map(({ Name }) => Name)).toEqual(['endless']);
    await minutes(60 * 24 * 40);
    expect(await exists()).toBe(true);
  });
});

describe('its target', () => {
  const once = { ScheduleExpression: 'at(2026-01-01T06:00:00)', ScheduleExpressionTimezone: 'UTC' };

  // Source: Scheduler user guide, "Adding context attributes".
  test('gets context attributes in place, and other words in angle brackets as they are', async () => {
    const names = ['schedule-arn', 'scheduled-time', 'execution-id', 'attempt-number', 'other'];
    await create({ ...once, Target: { Input: names.map((name) => `<aws.scheduler.${name}>`).join(' ') } });
    await minutes(60 * 6);
    const [body = ''] = await bodies('orders');
    expect(body).toMatch(
      /^arn:aws:scheduler:eu-west-1:123456789012:schedule\/default\/report 2026-01-01T06:00:00Z [0-9a-f]{16} 1 <aws\.scheduler\.other>$/,
    );
    expect(body).toContain(String(Reflect.get(facts()[0] ?? {}, 'executionId')));
  });

  // Source: Scheduler user guide, "Using templated targets": Invoke, asynchronous.
  test('that is a function is invoked asynchronously', async () => {
    const asked: unknown[] = [];
    lambda = ({ Payload, ...rest }) =>
      void asked.push({ ...rest, Payload: Buffer.from(Payload as Uint8Array).toString() });
    const Arn = `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:close:live`;
    await create({ ...once, Target: { Arn, Input: '{"a":1}' } });
    await minutes(60 * 6);
    expect(asked).toEqual([{ FunctionName: Arn, InvocationType: 'Event', Payload: '{"a":1}' }]);
  });

  // Source: Scheduler user guide, "Using templated targets": Publish.
  describe('that is a topic', () => {
    const Arn = `arn:aws:sns:${TEST_REGION}:${TEST_ACCOUNT}:closed`;

    beforeEach(async () => {
      const Principal = { Service: 'sns.amazonaws.com' };
      const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal, Action: 'sqs:*', Resource: '*' } });
      await sqs('SetQueueAttributes', { QueueUrl: urlOf('orders'), Attributes: { Policy } });
      await sns('CreateTopic', { Name: 'closed' });
      const Attributes = { RawMessageDelivery: 'true' };
      await sns('Subscribe', { TopicArn: Arn, Protocol: 'sqs', Endpoint: arnOf('orders'), Attributes });
    });

    test('is published to, and the attempt names the message', async () => {
      await allow(['sns:Publish']);
      await create({ ...once, Target: { Arn, Input: 'at <aws.scheduler.scheduled-time>' } });
      await minutes(60 * 6);
      expect(await bodies('orders')).toEqual(['at 2026-01-01T06:00:00Z']);
      const [published] = cloud.journal.read().filter(({ kind }) => kind === 'notification.published');
      expect(facts()).toMatchObject([{ outcome: 'delivered', takenAs: Reflect.get(published ?? {}, 'messageId') }]);
    });

    test('needs a role that may publish; the dead letter has what was asked', async () => {
      await create({ ...once, Target: { Arn, DeadLetterConfig: { Arn: arnOf('dead') } } });
      await minutes(60 * 6);
      expect(await bodies('orders')).toEqual([]);
      const [body = '{}'] = await bodies('dead');
      expect(JSON.parse(body)).toEqual({ TopicArn: Arn, Message: 'now' });
    });

    test('and is not there is not called again', async () => {
      await allow(['sns:Publish', 'sqs:SendMessage']);
      await create({ ...once, Target: { Arn: `${Arn}-elsewhere` } });
      await minutes(60 * 6);
      expect(facts()).toMatchObject([
        { outcome: 'failed', code: 'NotFound' },
        { kind: 'schedule.failed', attempts: 1 },
      ]);
    });
  });

  test('that is a bus gets an event with the source and the detail-type that the schedule gives it', async () => {
    const Policy = JSON.stringify({
      Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:*', Resource: '*' },
    });
    await sqs('SetQueueAttributes', { QueueUrl: urlOf('orders'), Attributes: { Policy } });
    await events('PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' });
    await events('PutTargets', { Rule: 'all', Targets: [{ Id: 'queue', Arn: arnOf('orders') }] });
    const Arn = `arn:aws:events:${TEST_REGION}:${TEST_ACCOUNT}:event-bus/default`;
    const EventBridgeParameters = { DetailType: 'DayClosed', Source: 'shop' };
    await create({
      ...once,
      Target: { Arn, EventBridgeParameters, Input: '{"day":"<aws.scheduler.scheduled-time>"}' },
    });
    await minutes(60 * 6);
    const [body = '{}'] = await bodies('orders');
    expect(JSON.parse(body)).toMatchObject({
      ...{ source: 'shop', 'detail-type': 'DayClosed', detail: { day: '2026-01-01T06:00:00Z' } },
      resources: ['arn:aws:scheduler:eu-west-1:123456789012:schedule/default/report'],
    });
  });

  test('that is a FIFO queue gets the message group', async () => {
    const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    await sqs('CreateQueue', { QueueName: 'orders.fifo', Attributes });
    await create({ ...once, Target: { Arn: arnOf('orders.fifo'), SqsParameters: { MessageGroupId: 'g' } } });
    await minutes(60 * 6);
    const asked = { QueueUrl: urlOf('orders.fifo'), MessageSystemAttributeNames: ['MessageGroupId' as const] };
    expect((await sqs('ReceiveMessage', asked)).Messages).toMatchObject([
      { Body: 'now', Attributes: { MessageGroupId: 'g' } },
    ]);
  });

  // Source: Scheduler user guide, "Using universal targets"; that the payload is text: its example of Lambda.
  test('that is universal is any operation that is served here', async () => {
    const universal = (action: string) => `arn:aws:scheduler:::aws-sdk:${action}`;
    const Input = JSON.stringify({ QueueUrl: urlOf('orders'), MessageBody: 'at <aws.scheduler.scheduled-time>' });
    await create({ ...once, Target: { Arn: universal('sqs:sendMessage'), Input } });
    const asked: unknown[] = [];
    lambda = ({ Payload }) => void asked.push(Buffer.from(Payload as Uint8Array).toString());
    const invoke = JSON.stringify({ FunctionName: 'f', InvocationType: 'Event', Payload: '{"a":1}' });
    await create({ ...once, Name: 'invoke', Target: { Arn: universal('lambda:invoke'), Input: invoke } });
    await minutes(60 * 6);
    expect([await bodies('orders'), asked]).toEqual([['at 2026-01-01T06:00:00Z'], ['{"a":1}']]);
  });

  test('without Input gets a notification', async () => {
    await create({ ...once, Target: { Input: undefined } });
    await minutes(60 * 6);
    const [body = '{}'] = await bodies('orders');
    expect(JSON.parse(body)).toEqual({
      ...{ version: '0', id: expect.any(String), 'detail-type': 'Scheduled Event', source: 'aws.scheduler' },
      ...{ account: TEST_ACCOUNT, time: '2026-01-01T06:00:00Z', region: TEST_REGION, detail: '{}' },
      resources: ['arn:aws:scheduler:eu-west-1:123456789012:schedule/default/report'],
    });
  });

  // Source: Scheduler user guide, "Using templated targets", Step Functions: StartExecution, whose input is Input.
  test('starts an execution of a state machine, and so does a universal one', async () => {
    const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/machine`;
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    const { stateMachineArn } = await states('CreateStateMachine', { name: 'orders', definition, roleArn });
    await allow(['states:StartExecution']);
    await create({ ...once, Target: { Arn: stateMachineArn, Input: '{"a":1}' } });
    const Input = JSON.stringify({ StateMachineArn: stateMachineArn, Name: 'universal', Input: '{"b":2}' });
    await create({ ...once, Name: 'other', Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', Input } });
    await minutes(60 * 6);
    const { executions } = await states('ListExecutions', { stateMachineArn });
    const inputs = executions.map(
      async ({ executionArn }) => (await states('DescribeExecution', { executionArn })).input,
    );
    expect((await Promise.all(inputs)).sort()).toEqual(['{"a":1}', '{"b":2}']);
    expect(executions.map(({ name }) => name)).toContain('universal');
  });

  // Source: Scheduler API reference, KinesisParameters: PartitionKey is required.
  test('puts a record into a stream', async () => {
    await kinesis('CreateStream', { StreamName: 'ticks', ShardCount: 1 });
    await allow(['kinesis:PutRecord']);
    const Arn = `arn:aws:kinesis:${TEST_REGION}:${TEST_ACCOUNT}:stream/ticks`;
    const without = create({ ...once, Target: { Arn, Input: 'tick' } });
    await expect(without).rejects.toThrow(`KinesisParameters is required for the target ${Arn}.`);
    await create({ ...once, Target: { Arn, Input: 'tick', KinesisParameters: { PartitionKey: 'p' } } });
    await minutes(60 * 6);
    const asked = { StreamName: 'ticks', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator = '' } = await kinesis('GetShardIterator', asked);
    const { Records } = await kinesis('GetRecords', { ShardIterator });
    expect(Records.map(({ Data, PartitionKey }) => [PartitionKey, Buffer.from(Data).toString()])).toEqual([
      ['p', 'tick'],
    ]);
  });

  test('of a service that is not served stands in: the journal has what it would have got', async () => {
    const Arn = `arn:aws:batch:${TEST_REGION}:${TEST_ACCOUNT}:job-queue/Orders`;
    await create({ ...once, Target: { Arn, Input: '{"a":1}' } });
    await minutes(60 * 6);
    const all = cloud.journal.read();
    expect(all.find(({ kind }) => kind === 'stand-in.received')).toMatchObject({
      ...{ name: 'Orders', type: 'batch', via: 'schedule', arn: Arn, input: '{"a":1}' },
    });
  });
});

// Source: Scheduler user guide, "Configuring a dead-letter queue"; API reference, RetryPolicy.
describe('a target that fails', () => {
  const once = { ScheduleExpression: 'at(2026-01-01T06:00:00)' };
  const Arn = `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:close`;
  const DeadLetterConfig = { Arn: arnOf('dead') };
  /** Fails as a service does that is overloaded, so often. */
  function failing(times: number): unknown[] {
    const payloads: unknown[] = [];
    lambda = ({ Payload }) => {
      payloads.push(Buffer.from(Payload as Uint8Array).toString());
      if (payloads.length <= times) throw Object.assign(new Error('down'), { name: 'down' });
    };
    return payloads;
  }
  const deadLetters = async () =>
    (await receive('dead')).map(({ Body = '', MessageAttributes = {} }) => ({
      request: JSON.parse(Body),
      ...Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
    }));

  test('is called again, and the attempts are counted', async () => {
    const payloads = failing(2);
    await create({ ...once, Target: { Arn, Input: '{"n":<aws.scheduler.attempt-number>}' } });
    await minutes(60 * 7);
    expect(payloads).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(facts().map((fact) => Reflect.get(fact, 'outcome'))).toEqual(['retry', 'retry', 'delivered']);
  });

  test('is dead-lettered after its retries, with what was asked and nine attributes', async () => {
    failing(99);
    await create({ ...once, Target: { Arn, Input: '{}', RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig } });
    await minutes(60 * 7);
    expect(await deadLetters()).toEqual([
      {
        request: { FunctionName: Arn, InvocationType: 'Event', Payload: '{}' },
        ERROR_CODE: 'InternalFailure',
        ERROR_MESSAGE: expect.any(String),
        EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/),
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        IS_PAYLOAD_TRUNCATED: 'false',
        RETRY_ATTEMPTS: '2',
        SCHEDULED_TIME: '2026-01-01T06:00:00Z',
        SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/report',
        TARGET_ARN: Arn,
      },
    ]);
  });

  test('is given up when the event has become too old', async () => {
    failing(99);
    const RetryPolicy = { MaximumEventAgeInSeconds: 120 };
    await create({ ...once, Target: { Arn, Input: '{}', RetryPolicy, DeadLetterConfig } });
    await minutes(60 * 6 + 1);
    expect(await deadLetters()).toEqual([]);
    await minutes(1);
    expect(await deadLetters()).toMatchObject([{ EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' }]);
  });

  test('that is not there is not called again: the code and the sentence are the service’s', async () => {
    await create({
      ...once,
      Target: { Arn: arnOf('none'), DeadLetterConfig, RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    await minutes(60 * 6);
    expect(await deadLetters()).toMatchObject([
      {
        request: { MessageBody: 'now', QueueUrl: urlOf('none') },
        ERROR_CODE: 'AWS.SimpleQueueService.NonExistentQueue',
        RETRY_ATTEMPTS: '0',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      },
    ]);
  });

  test('that the role may not call is a dead letter, when the role may send that', async () => {
    await allow(['sqs:SendMessage']);
    await create({ ...once, Target: { Arn, Input: '{}', DeadLetterConfig } });
    await minutes(60 * 6);
    expect(await deadLetters()).toMatchObject([
      { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: expect.stringContaining('lambda:InvokeFunction') },
    ]);
    await allow([]);
    await create({
      ...once,
      Name: 'again',
      ScheduleExpression: 'rate(1 day)',
      Target: { Arn, Input: '{}', DeadLetterConfig },
    });
    await minutes(0);
    expect(await deadLetters()).toEqual([]);
    expect(facts().at(-1)).toMatchObject({ kind: 'schedule.failed', code: 'NO_PERMISSIONS' });
    expect(Reflect.get(facts().at(-1) ?? {}, 'message')).toContain('It could not be dead-lettered either');
  });

  test('without a dead-letter queue is gone, and the journal says so', async () => {
    await create({ ...once, Target: { Arn: arnOf('none') } });
    await minutes(60 * 6);
    expect(facts().map(({ kind }) => kind)).toEqual(['schedule.attempted', 'schedule.failed']);
    expect(facts().at(-1)).toMatchObject({ attempts: 1, code: 'AWS.SimpleQueueService.NonExistentQueue' });
  });

  test('keeps a schedule that deletes itself until it is given up', async () => {
    failing(99);
    const RetryPolicy = { MaximumEventAgeInSeconds: 600 };
    await create({
      ...once,
      ActionAfterCompletion: 'DELETE',
      Target: { Arn, Input: '{}', RetryPolicy, DeadLetterConfig },
    });
    await minutes(60 * 6 + 1);
    expect((await scheduler('ListSchedules', {})).Schedules.length).toBe(1);
    await minutes(10);
    expect((await scheduler('ListSchedules', {})).Schedules.length).toBe(0);
    expect((await deadLetters()).length).toBe(1);
  });
});

test('a schedule fires once for the cluster, and goes on when a node has died', async () => {
  const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
  const services = [createSchedulerService, createSqsService];
  const { clock, a, b, settled } = createTwoNodes({
    ids: createIds(),
    address,
    services,
    frozenAt: TEST_START,
    seed: 3,
    beatMs: 1000,
  });
  cloud = b.cloud;
  const { dispatch } = a.cloud;
  await dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, testCall);
  await dispatch.call(
    'scheduler',
    'CreateSchedule',
    {
      ...{ Name: 'report', ScheduleExpression: 'cron(* * * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: arnOf('orders'), RoleArn, Input: 'now' },
    },
    testCall,
  );
  await settled();
  await clock.advance(60_000);
  await clock.advance(30_000);
  expect(await bodies('orders')).toEqual(['now']);
  a.backbone.die();
  // What A kept is B's when B takes A for dead.
  await clock.advance(60_000);
  await clock.advance(89_000);
  expect(await bodies('orders')).toContain('now');
});

// What users expect of tests on a clock that stands still: each makes its schedule anew, at one and the same moment.
test('a schedule that is made again, or switched on again, at the same moment fires again', async () => {
  const fired = async () => {
    await cloud.clock.advance(0);
    return bodies('orders');
  };
  await create({});
  expect(await fired()).toEqual(['now']);
  await scheduler('DeleteSchedule', { Name: 'report' });
  await create({ Target: { Input: 'made again' } });
  expect(await fired()).toEqual(['made again']);
  const update = (State: 'ENABLED' | 'DISABLED') => {
    const Target = { Arn: arnOf('orders'), RoleArn, Input: State };
    const FlexibleTimeWindow = { Mode: 'OFF' } as const;
    const Name = 'report';
    return scheduler('UpdateSchedule', {
      Name,
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow,
      Target,
      State,
    });
  };
  await update('DISABLED');
  expect(await fired()).toEqual([]);
  await update('ENABLED');
  expect(await fired()).toEqual(['ENABLED']);
});

// The same within a flexible window: the turn of a schedule that is gone is not that of its successor.
test('a schedule that is made again within its window is called once', async () => {
  const again = { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 } } as const;
  await create(again);
  await cloud.clock.advance(0);
  await scheduler('DeleteSchedule', { Name: 'report' });
  await create({ ...again, State: 'DISABLED' });
  await minutes(11);
  expect(await bodies('orders')).toEqual([]);
});
