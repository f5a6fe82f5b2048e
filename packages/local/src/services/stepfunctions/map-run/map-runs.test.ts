// Distributed Maps as they run. Recordings: LocalStack's snapshots of AWS, tests/aws/services/stepfunctions/v2, read
// 2026-11-28.
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT, TEST_REGION } from '../../../test-cloud.ts';
import { createEventsService } from '../../events/service.ts';
import { createS3Service } from '../../s3/service.ts';
import { createStepFunctionsService } from '../service.ts';

let cloud: Cloud;
const sfn = callerOf('stepfunctions', () => cloud);
const s3 = callerOf('s3', () => cloud);

beforeEach(async () => {
  cloud = createTestCloud(createEventsService, createS3Service, createStepFunctionsService);
  await s3('CreateBucket', { Bucket: 'files', CreateBucketConfiguration: { LocationConstraint: TEST_REGION } });
});
afterEach(() => cloud.close());

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const states = (resource: string) => `arn:aws:states:${TEST_REGION}:${TEST_ACCOUNT}:${resource}`;

const double = {
  StartAt: 'Double',
  States: {
    Double: { Type: 'Pass', Parameters: { 'id.$': '$', 'twice.$': 'States.MathAdd($, $)' }, End: true },
  },
};
const keep = { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } };
/** Fails for `"bad"`. */
const picky = {
  StartAt: 'Look',
  States: {
    Look: { Type: 'Choice', Choices: [{ Variable: '$', StringEquals: 'bad', Next: 'No' }], Default: 'Yes' },
    No: { Type: 'Fail', Error: 'Bad', Cause: 'It is bad.' },
    Yes: { Type: 'Succeed' },
  },
};

async function run(map: object, input: Json = {}, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') {
  const { ItemProcessor = keep, ...more }: { ItemProcessor?: object } = map;
  const processor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...ItemProcessor };
  const All = { Type: 'Map', Label: 'All', ItemProcessor: processor, End: true, ...more };
  const name = `m${cloud.ids.word(8)}`;
  const definition = JSON.stringify({ StartAt: 'All', States: { All } });
  const { stateMachineArn } = await sfn('CreateStateMachine', { name, definition, roleArn });
  const { executionArn } = await sfn('StartExecution', { stateMachineArn, input: JSON.stringify(input), name: 'one' });
  await cloud.clock.advance(0);
  const { status, output, error, cause } = await sfn('DescribeExecution', { executionArn });
  const outcome = { status, ...(output !== undefined && { output: JSON.parse(output) as Json }) };
  const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  return { name, executionArn, outcome: { ...outcome, ...failure } };
}

async function mapRunOf(executionArn: string) {
  const { mapRuns } = await sfn('ListMapRuns', { executionArn });
  return sfn('DescribeMapRun', { mapRunArn: mapRuns[0]?.mapRunArn ?? '' });
}

// Source: recorded on AWS, scenarios/test_base_scenarios: test_map_state_distributed_…; test_sfn_api_map_run.
test('items are executions of NAME/LABEL, their outputs come back in order', async () => {
  const { name, executionArn, outcome } = await run({ ItemProcessor: double }, [1, 2, 3]);
  expect(outcome).toEqual({
    status: 'SUCCEEDED',
    output: [1, 2, 3].map((id) => ({ id, twice: 2 * id })),
  });
  const { events } = await sfn('GetExecutionHistory', { executionArn });
  expect(events.map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'MapStateEntered', 'MapStateStarted', 'MapRunStarted', 'MapRunSucceeded'],
    ...['MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded'],
  ]);
  const counts = {
    pending: 0,
    running: 0,
    succeeded: 3,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    total: 3,
    // Also where nothing is written. Recorded: test_sfn_api_map_run.
    resultsWritten: 3,
  };
  expect(await mapRunOf(executionArn)).toMatchObject({
    mapRunArn: expect.stringMatching(new RegExp(`:mapRun:${name}/All:[0-9a-f-]{36}$`)),
    executionArn,
    status: 'SUCCEEDED',
    maxConcurrency: 0,
    toleratedFailureCount: 0,
    toleratedFailurePercentage: 0,
    itemCounts: counts,
    executionCounts: counts,
  });
  const { mapRunArn } = await mapRunOf(executionArn);
  const { executions } = await sfn('ListExecutions', { mapRunArn });
  expect(executions).toHaveLength(3);
  expect(executions[0]).toMatchObject({ stateMachineArn: states(`stateMachine:${name}/All`), status: 'SUCCEEDED' });
});

