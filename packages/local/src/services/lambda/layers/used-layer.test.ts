// Functions with layers. Refusals: recorded on AWS, LocalStack lambda_api (TestLambdaLayer).
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { writeZip } from '../../../functions/code/zip.ts';
import { callerOf, createTestCloud, createTestCloudWith, refusalOf, testCall } from '../../../test-cloud.ts';
import { createLambdaService } from '../service.ts';
import { checkUnpackedSize } from './used-layer.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createLambdaService);
});
afterEach(() => cloud.close());

const lambda = callerOf('lambda', () => cloud);
const archive = (files: Record<string, string>) =>
  writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
const layerArn = (rest: string, { account = testCall.account, region = testCall.region } = {}) =>
  `arn:aws:lambda:${region}:${account}:layer:${rest}`;

async function publish(LayerName = 'tools', ZipFile = archive({ 'nodejs/util.js': 'exports.a = 1' })) {
  const { LayerVersionArn = '' } = await lambda('PublishLayerVersion', { LayerName, Content: { ZipFile } });
  return LayerVersionArn;
}

const create = (Layers: readonly string[], text = "exports.handler = async () => require('/opt/nodejs/util').a") =>
  lambda('CreateFunction', {
    FunctionName: 'orders',
    Role: `arn:aws:iam::${testCall.account}:role/r`,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Code: { ZipFile: archive({ 'index.js': text }) },
    Layers,
  });
const update = (Layers: readonly string[]) => lambda('UpdateFunctionConfiguration', { FunctionName: 'orders', Layers });

async function invoke(): Promise<unknown> {
  const { Payload } = await lambda('Invoke', { FunctionName: 'orders' });
  return JSON.parse(Buffer.from(Payload ?? '').toString());
}
const warnings = () => cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));

test('a function tells its layers and their sizes, and runs with them', async () => {
  const zip = archive({ 'nodejs/util.js': 'exports.a = 1' });
  const arn = await publish('tools', zip);
  const Layers = [{ Arn: arn, CodeSize: zip.length }];
  expect((await create([arn])).Layers).toEqual(Layers);
  expect((await lambda('GetFunctionConfiguration', { FunctionName: 'orders' })).Layers).toEqual(Layers);
  expect(await invoke()).toBe(1);
  expect(warnings()).toEqual([]);
});

test('layers are given, exchanged and taken away by an update', async () => {
  const one = await publish();
  const two = await publish('tools', archive({ 'nodejs/util.js': 'exports.a = 2' }));
  await create([one]);
  expect(await invoke()).toBe(1);
  await update([two]);
  expect(await invoke()).toBe(2);
  const { Layers } = await update([]);
  expect(Layers).toBeUndefined();
  expect(await invoke()).toMatchObject({
    errorMessage: expect.stringMatching(/^Cannot find module '\/opt\/nodejs\/util'/),
  });
});

test('a function keeps a layer that is deleted, and nobody else gets it', async () => {
  const arn = await publish();
  await create([arn]);
  await lambda('PublishVersion', { FunctionName: 'orders' });
  await lambda('DeleteLayerVersion', { LayerName: 'tools', VersionNumber: 1 });
  const { Layers } = await lambda('GetFunctionConfiguration', { FunctionName: 'orders', Qualifier: '1' });
  expect(Layers?.map(({ Arn }) => Arn)).toEqual([arn]);
  await lambda('UpdateFunctionConfiguration', { FunctionName: 'orders', Timeout: 4 });
  expect(await invoke()).toBe(1);
  await lambda('DeleteFunction', { FunctionName: 'orders' });
  expect(await refusalOf(create([arn]))).toBe(`InvalidParameterValueException: Layer version ${arn} does not exist.`);
});

test("a file of a layer's directory that changes is there with the next invocation", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ew-layer-'));
  mkdirSync(join(folder, 'nodejs'));
  const file = join(folder, 'nodejs/util.js');
  writeFileSync(file, 'exports.a = 1');
  const Content = { S3Bucket: 'earwitness-local', S3Key: pathToFileURL(folder).href };
  const { LayerVersionArn = '' } = await lambda('PublishLayerVersion', { LayerName: 'tools', Content });
  await create([LayerVersionArn]);
  expect(await invoke()).toBe(1);
  writeFileSync(file, 'exports.a = 2');
  utimesSync(file, 1, 1);
  expect(await invoke()).toBe(2);
  rmSync(folder, { recursive: true });
});

