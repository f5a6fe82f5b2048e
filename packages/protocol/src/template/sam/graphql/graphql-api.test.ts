// Expected values are those of aws-sam-translator 1.110 for the same template.
import { expect, test } from 'vitest';
import { createSource } from '../../source.ts';
import type { ValueMap } from '../../value.ts';
import { transformServerless } from '../transform.ts';

const options = { source: createSource(), parameters: {}, sha1: (text: string) => text };

function made(properties: ValueMap): Record<string, ValueMap> {
  const Api = { Type: 'AWS::Serverless::GraphQLApi', Properties: { SchemaInline: 's', Logging: false, ...properties } };
  return JSON.parse(JSON.stringify(transformServerless({ Resources: { Api } }, options)['Resources']));
}

const ApiId = { 'Fn::GetAtt': ['Api', 'ApiId'] };
const LambdaAuthorizer = { AuthorizerUri: 'arn:f' };

test('ways to authenticate have their settings, and a function that authorizes may be called', () => {
  const { Api, ApiToLambdaAuthConnector1WriteLambdaPermission: permission } = made({
    Auth: {
      Type: 'AWS_LAMBDA',
      LambdaAuthorizer,
      Additional: [
        { Type: 'AMAZON_COGNITO_USER_POOLS', UserPool: { UserPoolId: 'p', DefaultAction: 'ALLOW' } },
        { Type: 'API_KEY' },
      ],
    },
  });
  expect(Api?.['Properties']).toEqual({
    Name: 'Api',
    AuthenticationType: 'AWS_LAMBDA',
    LambdaAuthorizerConfig: LambdaAuthorizer,
    AdditionalAuthenticationProviders: [
      { AuthenticationType: 'AMAZON_COGNITO_USER_POOLS', UserPoolConfig: { UserPoolId: 'p' } },
      { AuthenticationType: 'API_KEY' },
    ],
    Tags: [{ Key: 'graphqlapi:createdBy', Value: 'SAM' }],
  });
  expect(permission?.['Properties']).toEqual({
    Action: 'lambda:InvokeFunction',
    FunctionName: 'arn:f',
    Principal: 'appsync.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        'arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/${SourceResourceId}',
        { SourceResourceId: ApiId },
      ],
    },
  });
});

test('data sources have roles with what they may do, and their settings', () => {
  const DeltaSync = { BaseTableTTL: 1, DeltaSyncTableName: 'd', DeltaSyncTableTTL: 2 };
  const resources = made({
    Auth: { Type: 'AWS_IAM' },
    DataSources: { DynamoDb: { T: { TableName: 't', DeltaSync } } },
    Cache: { ApiCachingBehavior: 'PER_RESOLVER_CACHING', Ttl: 1, Type: 'SMALL' },
    DomainName: { CertificateArn: 'c', DomainName: 'd' },
    Functions: { Own: { InlineCode: 'x', DataSource: 'T', Runtime: { Name: 'n', Version: '1' } }, Other: { Id: 'o' } },
    Resolvers: { Query: { get: { Pipeline: ['Own', 'Other'], Caching: { Ttl: 2 } } } },
  });
  const types = Object.fromEntries(Object.entries(resources).map(([id, { Type }]) => [id, Type]));
  expect(types).toEqual({
    Api: 'AWS::AppSync::GraphQLApi',
    ApiSchema: 'AWS::AppSync::GraphQLSchema',
    ApiApiCache: 'AWS::AppSync::ApiCache',
    ApiDomainName: 'AWS::AppSync::DomainName',
    ApiDomainNameApiAssociation: 'AWS::AppSync::DomainNameApiAssociation',
    ApiTDynamoDBDataSource: 'AWS::AppSync::DataSource',
    ApiTDynamoDBDataSourceRole: 'AWS::IAM::Role',
    ApiTDynamoDBDataSourceToTableConnectorPolicy: 'AWS::IAM::ManagedPolicy',
    ApiOwn: 'AWS::AppSync::FunctionConfiguration',
    ApiQueryget: 'AWS::AppSync::Resolver',
  });
  expect(resources['ApiTDynamoDBDataSource']?.['Properties']).toMatchObject({
    DynamoDBConfig: { AwsRegion: { Ref: 'AWS::Region' }, TableName: 't', DeltaSyncConfig: DeltaSync },
  });
  expect(resources['ApiQueryget']?.['Properties']).toMatchObject({
    PipelineConfig: { Functions: [{ 'Fn::GetAtt': ['ApiOwn', 'FunctionId'] }, 'o'] },
    CachingConfig: { Ttl: 2 },
    Runtime: { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' },
  });
});
