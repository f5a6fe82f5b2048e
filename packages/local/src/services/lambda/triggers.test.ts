// What sets functions off without an API: queues and function URLs.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { zipInlineCode } from '../../functions/code/code.ts';
import { type Local, startLocalWith } from '../../local.ts';
import { createSqsService } from '../sqs/service.ts';
import { createLambdaService } from './service.ts';

const call = {
  account: '000000000000',
  region: 'eu-west-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
} as const;
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:orders';

let local: Local;
beforeEach(async () => {
  const clock = createClock({ frozenAt: Date.parse('2026-11-22T12:00:00Z') });
  local = await startLocalWith([createSqsService, createLambdaService], { clock });
});
afterEach(() => local.close());

async function create(text: string) {
  const ZipFile = zipInlineCode(text);
  const settings = {
    Role: 'arn:aws:iam::000000000000:role/r',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
  } as const;
  await local.cloud.dispatch.call(
    'lambda',
    'CreateFunction',
    { FunctionName: 'f', ...settings, Code: { ZipFile } },
    call,
  );
}

/** Resolves when the function has printed a line that fits. */
function printed(pattern: RegExp): Promise<string> {
  const seen = local.journal.read().flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : []));
  const known = seen.find((line) => pattern.test(line));
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((resolve) => {
    const stop = local.journal.listen((fact) => {
      if (fact.kind !== 'function.log' || !pattern.test(fact.line)) return;
      stop();
      resolve(fact.line);
    });
  });
}

/** Resolves when so many invocations have ended, however long they take. */
function finished(count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (local.journal.read().filter(({ kind }) => kind === 'function.finished').length < count) return;
      stop();
      resolve();
    };
    const stop = local.journal.listen(look);
    look();
  });
}

