// Layers of templates, as they are written for CloudFormation and SAM, and what is said of them beforehand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { assessmentPage } from '../../../assessment/page.ts';
import type { Cloud } from '../../../cloud.ts';
import { assessStack, deployStack } from '../../../deploying/deploy.ts';
import { cleanUp, project } from '../../../functions/test-function.ts';
import type { StandInSettings } from '../../../stand-ins/stand-in.ts';
import { callerOf, createTestCloudWith, testCall } from '../../../test-cloud.ts';
import { createCloudFormationService } from '../../cloudformation/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createLambdaService } from '../service.ts';

const clouds: Cloud[] = [];
const open = (settings: StandInSettings = {}) => {
  const cloud = createTestCloudWith(settings, createIamService, createLambdaService, createCloudFormationService);
  clouds.push(cloud);
  return cloud;
};
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
  await cleanUp();
});

const origin = { call: testCall, variables: async () => ({}) };
const deploy = (cloud: Cloud, template: string, directory: string) =>
  deployStack(cloud, { name: 'shop', template, directory }, origin);
const pageOf = async (cloud: Cloud, template: string, directory: string) =>
  assessmentPage(await assessStack(cloud, { name: 'shop', template, directory }, origin)).join('\n');

async function invoke(cloud: Cloud, FunctionName: string): Promise<unknown> {
  const { Payload } = await callerOf('lambda', () => cloud)('Invoke', { FunctionName });
  return JSON.parse(Buffer.from(Payload ?? '').toString());
}

const SAM = `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: nodejs20.x, Handler: app.handler, CodeUri: src/}}
Resources:
  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties: {LayerName: tools, ContentUri: layer/, CompatibleRuntimes: [nodejs20.x], RetentionPolicy: Delete}
  Orders:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: orders, Layers: [!Ref Tools]}
`;

test('a function of SAM runs with the layer of its template, whose packages it does not have to install', async () => {
  const { path } = project({
    'src/app.ts': "import tools from 'tools'; export const handler = async (): Promise<string> => tools.from;",
    'layer/nodejs/node_modules/tools/index.js': "exports.from = 'layer'",
  });
  const cloud = open();
  await deploy(cloud, SAM, path);
  expect(await invoke(cloud, 'orders')).toBe('layer');
});

test('a stack that is deleted takes its layer version and permission with it, one that RetentionPolicy keeps stays', async () => {
  const { path } = project({ 'src/app.js': 'exports.handler = async () => 1', 'layer/nodejs/util.js': '' });
  const cloud = open();
  const permission = `
  Public:
    Type: AWS::Lambda::LayerVersionPermission
    Properties: {LayerVersionArn: !Ref Tools, Action: lambda:GetLayerVersion, Principal: '*'}
`;
  const lambda = callerOf('lambda', () => cloud);
  const remove = async () => {
    const gone = new Promise<void>((resolve) => {
      cloud.journal.listen((fact) => {
        if (fact.kind === 'stack' && fact.logicalId === 'shop' && fact.status === 'DELETE_COMPLETE') resolve();
      });
    });
    await callerOf('cloudformation', () => cloud)('DeleteStack', { StackName: 'shop' });
    await gone;
  };
  const layers = async () => (await lambda('ListLayers', {})).Layers?.map(({ LayerName }) => LayerName);
  await deploy(cloud, SAM + permission, path);
  const { Policy = '' } = await lambda('GetLayerVersionPolicy', { LayerName: 'tools', VersionNumber: 1 });
  expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Principal: '*', Action: 'lambda:GetLayerVersion' }] });
  await remove();
  expect(await layers()).toEqual([]);
  await deploy(cloud, SAM.replace(', RetentionPolicy: Delete', ''), path);
  await remove();
  expect(await layers()).toEqual(['tools']);
});

