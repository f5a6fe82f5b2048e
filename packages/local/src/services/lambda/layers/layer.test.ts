// What layers answer, as it was recorded on AWS: LocalStack, tests/aws/services/lambda_/test_lambda_api.snapshot.json,
// TestLambdaLayer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { writeZip } from '../../../functions/code/zip.ts';
import { callerOf, createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createLambdaService } from '../service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createLambdaService);
});
afterEach(() => cloud.close());

const lambda = callerOf('lambda', () => cloud);
const archive = (files: Record<string, string>) =>
  writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
const ZipFile = archive({ 'nodejs/util.js': 'exports.a = 1' });
const publish = (more: object = {}) =>
  lambda('PublishLayerVersion', { LayerName: 'tools', Content: { ZipFile }, ...more });
const ARN = `arn:aws:lambda:${testCall.region}:${testCall.account}:layer:tools`;

test('a version is told when it is published, when it is read and when it is asked for by ARN', async () => {
  const given = {
    CompatibleRuntimes: ['nodejs20.x' as const],
    CompatibleArchitectures: ['x86_64' as const],
    LicenseInfo: 'MIT',
    Description: 'what all use',
  };
  const published = await publish(given);
  expect(published).toEqual({
    ...given,
    Content: {
      CodeSha256: expect.stringMatching(/^[\w+/]{43}=$/),
      CodeSize: ZipFile.length,
      Location: `data:application/zip;base64,${Buffer.from(ZipFile).toString('base64')}`,
    },
    CreatedDate: '2026-01-01T00:00:00.000+0000',
    LayerArn: ARN,
    LayerVersionArn: `${ARN}:1`,
    Version: 1,
  });
  expect(await lambda('GetLayerVersion', { LayerName: 'tools', VersionNumber: 1 })).toEqual(published);
  expect(await lambda('GetLayerVersion', { LayerName: ARN, VersionNumber: 1 })).toEqual(published);
  expect(await lambda('GetLayerVersionByArn', { Arn: `${ARN}:1` })).toEqual(published);
});

test('empty lists of what it is compatible with are shown, lists that were not given are not', async () => {
  const { CompatibleRuntimes, CompatibleArchitectures } = await publish({
    CompatibleRuntimes: [],
    CompatibleArchitectures: [],
  });
  expect([CompatibleRuntimes, CompatibleArchitectures]).toEqual([[], []]);
  expect(Object.keys(await publish()).sort()).toEqual([
    ...['Content', 'CreatedDate', 'Description', 'LayerArn', 'LayerVersionArn', 'Version'],
  ]);
});

test('the same content is a new version each time, and a deleted version does not give its number back', async () => {
  await publish();
  expect((await publish()).Version).toBe(2);
  const { LayerVersions } = await lambda('ListLayerVersions', { LayerName: 'tools' });
  expect(LayerVersions?.map(({ LayerVersionArn }) => LayerVersionArn)).toEqual([`${ARN}:2`, `${ARN}:1`]);
  await lambda('DeleteLayerVersion', { LayerName: 'tools', VersionNumber: 1 });
  await lambda('DeleteLayerVersion', { LayerName: 'tools', VersionNumber: 2 });
  expect(await lambda('ListLayerVersions', { LayerName: 'tools' })).toEqual({ LayerVersions: [] });
  expect((await publish()).Version).toBe(3);
});

test('a list of layers shows the newest version that matches', async () => {
  await publish({ CompatibleRuntimes: ['nodejs20.x'] });
  await publish({ CompatibleRuntimes: ['python3.13'] });
  await publish({ LayerName: 'wares' });
  const list = async (asked: object) =>
    (await lambda('ListLayers', asked)).Layers?.map((layer) => [layer.LayerName, layer.LatestMatchingVersion?.Version]);
  expect(await list({})).toEqual([
    ['tools', 2],
    ['wares', 1],
  ]);
  expect(await list({ CompatibleRuntime: 'nodejs20.x' })).toEqual([['tools', 1]]);
  expect(await list({ MaxItems: 1 })).toEqual([['tools', 2]]);
});

test('what is not there is refused when it is read, and neither when it is listed nor when it is deleted', async () => {
  await publish();
  const missing = 'ResourceNotFoundException: The resource you requested does not exist.';
  expect(await refusalOf(lambda('GetLayerVersion', { LayerName: 'nothing', VersionNumber: 1 }))).toBe(missing);
  expect(await refusalOf(lambda('GetLayerVersion', { LayerName: 'tools', VersionNumber: 2 }))).toBe(missing);
  expect(await refusalOf(lambda('GetLayerVersionByArn', { Arn: `${ARN}:2` }))).toBe(missing);
  expect(await lambda('ListLayerVersions', { LayerName: 'nothing' })).toEqual({ LayerVersions: [] });
  expect(await lambda('DeleteLayerVersion', { LayerName: 'nothing', VersionNumber: 1 })).toEqual({});
  expect(await lambda('DeleteLayerVersion', { LayerName: 'tools', VersionNumber: 2 })).toEqual({});
  const least = 'InvalidParameterValueException: Layer Version Cannot be less than 1';
  for (const operation of ['GetLayerVersion', 'DeleteLayerVersion'] as const) {
    expect(await refusalOf(lambda(operation, { LayerName: 'tools', VersionNumber: 0 }))).toBe(least);
    expect(await refusalOf(lambda(operation, { LayerName: 'tools', VersionNumber: -1 }))).toBe(least);
  }
  expect(await refusalOf(lambda('GetLayerVersionByArn', { Arn: ARN }))).toBe(
    `ValidationException: 1 validation error detected: Value '${ARN}' at 'arn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)`,
  );
});