describe('a queue that feeds a function', () => {
  let QueueUrl: string;
  beforeEach(async () => {
    const made = await local.cloud.dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, call);
    QueueUrl = made.QueueUrl ?? '';
  });
  const map = (more: object = {}) => {
    const input = { FunctionName: 'f', EventSourceArn: QUEUE, ...more };
    return local.cloud.dispatch.call('lambda', 'CreateEventSourceMapping', input, call);
  };
  const send = (MessageBody: string) =>
    local.cloud.dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody }, call);
  const left = async () => {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const asked = await local.cloud.dispatch.call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames }, call);
    return Object.values(asked.Attributes ?? {}).map(Number);
  };

  // Source: Lambda developer guide, "Using provisioned mode with an Amazon SQS event source mapping".
  test('tells of the pollers that it was given, as those of streams do', async () => {
    await create('exports.handler = async () => {}');
    const ProvisionedPollerConfig = { MinimumPollers: 2, MaximumPollers: 10 };
    expect(await map({ ProvisionedPollerConfig })).toMatchObject({ ProvisionedPollerConfig });
  });

  test('hands over whole records, and takes them off when the function is done', async () => {
    await create('exports.handler = async (event) => console.log(JSON.stringify(event.Records))');
    const { BatchSize, UUID = '' } = await map();
    expect(BatchSize).toBe(10);
    const { MessageId } = await send('{"n":1}');
    expect(JSON.parse(await printed(/messageId/))).toEqual([
      {
        messageId: MessageId,
        receiptHandle: expect.any(String),
        body: '{"n":1}',
        attributes: {
          SenderId: expect.any(String),
          SentTimestamp: String(Date.parse('2026-11-22T12:00:00Z')),
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: String(Date.parse('2026-11-22T12:00:00Z')),
        },
        messageAttributes: {},
        md5OfMessageAttributes: null,
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: QUEUE,
        awsRegion: 'eu-west-1',
      },
    ]);
    await local.clock.advance(0);
    expect(await left()).toEqual([0, 0]);
    await local.cloud.dispatch.call('lambda', 'DeleteEventSourceMapping', { UUID }, call);
    await send('{"n":2}');
    await local.clock.advance(60_000);
    expect(await left()).toEqual([1, 0]);
  });

  // Source: recorded on AWS: LocalStack, test_lambda_integration_sqs: test_sqs_event_source_mapping,
  // test_sqs_event_source_mapping_update, test_fifo_message_group_parallelism.
  test('is told on its way from one state to the next by the call that changes it', async () => {
    await create('exports.handler = async () => {}');
    const lambda = (operation: 'GetEventSourceMapping' | 'UpdateEventSourceMapping', input: { UUID: string }) =>
      local.cloud.dispatch.call('lambda', operation, input, call);
    const { State, UUID = '' } = await map();
    const enabled = await lambda('GetEventSourceMapping', { UUID });
    expect([State, enabled.State]).toEqual(['Creating', 'Enabled']);
    const states: unknown[] = [];
    for (const change of [{ BatchSize: 5 }, { Enabled: false }, { Enabled: true }]) {
      states.push((await lambda('UpdateEventSourceMapping', { UUID, ...change })).State);
    }
    expect(states).toEqual(['Updating', 'Disabling', 'Enabling']);
    await local.cloud.dispatch.call('lambda', 'DeleteEventSourceMapping', { UUID }, call);
    expect((await map({ Enabled: false })).State).toBe('Disabled');
  });

  // Source: recorded on AWS: LocalStack, the same: test_event_source_mapping_default_batch_size.
  test('has no batch of more than ten messages without a window', async () => {
    await create('exports.handler = async () => {}');
    const { UUID = '' } = await map({ BatchSize: 11, MaximumBatchingWindowInSeconds: 1 });
    const refused = 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10';
    const withoutWindow = { UUID, MaximumBatchingWindowInSeconds: 0 };
    await expect(
      local.cloud.dispatch.call('lambda', 'UpdateEventSourceMapping', withoutWindow, call),
    ).rejects.toMatchObject({ code: 'InvalidParameterValueException', message: refused });
    await local.cloud.dispatch.call('lambda', 'DeleteEventSourceMapping', { UUID }, call);
    await expect(map({ BatchSize: 11 })).rejects.toMatchObject({ message: refused });
  });

  test('offers again what the function failed on or reported, after the visibility time-out', async () => {
    await create(`
      let calls = 0;
      exports.handler = async ({ Records }) => {
        console.log('call ' + ++calls + ': ' + Records.map((record) => record.body).sort().join(','));
        if (calls === 1) throw new Error('no');
        return { batchItemFailures: Records.filter((record) => calls === 2 && record.body === 'b').map((record) => ({ itemIdentifier: record.messageId })) };
      };`);
    const { MessageId: a } = await send('a');
    const { MessageId: b } = await send('b');
    await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(await printed(/^call 1/)).toBe('call 1: a,b');
    await local.clock.advance(0);
    expect(await left()).toEqual([0, 2]);
    await local.clock.advance(30_000);
    expect(await printed(/^call 2/)).toBe('call 2: a,b');
    await local.clock.advance(0);
    expect(await left()).toEqual([0, 1]);
    await local.clock.advance(30_000);
    expect(await printed(/^call 3/)).toBe('call 3: b');
    await local.clock.advance(0);
    expect(await left()).toEqual([0, 0]);
    const facts = local.journal.read();
    const batches = facts.flatMap((fact) => (fact.kind === 'function.invoked' ? [fact.batch] : []));
    const batch = { queueArn: QUEUE, messageIds: expect.arrayContaining([a, b]) };
    expect(batches).toEqual([batch, batch, { queueArn: QUEUE, messageIds: [b] }]);
    // Of what a function threw at, its end tells.
    expect(facts.filter(({ kind }) => kind === 'batch.returned')).toMatchObject([
      { functionName: 'f', queueArn: QUEUE, messageIds: [b], of: 2 },
    ]);
  });

  // Ours: `cloud.fault()` and POST faults.
  test('is kept from the function by a fault that stands before it, and offered again', async () => {
    await create("exports.handler = async ({ Records }) => console.log('got ' + Records.length)");
    const fn = 'arn:aws:lambda:eu-west-1:000000000000:function:f';
    await local.cloud.faults.put({ target: fn, fault: 'refused', times: 1 });
    await send('a');
    await map({});
    await local.clock.advance(0);
    expect(await left()).toEqual([0, 1]);
    expect(local.journal.read().filter(({ kind }) => kind === 'warning')).toMatchObject([
      { about: `event source mapping ${QUEUE}`, message: `${fn} refuses connections (injected).` },
    ]);
    await local.clock.advance(30_000);
    expect(await printed(/^got/)).toBe('got 1');
  });

  test('takes messages off unseen that fit no filter', async () => {
    await create('exports.handler = async ({ Records }) => console.log(Records.map((record) => record.body).join())');
    await send('{"kind":"other"}');
    await send('{"kind":"order"}');
    await map({ FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] } });
    expect(await printed(/kind/)).toBe('{"kind":"order"}');
    await local.clock.advance(0);
    expect(await left()).toEqual([0, 0]);
  });

  test('is refused when the queue does not exist, is mapped already, or hides messages too shortly', async () => {
    await create('exports.handler = 1');
    await expect(map({ EventSourceArn: 'arn:aws:sqs:eu-west-1:000000000000:none' })).rejects.toThrow(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
    await map();
    await expect(map()).rejects.toMatchObject({ code: 'ResourceConflictException' });
    const slow = { FunctionName: 'f', Timeout: 60 };
    await local.cloud.dispatch.call('lambda', 'UpdateFunctionConfiguration', slow, call);
    const { EventSourceMappings } = await local.cloud.dispatch.call('lambda', 'ListEventSourceMappings', {}, call);
    const update = { UUID: EventSourceMappings?.[0]?.UUID ?? '', BatchSize: 1 };
    await expect(local.cloud.dispatch.call('lambda', 'UpdateEventSourceMapping', update, call)).rejects.toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
  });
});

