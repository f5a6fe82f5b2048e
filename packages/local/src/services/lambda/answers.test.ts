// What operations of Lambda answer, word for word as recorded on AWS: LocalStack, tests/aws/services/lambda_,
// test_lambda_api.
import type { CreateFunctionRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { zipInlineCode } from '../../functions/code/code.ts';
import { callerOf, createTestCloud, refusalOf } from '../../test-cloud.ts';
import { createLambdaService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud((platform) => createLambdaService(platform, { idleWorkers: 0 }));
});
afterEach(() => cloud.close());
const lambda = callerOf('lambda', () => cloud);

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';
const create = (more: Partial<CreateFunctionRequest> = {}) =>
  lambda('CreateFunction', {
    FunctionName: 'orders',
    Role: 'arn:aws:iam::123456789012:role/r',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipInlineCode('exports.handler = async () => 1') },
    ...more,
  });
const FunctionName = 'orders';
const notFound = (sentence: string) => `ResourceNotFoundException: ${sentence}`;

// test_version_lifecycle, test_publish_version_on_create
describe('publishing', () => {
  const publish = async (Description?: string) => {
    const { Version, Description: shown, FunctionArn } = await lambda('PublishVersion', { FunctionName, Description });
    return [Version, shown, FunctionArn];
  };

  test('what did not change gives the version that is there, whatever its description', async () => {
    await create({ Description: 'No version :(' });
    expect(await publish('one')).toEqual(['1', 'one', `${ARN}:1`]);
    expect(await publish('another')).toEqual(['1', 'one', `${ARN}:1`]);
    expect(await publish()).toEqual(['1', 'one', `${ARN}:1`]);
    await lambda('UpdateFunctionConfiguration', { FunctionName, Description: 'Second version :))' });
    expect(await publish()).toEqual(['2', 'Second version :))', `${ARN}:2`]);
    expect(await publish('third')).toEqual(['2', 'Second version :))', `${ARN}:2`]);
    await lambda('UpdateFunctionConfiguration', { FunctionName, Timeout: 7 });
    expect((await publish())[0]).toBe('3');
  });

  // test_publish_version_on_create, test_publish_with_update
  test('while creating answers the plain ARN, while updating that of the version', async () => {
    expect(await create({ Publish: true })).toMatchObject({ Version: '1', FunctionArn: ARN });
    const ZipFile = zipInlineCode('exports.handler = async () => 2');
    expect(await lambda('UpdateFunctionCode', { FunctionName, ZipFile, Publish: true })).toMatchObject({
      Version: '2',
      FunctionArn: `${ARN}:2`,
    });
  });

  // TestLambdaRevisions
  test('and changing aliases hold to a revision that is named', async () => {
    await create();
    const refusal =
      'PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id';
    expect(await refusalOf(lambda('PublishVersion', { FunctionName, RevisionId: 'x' }))).toBe(refusal);
    await lambda('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '$LATEST' });
    expect(await refusalOf(lambda('UpdateAlias', { FunctionName, Name: 'live', RevisionId: 'x' }))).toBe(refusal);
  });
});

// test_list_functions, test_version_lifecycle, test_publish_version_on_create
test('$LATEST says so in its ARN where versions are listed, and where it is asked for', async () => {
  await create({ Publish: true });
  const versions = (await lambda('ListVersionsByFunction', { FunctionName })).Versions ?? [];
  expect(versions.map((one) => one.FunctionArn)).toEqual([`${ARN}:$LATEST`, `${ARN}:1`]);
  const all = (await lambda('ListFunctions', { FunctionVersion: 'ALL' })).Functions ?? [];
  expect(all.map((one) => one.FunctionArn)).toEqual([`${ARN}:$LATEST`, `${ARN}:1`]);
  const plain = (await lambda('ListFunctions', {})).Functions ?? [];
  expect(plain.map((one) => one.FunctionArn)).toEqual([ARN]);
  for (const one of [...versions, ...all, ...plain]) expect(Object.keys(one)).not.toContain('State');
  const arnOf = async (Qualifier?: string) =>
    (await lambda('GetFunction', { FunctionName, Qualifier })).Configuration?.FunctionArn;
  expect([await arnOf(), await arnOf('$LATEST'), await arnOf('1')]).toEqual([ARN, `${ARN}:$LATEST`, `${ARN}:1`]);
  const configuration = await lambda('GetFunctionConfiguration', { FunctionName: `${ARN}:$LATEST` });
  expect(configuration.FunctionArn).toBe(`${ARN}:$LATEST`);
});

// TestLoggingConfig
describe('LoggingConfig', () => {
  const JSON_DEFAULTS = {
    LogFormat: 'JSON',
    LogGroup: '/aws/lambda/orders',
    ApplicationLogLevel: 'INFO',
    SystemLogLevel: 'INFO',
  };
  const update = async (LoggingConfig: NonNullable<CreateFunctionRequest['LoggingConfig']>) =>
    (await lambda('UpdateFunctionConfiguration', { FunctionName, LoggingConfig })).LoggingConfig;

  test('in JSON has levels, in text none', async () => {
    expect((await create()).LoggingConfig).toEqual({ LogFormat: 'Text', LogGroup: '/aws/lambda/orders' });
    expect(await update({ LogFormat: 'JSON' })).toEqual(JSON_DEFAULTS);
    expect(await update({ ApplicationLogLevel: 'DEBUG' })).toEqual({ ...JSON_DEFAULTS, ApplicationLogLevel: 'DEBUG' });
    expect(await update({ SystemLogLevel: 'WARN' })).toEqual({
      ...JSON_DEFAULTS,
      ApplicationLogLevel: 'DEBUG',
      SystemLogLevel: 'WARN',
    });
    expect(await update({ LogFormat: 'Text' })).toEqual({ LogFormat: 'Text', LogGroup: '/aws/lambda/orders' });
    expect(await update({ LogGroup: 'cool_lambda' })).toEqual({ LogFormat: 'Text', LogGroup: 'cool_lambda' });
    expect(await update({ LogFormat: 'JSON' })).toEqual({ ...JSON_DEFAULTS, LogGroup: 'cool_lambda' });
  });

  test('takes levels when the function is made', async () => {
    const LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' } as const;
    expect((await create({ LoggingConfig })).LoggingConfig).toEqual({ ...JSON_DEFAULTS, ApplicationLogLevel: 'DEBUG' });
  });

  // Source: Lambda developer guide, "Log-level filtering".
  test('keeps lines below the level out of the log', async () => {
    const text = `exports.handler = async () => { console.debug('d'); console.info('i'); console.error('e'); process.stdout.write('raw\\n'); }`;
    await create({
      Code: { ZipFile: zipInlineCode(text) },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'ERROR' },
    });
    const { LogResult = '' } = await lambda('Invoke', { FunctionName, LogType: 'Tail' });
    const log = Buffer.from(LogResult, 'base64').toString();
    expect([/"message":"d"/, /"message":"i"/, /"message":"e"/, /raw/].map((line) => line.test(log))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

// test_create_lambda_exceptions, TestRuntimeValidation
test('a runtime that is no longer supported is refused', async () => {
  for (const Runtime of ['nodejs14.x', 'nodejs12.x', 'python3.7', 'java8', 'go1.x', 'provided', 'ruby2.7'] as const) {
    expect(await refusalOf(create({ Runtime }))).toBe(
      `InvalidParameterValueException: The runtime parameter of ${Runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  expect(await create({ Runtime: 'nodejs16.x' })).toMatchObject({ Runtime: 'nodejs16.x' });
});

// test_list_functions, test_function_lifecycle and others
test('variables that were sent empty are shown empty', async () => {
  expect(await create()).not.toHaveProperty('Environment');
  const update = (Environment: object) => lambda('UpdateFunctionConfiguration', { FunctionName, Environment });
  expect(await update({ Variables: {} })).toHaveProperty('Environment', { Variables: {} });
  expect(await update({})).not.toHaveProperty('Environment');
  await lambda('DeleteFunction', { FunctionName });
  expect(await create({ Environment: { Variables: {} } })).toHaveProperty('Environment', { Variables: {} });
});

// test_get_function_wrong_region
test('a function of another region is not reached', async () => {
  await create();
  const named = { FunctionName: ARN.replace('eu-west-1', 'us-east-1') };
  const sentence = notFound("Functions from 'us-east-1' are not reachable in this region ('eu-west-1')");
  expect(await refusalOf(lambda('GetFunction', named))).toBe(sentence);
  expect(await refusalOf(lambda('GetFunctionConfiguration', named))).toBe(sentence);
  expect(await refusalOf(lambda('GetFunctionUrlConfig', named))).toBe(sentence);
  expect(await refusalOf(lambda('GetFunctionEventInvokeConfig', named))).toBe(sentence);
  expect(await refusalOf(lambda('GetFunctionConcurrency', named))).toBe(sentence);
  expect(await refusalOf(lambda('DeleteFunction', named))).toBe(sentence);
  expect(await refusalOf(lambda('Invoke', named))).toBe(sentence);
});

// test_ops_on_nonexisting_fn, test_ops_on_nonexisting_version, test_ops_with_arn_qualifier_mismatch,
// test_delete_on_nonexisting_version
describe('what is not there', () => {
  test('is told of with the qualifier that was asked for', async () => {
    const get = (Qualifier?: string) => refusalOf(lambda('GetFunction', { FunctionName, Qualifier }));
    expect(await get()).toBe(notFound(`Function not found: ${ARN}`));
    expect(await get('$LATEST')).toBe(notFound(`Function not found: ${ARN}:$LATEST`));
    await create();
    expect(await get('1221')).toBe(notFound(`Function not found: ${ARN}:1221`));
  });

  test('may be deleted when it is a version of a function that is', async () => {
    await create();
    for (let time = 0; time < 2; time++) await lambda('DeleteFunction', { FunctionName, Qualifier: '1233' });
    await lambda('DeleteFunction', { FunctionName });
    expect(await refusalOf(lambda('DeleteFunction', { FunctionName }))).toBe(notFound(`Function not found: ${ARN}`));
    expect(await refusalOf(lambda('DeleteFunction', { FunctionName, Qualifier: '1233' }))).toBe(
      notFound(`Function not found: ${ARN}`),
    );
  });

  // test_non_existent_alias_update, test_notfound_and_invalid_routingconfigs, test_non_existent_alias_deletion
  test('is an alias', async () => {
    await create();
    const alias = { FunctionName, Name: 'non-existent' };
    expect(await refusalOf(lambda('UpdateAlias', alias))).toBe(notFound(`Alias not found: ${ARN}:non-existent`));
    expect(await refusalOf(lambda('GetAlias', alias))).toBe(notFound(`Cannot find alias arn: ${ARN}:non-existent`));
    expect(await refusalOf(lambda('DeleteAlias', alias))).toBe('not refused');
  });

  // test_url_config_exceptions
  test('has no URL', async () => {
    const make = { FunctionName, AuthType: 'NONE' } as const;
    const resource = notFound('The resource you requested does not exist.');
    expect(await refusalOf(lambda('CreateFunctionUrlConfig', make))).toBe(notFound('Function does not exist'));
    expect(await refusalOf(lambda('UpdateFunctionUrlConfig', make))).toBe(notFound('Function does not exist'));
    expect(await refusalOf(lambda('ListFunctionUrlConfigs', { FunctionName }))).toBe(
      notFound('Function does not exist'),
    );
    expect(await refusalOf(lambda('GetFunctionUrlConfig', { FunctionName }))).toBe(resource);
    expect(await refusalOf(lambda('DeleteFunctionUrlConfig', { FunctionName }))).toBe(resource);
    await create();
    expect(await refusalOf(lambda('GetFunctionUrlConfig', { FunctionName }))).toBe(resource);
    expect(await refusalOf(lambda('UpdateFunctionUrlConfig', make))).toBe(resource);
  });

  // test_lambda_eventinvokeconfig_exceptions
  test('has no configuration of asynchronous invocations', async () => {
    const put = { FunctionName, MaximumRetryAttempts: 1 };
    const missing = notFound("The function doesn't exist.");
    const lacking = notFound(`The function ${ARN}:$LATEST doesn't have an EventInvokeConfig`);
    expect(await refusalOf(lambda('PutFunctionEventInvokeConfig', put))).toBe(missing);
    expect(await refusalOf(lambda('UpdateFunctionEventInvokeConfig', put))).toBe(missing);
    expect(await refusalOf(lambda('ListFunctionEventInvokeConfigs', { FunctionName }))).toBe(missing);
    expect(await refusalOf(lambda('GetFunctionEventInvokeConfig', { FunctionName }))).toBe(lacking);
    expect(await refusalOf(lambda('DeleteFunctionEventInvokeConfig', { FunctionName }))).toBe(lacking);
    await create();
    expect(await refusalOf(lambda('GetFunctionEventInvokeConfig', { FunctionName, Qualifier: 'none' }))).toBe(
      notFound(`The function ${ARN}:none doesn't have an EventInvokeConfig`),
    );
    expect(await refusalOf(lambda('UpdateFunctionEventInvokeConfig', put))).toBe(lacking);
    expect(await refusalOf(lambda('PutFunctionEventInvokeConfig', { FunctionName }))).toBe(
      'InvalidParameterValueException: You must specify at least one of error handling or destination setting.',
    );
  });
});

// test_url_config_list_paging, test_lambda_eventinvokeconfig_exceptions ("list_configs")
test('URLs and configurations of asynchronous invocations are listed by qualifier', async () => {
  await create({ Publish: true });
  await lambda('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
  expect(await lambda('ListFunctionUrlConfigs', { FunctionName })).toEqual({ FunctionUrlConfigs: [] });
  expect(await lambda('ListFunctionEventInvokeConfigs', { FunctionName })).toEqual({ FunctionEventInvokeConfigs: [] });
  for (const Qualifier of [undefined, 'live']) {
    await lambda('CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE', Qualifier });
    await lambda('PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 1, Qualifier });
  }
  const urls = (await lambda('ListFunctionUrlConfigs', { FunctionName })).FunctionUrlConfigs;
  expect(urls.map(({ FunctionArn, AuthType, InvokeMode }) => [FunctionArn, AuthType, InvokeMode])).toEqual([
    [ARN, 'NONE', 'BUFFERED'],
    [`${ARN}:live`, 'NONE', 'BUFFERED'],
  ]);
  const configs = (await lambda('ListFunctionEventInvokeConfigs', { FunctionName })).FunctionEventInvokeConfigs ?? [];
  expect(configs.map(({ FunctionArn, MaximumRetryAttempts }) => [FunctionArn, MaximumRetryAttempts])).toEqual([
    [`${ARN}:$LATEST`, 1],
    [`${ARN}:live`, 1],
  ]);
  const page = await lambda('ListFunctionUrlConfigs', { FunctionName, MaxItems: 1 });
  expect([page.FunctionUrlConfigs.length, page.NextMarker !== undefined]).toEqual([1, true]);
});

// TestLambdaAccountSettings
test('GetAccountSettings counts functions, code and what is reserved', async () => {
  const before = await lambda('GetAccountSettings', {});
  expect(before).toEqual({
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      UnreservedConcurrentExecutions: 1000,
    },
    AccountUsage: { TotalCodeSize: 0, FunctionCount: 0 },
  });
  const { CodeSize = 0 } = await create();
  await lambda('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 10 });
  const sizes = async () => (await lambda('GetAccountSettings', {})).AccountUsage?.TotalCodeSize;
  expect(await sizes()).toBe(CodeSize);
  await lambda('UpdateFunctionConfiguration', { FunctionName, Timeout: 7 });
  expect(await sizes()).toBe(CodeSize);
  await lambda('PublishVersion', { FunctionName });
  expect(await lambda('GetAccountSettings', {})).toMatchObject({
    AccountLimit: { UnreservedConcurrentExecutions: 990 },
    AccountUsage: { TotalCodeSize: 2 * CodeSize, FunctionCount: 1 },
  });
});

// Source: docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html: it is on for published versions alone.
test('SnapStart is on for published versions, whose code is told so', async () => {
  const code = 'exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;';
  const { SnapStart: latest } = await create({
    Code: { ZipFile: zipInlineCode(code) },
    SnapStart: { ApplyOn: 'PublishedVersions' },
  });
  const { SnapStart: published, Version } = await lambda('PublishVersion', { FunctionName });
  const typeOf = async (Qualifier?: string) =>
    Buffer.from((await lambda('Invoke', { FunctionName, ...(Qualifier && { Qualifier }) })).Payload ?? []).toString();
  expect([latest, published, await typeOf(), await typeOf(Version)]).toEqual([
    { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' },
    { ApplyOn: 'PublishedVersions', OptimizationStatus: 'On' },
    '"on-demand"',
    '"snap-start"',
  ]);
});
