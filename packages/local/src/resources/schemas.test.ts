// The resource types beside CloudFormation's own resource schemas (@aws-cdk/aws-service-spec): what is required, what replaces.
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { expect, test } from 'vitest';
import { startLocal } from '../local.ts';

/** Where ours differs from the schema, and why. */
const LEFT: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Stage.DeploymentId required': 'CreateStage wants it: refused before anything is made',
  'AWS::ApiGateway::Stage.StageName required': 'CreateStage wants it: refused before anything is made',
  'AWS::ApiGatewayV2::Api.RouteKey replaces': 'UpdateApi changes no target here',
  'AWS::ApiGatewayV2::Api.Target replaces': 'UpdateApi changes no target here',
  'AWS::ApiGatewayV2::Deployment.Description replaces': 'UpdateDeployment is not served',
  'AWS::ApiGatewayV2::Deployment.StageName replaces': 'UpdateDeployment is not served',
  'AWS::Events::Connection.AuthParameters required': 'CreateConnection wants it: refused before anything is made',
  'AWS::Events::Connection.AuthorizationType required': 'CreateConnection wants it: refused before anything is made',
  'AWS::IAM::RolePolicy.PolicyDocument required': 'PutRolePolicy wants it: refused before anything is made',
  'AWS::Lambda::EventSourceMapping.EventSourceArn required': 'the sources that do without it are not served',
  'AWS::Logs::LogGroup.LogGroupClass replaces': 'no operation of CloudWatch Logs changes a class',
};

test('what a resource type requires, and what replaces a resource, is what the schemas say, but for what is named here', async () => {
  await using local = await startLocal();
  const schemas = await loadAwsServiceSpec();
  const differences: string[] = [];
  for (const { type, properties } of local.cloud.services.flatMap((service) => service.resources ?? [])) {
    // AWS::CDK::Metadata, which no service has.
    const [schema] = schemas.lookup('resource', 'cloudFormationType', 'equals', type);
    if (!schema) continue;
    for (const [name, need] of Object.entries(properties)) {
      const { required = false, causesReplacement } = schema.properties[name] ?? {};
      if (!schema.properties[name]) differences.push(`${type}.${name} unknown`);
      if (need.startsWith('required') !== required) differences.push(`${type}.${name} required`);
      if (need.endsWith('replaces') !== (causesReplacement === 'yes')) differences.push(`${type}.${name} replaces`);
    }
  }
  expect(differences.sort()).toEqual(Object.keys(LEFT));
});