test('an event for a function that has no concurrency left was not started, and the journal says so', async () => {
  await create('exports.handler = async () => 1');
  const { dispatch } = local.cloud;
  const none = { FunctionName: 'f', ReservedConcurrentExecutions: 0 };
  await dispatch.call('lambda', 'PutFunctionConcurrency', none, call);
  const event = { FunctionName: 'f', InvocationType: 'Event' } as const;
  await dispatch.call('lambda', 'Invoke', event, { ...call, requestId: 'request-1' });
  await finished(1);
  expect(local.journal.read().filter(({ kind }) => kind === 'function.finished' || kind === 'fault')).toMatchObject([
    {
      invocationId: 'request-1',
      outcome: 'was not started',
      error: { name: 'TooManyRequestsException', message: 'Rate Exceeded.' },
    },
  ]);
});

// Source: Lambda developer guide, "Types of metrics for Lambda functions": DestinationDeliveryFailures and
// DeadLetterErrors count what could not be sent; nothing says that it is tried again.
test('what became of an event that cannot be sent on is told as that, and its dead-letter queue still gets it', async () => {
  const { dispatch } = local.cloud;
  await dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, call);
  await create('exports.handler = async () => { throw new Error("no") }');
  const name = { FunctionName: 'f' };
  const DestinationConfig = { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:000000000000:nowhere' } };
  const config = { ...name, MaximumRetryAttempts: 0, DestinationConfig };
  await dispatch.call('lambda', 'PutFunctionEventInvokeConfig', config, call);
  await dispatch.call(
    'lambda',
    'UpdateFunctionConfiguration',
    { ...name, DeadLetterConfig: { TargetArn: QUEUE } },
    call,
  );
  await dispatch.call('lambda', 'Invoke', { ...name, InvocationType: 'Event' }, { ...call, requestId: 'request-1' });
  const { QueueUrl = '' } = await dispatch.call('sqs', 'GetQueueUrl', { QueueName: 'orders' }, call);
  const { Messages } = await dispatch.call('sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 }, call);
  expect(Messages).toHaveLength(1);
  const told = local.journal.read().filter(({ kind }) => ['function.finished', 'warning', 'fault'].includes(kind));
  expect(told).toMatchObject([
    { kind: 'function.finished', invocationId: 'request-1', outcome: 'threw' },
    { kind: 'warning', about: 'function f', message: expect.stringMatching(/nowhere.*does not exist/) },
  ]);
});

test('an event that a function fails on three times goes to its dead-letter queue, with what went wrong', async () => {
  const { dispatch } = local.cloud;
  const { QueueUrl = '' } = await dispatch.call('sqs', 'CreateQueue', { QueueName: 'orders' }, call);
  await create('exports.handler = async () => { throw new Error("no") }');
  const DeadLetterConfig = { TargetArn: QUEUE };
  await dispatch.call('lambda', 'UpdateFunctionConfiguration', { FunctionName: 'f', DeadLetterConfig }, call);
  const event = { FunctionName: 'f', InvocationType: 'Event', Payload: Buffer.from('{"n":1}') } as const;
  await dispatch.call('lambda', 'Invoke', event, { ...call, requestId: 'request-1' });
  await finished(1);
  await local.clock.advance(60_000);
  await finished(2);
  await local.clock.advance(120_000);
  const asked = { QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 20 };
  const { Messages = [] } = await dispatch.call('sqs', 'ReceiveMessage', asked, call);
  expect(Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes])).toEqual([
    [
      '{"n":1}',
      {
        RequestID: { DataType: 'String', StringValue: 'request-1' },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { DataType: 'String', StringValue: 'no' },
      },
    ],
  ]);
});

