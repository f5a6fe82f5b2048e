import type { Operations } from '@earwitness/protocol/internal/aws/models/logs.types';
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createLogsService } from './service.ts';

const DAY_MS = 86_400_000;
const names = { logGroupName: '/app', logStreamName: 's' };

let cloud: Cloud;
beforeEach(async () => {
  cloud = createTestCloud(createLogsService);
  await logs('CreateLogGroup', { logGroupName: '/app' });
  await logs('CreateLogStream', names);
});

const logs = callerOf('logs', () => cloud);

const put = (messages: readonly string[], timestamp = TEST_START, logStreamName = 's') =>
  logs('PutLogEvents', { ...names, logStreamName, logEvents: messages.map((message) => ({ timestamp, message })) });

test('what was put is read back from the end or from the head, page by page, until the token stays the same', async () => {
  await put(['1', '2', '3', '4', '5']);
  const page = async (input: Partial<Operations['GetLogEvents']['input']>) => {
    const answer = await logs('GetLogEvents', { ...names, limit: 2, ...input });
    return {
      messages: answer.events?.map((event) => event.message),
      forward: answer.nextForwardToken,
      back: answer.nextBackwardToken,
    };
  };
  const last = await page({});
  expect(last.messages).toEqual(['4', '5']);
  expect((await page({ nextToken: last.back })).messages).toEqual(['2', '3']);
  const first = await page({ startFromHead: true });
  expect(first.messages).toEqual(['1', '2']);
  const second = await page({ nextToken: first.forward });
  expect(second.messages).toEqual(['3', '4']);
  const third = await page({ nextToken: second.forward });
  const end = await page({ nextToken: third.forward });
  expect([third.messages, end.messages, end.forward]).toEqual([['5'], [], third.forward]);
});

test('events are filtered by terms, streams and time, over all streams in order', async () => {
  await logs('CreateLogStream', { ...names, logStreamName: 't' });
  await put(['ERROR one'], TEST_START);
  await put(['WARN two'], TEST_START + 1, 't');
  await put(['ERROR three timeout'], TEST_START + 2);
  const filter = async (input: Partial<Operations['FilterLogEvents']['input']>) => {
    const { events } = await logs('FilterLogEvents', { logGroupName: '/app', ...input });
    return events?.map((event) => `${event.logStreamName}: ${event.message}`);
  };
  expect(await filter({})).toEqual(['s: ERROR one', 't: WARN two', 's: ERROR three timeout']);
  expect(await filter({ filterPattern: 'ERROR -timeout' })).toEqual(['s: ERROR one']);
  expect(await filter({ filterPattern: '?WARN ?timeout' })).toEqual(['t: WARN two', 's: ERROR three timeout']);
  expect(await filter({ filterPattern: '"three timeout"' })).toEqual(['s: ERROR three timeout']);
  expect(await filter({ logStreamNames: ['t'] })).toEqual(['t: WARN two']);
  expect(await filter({ startTime: TEST_START + 1, endTime: TEST_START + 2 })).toEqual(['t: WARN two']);
  expect(await refusalOf(filter({ filterPattern: '{ $.level = "x" }' }))).toBe(
    'InvalidParameterException: Earwitness does not evaluate JSON, column and regular expression filter patterns: { $.level = "x" }',
  );
});

test('events that are too old or too new are left out and told of; those of one call must be in order', async () => {
  const at = (...offsets: number[]) => offsets.map((offset) => ({ timestamp: TEST_START + offset, message: 'x' }));
  expect(await logs('PutLogEvents', { ...names, logEvents: at(-15 * DAY_MS, 0, DAY_MS) })).toEqual({
    nextSequenceToken: expect.any(String),
    rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 },
  });
  expect((await logs('GetLogEvents', names)).events).toHaveLength(1);
  expect(await refusalOf(logs('PutLogEvents', { ...names, logEvents: at(1, 0) }))).toBe(
    'InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.',
  );
});

test('events expire after the retention period', async () => {
  await logs('PutRetentionPolicy', { logGroupName: '/app', retentionInDays: 1 });
  await put(['old']);
  await cloud.clock.advance(DAY_MS);
  await put(['new'], TEST_START + DAY_MS);
  await cloud.clock.advance(1);
  expect((await logs('GetLogEvents', names)).events?.map((event) => event.message)).toEqual(['new']);
});

test('groups and streams are described', async () => {
  await put(['12345']);
  expect(await logs('DescribeLogGroups', { logGroupNamePrefix: '/a' })).toEqual({
    logGroups: [
      {
        logGroupName: '/app',
        creationTime: TEST_START,
        metricFilterCount: 0,
        arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/app:*',
        logGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/app',
        storedBytes: 31,
        logGroupClass: 'STANDARD',
        deletionProtectionEnabled: false,
      },
    ],
  });
  expect((await logs('DescribeLogStreams', { logGroupName: '/app' })).logStreams).toMatchObject([
    {
      logStreamName: 's',
      arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/app:log-stream:s',
      firstEventTimestamp: TEST_START,
      lastEventTimestamp: TEST_START,
    },
  ]);
});

