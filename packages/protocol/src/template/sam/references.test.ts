// What a template may call things that SAM makes, and what it takes from them. Expected values are those of
// aws-sam-translator 1.110 for the same templates.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSource } from '../source.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import { transformServerless } from './transform.ts';

const options = {
  source: createSource(),
  parameters: {},
  sha1: (text: string) => createHash('sha1').update(text).digest('hex'),
};

function made(template: ValueMap): ValueMap {
  const root = transformServerless(template, options);
  return JSON.parse(JSON.stringify(root));
}

function resource(root: ValueMap, id: string): ValueMap {
  const resources = isMap(root['Resources']) ? root['Resources'] : {};
  const one = resources[id];
  return isMap(one) ? one : {};
}

const fn = (Properties: ValueMap, more: ValueMap = {}): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'app.handler', Runtime: 'nodejs22.x', ...Properties },
  ...more,
});
const Domain = { DomainName: 'a.com', CertificateArn: 'c' };

test.each<[ValueMap, Value, Value]>([
  [fn({ AutoPublishAlias: 'live' }), { 'Fn::GetAtt': ['It.Alias', 'Name'] }, { 'Fn::GetAtt': ['ItAliaslive', 'Name'] }],
  [
    { Type: 'AWS::Serverless::Api', Properties: { StageName: 's', Domain, DefinitionBody: { swagger: '2.0' } } },
    { Ref: 'It.DomainName' },
    { Ref: 'ApiGatewayDomainName87ec0ec315' },
  ],
  [
    {
      Type: 'AWS::Serverless::Api',
      Properties: {
        StageName: 's',
        DefinitionBody: { swagger: '2.0', paths: {} },
        Auth: { UsagePlan: { CreateUsagePlan: 'PER_API' } },
      },
    },
    { 'Fn::Sub': '${It.UsagePlan} ${It.ApiKey} ${It.UsagePlanKey}' },
    { 'Fn::Sub': '${ItUsagePlan} ${ItApiKey} ${ItUsagePlanKey}' },
  ],
])('%j: %j names what SAM makes', (It, reference, expected) => {
  const Resources = { It, Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: reference } } };
  expect(resource(made({ Resources }), 'Bus')['Properties']).toEqual({ Name: expected });
});

test('what waits for a layer waits for the version that it becomes', () => {
  const Layer = { Type: 'AWS::Serverless::LayerVersion', Properties: { ContentUri: 's3://b/k' } };
  const root = made({ Resources: { Layer, Bus: { Type: 'AWS::Events::EventBus', DependsOn: 'Layer' } } });
  const id = Object.keys(isMap(root['Resources']) ? root['Resources'] : {}).find((name) => name.startsWith('Layer'));
  expect(resource(root, 'Bus')['DependsOn']).toBe(id);
});

test.each<[Value | undefined, ValueMap]>([
  [undefined, { MemorySize: 512, Timeout: 9 }],
  ['*', {}],
  [['Timeout'], { MemorySize: 512 }],
])('globals with IgnoreGlobals %j', (ignored, expected) => {
  const Fn = fn({}, ignored === undefined ? {} : { IgnoreGlobals: ignored });
  const root = made({ Globals: { Function: { MemorySize: 512, Timeout: 9 } }, Resources: { Fn } });
  const { MemorySize, Timeout } = propertiesOf(root, 'Fn');
  expect({ MemorySize, Timeout }).toEqual({ MemorySize: undefined, Timeout: undefined, ...expected });
});

function propertiesOf(root: ValueMap, id: string): ValueMap {
  const properties = resource(root, id)['Properties'];
  return isMap(properties) ? properties : {};
}

test('an event may name an API of plain CloudFormation, which then may call the function', () => {
  const Events = { E: { Type: 'Api', Properties: { RestApiId: { Ref: 'Plain' }, Path: '/a', Method: 'get' } } };
  const root = made({ Resources: { Fn: fn({ Events }), Plain: { Type: 'AWS::ApiGateway::RestApi' } } });
  expect(propertiesOf(root, 'FnEPermissionStage')).toEqual({
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: 'Fn' },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/a',
        { __ApiId__: { Ref: 'Plain' }, __Stage__: '*' },
      ],
    },
  });
  expect(resource(root, 'Plain')).toEqual({ Type: 'AWS::ApiGateway::RestApi' });
});

test('PropagateTags puts the tags on what SAM makes, in place of its own mark', () => {
  const Tags = { Team: 'a' };
  const Events = { E: { Type: 'Api', Properties: { Path: '/a', Method: 'get' } } };
  const root = made({ Resources: { Fn: fn({ Events, Tags, PropagateTags: true, AutoPublishAlias: 'live' }) } });
  const resources = isMap(root['Resources']) ? root['Resources'] : {};
  const tagged = Object.keys(resources).filter((id) => propertiesOf(root, id)['Tags'] !== undefined);
  expect(tagged.toSorted()).toEqual(['Fn', 'FnRole', 'ServerlessRestApi', 'ServerlessRestApiProdStage']);
  for (const id of tagged) expect(propertiesOf(root, id)['Tags']).toEqual([{ Key: 'Team', Value: 'a' }]);
});

test('an implicit API of more than ten conditions joins them ten by ten', () => {
  const names = Array.from({ length: 12 }, (_, index) => `C${String(index).padStart(2, '0')}`);
  const Resources = Object.fromEntries(
    names.map((name) => [
      `Fn${name}`,
      fn({ Events: { E: { Type: 'Api', Properties: { Path: `/${name}`, Method: 'get' } } } }, { Condition: name }),
    ]),
  );
  const { Conditions } = made({ Conditions: {}, Resources });
  const or = (list: readonly string[]) => ({ 'Fn::Or': list.map((Condition) => ({ Condition })) });
  expect(Conditions).toEqual({
    ServerlessRestApiCondition1: or(names.slice(0, 10)),
    ServerlessRestApiCondition: or([...names.slice(10), 'ServerlessRestApiCondition1']),
  });
});

test('a destination without an ARN, or with one under a condition, makes a queue or a topic', () => {
  const none = { Ref: 'AWS::NoValue' };
  const EventInvokeConfig = {
    DestinationConfig: {
      OnSuccess: { Type: 'SNS' },
      OnFailure: { Type: 'SQS', Destination: { 'Fn::If': ['Given', 'arn:q', none] } },
    },
  };
  const root = made({ Conditions: { Given: {} }, Resources: { Fn: fn({ EventInvokeConfig }) } });
  const condition = 'NOTGivenef6eca6cf7';
  expect(root['Conditions']).toEqual({ Given: {}, [condition]: { 'Fn::Not': [{ Condition: 'Given' }] } });
  expect(propertiesOf(root, 'FnEventInvokeConfig')['DestinationConfig']).toEqual({
    OnSuccess: { Destination: { Ref: 'FnEventInvokeConfigOnSuccessTopic' } },
    OnFailure: {
      Destination: { 'Fn::If': [condition, { 'Fn::GetAtt': ['FnEventInvokeConfigOnFailureQueue', 'Arn'] }, 'arn:q'] },
    },
  });
  expect(resource(root, 'FnEventInvokeConfigOnFailureQueue')).toEqual({
    Type: 'AWS::SQS::Queue',
    Condition: condition,
    Properties: {},
  });
});