describe('content', () => {
  test('may be a directory of this machine, which has to be there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ew-layer-'));
    mkdirSync(join(folder, 'extensions'));
    writeFileSync(join(folder, 'extensions', 'watcher'), '');
    const Content = { S3Bucket: 'earwitness-local', S3Key: pathToFileURL(folder).href };
    expect((await publish({ Content })).Content?.Location).toBe(`file://${folder}`);
    rmSync(folder, { recursive: true });
    expect(await refusalOf(publish({ Content }))).toBe(
      `InvalidParameterValueException: The folder of the layer is not there: ${folder}`,
    );
  });

  test('may be an object of a bucket, which is kept by name', async () => {
    const { Content } = await publish({ Content: { S3Bucket: 'wares', S3Key: 'a.zip' } });
    expect(Content?.Location).toBe('s3://wares/a.zip');
  });

  test('that is no archive is refused', async () => {
    expect(await refusalOf(publish({ Content: { ZipFile: Buffer.from('no archive at all, not at all') } }))).toMatch(
      /^InvalidParameterValueException: Could not unzip uploaded file\. Please check your file, then try to upload again\./,
    );
    expect(await refusalOf(publish({ Content: {} }))).toBe(
      'InvalidParameterValueException: Please provide a source for layer content.',
    );
  });
});

describe('permissions', () => {
  const place = { LayerName: 'tools', VersionNumber: 1 };
  const allow = (more: object = {}) =>
    lambda('AddLayerVersionPermission', {
      ...{ ...place, StatementId: 's1', Action: 'lambda:GetLayerVersion', Principal: '*' },
      ...more,
    });
  const s1 = { Sid: 's1', Effect: 'Allow', Principal: '*', Action: 'lambda:GetLayerVersion', Resource: `${ARN}:1` };

  test('are statements of a policy, one after the other', async () => {
    await publish();
    const first = await allow();
    expect(JSON.parse(first.Statement ?? '')).toEqual(s1);
    const read = await lambda('GetLayerVersionPolicy', place);
    expect(read.RevisionId).toBe(first.RevisionId);
    expect(JSON.parse(read.Policy ?? '')).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [s1] });
    await allow({ StatementId: 's2', RevisionId: read.RevisionId });
    await lambda('RemoveLayerVersionPermission', { ...place, StatementId: 's2' });
    const left = JSON.parse((await lambda('GetLayerVersionPolicy', place)).Policy ?? '');
    expect(left).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [s1] });
  });

  test('are refused in the words of AWS', async () => {
    await publish();
    expect(await refusalOf(lambda('GetLayerVersionPolicy', place))).toBe(
      'ResourceNotFoundException: No policy is associated with the given resource.',
    );
    await allow();
    expect(await refusalOf(allow())).toBe(
      'ResourceConflictException: The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.',
    );
    expect(await refusalOf(allow({ Action: '*', StatementId: 's2' }))).toBe(
      "ValidationException: 1 validation error detected: Value '*' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: lambda:GetLayerVersion",
    );
    const revision =
      'PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id';
    expect(await refusalOf(allow({ StatementId: 's2', RevisionId: 'wrong' }))).toBe(revision);
    const remove = (more: object) => lambda('RemoveLayerVersionPermission', { ...place, StatementId: 's1', ...more });
    expect(await refusalOf(remove({ RevisionId: 'wrong' }))).toBe(revision);
    expect(await refusalOf(remove({ StatementId: 'no' }))).toBe(
      'ResourceNotFoundException: Statement no is not found in resource policy.',
    );
    const missing = `ResourceNotFoundException: Layer version ${ARN}:2 does not exist.`;
    expect(await refusalOf(allow({ VersionNumber: 2 }))).toBe(missing);
    expect(await refusalOf(remove({ VersionNumber: 2 }))).toBe(missing);
    expect(await refusalOf(lambda('GetLayerVersionPolicy', { ...place, VersionNumber: 2 }))).toBe(missing);
  });

  test('let another account read the version', async () => {
    await publish();
    const account = '999999999999';
    const principal = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
    const read = () => lambda('GetLayerVersionByArn', { Arn: `${ARN}:1` }, { ...testCall, account, principal });
    expect(await refusalOf(read())).toMatch(
      /^AccessDeniedException: User: .* is not authorized to perform: lambda:GetLayerVersion/,
    );
    await allow({ Principal: account });
    expect((await read()).Version).toBe(1);
  });
});
