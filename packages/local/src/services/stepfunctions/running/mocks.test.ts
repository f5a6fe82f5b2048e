// Results of tasks that a test says. Source of the file's form: Step Functions developer guide, "Configuration file for
// mocked service integrations".
import { type MockedResults, parseMockedResults } from '@earwitness/protocol/internal/admin/mocked-results';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT } from '../../../test-cloud.ts';
import { createStepFunctionsService } from '../service.ts';

let cloud: Cloud;
const sfn = callerOf('stepfunctions', () => cloud);
let machine: string;

const Charge = {
  ...{ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'charge' } },
  Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 2 }],
  Next: 'Ask',
};
const Ask = {
  ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true },
  Parameters: { QueueUrl: 'nowhere', MessageBody: 'x' },
};

beforeEach(async () => {
  cloud = createTestCloud(createStepFunctionsService);
  const definition = JSON.stringify({ StartAt: 'Charge', States: { Charge, Ask } });
  const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
  machine = (await sfn('CreateStateMachine', { name: 'orders', definition, roleArn })).stateMachineArn;
});
afterEach(() => cloud.close());

const mock = (body: unknown) => cloud.mockTasks(parseMockedResults(JSON.stringify(body)));

async function run() {
  const { executionArn } = await sfn('StartExecution', { stateMachineArn: machine });
  await cloud.clock.advance(3000);
  const { status, output, error, cause } = await sfn('DescribeExecution', { executionArn });
  return { status, output, error, cause };
}

const paid = { Return: { Payload: { paid: true } } };
const busy = { Throw: { Error: 'Busy', Cause: 'Come again.' } };
const approved = { Return: { approved: true } };

test('mocked tasks are answered with what a test says, also those that would wait', async () => {
  await mock({ stateMachines: { orders: { Charge: paid, Ask: approved } } });
  for (let times = 0; times < 2; times++) {
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', output: '{"approved":true}' });
  }
  const facts = cloud.journal.read().flatMap((fact) => (fact.kind === 'task.attempted' ? [fact] : []));
  expect(facts.map(({ state, outcome, isMocked }) => ({ state, outcome, isMocked }))).toEqual(
    ['Charge', 'Ask', 'Charge', 'Ask'].map((state) => ({ state, outcome: 'succeeded', isMocked: true })),
  );
});

test('a list is used in order within each execution, and its end is told', async () => {
  await mock({ stateMachines: { [machine]: { Charge: [busy, busy, paid], Ask: [approved] } } });
  expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
  await mock({ stateMachines: { orders: { Charge: [busy], Ask: [approved] } } });
  expect(await run()).toMatchObject({
    status: 'FAILED',
    error: 'Earwitness.NoMockedResult',
    cause:
      'State "Charge" has one mocked result, and this is call 2 in this execution. A list has one for each call, those by Retry too.',
  });
});

// Else a test of the way that Catch leads to passes, for want of a result.
test('a list that is used up is not caught and not tried again, by States.ALL either', async () => {
  const [ErrorEquals] = [['States.ALL']];
  const Caught = { ...Charge, Retry: [{ ErrorEquals }], Catch: [{ ErrorEquals, Next: 'Ask' }] };
  const definition = JSON.stringify({ StartAt: 'Charge', States: { Charge: Caught, Ask } });
  await sfn('UpdateStateMachine', { stateMachineArn: machine, definition });
  await mock({ stateMachines: { orders: { Charge: [busy], Ask: [approved] } } });
  expect(await run()).toMatchObject({ status: 'FAILED', error: 'Earwitness.NoMockedResult' });
});

test('a mocked state that a change of the machine takes away is told', async () => {
  await mock({ stateMachines: { orders: { Charge: paid, Ask: approved } } });
  const definition = JSON.stringify({ StartAt: 'Bill', States: { Bill: Charge, Ask } });
  await sfn('UpdateStateMachine', { stateMachineArn: machine, definition });
  const told = cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));
  expect(told).toEqual([
    'Results are mocked for "Charge", which is no task of orders any more: what took its place is called.',
  ]);
});

test("a test case of AWS's file is run as it is", async () => {
  await mock({
    StateMachines: { orders: { TestCases: { Retry: { Charge: 'Twice', Ask: 'Yes' } } } },
    MockedResponses: { Twice: { '0-1': busy, '2': paid }, Yes: { '0': approved } },
    use: { orders: 'Retry' },
  });
  expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
});

test('names that lead nowhere are refused, with what was perhaps meant', async () => {
  const refused = (body: unknown) => refusalOf(mock(body));
  expect(await refused({ stateMachines: { order: { Charge: paid } } })).toBe(
    'StateMachineDoesNotExist: There is no state machine "order". Did you mean "orders"?',
  );
  expect(await refused({ stateMachines: { orders: { Change: paid } } })).toBe(
    'ValidationException: State machine "orders" has no state "Change". Did you mean "Charge"? Its tasks: "Charge", "Ask".',
  );
  const definition = JSON.stringify({
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 1, Next: 'Ask' }, Ask },
  });
  await sfn('UpdateStateMachine', { stateMachineArn: machine, definition });
  expect(await refused({ stateMachines: { orders: { Wait: paid } } })).toBe(
    'ValidationException: State "Wait" of state machine "orders" is a Wait, and only results of tasks are mocked. Its tasks: "Ask".',
  );
});

test('no states and a purge take mocks away', async () => {
  const all: MockedResults = { orders: { Charge: { kind: 'always', result: paid } } };
  await cloud.mockTasks(all);
  expect(await cloud.taskResults()).toEqual(all);
  await mock({ stateMachines: { orders: {} } });
  expect(await cloud.taskResults()).toEqual({});
  await cloud.mockTasks(all);
  await cloud.purge();
  expect(await cloud.taskResults()).toEqual({});
});