describe('are refused in the words of AWS:', () => {
  test('more than five', async () => {
    const six = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => publish(name)));
    expect(await refusalOf(create(six))).toBe('InvalidParameterValueException: Cannot reference more than 5 layers.');
  });

  test('two versions of one layer, or one version twice', async () => {
    const [one, two] = [await publish(), await publish()];
    const refusal = (second: string) =>
      `InvalidParameterValueException: Two different versions of the same layer are not allowed to be referenced in the same function. ${one} and ${second} are versions of the same layer.`;
    await create([]);
    expect(await refusalOf(update([one, two]))).toBe(refusal(two));
    expect(await refusalOf(update([one, one]))).toBe(refusal(one));
  });

  test('what is not there, in this account', async () => {
    await publish();
    await create([]);
    for (const arn of [layerArn('doesnotexist:1'), layerArn('tools:9')]) {
      expect(await refusalOf(update([arn]))).toBe(
        `InvalidParameterValueException: Layer version ${arn} does not exist.`,
      );
    }
  });

  test('those of another region', async () => {
    expect(await refusalOf(create([layerArn('tools:1', { region: 'us-west-2' })]))).toBe(
      `InvalidParameterValueException: Layers are not in the same region as the function. Layers are expected to be in region ${testCall.region}.`,
    );
  });

  // AWS adds ", Member must not be null" to the constraints.
  test('an ARN without a version', async () => {
    expect(await refusalOf(create([layerArn('tools')]))).toBe(
      `ValidationException: 1 validation error detected: Value '[${layerArn('tools')}]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)]`,
    );
  });

  test("another account's, which does not allow it", async () => {
    const account = '999999999999';
    const theirs = {
      ...testCall,
      account,
      principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` },
    } as const;
    const Content = { ZipFile: archive({ 'nodejs/util.js': 'exports.a = 3' }) };
    const { LayerVersionArn = '' } = await lambda('PublishLayerVersion', { LayerName: 'tools', Content }, theirs);
    expect(await refusalOf(create([LayerVersionArn]))).toMatch(/^AccessDeniedException: .*lambda:GetLayerVersion/);
    const Action = 'lambda:GetLayerVersion';
    const permission = { LayerName: 'tools', VersionNumber: 1, StatementId: 'all', Action, Principal: '*' };
    await lambda('AddLayerVersionPermission', permission, theirs);
    await create([LayerVersionArn]);
    expect(await invoke()).toBe(3);
  });
});

describe('a layer that is not in this cloud', () => {
  const powertools = layerArn('AWSLambdaPowertoolsTypeScriptV2:41', { account: '094274105915' });
  const text = 'exports.handler = async () => 1';

  test('stands in, and the journal says what to do instead', async () => {
    const { Layers } = await create([powertools, layerArn('mine:1', { account: '999999999999' })], text);
    expect(Layers?.map(({ CodeSize }) => CodeSize)).toEqual([0, 0]);
    expect(await invoke()).toBe(1);
    expect(warnings()).toEqual([
      `The layer AWSLambdaPowertoolsTypeScriptV2:41 of account 094274105915 is not on this machine: npm install @aws-lambda-powertools/logger, and the others that the code imports.`,
      'The layer mine:1 of account 999999999999 is not on this machine: the function runs without what it holds.',
    ]);
  });

  test('is refused where nothing may stand in', async () => {
    await cloud.close();
    cloud = createTestCloudWith({ unserved: 'refuse' }, createLambdaService);
    expect(await refusalOf(create([powertools], text))).toMatch(
      /^InvalidParameterValueException: Earwitness does not run function orders: the layer .* is not on this machine\.$/,
    );
  });
});

test("a layer's extensions do not start, and the journal names them", async () => {
  const arn = await publish('watch', archive({ 'extensions/watcher': '#!/bin/sh', 'extensions/lib/x': '' }));
  await create([arn], 'exports.handler = async () => 1');
  expect(await invoke()).toBe(1);
  expect(warnings()).toEqual([`The layer ${arn} has extensions, which do not start here: watcher.`]);
});

// Source of the sentences: bento-video/bento #1, lambci/git-lambda-layer #27; the limit: Lambda quotas, 250 MB.
test('layers, and layers together with code, are refused above 250 MB', async () => {
  const of = (unpackedBytes: number) => ({ arn: layerArn('a:1'), codeSize: 1, extensions: [], unpackedBytes });
  const code = { kind: 'zip', base64: Buffer.from(archive({ 'index.js': '12345' })).toString('base64') } as const;
  expect(await refusalOf(checkUnpackedSize([of(262_144_000), of(1)], code))).toBe(
    'InvalidParameterValueException: Layers consume more than the available size of 262144000 bytes',
  );
  expect(await refusalOf(checkUnpackedSize([of(262_143_996)], code))).toBe(
    'InvalidParameterValueException: Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.',
  );
  await checkUnpackedSize([of(262_143_995)], code);
});