describe('a function URL', () => {
  const open = async (more: object = {}) => {
    const input = { FunctionName: 'f', AuthType: 'NONE', ...more } as const;
    return (await local.cloud.dispatch.call('lambda', 'CreateFunctionUrlConfig', input, call)).FunctionUrl;
  };
  const permit = (more: object = {}) =>
    local.cloud.dispatch.call(
      'lambda',
      'AddPermission',
      {
        FunctionName: 'f',
        StatementId: 'u',
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
        ...more,
      },
      call,
    );

  test('answers what the function answers, with an event of payload format 2.0', async () => {
    await create('exports.handler = async (event) => ({ ...event, headers: undefined })');
    const url = await open();
    const id = /^http:\/\/127\.0\.0\.1:\d+\/_aws\/lambda-url\/(\w{32})\/$/.exec(url)?.[1];
    expect((await fetch(url)).status).toBe(403);
    await permit();
    const response = await fetch(`${url}a?x=1`, { method: 'POST', body: 'hi', headers: { 'user-agent': 'test' } });
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a',
      rawQueryString: 'x=1',
      requestContext: {
        accountId: 'anonymous',
        apiId: id,
        domainName: `${id}.lambda-url.eu-west-1.on.aws`,
        stage: '$default',
      },
      body: 'hi',
      isBase64Encoded: false,
    });
  });

  test('may belong to an alias, whose policy then counts', async () => {
    const { dispatch } = local.cloud;
    await create('exports.handler = async (event, context) => context.functionVersion');
    await dispatch.call('lambda', 'PublishVersion', { FunctionName: 'f' }, call);
    const alias = { FunctionName: 'f', Name: 'live', FunctionVersion: '1' };
    await dispatch.call('lambda', 'CreateAlias', alias, call);
    const url = await open({ Qualifier: 'live' });
    await permit();
    expect((await fetch(url)).status).toBe(403);
    await permit({ Qualifier: 'live' });
    expect(await (await fetch(url)).text()).toBe('1');
  });

  // Source: Lambda developer guide, "Security and auth model for Lambda function URLs", throttling by reserved
  // concurrency.
  test('answers 429 while the function may not run', async () => {
    await create('exports.handler = async () => 1');
    const url = await open();
    await permit();
    const concurrency = { FunctionName: 'f', ReservedConcurrentExecutions: 0 };
    await local.cloud.dispatch.call('lambda', 'PutFunctionConcurrency', concurrency, call);
    const response = await fetch(url);
    expect([response.status, await response.json(), response.headers.get('x-amzn-errortype')]).toEqual([
      429,
      { Type: 'User', message: 'Rate Exceeded.' },
      'TooManyRequestsException',
    ]);
  });

  test('answers 502 when the function fails, 404 when there is none, and CORS for it', async () => {
    await create('exports.handler = async () => { throw new Error("no") }');
    const url = await open({ Cors: { AllowOrigins: ['*'] } });
    await permit();
    const failed = await fetch(url, { headers: { origin: 'https://a.example' } });
    expect([failed.status, await failed.text(), failed.headers.get('access-control-allow-origin')]).toEqual([
      502,
      '{"message":"Internal Server Error"}',
      '*',
    ]);
    await local.cloud.dispatch.call('lambda', 'DeleteFunctionUrlConfig', { FunctionName: 'f' }, call);
    expect((await fetch(url)).status).toBe(404);
  });

  // Source: Lambda developer guide, "Control access to Lambda function URLs", AuthType AWS_IAM; no statement for
  // everybody is needed.
  test('with AWS_IAM takes signed requests, by header or query, and answers 403 to any other', async () => {
    await create('exports.handler = async (event) => event.requestContext.accountId');
    const url = await open({ AuthType: 'AWS_IAM' });
    const signature = 'AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/lambda/aws4_request, Signature=0';
    const answers = [
      await fetch(url),
      await fetch(url, { headers: { authorization: 'Bearer token' } }),
      await fetch(url, { headers: { authorization: signature } }),
      await fetch(`${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 200, 200]);
    expect(await answers[2]?.text()).toBe(call.account);
    await local.cloud.dispatch.call('lambda', 'UpdateFunctionUrlConfig', { FunctionName: 'f', AuthType: 'NONE' }, call);
    expect((await fetch(url, { headers: { authorization: signature } })).status).toBe(403);
  });
});
