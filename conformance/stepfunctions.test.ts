// Step Functions over HTTP, with its SDK and the AWS CLI: an order's workflow from a SAM template, started, waited for, stopped and
// redriven; a callback by task token; an Express machine that answers at once; an activity's worker.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  ActivityDoesNotExist,
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteActivityCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidDefinition,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from './e2e/run.ts';

const START = Date.UTC(2026, 0, 1, 12);
let local: Local;
let sfn: SFNClient;
let sqs: SQSClient;
let eventBridge: EventBridgeClient;
beforeAll(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: START }) });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  // Without the prefix `sync-`, as the guide says it for processes that Earwitness does not start.
  const settings = { endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1, disableHostPrefix: true };
  sfn = new SFNClient(settings);
  sqs = new SQSClient(settings);
  eventBridge = new EventBridgeClient(settings);
});
afterAll(async () => {
  for (const client of [sfn, sqs, eventBridge]) client.destroy();
  await local.close();
});
beforeEach(() => local.reset());

const ROLE = 'arn:aws:iam::000000000000:role/machine';
const hours = (count: number) => local.clock.advance(count * 3_600_000);

async function create(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<string> {
  const input = { name: 'orders', definition: JSON.stringify(definition), roleArn: ROLE, type };
  const { stateMachineArn = '' } = await sfn.send(new CreateStateMachineCommand(input));
  return stateMachineArn;
}

async function start(stateMachineArn: string, input: unknown, name?: string): Promise<string> {
  const request = { stateMachineArn, name, input: JSON.stringify(input) };
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand(request));
  await local.clock.advance(0);
  return executionArn;
}

const describeExecution = (executionArn: string) => sfn.send(new DescribeExecutionCommand({ executionArn }));

/** The shape of public examples (aws-samples, serverless-patterns: sfn-sqs with a callback): a definition beside the template. */
const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Inbox: {Type: AWS::SQS::Queue}
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: orders
      DefinitionUri: statemachine/orders.asl.json
      DefinitionSubstitutions: {QueueUrl: !Ref Inbox}
      Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Inbox.QueueName}]
      Events:
        Placed:
          Type: EventBridgeRule
          Properties: {Pattern: {source: [shop]}, InputPath: $.detail}
Outputs:
  Arn: {Value: !Ref Orders}
  Queue: {Value: !Ref Inbox}
