// Lambda layers as people use them: published through the SDK, and in a template of SAM beside the functions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Lambda } from '@aws-sdk/client-lambda';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeZip } from '../packages/local/src/functions/code/zip.ts';

let local: Local;
let lambda: Lambda;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ew-conformance-'));
  local = await startLocal();
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'x' };
  lambda = new Lambda({ endpoint: local.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  lambda.destroy();
  await local.close();
  rmSync(directory, { recursive: true });
});

const archive = (files: Record<string, string>) =>
  writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

async function invoke(FunctionName: string, client = lambda): Promise<unknown> {
  const { Payload } = await client.invoke({ FunctionName });
  return JSON.parse(Payload?.transformToString() ?? '');
}

test('a layer that the SDK publishes is found by name, by ARN and by functions', async () => {
  const ZipFile = archive({ 'nodejs/node_modules/greet/index.js': "exports.greet = (name) => 'hello ' + name" });
  const CompatibleRuntimes = ['nodejs20.x' as const];
  const published = await lambda.publishLayerVersion({ LayerName: 'greet', Content: { ZipFile }, CompatibleRuntimes });
  const arn = 'arn:aws:lambda:eu-west-1:111122223333:layer:greet:1';
  expect(published).toMatchObject({ LayerVersionArn: arn, Version: 1, CompatibleRuntimes });
  expect(published.Content?.CodeSize).toBe(ZipFile.length);
  expect((await lambda.getLayerVersion({ LayerName: 'greet', VersionNumber: 1 })).LayerVersionArn).toBe(arn);
  expect((await lambda.getLayerVersionByArn({ Arn: arn })).Content).toEqual(published.Content);
  const { Layers } = await lambda.listLayers({ CompatibleRuntime: 'nodejs20.x' });
  expect(Layers?.map(({ LatestMatchingVersion }) => LatestMatchingVersion?.LayerVersionArn)).toEqual([arn]);
  const created = await lambda.createFunction({
    ...{ FunctionName: 'greeter', Role: 'arn:aws:iam::111122223333:role/r', Runtime: 'nodejs20.x' },
    Handler: 'index.handler',
    Code: {
      ZipFile: archive({
        'index.mjs': "import { greet } from 'greet'; export const handler = async () => greet('Ann');",
      }),
    },
    Layers: [arn],
  });
  expect(created.Layers).toEqual([{ Arn: arn, CodeSize: ZipFile.length }]);
  expect(await invoke('greeter')).toBe('hello Ann');
  await lambda.deleteLayerVersion({ LayerName: 'greet', VersionNumber: 1 });
  await expect(lambda.getLayerVersion({ LayerName: 'greet', VersionNumber: 1 })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 404 },
  });
});

const TEMPLATE = `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: nodejs22.x, Timeout: 10, Layers: [!Ref SharedLayer]}
Resources:
  SharedLayer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      LayerName: shared
      Description: what all functions use
      ContentUri: layers/shared/
      CompatibleRuntimes: [nodejs22.x]
  Price:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: price, CodeUri: src/, Handler: price.handler}
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [price.ts], External: [money]}}
  Stock:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: stock, CodeUri: src/, Handler: stock.handler}
Outputs:
  Layer: {Value: !Ref SharedLayer}
`;

test("a stack's functions, built and as they lie, share its layer, and an edit of it is there with the next invocation", async () => {
  write({
    'layers/shared/nodejs/node_modules/money/index.js': "exports.format = (cents) => (cents / 100).toFixed(2) + ' EUR'",
    'layers/shared/nodejs/log.mjs': "export const log = (text) => '[1] ' + text",
    'src/price.ts': "import { format } from 'money'; export const handler = async (): Promise<string> => format(1250);",
    'src/stock.mjs':
      "import { log } from '/opt/nodejs/log.mjs'; import money from 'money'; export const handler = async () => log(money.format(5));",
  });
  const outputs = await local.deploy({ name: 'shop', template: TEMPLATE, directory });
  expect(outputs['Layer']).toMatch(/^arn:aws:lambda:[\w-]+:\d{12}:layer:shared:1$/);
  const [, , , region, account = ''] = outputs['Layer']?.split(':') ?? [];
  const credentials = { accessKeyId: account, secretAccessKey: 'x' };
  const client = new Lambda({ endpoint: local.url, region: region ?? '', credentials, maxAttempts: 1 });
  expect(await invoke('price', client)).toBe('12.50 EUR');
  expect(await invoke('stock', client)).toBe('[1] 0.05 EUR');
  write({ 'layers/shared/nodejs/log.mjs': "export const log = (text) => '[second] ' + text" });
  expect(await invoke('stock', client)).toBe('[second] 0.05 EUR');
  client.destroy();
});
