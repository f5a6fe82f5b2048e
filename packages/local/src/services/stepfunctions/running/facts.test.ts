import { expect, onTestFinished, test } from 'vitest';
import { callerOf, createTestCloud, TEST_ACCOUNT } from '../../../test-cloud.ts';
import { createStepFunctionsService } from '../service.ts';

// The history has the evaluation that failed follow what came before its state. Recorded on AWS: LocalStack,
// tests/aws/services/stepfunctions/v2, assign, test_undefined_reference.
test('an expression that fails is told of its own state, and what becomes of it', async () => {
  const cloud = createTestCloud(createStepFunctionsService);
  onTestFinished(() => cloud.close());
  const sfn = callerOf('stepfunctions', () => cloud);
  const send = {
    ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true },
    Arguments: { QueueUrl: 'queue', MessageBody: '{% $states.input.missing %}' },
  };
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Reserve',
    States: {
      Reserve: { ...send, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Release' }] },
      Release: { ...send, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] },
    },
  };
  const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
  const { stateMachineArn } = await sfn('CreateStateMachine', {
    ...{ name: 'orders', definition: JSON.stringify(definition), roleArn },
  });
  await sfn('StartExecution', { stateMachineArn });
  await cloud.clock.advance(1000);

  const facts = cloud.journal.read().filter(({ kind }) => kind === 'state.failed' || kind === 'execution.ended');
  const error = 'States.QueryEvaluationError';
  expect(facts).toMatchObject([
    { kind: 'state.failed', state: 'Reserve', error, next: 'caught' },
    { kind: 'state.failed', state: 'Release', error, next: 'tried again', retry: { attempt: 2, inMs: 1000 } },
    { kind: 'state.failed', state: 'Release', error, next: 'not caught' },
    { kind: 'execution.ended', status: 'FAILED', error, state: 'Release' },
  ]);
});
