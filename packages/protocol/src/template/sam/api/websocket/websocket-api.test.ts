// Expected values are those of aws-sam-translator 1.110 for the same template.
import { expect, test } from 'vitest';
import { createSource } from '../../../source.ts';
import type { ValueMap } from '../../../value.ts';
import { transformServerless } from '../../transform.ts';

const options = { source: createSource(), parameters: {}, sha1: (text: string) => text };

const chat = (properties: ValueMap): ValueMap => ({
  Resources: {
    Chat: {
      Type: 'AWS::Serverless::WebSocketApi',
      Properties: { RouteSelectionExpression: '$request.body.action', ...properties },
    },
  },
});

function made(properties: ValueMap): Record<string, ValueMap> {
  return JSON.parse(JSON.stringify(transformServerless(chat(properties), options)['Resources']));
}

function problemsOf(properties: ValueMap): string[] {
  const problems: { message: string }[] = [];
  transformServerless(chat(properties), { ...options, problems });
  return problems.map(({ message }) => message.replace('Resource with id [Chat] is invalid. ', ''));
}

const functionUri = (name: string) => ({
  'Fn::Sub': [
    `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${name}}/invocations`,
    { [name]: 'arn:f' },
  ],
});

test('a WebSocket API has a route, an integration and a permission for each key, and a stage', () => {
  const resources = made({ Routes: { sendMessage: { FunctionArn: 'arn:f', IntegrationTimeout: 9 } } });
  const ApiId = { Ref: 'Chat' };
  expect(resources).toEqual({
    Chat: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: 'Chat',
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.action',
        Tags: { 'websocketapi:createdBy': 'SAM' },
      },
    },
    ChatSendmessageRoute: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId,
        RouteKey: 'sendMessage',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'ChatSendmessageIntegration' }]] },
      },
    },
    ChatSendmessageIntegration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: functionUri('FunctionArn'),
        TimeoutInMillis: 9,
      },
    },
    ChatSendmessagePermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'arn:f',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Sub':
            'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Chat.ApiId}/default/sendMessage',
        },
      },
    },
    ChatDefaultStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId, StageName: 'default', AutoDeploy: true, Tags: { 'websocketapi:createdBy': 'SAM' } },
    },
  });
});

test('a function of its own decides who may connect', () => {
  const Auth = { AuthType: 'CUSTOM', AuthArn: 'arn:f', IdentitySource: ['route.request.querystring.a'] };
  const resources = made({ Auth, Routes: { $connect: { FunctionArn: 'arn:g' } }, StageName: { Ref: 'Stage' } });
  expect(resources['ChatConnectRoute']?.['Properties']).toMatchObject({
    AuthorizationType: 'CUSTOM',
    AuthorizerId: { Ref: 'ChatConnectAuthorizer' },
  });
  expect(resources['ChatConnectAuthorizer']?.['Properties']).toEqual({
    ApiId: { Ref: 'Chat' },
    AuthorizerType: 'REQUEST',
    AuthorizerUri: functionUri('AuthArn'),
    IdentitySource: ['route.request.querystring.a'],
    Name: 'ChatConnectAuthorizer',
  });
  expect(Object.keys(resources)).toEqual(expect.arrayContaining(['ChatAuthorizerPermission', 'ChatStage']));
});

test.each<[ValueMap, string]>([
  [{ Routes: {} }, 'WebSocket API must have at least one route.'],
  [
    { Routes: { a: { FunctionArn: 'f' } }, Auth: { AuthType: 'AWS_IAM' } },
    'Authorization is only available if there is a $connect route.',
  ],
  [{ Routes: { a: {} } }, 'Route must have associated function.'],
  [
    { Routes: { $connect: { FunctionArn: 'f' } }, Auth: { AuthType: 'CUSTOM' } },
    'AuthArn must be specified if AuthType is CUSTOM.',
  ],
])('%j is refused as SAM does', (properties, message) => {
  expect(problemsOf(properties)).toEqual([message]);
});
