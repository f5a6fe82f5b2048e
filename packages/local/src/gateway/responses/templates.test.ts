// Gateway responses as templates declare them: as resources, and by SAM's `GatewayResponses`.
// Sources: CloudFormation template reference, AWS::ApiGateway::GatewayResponse; SAM developer guide, GatewayResponses.
import { afterAll, expect, test } from 'vitest';
import { startLocal } from '../../local.ts';

const local = await startLocal();
afterAll(() => local.close());

async function deploy(name: string, template: string): Promise<string> {
  const { wrong, standsIn } = await local.assess({ name, template });
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
  return String((await local.deploy({ name, template }))['Url']);
}

async function ends(url: string) {
  const response = await fetch(url);
  return [response.status, response.headers.get('access-control-allow-origin'), await response.text()];
}

test('a resource is made, changed and deleted; what is deployed keeps what it had', async () => {
  const template = (status: string, deployment: string, responses = true) => `
Resources:
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: a } }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: { Type: MOCK, RequestTemplates: { application/json: '{"statusCode": 200}' }, IntegrationResponses: [{ StatusCode: 200 }] }
${
  responses
    ? `
  Unknown:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: MISSING_AUTHENTICATION_TOKEN
      StatusCode: ${status}
      ResponseParameters: { gatewayresponse.header.Access-Control-Allow-Origin: "'*'" }
      ResponseTemplates: { application/json: '{"no": $context.error.messageString}' }`
    : ''
}
  ${deployment}: { Type: AWS::ApiGateway::Deployment, DependsOn: [Method${responses ? ', Unknown' : ''}], Properties: { RestApiId: !Ref Api } }
  Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: prod, DeploymentId: !Ref ${deployment} } }
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
`;
  const url = await deploy('response', template('404', 'First'));
  const said = '{"no": "Missing Authentication Token"}';
  expect(await ends(`${url}/nowhere`)).toEqual([404, '*', said]);
  await deploy('response', template('410', 'First'));
  expect(await ends(`${url}/nowhere`)).toEqual([404, '*', said]);
  await deploy('response', template('410', 'Second'));
  expect(await ends(`${url}/nowhere`)).toEqual([410, '*', said]);
  // CloudFormation deletes what has gone when all else is done: the next deployment is the first without it.
  await deploy('response', template('', 'Third', false));
  await deploy('response', template('', 'Fourth', false));
  expect(await ends(`${url}/nowhere`)).toEqual([403, null, '{"message":"Missing Authentication Token"}']);
});

test('by SAM, beside CORS and an authorizer', async () => {
  const url = await deploy(
    'sam-responses',
    `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Cors: "'*'"
      GatewayResponses:
        DEFAULT_4XX: { ResponseParameters: { Headers: { Access-Control-Allow-Origin: "'*'" } } }
        UNAUTHORIZED: { StatusCode: 419, ResponseTemplates: { application/json: '{"no": $context.error.messageString}' } }
      Auth: { DefaultAuthorizer: Token, Authorizers: { Token: { FunctionArn: !GetAtt Orders.Arn } } }
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: 'exports.handler = async () => ({ statusCode: 200 });'
      Events:
        List: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /orders, Method: get } }
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
`,
  );
  expect(await ends(`${url}/orders`)).toEqual([419, null, '{"no": "Unauthorized"}']);
  expect(await ends(`${url}/nowhere`)).toEqual([403, '*', '{"message":"Missing Authentication Token"}']);
});
