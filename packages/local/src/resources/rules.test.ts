// Rules that CloudFormation's own resource schemas decide, where a service has to do something about them. The source
// of each fact is the schema of the type that the test names (registry schema: `required`, `createOnlyProperties`).
import { afterAll, expect, test } from 'vitest';
import { deployStack } from '../deploying/deploy.ts';
import { startLocal } from '../local.ts';
import { createStackStore } from '../services/cloudformation/stack.ts';
import { callerOf, putStack, testCall } from '../test-cloud.ts';

const local = await startLocal();
afterAll(() => local.close());
const { cloud } = local;
const http = callerOf('apigatewayv2', () => cloud);

let stacks = 0;
const nextName = () => `rules-${++stacks}`;

/** Deploys the resources and returns their physical ids. */
async function deploy(name: string, Resources: object): Promise<Record<string, string | undefined>> {
  const template = JSON.stringify({ Resources });
  await deployStack(cloud, { name, template }, { call: testCall, variables: async () => ({}) });
  const { resources } = createStackStore(cloud).get(name, testCall);
  return Object.fromEntries(Object.values(resources).map(({ logicalId, made }) => [logicalId, made?.physicalId]));
}

/** Why the resource `Under` could not be deployed. */
async function reasonOf(name: string, Resources: object): Promise<string | undefined> {
  await putStack(cloud, name, JSON.stringify({ Resources }));
  const { StackEvents = [] } = await callerOf('cloudformation', () => cloud)('DescribeStackEvents', {
    StackName: name,
  });
  return StackEvents.find((event) => event.LogicalResourceId === 'Under' && event.ResourceStatus?.endsWith('_FAILED'))
    ?.ResourceStatusReason;
}

const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };
const restApi = { Type: 'AWS::ApiGateway::RestApi' };

test('AWS::ApiGateway::Stage requires no DeploymentId and no StageName: CreateStage does', async () => {
  const Under = { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' } } };
  expect(await reasonOf(nextName(), { Api: restApi, Under })).toMatchInlineSnapshot(
    `"Resource handler returned message: "2 validation errors detected: Value null at 'stageName' failed to satisfy constraint: Member must not be null; Value null at 'deploymentId' failed to satisfy constraint: Member must not be null" (HandlerErrorCode: ValidationException) (resource Under, line 1)"`,
  );
});

test('AWS::Events::Connection requires neither kind nor parameters of authorization: CreateConnection does', async () => {
  expect(await reasonOf(nextName(), { Under: { Type: 'AWS::Events::Connection' } })).toMatchInlineSnapshot(
    `"Resource handler returned message: "2 validation errors detected: Value null at 'authorizationType' failed to satisfy constraint: Member must not be null; Value null at 'authParameters' failed to satisfy constraint: Member must not be null" (HandlerErrorCode: ValidationException) (resource Under, line 1)"`,
  );
});

test('AWS::IAM::RolePolicy requires no PolicyDocument: PutRolePolicy does', async () => {
  const Under = { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'a', RoleName: { Ref: 'Role' } } };
  expect(await reasonOf(nextName(), { Role: role, Under })).toMatchInlineSnapshot(
    `"1 validation error detected: Value null at 'policyDocument' failed to satisfy constraint: Member must not be null (resource Under, line 1)"`,
  );
});

test('AWS::Lambda::EventSourceMapping requires no EventSourceArn: the sources that do without it are refused when it is made', async () => {
  const fn = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async () => {}' },
    },
  };
  const Under = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Function' } } };
  expect(await reasonOf(nextName(), { Role: role, Function: fn, Under })).toMatchInlineSnapshot(
    `"Resource handler returned message: "There is no EventSourceArn and no SelfManagedEventSource." (HandlerErrorCode: InvalidParameterValueException) (resource Under, line 1)"`,
  );
});

// Also: AWS CloudFormation user guide, AWS::Logs::LogGroup, LogGroupClass: "Updates are not supported."
test('a change of AWS::Logs::LogGroup.LogGroupClass is refused and makes no new group', async () => {
  const name = nextName();
  const group = (LogGroupClass: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupClass } });
  const before = await deploy(name, { Under: group('STANDARD') });
  expect(await reasonOf(name, { Under: group('INFREQUENT_ACCESS') })).toMatchInlineSnapshot(
    `"Resource handler returned message: "Updates of the property LogGroupClass are not supported." (HandlerErrorCode: InvalidParameterException) (resource Under, line 1)"`,
  );
  expect(await deploy(name, { Under: group('STANDARD') })).toEqual(before);
});

test('AWS::ApiGateway::Account changes its role in place', async () => {
  const name = nextName();
  const account = (role: string) => ({
    Account: {
      Type: 'AWS::ApiGateway::Account',
      Properties: { CloudWatchRoleArn: `arn:aws:iam::123456789012:role/${role}` },
    },
  });
  const before = await deploy(name, account('one'));
  expect(await deploy(name, account('two'))).toEqual(before);
  expect(await callerOf('apigateway', () => cloud)('GetAccount', {})).toMatchObject({
    cloudwatchRoleArn: 'arn:aws:iam::123456789012:role/two',
  });
});