test('what neither the function nor its layer has is to be installed', async () => {
  const { path } = project({
    'src/app.ts':
      "import tools from 'tools'; import axios from 'axios-of-nobody'; export const handler = () => [tools, axios];",
    'layer/nodejs/node_modules/tools/index.js': '',
  });
  const { toGive } = await assessStack(open(), { name: 'shop', template: SAM, directory: path }, origin);
  expect(toGive.map(({ give }) => give)).toEqual([expect.stringMatching(/^npm install .*axios-of-nobody$/)]);
});

test('a layer that sam build was not run for works, once its packages are installed in its folder', async () => {
  const { path } = project({
    'src/app.ts': "import tools from 'tools'; export const handler = async (): Promise<string> => tools.from;",
    'layer/package.json': JSON.stringify({ dependencies: { tools: '1' } }),
  });
  const { toGive } = await assessStack(open(), { name: 'shop', template: SAM, directory: path }, origin);
  expect(toGive.map(({ give }) => give)).toEqual([expect.stringMatching(/^npm install --prefix .*layer$/)]);
  mkdirSync(join(path, 'layer/node_modules/tools'), { recursive: true });
  writeFileSync(join(path, 'layer/node_modules/tools/index.js'), "exports.from = 'layer'");
  const cloud = open();
  await deploy(cloud, SAM, path);
  expect(await invoke(cloud, 'orders')).toBe('layer');
});

const PUBLIC = `Transform: AWS::Serverless-2016-10-31
Resources:
  Watch:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: layer/}
  Far:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: {S3Bucket: wares, S3Key: a.zip}}
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Handler: app.handler
      CodeUri: src/
      Layers:
        - !Ref Watch
        - !Ref Far
        - !Sub arn:aws:lambda:\${AWS::Region}:580247275435:layer:LambdaInsightsExtension:38
        - !Sub arn:aws:lambda:\${AWS::Region}:094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:41
`;

test('the page says which layers are not here and what to do instead, and names extensions that do not start', async () => {
  const { path } = project({ 'src/app.js': 'exports.handler = async () => 1', 'layer/extensions/watcher': '' });
  expect(await pageOf(open(), PUBLIC, path)).toMatchInlineSnapshot(`
    "
      Served: 4
        2 × AWS::Lambda::LayerVersion
        1 × AWS::IAM::Role
        1 × AWS::Lambda::Function

      Stands in: 5
        its content, s3://wares/a.zip, is not on this machine: functions run without
          what it holds
          1 × AWS::Lambda::LayerVersion: Far.Content
        extensions of layers do not start here (watcher): the function runs without
          what they do
          1 × AWS::Lambda::Function: Orders.Layers[0]
        the layer shop-Far:1 of account 123456789012 is not on this machine: the
          function runs without what it holds
          1 × AWS::Lambda::Function: Orders.Layers[1]
        the layer LambdaInsightsExtension:38 of account 580247275435 is not on this
          machine: its extension does not start here, and nothing has to be installed
          1 × AWS::Lambda::Function: Orders.Layers[2]
        the layer AWSLambdaPowertoolsTypeScriptV2:41 of account 094274105915 is not
          on this machine: npm install @aws-lambda-powertools/logger, and the others
          that the code imports
          1 × AWS::Lambda::Function: Orders.Layers[3]"
  `);
  expect(await pageOf(open({ unserved: 'refuse' }), PUBLIC, path)).toMatchInlineSnapshot(`
    "
      Served: 4
        2 × AWS::Lambda::LayerVersion
        1 × AWS::IAM::Role
        1 × AWS::Lambda::Function

      Wrong: 2
        line 8, Far: Earwitness does not serve this layer: its content,
          s3://wares/a.zip, is not on this machine.
        line 15, Orders: Earwitness does not run function Orders: the layer
          shop-Far:1 of account 123456789012 is not on this machine."
  `);
});

test('a folder that is not there is said beforehand, with its line', async () => {
  const { path } = project({ 'src/app.js': 'exports.handler = async () => 1' });
  const { wrong } = await assessStack(open(), { name: 'shop', template: SAM, directory: path }, origin);
  expect(wrong).toMatchObject([{ line: 6, message: `The folder of the layer is not there: ${path}/layer` }]);
});