test('executions may be Express, and as many at once as the Map lets them', async () => {
  const { outcome } = await run({ ItemProcessor: double, MaxConcurrency: 2 }, [1, 2, 3, 4, 5], 'EXPRESS');
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: [1, 2, 3, 4, 5].map((id) => ({ id, twice: 2 * id })) });
  const Wait = { StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 10, End: true } } };
  const { executionArn } = await run({ ItemProcessor: Wait, MaxConcurrency: 2 }, [1, 2, 3]);
  expect((await mapRunOf(executionArn)).executionCounts).toMatchObject({ pending: 1, running: 2, total: 3 });
  await cloud.clock.advance(10_000);
  expect((await mapRunOf(executionArn)).executionCounts).toMatchObject({ pending: 0, running: 1, succeeded: 2 });
  await cloud.clock.advance(10_000);
  expect(await sfn('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED', output: '[1,2,3]' });
});

// Source: Step Functions developer guide, "ItemSelector", "Map.Item"; test_base_scenarios.
test('ItemSelector makes what each execution gets, of its item and of the state input', async () => {
  const ItemSelector = { 'index.$': '$$.Map.Item.Index', 'value.$': '$$.Map.Item.Value', 'shop.$': '$.shop' };
  const { outcome } = await run({ ItemsPath: '$.ids', ItemSelector }, { ids: ['a', 'b'], shop: 7 });
  expect(outcome.output).toEqual([
    { index: 0, value: 'a', shop: 7 },
    { index: 1, value: 'b', shop: 7 },
  ]);
});

// Source: Step Functions developer guide, "Transforming data with JSONata in Step Functions".
test('a Map in JSONata makes its items, what each gets, and what it outputs', async () => {
  const ItemSelector = {
    at: '{% $states.context.Map.Item.Index %}',
    value: '{% $states.context.Map.Item.Value * 2 %}',
  };
  const inner = {
    StartAt: 'P',
    States: { P: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.value + 1 %}', End: true } },
  };
  const map = { QueryLanguage: 'JSONata', Items: '{% $states.input.ids %}', ItemSelector, ItemProcessor: inner };
  const { outcome } = await run({ ...map, Output: { sum: '{% $sum($states.result) %}' } }, { ids: [1, 2, 3] });
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: { sum: 15 } });
});

// Source: recorded on AWS, test_base_scenarios: test_map_item_batching_…: BatchInput is absent when it is not given.
test('ItemBatcher puts items together', async () => {
  expect((await run({ ItemBatcher: { MaxItemsPerBatch: 2 } }, [1, 2, 3])).outcome.output).toEqual([
    { Items: [1, 2] },
    { Items: [3] },
  ]);
  const ItemBatcher = { MaxItemsPerBatch: 5, MaxInputBytesPerBatch: 45, BatchInput: { shop: 7 } };
  const { outcome, executionArn } = await run({ ItemBatcher }, ['a', 'b', 'c']);
  expect(outcome.output).toEqual([
    { BatchInput: { shop: 7 }, Items: ['a', 'b'] },
    { BatchInput: { shop: 7 }, Items: ['c'] },
  ]);
  const { itemCounts, executionCounts } = await mapRunOf(executionArn);
  expect([itemCounts.total, executionCounts.total]).toEqual([3, 2]);
});

const readerOf = (config: object, Key = 'data') => ({
  Resource: 'arn:aws:states:::s3:getObject',
  Parameters: { Bucket: 'files', Key },
  ReaderConfig: config,
});
const put = (text: string, Key = 'data') => s3('PutObject', { Bucket: 'files', Key, Body: Buffer.from(text) });

