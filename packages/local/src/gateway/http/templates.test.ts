// HTTP APIs that proxy to a server and map parameters, as templates declare them. Sources: API Gateway developer guide,
// "Create HTTP proxy integrations for HTTP APIs" and "Transform API requests and responses for HTTP APIs";
// CloudFormation template reference, AWS::ApiGateway::Method and AWS::ApiGatewayV2::Integration.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocal } from '../../local.ts';

let local: Local;
let origin: string;
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'x-theirs': 'a', 'x-gone': 'b' });
  response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
});
beforeAll(async () => {
  local = await startLocal();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await local.close();
});

async function deploy(name: string, template: string): Promise<string> {
  const { wrong, standsIn } = await local.assess({ name, template });
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
  return String((await local.deploy({ name, template }))['Url']);
}

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

test('an HTTP API fills the variables of its address, and maps parameters of requests and answers', async () => {
  const url = await deploy(
    'http-proxy',
    `
Resources:
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: a, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: $default, AutoDeploy: true } }
  Plain:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: HTTP_PROXY, IntegrationMethod: ANY, IntegrationUri: '${origin}/base/{proxy}', PayloadFormatVersion: '1.0' }
  Mapped:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationMethod: GET
      IntegrationUri: ${origin}/base
      PayloadFormatVersion: '1.0'
      RequestParameters:
        overwrite:path: /orders/\${request.path.id}
        append:header.x-id: $request.path.id
        overwrite:header.x-own: $context.requestId
        remove:header.x-secret: "''"
        append:querystring.q: $request.header.x-q
        remove:querystring.gone: "''"
      ResponseParameters:
        '200':
          overwrite:statuscode: '203'
          append:header.x-from: $response.header.x-theirs
          append:header.x-url: $response.body.url
          remove:header.x-gone: "''"
  PlainRoute: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: 'ANY /{proxy+}', Target: !Sub 'integrations/\${Plain}' } }
  MappedRoute: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: 'GET /orders/{id}', Target: !Sub 'integrations/\${Mapped}' } }
Outputs:
  Url: { Value: !GetAtt Api.ApiEndpoint }
`,
  );
  const plain = (await (await fetch(`${url}/a/b?x=1`, { method: 'DELETE' })).json()) as Seen;
  expect([plain.method, plain.url]).toEqual(['DELETE', '/base/a/b?x=1']);
  const headers = { 'x-secret': 's', 'x-own': 'o', 'x-q': '2' };
  const mapped = await fetch(`${url}/orders/7?q=1&gone=1`, { headers });
  const seen = (await mapped.json()) as Seen;
  expect([seen.url, seen.headers['x-id'], seen.headers['x-secret']]).toEqual(['/orders/7?q=1&q=2', '7', undefined]);
  expect(seen.headers['x-own']).toMatch(/^[0-9a-f-]{36}$/);
  expect([mapped.status, ...['x-from', 'x-url', 'x-gone', 'x-theirs'].map((name) => mapped.headers.get(name))]).toEqual(
    [...[203, 'a', '/orders/7?q=1&q=2', null, 'a']],
  );
});

test('functions of an HTTP API get mapped requests, and their answers are mapped', async () => {
  const url = await deploy(
    'mapped-function',
    `
Resources:
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: a, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: $default, AutoDeploy: true } }
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }] } } }
  Echo:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs22.x, Handler: index.handler, Role: !GetAtt Role.Arn, Code: { ZipFile: 'exports.handler = async (e) => ({ statusCode: 200, body: JSON.stringify([e.headers["x-id"], e.queryStringParameters]) })' } }
  May: { Type: AWS::Lambda::Permission, Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref Echo, Principal: apigateway.amazonaws.com } }
  Mapped:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Echo.Arn
      PayloadFormatVersion: '2.0'
      RequestParameters: { append:header.x-id: $request.path.id, append:querystring.own: fixed }
      ResponseParameters: { '200': { overwrite:statuscode: '201' } }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: 'GET /orders/{id}', Target: !Sub 'integrations/\${Mapped}' } }
Outputs:
  Url: { Value: !GetAtt Api.ApiEndpoint }
`,
  );
  const response = await fetch(`${url}/orders/7`);
  expect([response.status, await response.json()]).toEqual([201, ['7', { own: 'fixed' }]]);
});

test('a REST API of CloudFormation proxies to a server', async () => {
  const url = await deploy(
    'rest-proxy',
    `
Resources:
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: a } }
  Proxy: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: '{proxy+}' } }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Proxy
      HttpMethod: ANY
      AuthorizationType: NONE
      RequestParameters: { method.request.path.proxy: true }
      Integration:
        Type: HTTP_PROXY
        IntegrationHttpMethod: ANY
        Uri: '${origin}/base/{proxy}'
        RequestParameters: { integration.request.path.proxy: method.request.path.proxy }
  Deployment: { Type: AWS::ApiGateway::Deployment, DependsOn: Method, Properties: { RestApiId: !Ref Api } }
  Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: prod, DeploymentId: !Ref Deployment } }
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
`,
  );
  const seen = (await (await fetch(`${url}/a/b?x=1`)).json()) as Seen;
  expect([seen.method, seen.url]).toEqual(['GET', '/base/a/b?x=1']);
});
