import { expect, test } from 'vitest';
import { InvalidMockedResultsError, parseMockedResults } from './mocked-results.ts';

const ok = { Return: { Payload: { paid: true } } };
const declined = { Throw: { Error: 'Declined', Cause: 'no money' } };
const parse = (body: unknown) => parseMockedResults(JSON.stringify(body));

function refusalOf(body: unknown): string {
  try {
    return JSON.stringify(parse(body));
  } catch (error) {
    if (!(error instanceof InvalidMockedResultsError)) throw error;
    return error.message.replace(/ Expected is .*/s, '');
  }
}

test('one result is given always, a list in order, ranges as AWS writes them', () => {
  expect(parse({ stateMachines: { orders: { A: ok, B: [declined, ok], C: { '0': ok, '1-2': declined } } } })).toEqual({
    orders: {
      A: { kind: 'always', result: ok },
      B: { kind: 'in order', results: [declined, ok] },
      C: { kind: 'in order', results: [ok, declined, declined] },
    },
  });
});

// Source: Step Functions developer guide, "Configuration file for mocked service integrations": the example's form.
const FILE = {
  StateMachines: {
    LambdaSQSIntegration: {
      TestCases: {
        HappyPath: { LambdaState: 'MockedLambdaSuccess', SQSState: 'MockedSQSSuccess' },
        RetryPath: { LambdaState: 'MockedLambdaRetry', SQSState: 'MockedSQSSuccess' },
      },
    },
  },
  MockedResponses: {
    MockedLambdaSuccess: { '0': ok },
    MockedLambdaRetry: { '0': declined, '1-2': declined, '3': ok },
    MockedSQSSuccess: { '0': { Return: { MessageId: 'm' } } },
  },
};

test('a mock configuration file of AWS is taken with the test case that each machine is to run', () => {
  expect(parse({ ...FILE, use: { LambdaSQSIntegration: 'RetryPath' } })).toEqual({
    LambdaSQSIntegration: {
      LambdaState: { kind: 'in order', results: [declined, declined, declined, ok] },
      SQSState: { kind: 'in order', results: [{ Return: { MessageId: 'm' } }] },
    },
  });
});

test.each([
  [[], 'The body is not an object.'],
  [{ machines: {} }, "The body has no member 'machines'."],
  [
    { stateMachines: { orders: { A: { Return: 1, Throw: {} } } } },
    'stateMachines.orders.A has neither Return nor Throw alone.',
  ],
  [
    { stateMachines: { orders: { A: { first: ok } } } },
    'stateMachines.orders.A has a member \'first\', which is no call ("0") and no range of calls ("1-2").',
  ],
  [{ stateMachines: { orders: { A: { '1': ok } } } }, 'stateMachines.orders.A says nothing of call 0.'],
  [
    { stateMachines: { orders: { A: { Throw: { Error: 1 } } } } },
    'stateMachines.orders.A.Throw: Error and Cause are text.',
  ],
  [FILE, 'use is not an object.'],
  [
    { ...FILE, use: { LambdaSQSIntegration: 'SadPath' } },
    "StateMachines.LambdaSQSIntegration.TestCases has no 'SadPath'.",
  ],
  [{ ...FILE, use: { other: 'HappyPath' } }, "StateMachines has no 'other'."],
])('what says no results is refused with its place: %j', (body, sentence) => {
  expect(refusalOf(body)).toBe(sentence);
});