test('a JSON array is read from S3, also where a pointer says; what is none is refused', async () => {
  await put('[{"id":1},{"id":2},{"id":3}]');
  const json = readerOf({ InputType: 'JSON' });
  expect((await run({ ItemReader: json })).outcome.output).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  expect((await run({ ItemReader: readerOf({ InputType: 'JSON', MaxItems: 2 }) })).outcome.output).toHaveLength(2);
  // Source: recorded on AWS, test_base_scenarios: 0 is no limit.
  expect((await run({ ItemReader: readerOf({ InputType: 'JSON', MaxItems: 0 }) })).outcome.output).toHaveLength(3);
  await put('{"orders":{"new":["a"]}}');
  const pointed = readerOf({ InputType: 'JSON', ItemsPointer: '/orders/new' });
  expect((await run({ ItemReader: pointed })).outcome.output).toEqual(['a']);
  // Source: recorded on AWS, test_base_scenarios: test_map_item_reader_json_no_json_list_object: the sentence.
  const { outcome, executionArn } = await run({ ItemReader: json });
  expect(outcome).toEqual({
    ...{ status: 'FAILED', error: 'States.ItemReaderFailed' },
    cause: 'Attempting to map over non-iterable node.',
  });
  const { events } = await sfn('GetExecutionHistory', { executionArn });
  expect(events.map(({ type }) => type)).toContain('MapRunFailed');
});

test('lines of JSON, and an object that is compressed', async () => {
  await put('{"id":1}\n{"id":2}\n\n');
  expect((await run({ ItemReader: readerOf({ InputType: 'JSONL' }) })).outcome.output).toEqual([{ id: 1 }, { id: 2 }]);
  const { gzipSync } = await import('node:zlib');
  await s3('PutObject', { Bucket: 'files', Key: 'data.gz', Body: gzipSync('a,b\n1,2\n') });
  expect(
    (await run({ ItemReader: readerOf({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }, 'data.gz') })).outcome
      .output,
  ).toEqual([{ a: '1', b: '2' }]);
});

// Source: recorded on AWS, test_base_scenarios: test_map_item_reader_csv_…
test('CSV: everything is text, missing cells are empty, cells beyond the headers are left out', async () => {
  await put('Col1,Col2,\r\nValue1,"a, ""b""",x\nonly,   \n,,\n1,2,3,4\n');
  const first = readerOf({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' });
  expect((await run({ ItemReader: first })).outcome.output).toEqual([
    { Col1: 'Value1', Col2: 'a, "b"', '': 'x' },
    { Col1: 'only', Col2: '   ', '': '' },
    { Col1: '', Col2: '', '': '' },
    { Col1: '1', Col2: '2', '': '3' },
  ]);
  await put('1|2\n');
  const given = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'PIPE' };
  expect((await run({ ItemReader: readerOf(given) })).outcome.output).toEqual([{ a: '1', b: '2' }]);
  await put('a,a\n1,2\n');
  expect((await run({ ItemReader: first })).outcome).toMatchObject({
    ...{ status: 'FAILED', error: 'States.ItemReaderFailed', cause: 'CSV headers cannot contain duplicates.' },
  });
});

// Source: recorded on AWS, test_base_scenarios: test_map_item_reader_base_list_objects_v2: `Etag`.
test('the objects of a bucket are items', async () => {
  await put('Hello World!', 'in/file_0.txt');
  await put('x', 'out/other');
  const ItemReader = {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Parameters: { Bucket: 'files', Prefix: 'in/' },
  };
  expect((await run({ ItemReader })).outcome.output).toEqual([
    {
      Etag: '"ed076287532e86365e841e92bfc50d8c"',
      Key: 'in/file_0.txt',
      LastModified: Math.floor(cloud.clock.now() / 1000),
      Size: 12,
      StorageClass: 'STANDARD',
    },
  ]);
});

test('what is not there, and what is not read here, fail the state by name', async () => {
  expect((await run({ ItemReader: readerOf({ InputType: 'JSON' }, 'nothing') })).outcome).toMatchObject({
    error: 'States.ItemReaderFailed',
    cause: expect.stringMatching(/^The specified key does not exist\. \(Service: S3, Status Code: 404, /),
  });
  await put('x');
  expect((await run({ ItemReader: readerOf({ InputType: 'PARQUET' }) })).outcome).toMatchObject({
    error: 'States.ItemReaderFailed',
    cause: 'Earwitness does not serve the InputType PARQUET of a ReaderConfig.',
  });
});

// Source: Step Functions developer guide, "Setting failure thresholds"; recorded on AWS: the error and its sentence.
test('a run fails with more failures than it tolerates, and stops what still runs', async () => {
  const { outcome, executionArn } = await run({ ItemProcessor: picky, MaxConcurrency: 1 }, ['a', 'bad', 'c']);
  expect(outcome).toEqual({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
  expect(await mapRunOf(executionArn)).toMatchObject({
    status: 'FAILED',
    executionCounts: { succeeded: 1, failed: 1, aborted: 1, total: 3 },
  });
});

test('failures that are tolerated stand in the result as what they were', async () => {
  const { outcome } = await run({ ItemProcessor: picky, ToleratedFailurePercentage: 50 }, ['bad', 'b']);
  expect(outcome).toMatchObject({
    status: 'SUCCEEDED',
    output: [{ Error: 'Bad', Cause: 'It is bad.', Status: 'FAILED', Input: '"bad"' }, 'b'],
  });
  const two = await run({ ItemProcessor: picky, ToleratedFailureCount: 1 }, ['bad', 'bad', 'c']);
  expect(two.outcome).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
});

// Source: Step Functions developer guide, "ResultWriter": the files, the manifest, the output.
test('ResultWriter writes files and a manifest, and the state gets where that is', async () => {
  const ResultWriter = {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'files', Prefix: 'results' },
  };
  const map = { ItemProcessor: picky, ToleratedFailureCount: 1, ResultWriter };
  const { outcome, executionArn } = await run(map, ['a', 'bad']);
  const { mapRunArn, itemCounts } = await mapRunOf(executionArn);
  expect(itemCounts).toMatchObject({ succeeded: 1, failed: 1, total: 2, resultsWritten: 2 });
  const folder = `results/${mapRunArn.split(':').at(-1)}`;
  const Key = `${folder}/manifest.json`;
  expect(outcome.output).toEqual({ MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: 'files', Key } });
  const read = async (name: string) => {
    const { Body } = await s3('GetObject', { Bucket: 'files', Key: name });
    const chunks: Uint8Array[] = [];
    if (Body instanceof Uint8Array) chunks.push(Body);
    else for await (const chunk of Body ?? []) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString());
  };
  expect(await read(Key)).toEqual({
    DestinationBucket: 'files',
    MapRunArn: mapRunArn,
    ResultFiles: {
      FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) }],
      PENDING: [],
      SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) }],
    },
  });
  expect(await read(`${folder}/SUCCEEDED_0.json`)).toMatchObject([
    { Input: '"a"', Output: '"a"', Status: 'SUCCEEDED' },
  ]);
});

