// AWS::Serverless::GraphQLApi: an API of AppSync, its schema, keys, data sources with their roles, functions and
// resolvers. Best effort, for AppSync is not served: settings of authorizers, a domain, a cache and what the data
// sources' roles may do are not made.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless, tagList } from '../assembly.ts';
import { managedPolicyArn, roleFor } from '../role.ts';
import { checkResource } from '../specification.ts';

const ON_API = [
  ...['IntrospectionConfig', 'OwnerContact', 'QueryDepthLimit', 'ResolverCountLimit', 'Visibility', 'XrayEnabled'],
];

export function expandGraphqlApi(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const { Auth: auth, Name: name, Tags: tags, SchemaInline: inline, SchemaUri: uri } = properties;
  if ((inline === undefined) === (uri === undefined)) {
    const message = "One of 'SchemaInline' or 'SchemaUri' must be set.";
    report(assembly, serverless, { message, at: properties });
  }
  const api = {
    Name: name ?? logicalId,
    Tags: tagList(tags, 'graphqlapi:createdBy'),
    ...(isMap(auth) && { AuthenticationType: auth['Type'] ?? '' }),
    ...additionalOf(auth),
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
  for (const [id, key] of entriesOf(properties['ApiKeys'])) {
    const { ExpiresOn: expires, ApiKeyId: keyId, Description: description } = key;
    add(`${logicalId}${id}`, 'ApiKey', {
      ...(expires !== undefined && { Expires: expires }),
      ...(keyId !== undefined && { ApiKeyId: keyId }),
      ...(description !== undefined && { Description: description }),
    });
  }
  addSources(assembly, serverless, add);
  for (const [id, fn] of entriesOf(properties['Functions'])) {
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
        ...(resolver['InlineCode'] === undefined && resolver['CodeUri'] === undefined && { Code: PASS_ON }),
        ...codeOf(resolver),
        ...pipelineOf(serverless, resolver['Pipeline']),
      });
    }
  }
}

/** Further ways to authenticate, by their type alone. */
function additionalOf(auth: Value | undefined): ValueMap {
  const additional = isMap(auth) ? auth['Additional'] : undefined;
  if (!isList(additional)) return {};
  const providers = additional.map((one) => ({ AuthenticationType: isMap(one) ? (one['Type'] ?? '') : '' }));
  return { AdditionalAuthenticationProviders: providers };
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
  const Functions = pipeline.map((one) =>
    typeof one === 'string' && Object.hasOwn(declared, one)
      ? { 'Fn::GetAtt': [`${logicalId}${one}`, 'FunctionId'] }
      : one,
  );
  return { PipelineConfig: { Functions } };
}

type Add = (id: string, type: string, members: ValueMap) => void;

/** The kinds of data sources: what their ids say, and how AppSync calls them. */
const SOURCES = [
  ['DynamoDb', 'DynamoDB', 'AMAZON_DYNAMODB'],
  ['Lambda', 'Lambda', 'AWS_LAMBDA'],
] as const;

function addSources(assembly: Assembly, { logicalId, properties, ...rest }: Serverless, add: Add): void {
  for (const [member, shown, type] of SOURCES) {
    const sources = isMap(properties['DataSources']) ? properties['DataSources'][member] : undefined;
    for (const [id, source] of entriesOf(sources)) {
      const sourceId = `${logicalId}${id}${shown}DataSource`;
      const { ServiceRoleArn: role, TableName: table, FunctionArn: fn, Region: region } = source;
      if (role === undefined) {
        const made = roleFor('appsync.amazonaws.com', {});
        addResource(assembly, `${sourceId}Role`, made, { ...rest, logicalId, properties });
      }
      add(sourceId, 'DataSource', {
        Name: source['Name'] ?? id,
        Type: type,
        ...pick(source, ['Description']),
        ServiceRoleArn: role ?? { 'Fn::GetAtt': [`${sourceId}Role`, 'Arn'] },
        ...(table !== undefined && {
          DynamoDBConfig: {
            AwsRegion: region ?? { Ref: 'AWS::Region' },
            TableName: table,
            ...pick(source, ['DeltaSyncConfig', 'UseCallerCredentials', 'Versioned']),
          },
        }),
        ...(fn !== undefined && { LambdaConfig: { LambdaFunctionArn: fn } }),
      });
    }
  }
}

/** The name of a data source; `NONE` makes one that answers by itself. */
function sourceName({ logicalId, properties }: Serverless, source: Value | undefined, add: Add): Value {
  const id = scalarText(source);
  if (id === undefined) return source ?? '';
  const none = `${logicalId}NoneDataSource`;
  if (id.toUpperCase() === 'NONE') {
    add(none, 'DataSource', { Name: none, Type: 'NONE' });
    return { 'Fn::GetAtt': [none, 'Name'] };
  }
  const sources = isMap(properties['DataSources']) ? properties['DataSources'] : {};
  const kind = SOURCES.find(([member]) => isMap(sources[member]) && Object.hasOwn(sources[member], id));
  return kind ? { 'Fn::GetAtt': [`${logicalId}${id}${kind[1]}DataSource`, 'Name'] } : id;
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

function entriesOf(value: Value | undefined): (readonly [string, ValueMap])[] {
  return Object.entries(isMap(value) ? value : {}).flatMap(([name, one]) => (isMap(one) ? [[name, one] as const] : []));
}
