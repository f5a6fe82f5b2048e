// What a Resource names.
import { expect, test } from 'vitest';
import { hasToken, namesOf, parseResource } from './resource.ts';

// Source: developer guide, "Service integrations with Step Functions", "Service integration patterns".
test('a Resource names a function, an activity, or an integration with its pattern', () => {
  const fn = 'arn:aws:lambda:eu-west-1:123456789012:function:charge:live';
  const activity = 'arn:aws-cn:states:cn-north-1:123456789012:activity:pack';
  expect(parseResource(fn)).toEqual({ kind: 'function', arn: fn });
  expect(parseResource(activity)).toEqual({ kind: 'activity', arn: activity });
  expect(parseResource('arn:aws:states:::states:startExecution.sync:2')).toEqual({
    ...{ kind: 'optimized', service: 'states', action: 'startExecution', pattern: 'sync:2' },
  });
  expect(parseResource('arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken')).toEqual({
    ...{ kind: 'sdk', service: 'sqs', action: 'sendMessage', pattern: 'token' },
  });
});

// Source: recorded on AWS (aws-cdk, pull request 27635): `aws-sdk:cloudwatchlogs:CreateLogStream` is not recognized.
test('an action begins with a small letter', () => {
  expect(parseResource('arn:aws:states:::aws-sdk:dynamodb:Scan')).toBeUndefined();
  expect(parseResource('arn:aws:states:::sqs:SendMessage')).toBeUndefined();
});

// Source: developer guide, "Service integration patterns": Run a Job is for optimized integrations.
test.each([
  'arn:aws:states:::aws-sdk:dynamodb:scan.sync',
  'arn:aws:states:::sqs:sendMessage.sync:3',
  'arn:aws:states:::sqs:sendMessage.WaitForTaskToken',
  'arn:aws:states:::sqs',
  'arn:aws:states:eu-west-1:123456789012:stateMachine:orders',
  'arn:aws:sqs:eu-west-1:123456789012:orders',
  'orders',
])('%s names nothing that can be called', (text) => {
  expect(parseResource(text)).toBeUndefined();
  expect(hasToken(parseResource(text))).toBe(false);
});

// Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/services, resourceType and resource).
test.each([
  ['sqs:sendMessage.waitForTaskToken', 'sqs', 'sendMessage.waitForTaskToken', true],
  ['states:startExecution.sync:2', 'states', 'startExecution.sync:2', true],
  ['aws-sdk:dynamodb:getItem', 'aws-sdk:dynamodb', 'getItem', false],
])('%s is told in histories as %s and %s', (text, resourceType, resource, waits) => {
  const parsed = parseResource(`arn:aws:states:::${text}`);
  expect(parsed && 'pattern' in parsed && namesOf(parsed)).toEqual({ resourceType, resource });
  expect(hasToken(parsed)).toBe(waits);
});
