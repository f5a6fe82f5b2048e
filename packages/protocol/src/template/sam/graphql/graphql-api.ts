// AWS::Serverless::GraphQLApi: an API of AppSync, its schema, keys, data sources with their roles, functions and
// resolvers, its cache and its domain.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless, tagList } from '../assembly.ts';
import { pythonText } from '../python-text.ts';
import { managedPolicyArn, roleFor } from '../role.ts';
import { checkResource } from '../specification.ts';
import { allowAuthorizers, graphqlAuth } from './graphql-auth.ts';
import { type Add, addSources, entriesOf, sourceName } from './graphql-source.ts';
import { invalidPath } from './shape.ts';

const ON_API = [
  ...['IntrospectionConfig', 'OwnerContact', 'QueryDepthLimit', 'ResolverCountLimit', 'Visibility', 'XrayEnabled'],
];

export function expandGraphqlApi(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  const { Name: name, Tags: tags, SchemaInline: inline, SchemaUri: uri } = properties;
  if (!checkResource(assembly, serverless) || !hasShape(assembly, serverless)) return;
  if ((inline === undefined) === (uri === undefined)) {
    const message =
      inline === undefined
        ? "One of 'SchemaInline' or 'SchemaUri' must be set."
        : "Both 'SchemaInline' and 'SchemaUri' cannot be defined at the same time.";
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
    const refuse = (message: string) => report(assembly, { ...serverless, logicalId: id }, { message, at: fn });
    if (fn['Id'] !== undefined) {
      if (Object.keys(fn).length > 1) refuse("'Id' cannot be defined with other properties in Function.");
      continue;
    }
    refuseCode(fn, { id, refuse, hasDefault: false });
    const DataSourceName = sourceName(serverless, fn['DataSource'], { add, refuse });
    add(`${logicalId}${id}`, 'FunctionConfiguration', {
      Name: fn['Name'] ?? id,
      DataSourceName,
      ...pick(fn, ['Description', 'MaxBatchSize']),
      ...codeOf(fn),
      ...syncOf(fn),
    });
  }
  for (const [typeName, fields] of entriesOf(properties['Resolvers'])) {
    for (const [field, resolver] of entriesOf(fields)) {
      const refuse = (message: string) =>
        report(assembly, { ...serverless, logicalId: field }, { message, at: resolver });
      refuseCode(resolver, { id: field, refuse, hasDefault: true });
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
        ...pipelineOf(serverless, resolver['Pipeline'], { field, refuse }),
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

function pipelineOf(
  { logicalId, properties }: Serverless,
  pipeline: Value | undefined,
  { field, refuse }: { readonly field: string; readonly refuse: (message: string) => void },
): ValueMap {
  if (!isList(pipeline) || pipeline.length === 0) {
    const unit = 'Unit resolvers are not supported. If you need a Unit resolver you can use AppSync resource.';
    refuse(`Resolver '${field}' must have Pipeline defined. ${unit}`);
    return {};
  }
  const declared = isMap(properties['Functions']) ? properties['Functions'] : {};
  const Functions = pipeline.map((one): Value => {
    const name = pythonText(one);
    const fn = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (fn === undefined) refuse(`Function '${name}' does not exist.`);
    return (isMap(fn) ? fn['Id'] : undefined) ?? { 'Fn::GetAtt': [`${logicalId}${name}`, 'FunctionId'] };
  });
  return { PipelineConfig: { Functions } };
}

/** Reports the first thing that the properties cannot hold; returns whether they can be what they are. */
function hasShape(assembly: Assembly, serverless: Serverless): boolean {
  const path = invalidPath(serverless.properties);
  if (path !== undefined) report(assembly, serverless, { message: `Property '${path}' is invalid.` });
  return path === undefined;
}

/** What SAM refuses of the code of a function, or of a resolver, which has a code of its own by default. */
function refuseCode(
  { InlineCode: inline, CodeUri: uri, Runtime: runtime }: ValueMap,
  place: { readonly id: string; readonly refuse: (message: string) => void; readonly hasDefault: boolean },
): void {
  const { id, refuse, hasDefault } = place;
  const isAbsent = inline === undefined && uri === undefined;
  if (inline !== undefined && uri !== undefined) {
    refuse("Both 'InlineCode' and 'CodeUri' cannot be defined at the same time.");
  } else if (isAbsent && !hasDefault) refuse("One of 'InlineCode' or 'CodeUri' must be set.");
  else if (!isAbsent && runtime === undefined) refuse(`'Runtime' must be defined as a property in ${id}.`);
}

function syncOf({ Sync: sync }: ValueMap): ValueMap {
  return sync === undefined ? {} : { SyncConfig: sync };
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
