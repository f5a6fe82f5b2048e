// What is said of a template before it is made, where resources use outputs of nested stacks: aws-samples'
// aws-serverless-ecommerce-platform (warehouse) and serverless-patterns (lambda-layer-ssm-parameters).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAssessor } from '../../../assessment/assessor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-foreseen-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const DEAD = 'Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Arn: {Value: !GetAtt Queue.Arn}}';
const mapping = (source: string) => `
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs20.x
      Code: {ZipFile: exports.handler = async () => 1}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Fn, EventSourceArn: ${source}}}`;

async function assess(files: Readonly<Record<string, string>>, template: string) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await using assessor = createAssessor();
  const { wrong, standsIn } = await assessor.assess({ name: 'shop', template, directory: folder });
  return [...wrong.map(({ message }) => message), ...standsIn.map(({ why }) => why)];
}

test('an output is what the nested template makes of it', async () => {
  const template = `Resources:
  Dead: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: dead.yaml}}${mapping('!GetAtt Dead.Outputs.Arn')}`;
  expect(await assess({ 'dead.yaml': DEAD }, template)).toEqual([]);
});

test('it goes on into another nested stack, in whatever order they stand', async () => {
  const work = `Parameters: {Source: {Type: String}}\nResources:${mapping('!Ref Source')}`;
  const template = `Resources:
  Work:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: work.yaml, Parameters: {Source: !GetAtt Dead.Outputs.Arn}}
  Dead: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: dead.yaml}}`;
  expect(await assess({ 'dead.yaml': DEAD, 'work.yaml': work }, template)).toEqual([]);
});

test('a layer is a layer there, with its version', async () => {
  const layer = `Resources:
  Layer: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: code, S3Key: layer.zip}}}
Outputs: {Arn: {Value: !Ref Layer}}`;
  const work = `Parameters: {Layer: {Type: String}}
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs20.x
      Layers: [!Ref Layer]
      Code: {ZipFile: exports.handler = async () => 1}`;
  const template = `Resources:
  Layer: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: layer.yaml}}
  Work:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: work.yaml, Parameters: {Layer: !GetAtt Layer.Outputs.Arn}}`;
  const said = await assess({ 'layer.yaml': layer, 'work.yaml': work }, template);
  expect(said.filter((text) => text.includes('validation error'))).toEqual([]);
});

// As aws-serverless-ecommerce-platform is before its `make build`: the template lies elsewhere.
test('of a template that cannot be read that alone is said, and not that its output is no queue', async () => {
  const template = `Resources:
  Dead: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone/dead.yaml}}${mapping('!GetAtt Dead.Outputs.QueueArn')}`;
  expect(await assess({}, template)).toEqual([expect.stringContaining('gone/dead.yaml cannot be read')]);
});
