import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { type Cloud, createCloud } from '../../cloud.ts';
import { zipInlineCode } from '../../functions/code/code.ts';
import { writeZip } from '../../functions/code/zip.ts';
import { createIds } from '../../ids.ts';
import { createLambdaService } from './service.ts';

const call = {
  account: '000000000000',
  region: 'eu-west-1',
  principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
} as const;
const Role = 'arn:aws:iam::000000000000:role/r';
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:orders';

let cloud: Cloud;
beforeEach(() => {
  cloud = createCloud({
    clock: createClock({ frozenAt: Date.parse('2026-11-22T12:00:00Z') }),
    ids: createIds(),
    address: { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' },
    services: [createLambdaService],
  });
});
afterEach(() => cloud.close());

async function create(text: string, more: object = {}) {
  return await cloud.dispatch.call(
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'orders',
      Role,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipInlineCode(text) },
      ...more,
    },
    call,
  );
}

async function invoke(payload: unknown = {}, more: object = {}) {
  const answer = await cloud.dispatch.call(
    'lambda',
    'Invoke',
    { FunctionName: 'orders', Payload: Buffer.from(JSON.stringify(payload)), ...more },
    call,
  );
  const { Payload, ...rest } = answer;
  return { ...rest, ...(Payload && { payload: JSON.parse(Buffer.from(Payload).toString()) }) };
}

const outcomes = () =>
  cloud.journal.read().flatMap((fact) => (fact.kind === 'function.finished' ? [fact.outcome] : []));

/** Resolves when so many invocations have ended, however long they take. */
function finished(count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (outcomes().length < count) return;
      stop();
      resolve();
    };
    const stop = cloud.journal.listen(look);
    look();
  });
}

