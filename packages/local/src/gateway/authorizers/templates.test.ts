// Authorizers as templates declare them: by SAM's `Auth`, and as resources of their own.
// Sources: SAM developer guide, ApiAuth, HttpApiAuth, LambdaTokenAuthorizer, HttpApi LambdaAuthorizer; CloudFormation
// template reference, AWS::ApiGateway::Authorizer and AWS::ApiGatewayV2::Authorizer.
import { afterAll, expect, test } from 'vitest';
import { startLocal } from '../../local.ts';

const local = await startLocal();
afterAll(() => local.close());

/** Looks at a template, which has nothing to say of it, and deploys it. */
async function deploy(name: string, template: string): Promise<Record<string, string>> {
  const { wrong, standsIn } = await local.assess({ name, template });
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
  return await local.deploy({ name, template });
}

const statusOf = async (url: string | undefined, headers: Record<string, string> = {}, method = 'GET') =>
  (await fetch(String(url), { method, headers })).status;

const FUNCTIONS = `
  Gate:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async (event) => {
          const token = event.authorizationToken ?? event.identitySource[0];
          if (token !== 'Bearer kim') return { isAuthorized: false };
          const Resource = event.methodArn;
          const policyDocument = { Version: '2012-10-17', Statement: [{ Action: '*', Effect: 'Allow', Resource }] };
          return Resource ? { principalId: 'kim', policyDocument } : { isAuthorized: true, context: { name: 'kim' } };
        };`;

const KIM = { authorization: 'Bearer kim' };

test('a REST API of SAM with a default authorizer, an event without one, and preflight requests of both kinds', async () => {
  const template = (preflight: boolean) => `
Transform: AWS::Serverless-2016-10-31
Resources:${FUNCTIONS}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Cors: "'*'"
      Auth:
        DefaultAuthorizer: Token
        AddDefaultAuthorizerToCorsPreflight: ${preflight}
        Authorizers:
          Token: { FunctionArn: !GetAtt Gate.Arn, Identity: { ValidationExpression: 'Bearer .*', ReauthorizeEvery: 0 } }
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async ({ requestContext }) =>
          ({ statusCode: 200, body: String(requestContext.authorizer?.principalId) });
      Events:
        List: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /orders, Method: get } }
        Open: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /open, Method: get, Auth: { Authorizer: NONE } } }
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
`;
  const { Url: url = '' } = await deploy('sam-rest', template(false));
  expect(await statusOf(`${url}/orders`)).toBe(401);
  expect(await statusOf(`${url}/orders`, { authorization: 'kim' })).toBe(401);
  // What is no policy: a simple answer behind a REST API.
  expect(await statusOf(`${url}/orders`, { authorization: 'Bearer eve' })).toBe(500);
  expect(await (await fetch(`${url}/orders`, { headers: KIM })).text()).toBe('kim');
  expect(await (await fetch(`${url}/open`)).text()).toBe('undefined');
  expect(await statusOf(`${url}/orders`, {}, 'OPTIONS')).toBe(200);
  await deploy('sam-rest', template(true));
  expect(await statusOf(`${url}/orders`, {}, 'OPTIONS')).toBe(401);
});

test('an HTTP API of SAM whose authorizer answers simply, and is called with the permission that SAM makes', async () => {
  const template = (permits: boolean) => `
Transform: AWS::Serverless-2016-10-31
Resources:${FUNCTIONS}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Gate
        Authorizers:
          Gate:
            FunctionArn: !GetAtt Gate.Arn
            AuthorizerPayloadFormatVersion: '2.0'
            EnableSimpleResponses: true
            EnableFunctionDefaultPermissions: ${permits}
            Identity: { Headers: [Authorization] }
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: 'exports.handler = async ({ requestContext }) => requestContext.authorizer ?? "nobody";'
      Events:
        List: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /orders, Method: get } }
        Open: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /open, Method: get, Auth: { Authorizer: NONE } } }
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com' }
`;
  const { Url: url = '' } = await deploy('sam-http', template(false));
  expect(await statusOf(`${url}/orders`, KIM)).toBe(500);
  await deploy('sam-http', template(true));
  expect(await statusOf(`${url}/orders`)).toBe(401);
  expect(await statusOf(`${url}/orders`, { authorization: 'Bearer eve' })).toBe(403);
  expect(await (await fetch(`${url}/orders`, { headers: KIM })).json()).toEqual({ lambda: { name: 'kim' } });
  expect(await (await fetch(`${url}/open`)).text()).toBe('nobody');
});

test('authorizers that are resources stand before the methods and routes that name them, and can be changed', async () => {
  const template = (header: string) => `
Transform: AWS::Serverless-2016-10-31
Resources:${FUNCTIONS}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Gate, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com }
  Rest: { Type: AWS::ApiGateway::RestApi, Properties: { Name: rest } }
  RestGate:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Rest
      Name: gate
      Type: TOKEN
      AuthorizerUri: !Sub 'arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Gate.Arn}/invocations'
      AuthorizerResultTtlInSeconds: 0
      IdentitySource: method.request.header.${header}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: !GetAtt Rest.RootResourceId
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref RestGate
      Integration:
        Type: MOCK
        RequestTemplates: { application/json: '{"statusCode": 200}' }
        IntegrationResponses: [{ StatusCode: 200 }]
      MethodResponses: [{ StatusCode: 200 }]
  Deployment${header.replace('-', '')}:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Method
    Properties: { RestApiId: !Ref Rest }
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: { RestApiId: !Ref Rest, StageName: prod, DeploymentId: !Ref Deployment${header.replace('-', '')} }
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: http, ProtocolType: HTTP } }
  HttpGate:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Http
      Name: gate
      AuthorizerType: REQUEST
      AuthorizerUri: !Sub 'arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Gate.Arn}/invocations'
      AuthorizerPayloadFormatVersion: '2.0'
      EnableSimpleResponses: true
      IdentitySource: [$request.header.${header}]
  Hello:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: index.handler, InlineCode: 'exports.handler = async () => "hello";' }
  HelloPermission:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Hello, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Http
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Hello.Arn
      PayloadFormatVersion: '2.0'
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Http
      RouteKey: GET /
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref HttpGate
      Target: !Sub integrations/\${Integration}
  HttpStage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: $default, AutoDeploy: true } }
Outputs:
  Rest: { Value: !Sub 'https://\${Rest}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
  Http: { Value: !Sub 'https://\${Http}.execute-api.\${AWS::Region}.amazonaws.com' }
`;
  const outputs = await deploy('resources', template('Authorization'));
  const statuses = async (headers: Record<string, string>) => [
    await statusOf(outputs['Rest'], headers),
    await statusOf(outputs['Http'], headers),
  ];
  expect(await statuses({})).toEqual([401, 401]);
  expect(await statuses(KIM)).toEqual([200, 200]);
  await deploy('resources', template('X-Token'));
  expect(await statuses(KIM)).toEqual([401, 401]);
  expect(await statuses({ 'x-token': 'Bearer kim' })).toEqual([200, 200]);
});
