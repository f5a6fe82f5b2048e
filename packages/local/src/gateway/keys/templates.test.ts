// API keys and usage plans as templates declare them: as resources, and by SAM's `Auth`.
// Sources: CloudFormation template reference, AWS::ApiGateway::ApiKey, UsagePlan and UsagePlanKey; SAM developer guide,
// ApiAuth and ApiUsagePlan.
import { afterAll, expect, test } from 'vitest';
import { startLocal } from '../../local.ts';
import { testCall } from '../../test-cloud.ts';

const local = await startLocal();
afterAll(() => local.close());

async function deploy(name: string, template: string): Promise<Record<string, string>> {
  const { wrong, standsIn } = await local.assess({ name, template });
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
  return await local.deploy({ name, template });
}

/** As a test asks for the value of a key that a stack made. */
async function valueOfKey(apiKey: string | undefined): Promise<string> {
  const place = { ...testCall, region: 'us-east-1', account: '000000000000' };
  const asked = { apiKey: String(apiKey), includeValue: true };
  return String((await local.cloud.dispatch.call('apigateway', 'GetApiKey', asked, place)).value);
}

const statusOf = async (url: string | undefined, key?: string) =>
  (await fetch(String(url), key === undefined ? {} : { headers: { 'x-api-key': key } })).status;

test('SAM makes a plan, a key and the link between them, and an event may go without', async () => {
  const { Url: url, Key: key } = await deploy(
    'sam-keys',
    `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth:
        ApiKeyRequired: true
        UsagePlan: { CreateUsagePlan: PER_API, Quota: { Limit: 100, Period: DAY }, Throttle: { BurstLimit: 50, RateLimit: 20 } }
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: 'exports.handler = async () => ({ statusCode: 200 });'
      Events:
        List: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /orders, Method: get } }
        Open: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /open, Method: get, Auth: { ApiKeyRequired: false } } }
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
  Key: { Value: !Ref ApiApiKey }
`,
  );
  expect(await statusOf(`${url}/orders`)).toBe(403);
  expect(await statusOf(`${url}/orders`, await valueOfKey(key))).toBe(200);
  expect(await statusOf(`${url}/open`)).toBe(200);
});

test('resources are made, changed in place and deleted', async () => {
  const template = (enabled: boolean, quota: string, tag: string, links = true) => `
Resources:
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: a, ApiKeySourceType: HEADER } }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      ApiKeyRequired: true
      Integration: { Type: MOCK, RequestTemplates: { application/json: '{"statusCode": 200}' }, IntegrationResponses: [{ StatusCode: 200 }] }
  Deployment: { Type: AWS::ApiGateway::Deployment, DependsOn: Method, Properties: { RestApiId: !Ref Api } }
  Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: prod, DeploymentId: !Ref Deployment } }
  Key:
    Type: AWS::ApiGateway::ApiKey
    Properties: { Name: shop, Value: a-value-of-twenty-or-more, Enabled: ${enabled}, Tags: [{ Key: team, Value: ${tag} }] }
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties:
      ApiStages: [{ ApiId: !Ref Api, Stage: !Ref Stage, Throttle: { /GET: { RateLimit: 10, BurstLimit: 10 } } }]
      ${quota}
      Tags: [{ Key: team, Value: ${tag} }]
  ${links ? 'Link: { Type: AWS::ApiGateway::UsagePlanKey, Properties: { KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan } }' : ''}
Outputs:
  Url: { Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/prod' }
  Plan: { Value: !Ref Plan }
  Key: { Value: !GetAtt Key.APIKeyId }
`;
  const key = 'a-value-of-twenty-or-more';
  const {
    Url: url,
    Plan: usagePlanId = '',
    Key: apiKey = '',
  } = await deploy('keys', template(true, 'Quota: { Limit: 2, Period: MONTH }', 'a'));
  expect([await statusOf(url, key), await statusOf(url, key), await statusOf(url, key)]).toEqual([200, 200, 429]);
  await deploy('keys', template(true, '', 'b'));
  expect(await statusOf(url, key)).toBe(200);
  const place = { ...testCall, region: 'us-east-1', account: '000000000000' };
  const plan = await local.cloud.dispatch.call('apigateway', 'GetUsagePlan', { usagePlanId }, place);
  expect(plan).toMatchObject({ apiStages: [{ throttle: { '/GET': { rateLimit: 10 } } }], tags: { team: 'b' } });
  expect(await local.cloud.dispatch.call('apigateway', 'GetApiKey', { apiKey }, place)).toMatchObject({
    tags: { team: 'b' },
  });
  await deploy('keys', template(false, '', 'b'));
  expect(await statusOf(url, key)).toBe(403);
  await deploy('keys', template(true, '', 'b', false));
  expect(await statusOf(url, key)).toBe(403);
});
