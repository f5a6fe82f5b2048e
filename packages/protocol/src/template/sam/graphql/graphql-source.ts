// DataSources of a GraphQL API: tables and functions, the role as which AppSync reaches each, and what it may do there.
import { isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless } from '../assembly.ts';
import { buildConnector } from '../connector/connector.ts';
import { roleFor } from '../role.ts';

/** Adds a resource of AppSync that belongs to the API. */
export type Add = (id: string, type: string, members: ValueMap) => void;

interface Kind {
  /** Of `DataSources`. */
  readonly member: string;
  /** In ids. */
  readonly shown: string;
  readonly type: string;
  readonly connector: string;
  readonly destination: string;
  /** What a source of this kind cannot do without. */
  readonly required: string;
}

const KINDS: readonly Kind[] = [
  {
    ...{ member: 'DynamoDb', shown: 'DynamoDB', type: 'AMAZON_DYNAMODB', required: 'TableName' },
    ...{ connector: 'ToTableConnector', destination: 'AWS::DynamoDB::Table' },
  },
  {
    ...{ member: 'Lambda', shown: 'Lambda', type: 'AWS_LAMBDA', required: 'FunctionArn' },
    ...{ connector: 'ToLambdaConnector', destination: 'AWS::Lambda::Function' },
  },
];

export function addSources(assembly: Assembly, serverless: Serverless, add: Add): void {
  const { logicalId, properties } = serverless;
  for (const kind of KINDS) {
    const sources = isMap(properties['DataSources']) ? properties['DataSources'][kind.member] : undefined;
    for (const [id, source] of entriesOf(sources)) {
      const sourceId = `${logicalId}${id}${kind.shown}DataSource`;
      if (source[kind.required] === undefined) {
        report(assembly, serverless, { message: `Missing required property '${kind.required}'.`, at: source });
      }
      add(sourceId, 'DataSource', {
        Name: source['Name'] ?? id,
        Type: kind.type,
        ...pick(source, ['Description']),
        ServiceRoleArn: source['ServiceRoleArn'] ?? { 'Fn::GetAtt': [`${sourceId}Role`, 'Arn'] },
        ...settingsOf(source),
      });
      if (source['ServiceRoleArn'] === undefined) addSourceRole(assembly, serverless, { sourceId, source, kind });
    }
  }
}

function settingsOf({ TableName: table, FunctionArn: fn, Region: region, DeltaSync: sync, ...source }: ValueMap) {
  if (fn !== undefined) return { LambdaConfig: { LambdaFunctionArn: fn } };
  return {
    DynamoDBConfig: {
      AwsRegion: region ?? { Ref: 'AWS::Region' },
      TableName: table ?? '',
      ...pick(source, ['UseCallerCredentials', 'Versioned']),
      ...(sync !== undefined && { DeltaSyncConfig: sync }),
    },
  };
}

function addSourceRole(
  assembly: Assembly,
  serverless: Serverless,
  { sourceId, source, kind }: { readonly sourceId: string; readonly source: ValueMap; readonly kind: Kind },
): void {
  const roleId = `${sourceId}Role`;
  addResource(assembly, roleId, roleFor('appsync.amazonaws.com', {}), serverless);
  const isTable = source['FunctionArn'] === undefined;
  const Source = {
    Type: 'AWS::AppSync::DataSource',
    Arn: { 'Fn::GetAtt': [sourceId, 'DataSourceArn'] },
    RoleName: { Ref: roleId },
  };
  const Destination = { Type: kind.destination, Arn: source['FunctionArn'] ?? source['TableArn'] ?? tableArn(source) };
  buildConnector(assembly, {
    logicalId: `${sourceId}${kind.connector}`,
    type: 'AWS::Serverless::Connector',
    // Attributes of the API are none of the policy's.
    declared: assembly.source.derive({}, serverless.declared),
    properties: {
      Source,
      Destination,
      Permissions: isTable ? (source['Permissions'] ?? ['Read', 'Write']) : ['Write'],
    },
    declaredTypes: new Map(),
  });
}

function tableArn({ TableName: table = '', Region: region }: ValueMap): ValueMap {
  const text = 'arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}';
  return { 'Fn::Sub': [text, { __TableName__: table, __Region__: region ?? { Ref: 'AWS::Region' } }] };
}

/** The name of a data source; `NONE` makes one that answers by itself. */
export function sourceName(
  { logicalId, properties }: Serverless,
  source: Value | undefined,
  { add, refuse }: { readonly add: Add; readonly refuse: (message: string) => void },
): Value {
  if (source === undefined || source === '') refuse("'DataSource' must be set.");
  const id = scalarText(source);
  if (id === undefined || id === '') return source ?? '';
  const none = `${logicalId}NoneDataSource`;
  if (id.toUpperCase() === 'NONE') {
    add(none, 'DataSource', { Name: none, Type: 'NONE' });
    return { 'Fn::GetAtt': [none, 'Name'] };
  }
  const sources = isMap(properties['DataSources']) ? properties['DataSources'] : {};
  const kind = KINDS.find(({ member }) => isMap(sources[member]) && Object.hasOwn(sources[member], id));
  if (kind) return { 'Fn::GetAtt': [`${logicalId}${id}${kind.shown}DataSource`, 'Name'] };
  const functions = 'use intrinsic function like GetAtt, ImportValue, Sub or another one';
  const outside = 'to reference a DataSource defined outside of this GraphQLApi resource.';
  refuse(`Either define DataSource '${id}' in 'DataSources' or ${functions} ${outside}`);
  return id;
}

/** The members that are maps themselves. */
export function entriesOf(value: Value | undefined): (readonly [string, ValueMap])[] {
  return Object.entries(isMap(value) ? value : {}).flatMap(([name, one]) => (isMap(one) ? [[name, one] as const] : []));
}