const REFUSED_TARGET =
  'Resource handler returned message: "Only the target of an API that was created with one can be changed." (HandlerErrorCode: BadRequestException) (resource Under, line 1)';

// Also: API Gateway V2 API reference, UpdateApi, target.
test('AWS::ApiGatewayV2::Api changes Target and RouteKey in place; a target cannot be added or taken away', async () => {
  const name = nextName();
  const target = (fn: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${fn}`;
  const api = (more: object) => ({
    Under: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders', ProtocolType: 'HTTP', ...more } },
  });
  const before = await deploy(name, api({ Target: target('one'), RouteKey: 'GET /orders' }));
  const ApiId = before['Under'] ?? '';
  const look = async () => {
    const { Items: [route] = [] } = await http('GetRoutes', { ApiId });
    const { Items: [integration] = [] } = await http('GetIntegrations', { ApiId });
    return [route?.RouteKey, integration?.IntegrationUri];
  };
  expect(await look()).toEqual(['GET /orders', target('one')]);
  expect(await deploy(name, api({ Target: target('two') }))).toEqual(before);
  expect(await look()).toEqual(['$default', target('two')]);
  expect(await reasonOf(name, api({}))).toBe(REFUSED_TARGET);
  expect(await look()).toEqual(['$default', target('two')]);

  const other = nextName();
  const bare = await deploy(other, api({}));
  expect(await reasonOf(other, api({ Target: target('one') }))).toBe(REFUSED_TARGET);
  expect(await deploy(other, api({ Version: '2' }))).toEqual(bare);
});

test('AWS::ApiGatewayV2::Deployment changes its description, and the stage that it is on, in place', async () => {
  const name = nextName();
  const resources = (deployment: object) => ({
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders', ProtocolType: 'HTTP' } },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: 'live' } },
    Deployment: {
      Type: 'AWS::ApiGatewayV2::Deployment',
      DependsOn: 'Stage',
      Properties: { ApiId: { Ref: 'Api' }, ...deployment },
    },
  });
  const before = await deploy(name, resources({ Description: 'one' }));
  expect(await deploy(name, resources({ Description: 'two', StageName: 'live' }))).toEqual(before);
  const [ApiId = '', DeploymentId = ''] = [before['Api'], before['Deployment']];
  expect((await http('GetDeployment', { ApiId, DeploymentId })).Description).toBe('two');
  expect((await http('GetStage', { ApiId, StageName: 'live' })).DeploymentId).toBe(DeploymentId);
});

test('tags change in place, on every type whose tags are kept', async () => {
  const name = nextName();
  const resources = (Tags: Record<string, string>) => {
    const list = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
    return {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { Tags: list } },
      Role: { Type: 'AWS::IAM::Role', Properties: { ...role.Properties, Tags: list } },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'a', Tags: list } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { Tags: list } },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'tagged', Tags: list } },
      Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['shop'] }, Tags: list } },
      RestApi: { ...restApi, Properties: { Name: 'orders', Tags: list } },
      HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders', ProtocolType: 'HTTP', Tags } },
    };
  };
  const before = await deploy(name, resources({ team: 'orders', old: 'yes' }));
  expect(await deploy(name, resources({ team: 'shop', fresh: 'yes' }))).toEqual(before);
  const id = (logicalId: string) => before[logicalId] ?? '';
  const byKey = (tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = []) =>
    Object.fromEntries(tags.map(({ Key = '', Value }) => [Key, Value]));
  const arn = (resource: string) => `arn:aws:events:eu-west-1:123456789012:${resource}`;
  const call = cloud.dispatch.call;
  const found = {
    Queue: (await call('sqs', 'ListQueueTags', { QueueUrl: id('Queue') }, testCall)).Tags,
    Role: byKey((await call('iam', 'ListRoleTags', { RoleName: id('Role') }, testCall)).Tags),
    Secret: byKey((await call('secretsmanager', 'DescribeSecret', { SecretId: id('Secret') }, testCall)).Tags),
    Group: (await call('logs', 'ListTagsLogGroup', { logGroupName: id('Group') }, testCall)).tags,
    Bus: byKey((await call('events', 'ListTagsForResource', { ResourceARN: arn('event-bus/tagged') }, testCall)).Tags),
    Rule: byKey(
      (await call('events', 'ListTagsForResource', { ResourceARN: arn(`rule/${id('Rule')}`) }, testCall)).Tags,
    ),
    RestApi: (await call('apigateway', 'GetRestApi', { restApiId: id('RestApi') }, testCall)).tags,
    HttpApi: (await http('GetApi', { ApiId: id('HttpApi') })).Tags,
  };
  const tags = { team: 'shop', fresh: 'yes' };
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((logicalId) => [logicalId, tags])));
});
