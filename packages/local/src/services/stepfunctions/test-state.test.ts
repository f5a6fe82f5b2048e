// TestState through the dispatcher: what a task without a mock really calls, and mocked results that do not fit their
// API. "Recorded" are answers that LocalStack's tests recorded on AWS
// (tests/aws/services/stepfunctions/v2/test_state).
import type { Operations } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_REGION } from '../../test-cloud.ts';
import { createEventsService } from '../events/service.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createStepFunctionsService } from './service.ts';

let cloud: Cloud;
const states = callerOf('stepfunctions', () => cloud);
const sqs = callerOf('sqs', () => cloud);

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const testOf = (state: object, input: Partial<Operations['TestState']['input']> = {}) =>
  states('TestState', { definition: JSON.stringify(state), roleArn, ...input });

beforeEach(() => {
  cloud = createTestCloud(createStepFunctionsService, createSqsService, createIamService, createEventsService);
});

// Recorded: test_test_state_scenarios.
test('a state is run with an input, and says where it leads', async () => {
  const state = { Type: 'Pass', Parameters: { 'id.$': '$.order.id' }, Next: 'Ship' };
  expect(await testOf(state, { input: '{"order":{"id":7}}' })).toEqual({
    status: 'SUCCEEDED',
    output: '{"id":7}',
    nextState: 'Ship',
  });
});

// Recorded: test_map_state_failure_count, test_state_with_variables: each call has a machine of its own, and an Express
// execution of it; the state is called StateName.
test('the context object names an execution of this call alone', async () => {
  const machine = { StartAt: 'Ship', States: { Ship: { Type: 'Pass', OutputPath: '$$', End: true } } };
  const contexts = [];
  for (let times = 0; times < 2; times++) {
    const { output = '' } = await testOf(machine, { stateName: 'Ship' });
    contexts.push(JSON.parse(output));
  }
  const [{ Execution, StateMachine, State }, other] = contexts;
  const prefix = `arn:aws:states:${TEST_REGION}:${TEST_ACCOUNT}`;
  expect(Execution.Id).toBe(`${prefix}:express:${StateMachine.Name}:${Execution.Name}`);
  expect(StateMachine.Id).toBe(`${prefix}:stateMachine:${StateMachine.Name}`);
  expect(State.Name).toBe('StateName');
  expect(other.StateMachine.Name).not.toBe(StateMachine.Name);
});

test('a task without a mock calls what it names, as the role', async () => {
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: 'inbox' });
  const task = (action: string, Parameters: object) => ({
    ...{ Type: 'Task', Resource: `arn:aws:states:::${action}`, Parameters, End: true },
  });
  const { status } = await testOf(task('sqs:sendMessage', { QueueUrl, MessageBody: 'hello' }));
  expect(status).toBe('SUCCEEDED');
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl });
  expect(Messages.map(({ Body }) => Body)).toEqual(['hello']);
  const failing = await testOf(task('aws-sdk:sqs:getQueueUrl', { QueueName: 'none' }));
  expect(failing).toMatchObject({ status: 'FAILED', error: 'Sqs.QueueDoesNotExistException' });
});

const mocked = (action: string, result: unknown, fieldValidationMode?: 'STRICT' | 'PRESENT' | 'NONE') =>
  testOf(
    { Type: 'Task', Resource: `arn:aws:states:::${action}`, Parameters: {}, End: true },
    { mock: { result: JSON.stringify(result), ...(fieldValidationMode && { fieldValidationMode }) } },
  );

// Recorded: test_field_validation_mode.
test.each([
  ['events:putEvents', { Entries: 'a' }, "Field 'Entries' must be an array"],
  ['events:putEvents', { Entries: [{ EventId: 'a' }, { EventId: 1 }] }, "Field 'EventId' must be a string"],
  ['aws-sdk:sfn:startExecution', { StartDate: 'a' }, "Required field 'ExecutionArn' is missing"],
  ['aws-sdk:sfn:startExecution', { executionArn: 'a', StartDate: 'b' }, "Required field 'ExecutionArn' is missing"],
  ['aws-sdk:sfn:startExecution', { ExecutionArn: 'a', StartDate: 1 }, "Field 'StartDate' must be a string"],
  ['lambda:invoke', { StatusCode: '200' }, "Field 'StatusCode' must be a number"],
  ['aws-sdk:kms:encrypt', { CiphertextBlob: '' }, "Field 'CiphertextBlob' is smaller than the minimum length"],
])('of %s the mocked result %j is refused', async (action, result, problem) => {
  expect(await refusalOf(mocked(action, result))).toBe(
    `ValidationException: Mock result schema validation error: ${problem}`,
  );
});

// Recorded: test_field_validation_mode, test_field_validation_mode_none and test_field_validation_mode_present.
test('what the API does not have is nothing to it, and less is looked at when asked', async () => {
  expect(await mocked('events:putEvents', { random: 'json' })).toMatchObject({ output: '{"random":"json"}' });
  expect(await mocked('aws-sdk:sfn:startExecution', { StartDate: 'a' }, 'PRESENT')).toMatchObject({
    status: 'SUCCEEDED',
  });
  expect(await mocked('events:putEvents', { Entries: 'a' }, 'NONE')).toMatchObject({ output: '{"Entries":"a"}' });
});

// Recorded: test_state_mock_validation.
test('a task needs a role or a mock', async () => {
  const definition = JSON.stringify({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true });
  expect(await refusalOf(states('TestState', { definition }))).toBe(
    'ValidationException: RoleArn must be specified when testing a Task state',
  );
});