`;
const DEFINITION = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: {
        QueueUrl: '$' + '{QueueUrl}',
        MessageBody: { 'order.$': '$.id', 'token.$': '$$.Task.Token' },
      },
      ResultPath: '$.answer',
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Reject' }],
      Next: 'Cool down',
    },
    'Cool down': { Type: 'Wait', Seconds: 86_400, Next: 'Ship' },
    Ship: { Type: 'Succeed' },
    Reject: { Type: 'Fail', Error: 'Rejected', CausePath: '$.failure.Cause' },
  },
};

async function deploy() {
  const directory = await mkdtemp(join(tmpdir(), 'earwitness-machines-'));
  try {
    await mkdir(join(directory, 'statemachine'));
    await writeFile(join(directory, 'statemachine', 'orders.asl.json'), JSON.stringify(DEFINITION));
    return await local.deploy({ name: 'shop', template: TEMPLATE, directory });
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function token(QueueUrl: string | undefined): Promise<{ order: number; token: string }> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  return JSON.parse(Messages[0]?.Body ?? '{}');
}

test('an event starts the workflow, a worker answers by its token, and a day passes in an instant', async () => {
  const { Arn: stateMachineArn = '', Queue } = await deploy();
  const entry = { Source: 'shop', DetailType: 'placed', Detail: '{"id":7}' };
  await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  await local.clock.advance(0);
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const [{ executionArn = '' } = {}] = executions;
  const asked = await token(Queue);
  expect(asked.order).toBe(7);
  await hours(1);
  await sfn.send(new SendTaskSuccessCommand({ taskToken: asked.token, output: '{"ok":true}' }));
  await hours(23);
  expect((await describeExecution(executionArn)).status).toBe('RUNNING');
  await hours(1);
  const { status, output, startDate, stopDate } = await describeExecution(executionArn);
  expect([status, JSON.parse(output ?? '')]).toEqual(['SUCCEEDED', { id: 7, answer: { ok: true } }]);
  expect([startDate, stopDate]).toEqual([new Date(START), new Date(START + 25 * 3_600_000)]);
});

test('a worker that refuses fails the execution with error and cause, and the history says how', async () => {
  const { Arn = '', Queue } = await deploy();
  const executionArn = await start(Arn, { id: 8 });
  const { token: taskToken } = await token(Queue);
  await sfn.send(new SendTaskFailureCommand({ taskToken, error: 'NoStock', cause: 'none left' }));
  await local.clock.advance(0);
  expect(await describeExecution(executionArn)).toMatchObject({
    status: 'FAILED',
    error: 'Rejected',
    cause: 'none left',
    redriveStatus: 'REDRIVABLE',
  });
  const types: string[] = [];
  for await (const { events = [] } of paginateGetExecutionHistory({ client: sfn, pageSize: 3 }, { executionArn })) {
    types.push(...events.map(({ type = '' }) => type));
  }
  expect(types).toEqual([
    ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed'],
    ...['TaskStateExited', 'FailStateEntered', 'ExecutionFailed'],
  ]);
  const again = sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  await expect(again).rejects.toMatchObject({ name: expect.stringMatching(/^Task(TimedOut|DoesNotExist)$/) });
});

test('an execution is stopped, redriven, and is the only one of its name', async () => {
  const machine = await create({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } });
  const executionArn = await start(machine, { n: 1 }, 'one');
  expect(await start(machine, { n: 1 }, 'one')).toBe(executionArn);
  await expect(start(machine, { n: 2 }, 'one')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  await sfn.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'of it' }));
  expect(await describeExecution(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'of it' });
  const { redriveDate } = await sfn.send(new RedriveExecutionCommand({ executionArn }));
  expect(redriveDate).toEqual(new Date(local.clock.now()));
  await local.clock.advance(60_000);
  expect(await describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }));
  expect(events[0]).toMatchObject({
    type: 'ExecutionSucceeded',
    executionSucceededEventDetails: { output: '{"n":1}' },
  });
});

test('an Express machine answers at once, in both query languages', async () => {
  const definition = {
    StartAt: 'Sum',
    States: {
      Sum: {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        Output: { sum: '{% $sum($states.input.items.price) %}' },
        Next: 'B',
      },
      B: { Type: 'Pass', Parameters: { 'text.$': "States.Format('{} in all', $.sum)" }, End: true },
    },
  };
  const stateMachineArn = await create(definition, 'EXPRESS');
  const input = JSON.stringify({ items: [{ price: 2 }, { price: 3 }] });
  const answer = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input }));
  expect(answer).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"text":"5 in all"}',
    billingDetails: { billedMemoryUsedInMB: 64 },
  });
  const list = sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  await expect(list).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
});

test('a worker polls for the tasks of an activity', async () => {
  const { activityArn = '' } = await sfn.send(new CreateActivityCommand({ name: 'pack' }));
  const machine = await create({ StartAt: 'P', States: { P: { Type: 'Task', Resource: activityArn, End: true } } });
  const executionArn = await start(machine, { box: 1 });
  const { taskToken, input } = await sfn.send(new GetActivityTaskCommand({ activityArn, workerName: 'hand' }));
  expect(input).toBe('{"box":1}');
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"packed"' }));
  await local.clock.advance(0);
  expect(await describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"packed"' });
  await sfn.send(new DeleteActivityCommand({ activityArn }));
  await expect(sfn.send(new GetActivityTaskCommand({ activityArn }))).rejects.toBeInstanceOf(ActivityDoesNotExist);
});

test('refusals are the errors that the SDK knows', async () => {
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:none';
  const describeMachine = (arn: string) => sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  await expect(describeMachine(stateMachineArn)).rejects.toBeInstanceOf(StateMachineDoesNotExist);
  await expect(describeMachine('none')).rejects.toBeInstanceOf(InvalidArn);
  await expect(create({ StartAt: 'A' })).rejects.toBeInstanceOf(InvalidDefinition);
  const labelled = sfn.send(new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}/map` }));
  await expect(labelled).rejects.toBeInstanceOf(ValidationException);
  await expect(labelled).rejects.toMatchObject({ reason: 'API_DOES_NOT_SUPPORT_LABELED_ARNS' });
});

const isInstalled = await run('aws', ['--version']).then(
  ({ code }) => code === 0,
  () => false,
);

test.skipIf(!isInstalled)('the AWS CLI makes a machine, starts it and reads its history', async () => {
  const aws = async (...args: string[]) => {
    const call = ['stepfunctions', ...args, '--endpoint-url', local.url, '--output', 'json'];
    const { stdout, stderr } = await run('aws', call, { env: local.env });
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"ok":true},"End":true}}}';
  const made = ['--name', 'cli', '--definition', definition, '--role-arn', ROLE];
  const { stateMachineArn } = await aws('create-state-machine', ...made);
  const { executionArn } = await aws('start-execution', '--state-machine-arn', stateMachineArn, '--input', '{}');
  await local.clock.advance(0);
  expect(await aws('describe-execution', '--execution-arn', executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"ok":true}',
  });
  const { events } = await aws('get-execution-history', '--execution-arn', executionArn);
  expect(events.length).toBe(4);
});
