import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createSsmService } from '../../ssm/service.ts';
import { createCloudFormationService } from '../service.ts';
import { drawBlueprint } from './draw.ts';

const cloud = createTestCloud(createSqsService, createSsmService, createCloudFormationService);

function draw(templateBody: string) {
  const { account, region } = testCall;
  return drawBlueprint(cloud, {
    templateBody,
    given: [],
    placement: { account, region, stackName: 'orders', stackId: 'arn:stack', notificationArns: [] },
    tags: [],
    call: { ...testCall, requestId: 'r' },
  });
}

const template = {
  AWSTemplateFormatVersion: '2010-09-09',
  Transform: ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'],
  Globals: { Function: { Timeout: 3, Environment: { Variables: { AA: '1' } } } },
  Parameters: {
    Name: { Type: 'String', Default: 'x', AllowedValues: ['x'] },
    List: { Type: 'CommaDelimitedList', Default: 'a,b' },
  },
  Mappings: { Map: { a: { b: 'c' } } },
  Conditions: { Is: { 'Fn::Equals': [{ Ref: 'Name' }, 'x'] } },
  Rules: { R: { Assertions: [{ Assert: { 'Fn::Contains': [['x'], { Ref: 'Name' }] } }] } },
  Resources: {
    Queue: {
      Type: 'AWS::SQS::Queue',
      Condition: 'Is',
      DeletionPolicy: 'Retain',
      Properties: { QueueName: { 'Fn::Sub': ['${A}-${Name}', { A: { 'Fn::FindInMap': ['Map', 'a', 'b'] } }] } },
    },
    'Fn::ForEach::Loop': ['N', { Ref: 'List' }, { 'Queue${N}': { Type: 'AWS::SQS::Queue', DependsOn: ['Queue'] } }],
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ 'Fn::If': ['Is', { Ref: 'Queue' }, { Ref: 'AWS::NoValue' }] }],
        PolicyDocument: { Statement: [{ Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }] },
      },
    },
  },
  Outputs: { Out: { Value: { 'Fn::Join': ['', ['a', { Ref: 'Queue' }]] }, Export: { Name: { 'Fn::Sub': 'x' } } } },
};

const serverless = {
  ...template,
  Resources: {
    ...template.Resources,
    Fn: {
      Type: 'AWS::Serverless::Function',
      Metadata: { BuildProperties: { EntryPoints: ['a.ts'] } },
      Properties: {
        InlineCode: 'x',
        Handler: 'a.b',
        Policies: ['P', { SQSSendMessagePolicy: { QueueName: 'q' } }, { 'Fn::If': ['Is', 'A', 'B'] }],
        AutoPublishAlias: 'live',
        EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: 'SQS' } } },
        FunctionUrlConfig: { AuthType: 'NONE' },
        Events: {
          A: { Type: 'Api', Properties: { Path: '/', Method: 'get', RestApiId: { Ref: 'Api' } } },
          B: { Type: 'HttpApi' },
          C: { Type: 'EventBridgeRule', Properties: { Pattern: {}, DeadLetterConfig: { Type: 'SQS' } } },
        },
      },
    },
    Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'x', Cors: { AllowOrigin: "'*'" } } },
  },
};

test('a template without serverless parts becomes planned resources in waves', async () => {
  const blueprint = await draw(JSON.stringify(template));
  expect(blueprint.waves).toEqual([['Queue'], ['Queuea', 'Queueb', 'Policy']]);
});

test('parameters are read from the parameter store; the version that the CDK asks for is always there', async () => {
  await cloud.dispatch.call('ssm', 'PutParameter', { Name: '/names', Value: 'a, b', Type: 'StringList' }, testCall);
  const stored = (name: string, type: string) => ({ Type: `AWS::SSM::Parameter::Value<${type}>`, Default: name });
  const Resources = { Queue: { Type: 'AWS::SQS::Queue' } };
  const Parameters = {
    Names: stored('/names', 'List<String>'),
    BootstrapVersion: stored('/cdk-bootstrap/hnb659fds/version', 'String'),
  };
  const { parameters, scope } = await draw(JSON.stringify({ Parameters, Resources }));
  expect(parameters.map(({ text, stored: value }) => [text, value])).toEqual([
    ['/names', 'a, b'],
    ['/cdk-bootstrap/hnb659fds/version', '30'],
  ]);
  expect(scope.parameters['Names']).toEqual(['a', 'b']);
  await expect(draw(JSON.stringify({ Parameters: { P: stored('/gone', 'String') }, Resources }))).rejects.toThrow(
    'Unable to fetch parameters [/gone] from parameter store for this account.',
  );
});

// A parameter, SAM, a reference, a type, a property and a policy: no one of them hides the others.
test('everything that is wrong with a template is told at once, whichever step finds it', async () => {
  const body = `Transform: [AWS::Serverless-2016-10-31, Other]
Parameters:
  Stage: {Type: String}
  Image: {Type: AWS::SSM::Parameter::Value<String>, Default: /gone}
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {Nonsense: 1}}
  Users: {Type: AWS::Nope::Table}
  Queue:
    Type: AWS::SQS::Queue
    DeletionPolicy: Snapshot
    Properties: {QueName: x}
`;
  expect((await refusalOf(draw(body))).replaceAll(/; (?!Resource)/g, '\n')).toMatchInlineSnapshot(`
    "ValidationError: Parameters: [Stage] must have values
    Unable to fetch parameters [/gone] from parameter store for this account.
    No transform named Other found. (line 1)
    Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 2. Resource with id [Fn] is invalid. property Nonsense not defined for resource of type AWS::Serverless::Function (line 6); Resource with id [Fn] is invalid. Runtime and Handler needs to be present when PackageType is of type \`Zip\` (line 6)
    Template format error: Unrecognized resource types: [AWS::Nope::Table]. Earwitness does not make resource Users of this type (line 7)
    Encountered unsupported property QueName of resource Queue (AWS::SQS::Queue) (line 11)
    Template error: resource type AWS::SQS::Queue does not support deletion policy Snapshot (resource Queue) (line 9)"
  `);
});

/** The template with one of its values replaced. */
function mutate(value: unknown, at: number, replacement: unknown): unknown {
  let index = 0;
  const walk = (node: unknown): unknown => {
    if (index++ === at) return replacement;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, walk(member)]));
  };
  return walk(value);
}

test('whatever a template holds, it is drawn or refused, and never breaks the service', async () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      { Ref: 'Queue' },
      { Ref: ['x'] },
      { 'Fn::If': ['Is'] },
      { 'Fn::Sub': '${' },
      { 'Fn::GetAtt': [] },
    ),
    fc.constantFrom<unknown>(
      { 'Fn::Join': [] },
      { 'Fn::Select': ['x', 'y'] },
      { 'Fn::FindInMap': [] },
      { Condition: 'No' },
      // Maps that no text is made of.
      { toString: 0 },
      { 'Fn::GetAtt': [{ toString: 0 }, { toString: 0 }] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(template, serverless), fc.nat(120), odd, async (base, at, replacement) => {
      try {
        await draw(JSON.stringify(mutate(base, at, replacement)));
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
      }
    }),
    { numRuns: 200 },
  );
});