test('nothing to do is done at once; an execution that is stopped stops its run', async () => {
  expect((await run({}, [])).outcome).toEqual({ status: 'SUCCEEDED', output: [] });
  const Wait = { StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 10, End: true } } };
  const { executionArn } = await run({ ItemProcessor: Wait }, [1, 2]);
  await sfn('StopExecution', { executionArn });
  await cloud.clock.advance(0);
  const { mapRunArn, ...described } = await mapRunOf(executionArn);
  expect(described).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 2, total: 2 } });
  const { executions } = await sfn('ListExecutions', { mapRunArn });
  expect(executions.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
});

// Source: Step Functions developer guide, "Redriving Map Runs": what succeeded is not run again. Ours: by new
// executions.
test('a redriven execution goes on with its run: what succeeded stays, the rest is begun anew', async () => {
  const { executionArn } = await run({ ItemProcessor: findQueue }, ['a', 'b']);
  expect(await sfn('DescribeExecution', { executionArn })).toMatchObject({ status: 'FAILED' });
  await s3('CreateBucket', { Bucket: 'aaa', CreateBucketConfiguration: { LocationConstraint: TEST_REGION } });
  await s3('CreateBucket', { Bucket: 'bbb', CreateBucketConfiguration: { LocationConstraint: TEST_REGION } });
  await sfn('RedriveExecution', { executionArn });
  await cloud.clock.advance(0);
  expect(await sfn('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await mapRunOf(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  const { events } = await sfn('GetExecutionHistory', { executionArn });
  expect(events.map(({ type }) => type)).toContain('MapRunRedriven');
});

/** Fails while there is no bucket `aaa` for `a`. */
const findQueue = {
  StartAt: 'Find',
  States: {
    Find: {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:headBucket', End: true },
      Parameters: { 'Bucket.$': "States.Format('{}{}{}', $, $, $)" },
    },
  },
};

test('a run of a thousand items', async () => {
  const items = Array.from({ length: 1000 }, (_, index) => index);
  const { outcome } = await run({ ItemProcessor: keep }, items);
  expect(outcome).toEqual({ status: 'SUCCEEDED', output: items });
});
