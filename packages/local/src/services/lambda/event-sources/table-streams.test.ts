// Streams of tables that feed functions: what an invocation gets, and what becomes of a batch that fails. Sources,
// where no other is given: recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping,
// test_lambda_integration_dynamodbstreams; Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB".
import type { CreateEventSourceMappingRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { zipInlineCode } from '../../../functions/code/code.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START } from '../../../test-cloud.ts';
import { createDynamoDbService } from '../../dynamodb/service.ts';
import { createDynamoDbStreamsService } from '../../dynamodb/streams/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createLambdaService } from '../service.ts';

let cloud: Cloud;
let StreamArn: string;
const lambda = callerOf('lambda', () => cloud);
const dynamodb = callerOf('dynamodb', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const iam = callerOf('iam', () => cloud);

const TableName = 'orders';
const SINGLE_KEY = {
  TableName,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:failures';
const QueueUrl = 'http://127.0.0.1:4566/123456789012/failures';

beforeEach(async () => {
  cloud = createTestCloud(
    createDynamoDbService,
    createDynamoDbStreamsService,
    createIamService,
    createSqsService,
    createLambdaService,
  );
  const made = await dynamodb('CreateTable', {
    ...SINGLE_KEY,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  StreamArn = made.TableDescription?.LatestStreamArn ?? '';
});
afterEach(() => cloud.close());

async function create(body: string, Role = 'arn:aws:iam::123456789012:role/made-up') {
  const ZipFile = zipInlineCode(`exports.handler = async (event) => { if (!event.Records) return;
    const ids = event.Records.map((r) => r.dynamodb.Keys.id.S); ${body} };`);
  const settings = { Role, Runtime: 'nodejs20.x', Handler: 'index.handler' } as const;
  await lambda('CreateFunction', { FunctionName: 'f', ...settings, Code: { ZipFile } });
  // Its environment is there before a record comes, on two nodes on each: the clock that a test advances waits only so
  // long for one that starts.
  for (const _ of ['here', 'there']) await lambda('Invoke', { FunctionName: 'f', Payload: Buffer.from('{}') });
}

const map = (more: Partial<CreateEventSourceMappingRequest> = {}) =>
  lambda('CreateEventSourceMapping', {
    ...{ FunctionName: 'f', EventSourceArn: StreamArn, StartingPosition: 'TRIM_HORIZON' },
    ...more,
  });

const put = (id: string, more: object = {}) => dynamodb('PutItem', { TableName, Item: { id: { S: id }, ...more } });

/** What the function printed, line by line. */
const printed = () => cloud.journal.read().flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : []));
const SAY = 'console.log(ids.join());';

async function failures(): Promise<unknown[]> {
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
  for (const { ReceiptHandle = '' } of Messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

describe('a mapping of a stream', () => {
  test('is being created when it is answered, with every default, and enabled then', async () => {
    await create(SAY);
    const { UUID = '', LastModified, ...made } = await map();
    expect(made).toEqual({
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn: StreamArn,
      EventSourceMappingArn: `arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:${UUID}`,
      FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
      FunctionResponseTypes: [],
      LastProcessingResult: 'No records processed',
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'User action',
      TumblingWindowInSeconds: 0,
    });
    expect((await lambda('GetEventSourceMapping', { UUID })).State).toBe('Enabled');
    await put('a');
    await cloud.clock.advance(0);
    expect((await lambda('GetEventSourceMapping', { UUID })).LastProcessingResult).toBe('OK');
    expect((await lambda('UpdateEventSourceMapping', { UUID, BatchSize: 5 })).State).toBe('Updating');
    expect((await lambda('UpdateEventSourceMapping', { UUID, Enabled: false })).State).toBe('Disabling');
    expect((await lambda('GetEventSourceMapping', { UUID })).State).toBe('Disabled');
    expect((await lambda('UpdateEventSourceMapping', { UUID, Enabled: true })).State).toBe('Enabling');
    expect((await lambda('DeleteEventSourceMapping', { UUID })).State).toBe('Deleting');
  });

  test('is refused as on AWS', async () => {
    await create(SAY);
    const refused = (more: object) => refusalOf(map(more));
    expect(await refused({ StartingPosition: undefined })).toBe(
      "InvalidParameterValueException: 1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
    expect(await refused({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 0 })).toBe(
      `InvalidParameterValueException: Unsupported starting position for arn type: ${StreamArn}`,
    );
    const absent = StreamArn.replace('orders', 'none');
    expect(await refused({ EventSourceArn: absent })).toBe(
      `InvalidParameterValueException: Stream not found: ${absent}`,
    );
    expect(await refused({ MaximumRecordAgeInSeconds: 30 })).toBe(
      'InvalidParameterValueException: MaximumRecordAgeInSeconds is -1 or at least 60, not 30.',
    );
    expect(await refused({ TumblingWindowInSeconds: 60 })).toBe(
      'InvalidParameterValueException: Earwitness does not serve TumblingWindowInSeconds of event source mappings.',
    );
    const bus = 'arn:aws:events:eu-west-1:123456789012:event-bus/default';
    expect(await refused({ DestinationConfig: { OnFailure: { Destination: bus } } })).toBe(
      `InvalidParameterValueException: DestinationConfig.OnFailure of a stream is a standard queue, a standard topic or a bucket, not ${bus}.`,
    );
    expect(await refused({ Topics: ['orders'] })).toBe(
      'InvalidParameterValueException: A stream as event source does not know Topics.',
    );
    expect(await refused({ FilterCriteria: { Filters: [{ Pattern: '{"a":1}' }] } })).toContain(
      'InvalidParameterValueException: Invalid filter pattern definition.',
    );
    const table = StreamArn.replace(/\/stream\/.*/, '');
    expect(await refused({ EventSourceArn: table })).toBe('InvalidParameterValueException: Unrecognized event source.');
    const { UUID } = await map();
    expect(await refused({})).toBe(
      `ResourceConflictException: The event source arn (" ${StreamArn} ") and function (" f ") provided mapping already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    );
  });

  test('needs a role that may read the stream, and acts as it', async () => {
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    await iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) });
    await create(SAY, 'arn:aws:iam::123456789012:role/r');
    expect(await refusalOf(map())).toBe(
      `InvalidParameterValueException: Cannot access stream ${StreamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    );
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole';
    await iam('AttachRolePolicy', { RoleName: 'r', PolicyArn });
    await map();
    await put('a');
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['a']);
  });
});

describe('what a function gets', () => {
  test('are whole records, with binaries as base64 and seconds', async () => {
    await create('console.log(JSON.stringify(event.Records));');
    await map();
    await put('o-1', { pdf: { B: Buffer.from('foo') }, n: { N: '1.50' } });
    await cloud.clock.advance(0);
    const [record] = JSON.parse(printed()[0] ?? '');
    expect(record).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: TEST_START / 1000,
        Keys: { id: { S: 'o-1' } },
        NewImage: { id: { S: 'o-1' }, pdf: { B: 'Zm9v' }, n: { N: '1.5' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: StreamArn,
    });
  });

  test('of an item that expired, the deletion with the identity of DynamoDB, which filters may ask for', async () => {
    await create('console.log(event.Records[0].eventName, JSON.stringify(event.Records[0].userIdentity));');
    const Pattern = '{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}';
    await map({ FilterCriteria: { Filters: [{ Pattern }] } });
    const TimeToLiveSpecification = { AttributeName: 'end', Enabled: true };
    await dynamodb('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
    await put('a', { end: { N: String(TEST_START / 1000 + 60) } });
    await cloud.clock.advance(61_000);
    expect(printed()).toEqual(['REMOVE {"type":"Service","principalId":"dynamodb.amazonaws.com"}']);
    expect(cloud.journal.read().filter(({ kind }) => kind === 'item.expired')).toMatchObject([
      { tableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders', key: '{"id":{"S":"a"}}' },
    ]);
  });

  test('is what is there from the beginning, or what comes from now on', async () => {
    await create(SAY);
    await put('early');
    const { UUID = '' } = await map({ StartingPosition: 'LATEST' });
    await put('late');
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['late']);
    await lambda('DeleteEventSourceMapping', { UUID });
    await map();
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['late', 'early,late']);
  });

  test('goes on where it was when a mapping was disabled for a while', async () => {
    await create(SAY);
    const { UUID = '' } = await map();
    await put('a');
    await cloud.clock.advance(0);
    await lambda('UpdateEventSourceMapping', { UUID, Enabled: false });
    await put('b');
    await cloud.clock.advance(60_000);
    expect(printed()).toEqual(['a']);
    await lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['a', 'b']);
  });

  test('comes in batches of at most BatchSize, in the order of the shard', async () => {
    await create(SAY);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await put(id);
    await map({ BatchSize: 2 });
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['a,b', 'c,d', 'e']);
  });

  test('waits for a batching window, unless the batch is full before', async () => {
    await create(SAY);
    await map({ BatchSize: 3, MaximumBatchingWindowInSeconds: 60 });
    await put('a');
    await cloud.clock.advance(59_000);
    expect(printed()).toEqual([]);
    await put('b');
    await cloud.clock.advance(1000);
    expect(printed()).toEqual(['a,b']);
    for (const id of ['c', 'd', 'e', 'f']) await put(id);
    await cloud.clock.advance(0);
    expect(printed()).toEqual(['a,b', 'c,d,e']);
    await cloud.clock.advance(60_000);
    expect(printed()).toEqual(['a,b', 'c,d,e', 'f']);
  });

  test('is what a filter lets through: types count, numbers are text, exists asks for leaves', async () => {
    await create(SAY);
    const filter = (Pattern: string) => ({ FilterCriteria: { Filters: [{ Pattern }] } });
    await put('a', { n: { N: '1' }, state: { S: 'PAID' } });
    await put('b', { n: { N: '42' } });
    const seen = async (pattern: string) => {
      const { UUID = '' } = await map(filter(pattern));
      const before = printed().length;
      await cloud.clock.advance(0);
      await lambda('DeleteEventSourceMapping', { UUID });
      return printed().slice(before).join();
    };
    expect(await seen('{"dynamodb":{"NewImage":{"state":{"S":["PAID"]}}}}')).toBe('a');
    expect(await seen('{"dynamodb":{"NewImage":{"state":["PAID"]}}}')).toBe('');
    expect(await seen('{"dynamodb":{"NewImage":{"n":{"N":["42"]}}}}')).toBe('b');
    expect(await seen('{"dynamodb":{"NewImage":{"n":{"N":[{"numeric":[">",1]}]}}}}')).toBe('');
    expect(await seen('{"dynamodb":{"NewImage":{"state":[{"exists":false}]}}}')).toBe('a,b');
    expect(await seen('{"eventName":["MODIFY"]}')).toBe('');
    const filtered = cloud.journal.read().filter(({ kind }) => kind === 'records.filtered');
    expect(filtered[0]).toMatchObject({ consumerArn: expect.stringContaining(':function:f'), records: 1, of: 2 });
  });
});

describe('a batch that fails', () => {
  beforeEach(() => sqs('CreateQueue', { QueueName: 'failures' }));
  const DestinationConfig = { OnFailure: { Destination: QUEUE } };

  test('is tried again until it succeeds, and blocks its shard', async () => {
    await create(
      `${SAY} if (ids[0] === 'a' && (globalThis.calls = (globalThis.calls ?? 0) + 1) < 4) throw new Error('no')`,
    );
    const { UUID = '' } = await map({ BatchSize: 1 });
    await put('a');
    await put('b');
    await cloud.clock.advance(0);
    expect(printed().filter((line) => line.length < 9)).toEqual(['a']);
    expect((await lambda('GetEventSourceMapping', { UUID })).LastProcessingResult).toBe(
      'PROBLEM: Function call failed',
    );
    await cloud.clock.advance(300_000);
    // Of two nodes each counts its own calls.
    expect(
      printed()
        .filter((line) => line.length < 9)
        .join(),
    ).toMatch(/^(a,){4,7}b$/);
    expect((await lambda('GetEventSourceMapping', { UUID })).LastProcessingResult).toBe('OK');
  });

  // Ours: `cloud.fault()` and POST faults.
  test('fails by a fault that stands before the function, so many times', async () => {
    await create(SAY);
    const fn = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    await cloud.faults.put({ target: fn, fault: { status: 500 }, times: 2 });
    await map();
    await put('a');
    await cloud.clock.advance(60_000);
    expect(printed().filter((line) => line.length < 9)).toEqual(['a']);
    const failure = { code: 'InternalFailure', message: `${fn} answers 500 (injected).` };
    expect(cloud.journal.read().filter(({ kind }) => kind === 'records.failed')).toMatchObject([
      { attempt: 0, failure },
      { attempt: 0, failure },
    ]);
  });

  test('is given up after MaximumRetryAttempts: its destination is told, and the shard goes on', async () => {
    await create(`if (ids[0] === 'bad') throw new Error('no'); ${SAY}`);
    await map({ BatchSize: 1, MaximumRetryAttempts: 1, DestinationConfig });
    await put('bad');
    await put('good');
    await cloud.clock.advance(60_000);
    expect(printed().filter((line) => line.length < 9)).toEqual(['good']);
    expect(await failures()).toEqual([
      {
        requestContext: {
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: '2026-01-01T00:00:01.000Z',
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: expect.stringMatching(/^\d{21}$/),
          endSequenceNumber: expect.stringMatching(/^\d{21}$/),
          approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
          approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
          batchSize: 1,
          streamArn: StreamArn,
        },
      },
    ]);
    const told = cloud.journal.read().filter(({ kind }) => kind.startsWith('records.'));
    expect(told).toMatchObject([
      { kind: 'records.failed', attempt: 1, next: 'tried again', failure: { code: 'Error', message: 'no' } },
      { kind: 'records.failed', attempt: 2, next: 'given up' },
      { kind: 'records.discarded', attempts: 2, condition: 'RetryAttemptsExhausted', destinationArn: QUEUE },
    ]);
  });

  // Source: Lambda API reference, BisectBatchOnFunctionError: splitting is no retry.
  test('is halved until the bad record is alone', async () => {
    await create(`${SAY} if (ids.includes('c')) throw new Error('no');`);
    for (const id of ['a', 'b', 'c', 'd']) await put(id);
    await map({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0, DestinationConfig });
    await cloud.clock.advance(60_000);
    expect(printed().filter((line) => line.length < 9)).toEqual(['a,b,c,d', 'a,b', 'c,d', 'c', 'd']);
    expect(await failures()).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }]);
  });

  test('goes on at the lowest record that the function named', async () => {
    await create(`${SAY} const failed = event.Records.slice(1).reverse(); return event.Records.length < 3 ? undefined
        : { batchItemFailures: failed.map((r) => ({ itemIdentifier: r.dynamodb.SequenceNumber })) };`);
    for (const id of ['a', 'b', 'c']) await put(id);
    await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await cloud.clock.advance(60_000);
    expect(printed()).toEqual(['a,b,c', 'b,c']);
  });

  // Source: recorded on AWS: LocalStack, event_source_mapping, test_dynamodb_report_batch_item_failures and its sibling
  // of Kinesis: five invocations with the bad record for three retries, of which four are told of.
  test('is a new batch with all its attempts, where records before the lowest one are done with', async () => {
    await create(`${SAY} const failed = event.Records.filter((r) => r.dynamodb.Keys.id.S === 'c');
      return { batchItemFailures: failed.map((r) => ({ itemIdentifier: r.dynamodb.SequenceNumber })) };`);
    for (const id of ['a', 'b', 'c']) await put(id);
    const FunctionResponseTypes = ['ReportBatchItemFailures' as const];
    await map({ FunctionResponseTypes, MaximumRetryAttempts: 3, DestinationConfig });
    await cloud.clock.advance(60_000);
    expect(printed()).toEqual(['a,b,c', 'c', 'c', 'c', 'c']);
    expect(await failures()).toMatchObject([
      { requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 } },
    ]);
  });

  test('that only names failures has no functionError, when it is given up', async () => {
    await create('return { batchItemFailures: [{ itemIdentifier: event.Records.at(-1).dynamodb.SequenceNumber }] };');
    for (const id of ['a', 'b']) await put(id);
    const FunctionResponseTypes = ['ReportBatchItemFailures' as const];
    await map({ FunctionResponseTypes, MaximumRetryAttempts: 0, DestinationConfig });
    await cloud.clock.advance(60_000);
    expect(await failures()).toMatchObject([
      { responseContext: { functionError: null }, DDBStreamBatchInfo: { batchSize: 1 } },
    ]);
  });

  test.each([
    ['null', true],
    ['[]', true],
    ['{}', true],
    ['""', true],
    ['{ batchItemFailures: [] }', true],
    ['{ batchItemFailures: null }', true],
    ['{ batchItemFailures: [{ itemIdentifier: "nobody" }] }', false],
    ['{ batchItemFailures: [{ itemIdentifier: "" }] }', false],
    ['{ batchItemFailures: [{ itemIdentifier: null }] }', false],
    ['{ batchItemFailures: [{ itemIdentifier: 5 }] }', false],
    ['{ batchItemFailures: [{ foo: 1 }] }', false],
  ])('is told of by a documented answer alone: %s', async (answer, isDone) => {
    await create(`return ${answer};`);
    await put('a');
    const FunctionResponseTypes = ['ReportBatchItemFailures' as const];
    await map({ FunctionResponseTypes, MaximumRetryAttempts: 0, DestinationConfig });
    await cloud.clock.advance(0);
    expect(await failures()).toHaveLength(isDone ? 0 : 1);
  });

  test('is too old after MaximumRecordAgeInSeconds; what never was tried has an invoke count of one', async () => {
    await create(`if (ids.includes('old')) throw new Error('no'); ${SAY}`);
    const { UUID = '' } = await map({ MaximumRecordAgeInSeconds: 60, DestinationConfig });
    await put('old');
    await cloud.clock.advance(59_000);
    expect(await failures()).toEqual([]);
    await cloud.clock.advance(2000);
    const [late] = await failures();
    expect(late).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
    expect(late).not.toHaveProperty('responseContext');
    await lambda('UpdateEventSourceMapping', { UUID, Enabled: false });
    await put('older');
    await cloud.clock.advance(61_000);
    await put('young');
    await lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
    await cloud.clock.advance(0);
    expect(printed().filter((line) => line.length < 9)).toEqual(['young']);
    expect(await failures()).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 1 } },
    ]);
  });

  // Source: Lambda API reference, MaximumRetryAttempts: throttles do not count.
  test('that did not come to its function is no attempt', async () => {
    await create(SAY);
    await lambda('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 0 });
    await map({ MaximumRetryAttempts: 0, DestinationConfig });
    await put('a');
    await cloud.clock.advance(60_000);
    expect(await failures()).toEqual([]);
    await lambda('DeleteFunctionConcurrency', { FunctionName: 'f' });
    await cloud.clock.advance(60_000);
    expect(printed()).toEqual(['a']);
  });

  test('is gone after a purge', async () => {
    await create(`${SAY} if (ids.includes('a')) throw new Error('no');`);
    await map();
    await put('a');
    await cloud.clock.advance(0);
    await cloud.purge();
    await put('b');
    await cloud.clock.advance(60_000);
    expect(printed().filter((line) => line.length < 9)).toEqual(['b']);
  });
});
