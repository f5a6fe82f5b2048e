// Names that every JavaScript object answers to. To a service they are names like any other: of things that do not
// exist, or of things that a caller made.
import { describe, expect, test } from 'vitest';
import { zipInlineCode } from './functions/code/code.ts';
import { createApiGatewayService } from './services/apigateway/service.ts';
import { createApiGatewayV2Service } from './services/apigatewayv2/service.ts';
import { createCloudFormationService } from './services/cloudformation/service.ts';
import { createIamService } from './services/iam/service.ts';
import { createLambdaService } from './services/lambda/service.ts';
import { createSecretsManagerService } from './services/secretsmanager/service.ts';
import { createSqsService } from './services/sqs/service.ts';
import { createTestCloud, refusalOf, testCall } from './test-cloud.ts';

const NAMES = ['constructor', '__proto__', 'toString'];

describe.each(NAMES)('%s', (name) => {
  test('is no resource, method, stage or deployment of a REST API', async () => {
    const { dispatch } = createTestCloud(createApiGatewayService);
    const { id: restApiId = '', rootResourceId = '' } = await dispatch.call(
      'apigateway',
      'CreateRestApi',
      { name: 'a' },
      testCall,
    );
    const ask = { restApiId, resourceId: rootResourceId, httpMethod: name, stageName: name, deploymentId: name };
    expect([
      await refusalOf(dispatch.call('apigateway', 'GetResource', { restApiId, resourceId: name }, testCall)),
      await refusalOf(dispatch.call('apigateway', 'GetMethod', ask, testCall)),
      await refusalOf(dispatch.call('apigateway', 'GetStage', ask, testCall)),
      await refusalOf(dispatch.call('apigateway', 'GetDeployment', ask, testCall)),
      await refusalOf(dispatch.call('apigateway', 'CreateStage', ask, testCall)),
    ]).toEqual([
      'NotFoundException: Invalid Resource identifier specified',
      'NotFoundException: Invalid Method identifier specified',
      'NotFoundException: Invalid stage identifier specified',
      'NotFoundException: Invalid Deployment identifier specified',
      'NotFoundException: Invalid Deployment identifier specified',
    ]);
  });

  test('is no route, integration or stage of an HTTP API, and can become a stage', async () => {
    const { dispatch } = createTestCloud(createApiGatewayV2Service);
    const { ApiId = '' } = await dispatch.call(
      'apigatewayv2',
      'CreateApi',
      { Name: 'a', ProtocolType: 'HTTP' },
      testCall,
    );
    const ask = { ApiId, RouteId: name, IntegrationId: name, StageName: name };
    expect([
      await refusalOf(dispatch.call('apigatewayv2', 'GetRoute', ask, testCall)),
      await refusalOf(dispatch.call('apigatewayv2', 'GetIntegration', ask, testCall)),
      await refusalOf(dispatch.call('apigatewayv2', 'GetStage', ask, testCall)),
      await refusalOf(dispatch.call('apigatewayv2', 'CreateStage', ask, testCall)),
    ]).toEqual([
      `NotFoundException: Unable to find Route with ID ${name}`,
      `NotFoundException: Unable to find Integration with ID ${name}`,
      'NotFoundException: Unable to find Stage by name',
      'not refused',
    ]);
    expect(await dispatch.call('apigatewayv2', 'GetStage', ask, testCall)).toMatchObject({ StageName: name });
  });

  test('is no alias of a function, and as one has a policy of its own', async () => {
    const cloud = createTestCloud(createLambdaService);
    const { dispatch } = cloud;
    const code = { Role: 'arn:aws:iam::123456789012:role/r', Handler: 'index.handler', Runtime: 'nodejs20.x' } as const;
    const ZipFile = zipInlineCode('exports.handler = async () => 1;');
    await dispatch.call('lambda', 'CreateFunction', { FunctionName: 'f', ...code, Code: { ZipFile } }, testCall);
    const alias = { FunctionName: 'f', Name: name };
    expect(await refusalOf(dispatch.call('lambda', 'GetAlias', alias, testCall))).toMatch(/^ResourceNotFoundException/);
    expect(
      await refusalOf(dispatch.call('lambda', 'CreateAlias', { ...alias, FunctionVersion: '$LATEST' }, testCall)),
    ).toBe('not refused');
    const permission = {
      FunctionName: 'f',
      Qualifier: name,
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: '*',
    };
    expect(await refusalOf(dispatch.call('lambda', 'AddPermission', permission, testCall))).toBe('not refused');
    expect(
      await refusalOf(
        dispatch.call('lambda', 'GetFunctionUrlConfig', { FunctionName: 'f', Qualifier: name }, testCall),
      ),
    ).toMatch(/^ResourceNotFoundException/);
    await cloud.close();
  });

  test('is no attribute of a queue', async () => {
    const { dispatch } = createTestCloud(createSqsService);
    const Attributes = Object.fromEntries([[name, '1']]);
    expect(await refusalOf(dispatch.call('sqs', 'CreateQueue', { QueueName: 'q', Attributes }, testCall))).toBe(
      `InvalidAttributeName: Unknown Attribute ${name}.`,
    );
  });

  test('is no version of a secret', async () => {
    const { dispatch } = createTestCloud(createSecretsManagerService);
    await dispatch.call('secretsmanager', 'CreateSecret', { Name: 's', SecretString: 'x' }, testCall);
    const input = { SecretId: 's', VersionId: `${name}${'-'.repeat(32)}` };
    expect(await refusalOf(dispatch.call('secretsmanager', 'GetSecretValue', input, testCall))).toMatch(
      /^ResourceNotFoundException/,
    );
  });

  test("is no inline policy of a role, and can be a service's name", async () => {
    const { dispatch } = createTestCloud(createIamService);
    const AssumeRolePolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
    await dispatch.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument }, testCall);
    const input = { RoleName: 'r', PolicyName: name };
    expect(await refusalOf(dispatch.call('iam', 'GetRolePolicy', input, testCall))).toBe(
      `NoSuchEntity: The role policy with name ${name} cannot be found.`,
    );
  });
});

test('a resource may be called constructor', async () => {
  const cloud = createTestCloud(createSqsService, createCloudFormationService);
  const { dispatch } = cloud;
  const TemplateBody = '{"Resources":{"constructor":{"Type":"AWS::SQS::Queue"}}}';
  await dispatch.call('cloudformation', 'CreateStack', { StackName: 's', TemplateBody }, testCall);
  const { Stacks } = await dispatch.call('cloudformation', 'DescribeStacks', { StackName: 's' }, testCall);
  expect(Stacks).toMatchObject([{ StackStatus: 'CREATE_COMPLETE' }]);
  const ask = { StackName: 's', LogicalResourceId: 'toString' };
  expect(await refusalOf(dispatch.call('cloudformation', 'DescribeStackResource', ask, testCall))).toBe(
    'ValidationError: Resource toString does not exist for stack s',
  );
  await cloud.close();
});