test.each([
  [
    'CreateLogGroup',
    { logGroupName: '/app' },
    'ResourceAlreadyExistsException: The specified log group already exists',
  ],
  ['CreateLogStream', names, 'ResourceAlreadyExistsException: The specified log stream already exists'],
  ['DeleteLogGroup', { logGroupName: '/no' }, 'ResourceNotFoundException: The specified log group does not exist.'],
  [
    'GetLogEvents',
    { ...names, logStreamName: 'no' },
    'ResourceNotFoundException: The specified log stream does not exist.',
  ],
  [
    'CreateLogGroup',
    { logGroupName: '' },
    "InvalidParameterException: 2 validation errors detected: Value '' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+; Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
] as const)('%s %j is refused as on AWS', async (operation, input, expected) => {
  expect(await refusalOf(logs(operation, input))).toBe(expected);
});

test('a deleted group takes its streams and events along', async () => {
  await put(['x']);
  await logs('DeleteLogGroup', { logGroupName: '/app' });
  await logs('CreateLogGroup', { logGroupName: '/app' });
  expect((await logs('DescribeLogStreams', { logGroupName: '/app' })).logStreams).toEqual([]);
  await logs('CreateLogStream', names);
  expect((await logs('GetLogEvents', names)).events).toEqual([]);
});

test('EventBridge needs a resource policy to write, Lambda does not', async () => {
  const by = (service: string) => ({ ...testCall, principal: { kind: 'service' as const, service } });
  const write = (service: string) =>
    refusalOf(logs('PutLogEvents', { ...names, logEvents: [{ timestamp: TEST_START, message: 'x' }] }, by(service)));
  expect(await write('lambda.amazonaws.com')).toBe('not refused');
  expect(await write('events.amazonaws.com')).toBe(
    'AccessDeniedException: User: events.amazonaws.com is not authorized to perform: logs:PutLogEvents on resource: arn:aws:logs:eu-west-1:123456789012:log-group:/app:log-stream:s because no resource-based policy allows the logs:PutLogEvents action',
  );
  const statement = {
    Effect: 'Allow',
    Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:/app:*',
  };
  await logs('PutResourcePolicy', { policyName: 'p', policyDocument: JSON.stringify({ Statement: [statement] }) });
  expect(await write('events.amazonaws.com')).toBe('not refused');
});

test('tags are kept by name and by ARN', async () => {
  const resourceArn = 'arn:aws:logs:eu-west-1:123456789012:log-group:/app';
  await logs('TagLogGroup', { logGroupName: '/app', tags: { a: '1', b: '2' } });
  await logs('UntagResource', { resourceArn, tagKeys: ['a'] });
  expect(await logs('ListTagsForResource', { resourceArn })).toEqual({ tags: { b: '2' } });
});

// Recorded on AWS: LocalStack, test_create_and_delete_log_stream, February 2026.
test('a stream shows no sequence token, empty or written to; PutLogEvents still returns one', async () => {
  const stream = {
    logStreamName: 's',
    creationTime: TEST_START,
    arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/app:log-stream:s',
    storedBytes: 0,
  };
  const described = async () => (await logs('DescribeLogStreams', { logGroupName: '/app' })).logStreams;
  expect(await described()).toEqual([stream]);
  expect((await put(['x'])).nextSequenceToken).toMatch(/^\d{56}$/);
  expect(await described()).toEqual([
    { ...stream, firstEventTimestamp: TEST_START, lastEventTimestamp: TEST_START, lastIngestionTime: TEST_START },
  ]);
});

// Recorded on AWS: LocalStack, the error cases of its tests of groups, streams, events and resource policies, February
// 2026.
test('refusals are in the words of CloudWatch Logs', async () => {
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  for (let index = 0; index < 10; index++) {
    await logs('PutResourcePolicy', { policyName: `p${index}`, policyDocument });
  }
  expect(await refusalOf(logs('PutResourcePolicy', { policyName: 'p0', policyDocument }))).toBe('not refused');
  const long = 'x'.repeat(513);
  const refused = [
    logs('PutResourcePolicy', { policyName: 'eleventh', policyDocument }),
    logs('DeleteResourcePolicy', { policyName: 'none' }),
    logs('DescribeLogStreams', { logGroupName: '/app', logGroupIdentifier: '/app' }),
    logs('CreateLogGroup', { logGroupName: long }),
    logs('CreateLogStream', { logGroupName: '/app', logStreamName: long }),
    logs('DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }),
    logs('GetLogEvents', { ...names, limit: 10_001 }),
    logs('FilterLogEvents', { logGroupName: '/app', limit: 10_001 }),
    logs('GetLogEvents', { ...names, nextToken: 'x' }),
    logs('FilterLogEvents', { logGroupName: '/app', nextToken: 'x' }),
    logs('PutLogEvents', { ...names, logStreamName: 'none', logEvents: [{ timestamp: TEST_START, message: 'x' }] }),
  ];
  const tooLong =
    'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.';
  const limit =
    "InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000";
  expect(await Promise.all(refused.map(refusalOf))).toEqual([
    'LimitExceededException: Resource limit exceeded.',
    'ResourceNotFoundException: Policy with name [none] does not exist.',
    'ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    tooLong,
    tooLong,
    'InvalidParameterException: LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    limit,
    limit,
    'InvalidParameterException: The specified nextToken is invalid.',
    'InvalidParameterException: The specified nextToken is invalid.',
    'ResourceNotFoundException: The specified log stream does not exist.',
  ]);
});
