// AWS::Serverless::GraphQLApi: an API of AppSync, its schema, keys, data sources with their roles, functions and
// resolvers, its cache and its domain.
import { isList, isMap, plainText, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless, tagList } from '../assembly.ts';
import { managedPolicyArn, roleFor } from '../role.ts';
import { checkResource } from '../specification.ts';
import { allowAuthorizers, graphqlAuth } from './graphql-auth.ts';
import { type Add, addSources, entriesOf, sourceName } from './graphql-source.ts';

const ON_API = [
  ...['IntrospectionConfig', 'OwnerContact', 'QueryDepthLimit', 'ResolverCountLimit', 'Visibility', 'XrayEnabled'],
];

export function expandGraphqlApi(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const { Name: name, Tags: tags, SchemaInline: inline, SchemaUri: uri } = properties;
  if ((inline === undefined) === (uri === undefined)) {
    const message = "One of 'SchemaInline' or 'SchemaUri' must be set.";
    report(assembly, serverless, { message, at: properties });
  }
  const api = {
    Name: name ?? logicalId,
    Tags: tagList(tags, 'graphqlapi:createdBy'),
    ...graphqlAuth(assembly, serverless),
    ...pick(properties, ON_API),
    ...loggingOf(assembly, serverless),
  };
  const Properties = assembly.source.derive(api, properties);
  const resource = { Type: 'AWS::AppSync::GraphQLApi', ...ownAttributes(declared), Properties };
  addResource(assembly, logicalId, resource, serverless);
  const ApiId = { 'Fn::GetAtt': [logicalId, 'ApiId'] };
  const add: Add = (id, type, { DependsOn: waits, ...members }) =>
    addResource(
      assembly,
      id,
      {
        Type: `AWS::AppSync::${type}`,
        ...(waits !== undefined && { DependsOn: waits }),
        Properties: { ApiId, ...members },
      },
      serverless,
    );
  add(`${logicalId}Schema`, 'GraphQLSchema', {
    ...(inline !== undefined && { Definition: inline }),
    ...(uri !== undefined && { DefinitionS3Location: uri }),
  });
  allowAuthorizers(assembly, serverless);
  for (const [id, { ExpiresOn: expires, ...key }] of entriesOf(properties['ApiKeys'])) {
    const members = pick(key, ['ApiKeyId', 'Description']);
    add(`${logicalId}${id}`, 'ApiKey', { ...(expires !== undefined && { Expires: expires }), ...members });
  }
  if (isMap(properties['Cache'])) add(`${logicalId}ApiCache`, 'ApiCache', properties['Cache']);
  addDomain(assembly, serverless, add);
  addSources(assembly, serverless, add);
  for (const [id, fn] of entriesOf(properties['Functions'])) {
    // A function with an id is one from elsewhere.
    if (fn['Id'] !== undefined) continue;
    const DataSourceName = sourceName(serverless, fn['DataSource'], add);
    add(`${logicalId}${id}`, 'FunctionConfiguration', {
      Name: fn['Name'] ?? id,
      DataSourceName,
      ...pick(fn, ['Description', 'MaxBatchSize']),
      ...codeOf(fn),
    });
  }
  for (const [typeName, fields] of entriesOf(properties['Resolvers'])) {
    for (const [field, resolver] of entriesOf(fields)) {
      add(`${logicalId}${typeName}${field}`, 'Resolver', {
        DependsOn: [`${logicalId}Schema`],
        TypeName: typeName,
        FieldName: resolver['FieldName'] ?? field,
        Kind: 'PIPELINE',
        ...pick(resolver, ['MaxBatchSize']),
        ...cachingOf(resolver['Caching']),
        ...(resolver['InlineCode'] === undefined && resolver['CodeUri'] === undefined
          ? { Code: PASS_ON, Runtime: { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' } }
          : codeOf(resolver)),
        ...pipelineOf(serverless, resolver['Pipeline']),
      });
    }
  }
}

function addDomain(assembly: Assembly, serverless: Serverless, add: Add): void {
  const { logicalId, properties } = serverless;
  const domain = properties['DomainName'];
  if (!isMap(domain)) return;
  const domainId = `${logicalId}DomainName`;
  addResource(assembly, domainId, { Type: 'AWS::AppSync::DomainName', Properties: domain }, serverless);
  add(`${domainId}ApiAssociation`, 'DomainNameApiAssociation', { DomainName: { Ref: domainId } });
}

function cachingOf(caching: Value | undefined): ValueMap {
  return caching === undefined ? {} : { CachingConfig: caching };
}

/** Requests are logged unless the template says no; a role is made when it names none. */
function loggingOf(assembly: Assembly, serverless: Serverless): ValueMap {
  const { Logging: logging } = serverless.properties;
  if (scalarText(logging) === 'false') return {};
  if (isMap(logging) && logging['CloudWatchLogsRoleArn'] !== undefined) return { LogConfig: logging };
  const roleId = `${serverless.logicalId}CloudWatchRole`;
  const members = { ManagedPolicyArns: [managedPolicyArn('AWSAppSyncPushToCloudWatchLogs', assembly)] };
  addResource(assembly, roleId, roleFor('appsync.amazonaws.com', members), serverless);
  const role = { CloudWatchLogsRoleArn: { 'Fn::GetAtt': [roleId, 'Arn'] } };
  return { LogConfig: { FieldLogLevel: 'ALL', ...(isMap(logging) && logging), ...role } };
}

function pipelineOf({ logicalId, properties }: Serverless, pipeline: Value | undefined): ValueMap {
  if (!isList(pipeline)) return {};
  const declared = isMap(properties['Functions']) ? properties['Functions'] : {};
  const Functions = pipeline.map((one) => {
    const fn = typeof one === 'string' ? declared[one] : undefined;
    if (fn === undefined) return one;
    return (isMap(fn) ? fn['Id'] : undefined) ?? { 'Fn::GetAtt': [`${logicalId}${plainText(one)}`, 'FunctionId'] };
  });
  return { PipelineConfig: { Functions } };
}

/** What SAM gives a resolver without code of its own: the pipeline's last result. */
const PASS_ON = `
export function request(ctx) {
    return {};
}

export function response(ctx) {
    return ctx.prev.result;
}
`;

/** A path in the local file system stays a text. */
function codeOf({ InlineCode: inline, CodeUri: uri, Runtime: runtime }: ValueMap): ValueMap {
  return {
    ...(inline !== undefined && { Code: inline }),
    ...(uri !== undefined && { CodeS3Location: uri }),
    ...(isMap(runtime) && { Runtime: { Name: runtime['Name'] ?? '', RuntimeVersion: runtime['Version'] ?? '' } }),
  };
}