describe('a function', () => {
  test('is active when it is created, and answers its configuration', async () => {
    const { RevisionId, CodeSha256, CodeSize, ...configuration } = await create('exports.handler = 1', {
      Environment: { Variables: { COLOUR: 'red' } },
      Timeout: 5,
    });
    expect([typeof RevisionId, typeof CodeSha256, CodeSize]).toEqual(['string', 'string', 133]);
    expect(configuration).toEqual({
      FunctionName: 'orders',
      FunctionArn: ARN,
      Runtime: 'nodejs20.x',
      Role,
      Handler: 'index.handler',
      Description: '',
      Timeout: 5,
      MemorySize: 128,
      LastModified: '2026-11-22T12:00:00.000+0000',
      Version: '$LATEST',
      Environment: { Variables: { COLOUR: 'red' } },
      TracingConfig: { Mode: 'PassThrough' },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/orders' },
    });
    await expect(create('exports.handler = 1')).rejects.toMatchObject({
      code: 'ResourceConflictException',
      message: 'Function already exist: orders',
    });
  });

  test('an archive above 50 MB is refused', async () => {
    await expect(create('', { Code: { ZipFile: Buffer.alloc(52_428_801) } })).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
      status: 413,
      message: 'Request must be smaller than 70167211 bytes for the CreateFunction operation',
    });
  });

  test.each<[object, string]>([
    [
      { Code: { ZipFile: zipInlineCode('exports.handler = (') } },
      'The handler index.handler of function orders cannot be run: index.js:1:20: Unexpected end of file\n    exports.handler = (',
    ],
    [
      { Code: { ZipFile: Buffer.from('no archive') } },
      'Could not unzip uploaded file. Please check your file, then try to upload again. (End of central directory record signature not found. Either not a zip file, or file is truncated.)',
    ],
    [
      { Code: { ZipFile: writeZip([{ path: '../index.js', bytes: Buffer.from('') }]) } },
      'Could not unzip uploaded file. Please check your file, then try to upload again. (invalid relative path: ../index.js)',
    ],
    ...['../other/file.handler', 'src/..index.handler', 'index\0.handler'].map(
      (Handler) =>
        [
          { Handler },
          `The handler ${Handler} of function orders cannot be run: Bad handler '${Handler}': it must look like 'file.export', without '..' in it.`,
        ] satisfies [object, string],
    ),
    ...['file://elsewhere/code', 'file:///code%00', 'code'].map(
      (S3Key) =>
        [
          { Code: { S3Bucket: 'earwitness-local', S3Key } },
          `The S3Key of bucket 'earwitness-local' must be a file URL of a directory, not '${S3Key}'.`,
        ] satisfies [object, string],
    ),
    [
      { Code: { S3Bucket: 'earwitness-local', S3Key: `file:///${'x'.repeat(300)}` } },
      `The handler index.handler of function orders cannot be run: The handler's file was not found: /${'x'.repeat(300)}/index{.ts,.mts,.cts,.tsx,.js,.mjs,.cjs}.`,
    ],
    [
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION',
    ],
  ])('is refused with %j', async (more, message) => {
    await expect(create('exports.handler = 1', more)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message,
    });
    const { Functions } = await cloud.dispatch.call('lambda', 'ListFunctions', {}, call);
    expect(Functions).toEqual([]);
  });

  test('is named by name, partial ARN and ARN, with a qualifier or without', async () => {
    await create('exports.handler = async (e, context) => context.invokedFunctionArn');
    for (const name of ['orders', ARN, '000000000000:function:orders', 'orders:$LATEST']) {
      expect(await invoke({}, { FunctionName: name })).toEqual({
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        payload: ARN,
      });
    }
    await expect(invoke({}, { FunctionName: 'orders:7' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${ARN}:7`,
    });
  });

  test('runs its new code and settings after an update, and is gone after delete', async () => {
    await create('exports.handler = async () => [1, process.env.COLOUR]');
    const update = {
      FunctionName: 'orders',
      ZipFile: zipInlineCode('exports.handler = async () => [2, process.env.COLOUR]'),
    };
    await cloud.dispatch.call('lambda', 'UpdateFunctionCode', update, call);
    const Environment = { Variables: { COLOUR: 'blue' } };
    await cloud.dispatch.call('lambda', 'UpdateFunctionConfiguration', { FunctionName: 'orders', Environment }, call);
    expect((await invoke()).payload).toEqual([2, 'blue']);
    await cloud.dispatch.call('lambda', 'DeleteFunction', { FunctionName: 'orders' }, call);
    await expect(invoke()).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${ARN}`,
    });
  });

  test('from a directory runs what the files say now, and fails with the line that no longer compiles', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ew-lambda-'));
    try {
      const file = join(directory, 'app.ts');
      writeFileSync(file, 'export const handler = async (): Promise<number> => 1;');
      await create('', {
        Handler: 'app.handler',
        Code: { S3Bucket: 'earwitness-local', S3Key: `file://${directory}` },
      });
      expect((await invoke()).payload).toBe(1);
      writeFileSync(file, 'export const handler = async (): Promise<number> => 2222;');
      expect((await invoke()).payload).toBe(2222);
      writeFileSync(file, 'export const handler = async () => ];');
      expect(await invoke()).toMatchObject({
        FunctionError: 'Unhandled',
        payload: {
          errorType: 'Runtime.UserCodeSyntaxError',
          errorMessage: 'app.ts:1:36: Unexpected "]"\n    export const handler = async () => ];',
        },
      });
      writeFileSync(file, 'export const handler = async () => 3;');
      expect((await invoke()).payload).toBe(3);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('keeps its published versions, and an alias leads to one of them', async () => {
    await create('exports.handler = async (e, context) => [1, context.functionVersion, context.invokedFunctionArn]', {
      Publish: true,
    });
    const again = await cloud.dispatch.call('lambda', 'PublishVersion', { FunctionName: 'orders' }, call);
    expect(again.Version).toBe('1');
    const update = { FunctionName: 'orders', ZipFile: zipInlineCode('exports.handler = async () => 2') };
    await cloud.dispatch.call('lambda', 'UpdateFunctionCode', update, call);
    const alias = { FunctionName: 'orders', Name: 'live', FunctionVersion: '1' };
    expect(await cloud.dispatch.call('lambda', 'CreateAlias', alias, call)).toMatchObject({
      AliasArn: `${ARN}:live`,
      FunctionVersion: '1',
    });
    expect(await invoke({}, { Qualifier: 'live' })).toEqual({
      StatusCode: 200,
      ExecutedVersion: '1',
      payload: [1, '1', `${ARN}:live`],
    });
    expect((await invoke()).payload).toBe(2);
    await expect(
      cloud.dispatch.call('lambda', 'DeleteFunction', { FunctionName: 'orders', Qualifier: '$LATEST' }, call),
    ).rejects.toThrow('$LATEST version cannot be deleted without deleting the function.');
    await expect(
      cloud.dispatch.call('lambda', 'PublishVersion', { FunctionName: 'orders', CodeSha256: 'x' }, call),
    ).rejects.toThrow(/^CodeSHA256 \(x\) is different from current CodeSHA256 in \$LATEST \(\S+=\)\. /);
  });

  test('may take 900 seconds at most', async () => {
    await expect(create('exports.handler = 1', { Timeout: 901 })).rejects.toMatchObject({
      code: 'ValidationException',
      message:
        "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    });
  });
});

describe('an invocation', () => {
  test('answers the error of a function that fails, and the end of its log when asked', async () => {
    await create('exports.handler = async () => { console.log("hello"); throw new Error("boom") }');
    const { LogResult = '', ...answer } = await invoke({}, { LogType: 'Tail' });
    expect(answer).toEqual({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '$LATEST',
      payload: {
        errorType: 'Error',
        errorMessage: 'boom',
        trace: ['Error: boom', '    at exports.handler (/var/task/index.js:1:61)'],
      },
    });
    expect(Buffer.from(LogResult, 'base64').toString()).toMatch(
      /START RequestId.*\tINFO\thello\n.*Invoke Error.*END RequestId/s,
    );
  });

  test('of type DryRun runs nothing; too large or broken payloads are refused', async () => {
    await create('exports.handler = async () => 1');
    expect(await invoke({}, { InvocationType: 'DryRun' })).toEqual({ StatusCode: 204 });
    expect(outcomes()).toEqual([]);
    await expect(invoke('x'.repeat(2 ** 20), { InvocationType: 'Event' })).rejects.toMatchObject({
      code: 'RequestTooLargeException',
      message: '1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
      status: 413,
    });
    await expect(invoke({}, { Payload: Buffer.from('{') })).rejects.toMatchObject({
      code: 'InvalidRequestContentException',
      message: expect.stringContaining('Could not parse request body into json: '),
    });
  });

  test('beyond the reserved concurrency is throttled', async () => {
    await create('exports.handler = () => new Promise((resolve) => setTimeout(resolve, 30))');
    const reserve = { FunctionName: 'orders', ReservedConcurrentExecutions: 1 };
    await cloud.dispatch.call('lambda', 'PutFunctionConcurrency', reserve, call);
    const both = await Promise.allSettled([invoke(), invoke()]);
    expect(both.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({
      reason: { code: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 },
    });
  });

  test('of type Event is retried after one minute and after two, then goes to the on-failure destination', async () => {
    await create(`
      let calls = 0;
      exports.handler = async () => { throw new Error('failure ' + ++calls) };`);
    await create("exports.handler = async () => { throw new Error('heard') }", { FunctionName: 'audit' });
    const Destination = ARN.replace('orders', 'audit');
    const destination = { FunctionName: 'orders', DestinationConfig: { OnFailure: { Destination } } };
    await cloud.dispatch.call('lambda', 'PutFunctionEventInvokeConfig', destination, call);
    expect(await invoke({ id: 1 }, { InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    await finished(1);
    await cloud.clock.advance(59_999);
    expect(outcomes()).toEqual(['threw']);
    await cloud.clock.advance(1);
    await finished(2);
    expect(outcomes()).toEqual(['threw', 'threw']);
    await cloud.clock.advance(120_000);
    await finished(4);
    const all = cloud.journal.read().filter((fact) => fact.kind === 'function.finished');
    expect(all.map((fact) => fact.error?.message)).toEqual(['failure 1', 'failure 2', 'failure 3', 'heard']);
    // The record is an event like any other, with a request of its own.
    expect(new Set(all.map((fact) => fact.invocationId)).size).toBe(2);
  });

  // Source: recorded on AWS: LocalStack lambda_api test_lambda_eventinvokeconfig_exceptions.
  test.each([
    [ARN, "You can't specify the function as a destination for itself."],
    [`${ARN}:$LATEST`, "You can't specify the function as a destination for itself."],
    [`${ARN}s`, `The destination ARN ${ARN}s is invalid.`],
  ])('has no result sent to %s', async (Destination, message) => {
    await create('exports.handler = 1');
    for (const DestinationConfig of [{ OnSuccess: { Destination } }, { OnFailure: { Destination } }]) {
      const asked = { FunctionName: 'orders', DestinationConfig };
      await expect(cloud.dispatch.call('lambda', 'PutFunctionEventInvokeConfig', asked, call)).rejects.toMatchObject({
        ...{ code: 'InvalidParameterValueException', message },
      });
    }
  });
});

describe('a service', () => {
  const api = 'arn:aws:execute-api:eu-west-1:000000000000:abc';
  const invokeFor = (sourceArn: string) =>
    cloud.dispatch.call(
      'lambda',
      'Invoke',
      { FunctionName: 'orders' },
      { ...call, principal: { kind: 'service', service: 'apigateway.amazonaws.com', sourceArn } },
    );

  test('may invoke a function whose policy lets it, and no other', async () => {
    await create('exports.handler = async () => 1');
    await expect(invokeFor(`${api}/Prod/GET/a`)).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: `The resource policy of ${ARN} does not let apigateway.amazonaws.com invoke it on behalf of ${api}/Prod/GET/a: add a permission (AddPermission, AWS::Lambda::Permission).`,
      status: 403,
    });
    const permission = {
      FunctionName: 'orders',
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `${api}/*/GET/a`,
    };
    const { Statement = '' } = await cloud.dispatch.call('lambda', 'AddPermission', permission, call);
    const statement = {
      Sid: 'api',
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: ARN,
      Condition: { ArnLike: { 'AWS:SourceArn': `${api}/*/GET/a` } },
    };
    expect(JSON.parse(Statement)).toEqual(statement);
    // Source: recorded on AWS: LocalStack lambda_api test_permission_exceptions.
    const ofLatest = { ...permission, StatementId: 'latest', Qualifier: '$LATEST' };
    await expect(cloud.dispatch.call('lambda', 'AddPermission', ofLatest, call)).rejects.toMatchObject({
      ...{
        code: 'InvalidParameterValueException',
        message: 'We currently do not support adding policies for $LATEST.',
      },
    });
    const { Policy = '' } = await cloud.dispatch.call('lambda', 'GetPolicy', { FunctionName: 'orders' }, call);
    expect(JSON.parse(Policy)).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [statement] });
    expect(await invokeFor(`${api}/Prod/GET/a`)).toMatchObject({ StatusCode: 200 });
    await expect(invokeFor(`${api}/Prod/POST/a`)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    const remove = { FunctionName: 'orders', StatementId: 'api' };
    await cloud.dispatch.call('lambda', 'RemovePermission', remove, call);
    await expect(cloud.dispatch.call('lambda', 'GetPolicy', { FunctionName: 'orders' }, call)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    });
  });
});
