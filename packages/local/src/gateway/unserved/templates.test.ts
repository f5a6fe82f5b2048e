// APIs as public templates have them: they are deployed, and what is not served is said before it stands in.
// Properties: CloudFormation's resource schemas of the types (protocol's models/served-schemas.ts).
import { afterAll, expect, test } from 'vitest';
import { startLocal } from '../../local.ts';

const local = await startLocal();
afterAll(() => local.close());

let stacks = 0;

/** Looks at a template and deploys it. Returns what was said of it, and its outputs. */
async function deploy(template: string) {
  const source = { name: `api-${++stacks}`, template };
  const { standsIn, wrong } = await local.assess(source);
  return { wrong, standsIn: standsIn.map(saidOf), outputs: await local.deploy(source) };
}

const saidOf = ({ resource, property, why, means }: Awaited<ReturnType<typeof local.assess>>['standsIn'][number]) =>
  `${resource}${property === undefined ? '' : `.${property}`}: ${why}: ${means}`;

const MADE = 'no service here makes it: it is made with an id and attributes, and records what it receives';

// In the manner of the chat applications of AWS's own examples.
test('a WebSocket API is deployed with its routes, responses and templates', async () => {
  const { wrong, standsIn, outputs } = await deploy(`
Resources:
  Chat: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action } }
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: { ApiId: !Ref Chat, AuthorizerType: REQUEST, Name: a, AuthorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:x/invocations' }
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Chat
      RouteKey: $connect
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Authorizer
      RouteResponseSelectionExpression: $default
      Target: !Sub integrations/\${Integration}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Chat
      IntegrationType: MOCK
      ContentHandlingStrategy: CONVERT_TO_TEXT
      RequestTemplates: { '200': '{"statusCode":200}' }
      TemplateSelectionExpression: '200'
  Answer: { Type: AWS::ApiGatewayV2::RouteResponse, Properties: { ApiId: !Ref Chat, RouteId: !Ref Connect, RouteResponseKey: $default } }
  Deployment: { Type: AWS::ApiGatewayV2::Deployment, DependsOn: Connect, Properties: { ApiId: !Ref Chat } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Chat, StageName: prod, DeploymentId: !Ref Deployment } }
Outputs:
  Id: { Value: !Ref Chat }
  Endpoint: { Value: !GetAtt Chat.ApiEndpoint }
`);
  expect(wrong).toEqual([]);
  expect(standsIn).toEqual([
    'Chat.ProtocolType: WebSocket APIs are not served: the API is made, and nothing listens',
    'Integration: Earwitness runs integrations with functions and servers only: the route of Integration has one of type MOCK: requests are recorded, and answered 501',
    `Answer: ${MADE.replace('attributes', 'attributes of a guessed form')}`,
  ]);
  expect(outputs['Endpoint']).toBe(`wss://${outputs['Id']}.execute-api.us-east-1.amazonaws.com`);
});

test('an HTTP API with a private integration is deployed with its TLS settings', async () => {
  const { wrong, standsIn } = await deploy(`
Resources:
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: a, ProtocolType: HTTP } }
  Link: { Type: AWS::ApiGatewayV2::VpcLink, Properties: { Name: l, SubnetIds: [subnet-0a1b2c3d] } }
  Private:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationMethod: ANY
      IntegrationUri: arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c
      ConnectionType: VPC_LINK
      ConnectionId: !Ref Link
      PayloadFormatVersion: '1.0'
      TlsConfig: { ServerNameToVerify: example.com }
`);
  expect({ wrong, standsIn }).toEqual({
    wrong: [],
    standsIn: [
      `Link: ${MADE}`,
      'Private: Earwitness runs integrations with functions and servers only: the route of Private has one of type VPC_LINK: requests are recorded, and answered 501',
    ],
  });
});

// What PutMethod and PutIntegration refuse: sentences recorded on AWS (see services/apigateway/apigateway.test.ts).
test('what a method would be refused for is said before anything is made', async () => {
  const template = `
Resources:
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: a } }
  Bare:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: 'arn:aws:lambda:us-east-1:123456789012:function:f' }
  Nobody:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: PUT
      AuthorizationType: CUSTOM
      Integration: { Type: MOCK }
`;
  const { wrong } = await local.assess({ name: 'methods', template });
  expect(wrong.map(({ resource, message }) => `${resource}: ${message}`)).toEqual([
    'Bare: AWS ARN for integration must contain path or action',
    'Nobody: Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
  ]);
});

test('an HTTP API whose target is an address needs nothing else', async () => {
  const { wrong, standsIn } = await deploy(`
Resources:
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: a, ProtocolType: HTTP, Target: 'https://example.com' } }
`);
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
});

test('what several routes of one definition lack is said once', async () => {
  const { standsIn } = await deploy(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth: { DefaultAuthorizer: Users, Authorizers: { Users: { UserPoolArn: !GetAtt Users.Arn } } }
  Users: { Type: AWS::Cognito::UserPool }
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: 'exports.handler = async () => ({ statusCode: 200 });'
      Events:
        List: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /orders, Method: get } }
        Put: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /orders, Method: put } }
`);
  expect(standsIn).toEqual([
    'Api.Body: tokens are not verified (COGNITO_USER_POOLS): whoever has one is let in',
    `Users: ${MADE}`,
  ]);
});
