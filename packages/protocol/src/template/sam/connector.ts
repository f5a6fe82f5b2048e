// Connectors: permissions between two resources, declared by what they connect. `Connectors` on any resource, or a
// resource AWS::Serverless::Connector. Each becomes a policy of the role, of the queue or of the function that is
// called; a connection with a resource type that is not served here needs none. Source: the translator's connector
// profiles, aws-sam-translator 1.110.
import { asIntrinsic, isList, isMap, type Value, type ValueMap } from '../value.ts';
import { type Assembly, addResource, pick, report, type Serverless } from './assembly.ts';

/** One end of a connection. */
interface End {
  readonly type: string;
  readonly logicalId?: string;
  readonly arn?: Value;
  readonly roleName?: Value;
  readonly queueUrl?: Value;
  readonly resourceId?: Value;
  readonly qualifier?: Value;
}

/** What a permission of a connection allows; resources are the ARN of the other end. */
type Access = Readonly<Record<string, readonly string[]>>;

interface Profile {
  readonly kind: 'roleOfSource' | 'roleOfDestination' | 'queue' | 'function';
  readonly access: Access;
  /** All permissions have to be asked for together. */
  readonly together?: boolean;
  readonly principal?: string;
}

const FUNCTION = 'AWS::Lambda::Function';
const QUEUE = 'AWS::SQS::Queue';
const BUS = 'AWS::Events::EventBus';
const RULE = 'AWS::Events::Rule';
const REST_API = 'AWS::ApiGateway::RestApi';
const HTTP_API = 'AWS::ApiGatewayV2::Api';
const SERVED = [FUNCTION, QUEUE, BUS, RULE, REST_API, HTTP_API];

const RECEIVE = ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'];
const API_CALL: Profile = {
  kind: 'function',
  access: { Write: ['lambda:InvokeFunction'] },
  principal: 'apigateway.amazonaws.com',
};
const PUT_EVENTS: Profile = { kind: 'roleOfSource', access: { Write: ['events:PutEvents'] } };

const PROFILES: Readonly<Record<string, Profile>> = {
  [`${RULE} ${BUS}`]: PUT_EVENTS,
  [`${RULE} ${FUNCTION}`]: { ...API_CALL, principal: 'events.amazonaws.com' },
  [`${RULE} ${QUEUE}`]: { kind: 'queue', access: { Write: ['sqs:SendMessage'] }, principal: 'events.amazonaws.com' },
  [`${FUNCTION} ${FUNCTION}`]: {
    kind: 'roleOfSource',
    access: { Write: ['lambda:InvokeAsync', 'lambda:InvokeFunction'] },
  },
  [`${FUNCTION} ${QUEUE}`]: {
    kind: 'roleOfSource',
    access: {
      Read: RECEIVE,
      Write: ['sqs:DeleteMessage', 'sqs:SendMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue'],
    },
  },
  [`${FUNCTION} ${BUS}`]: PUT_EVENTS,
  [`${HTTP_API} ${FUNCTION}`]: API_CALL,
  [`${REST_API} ${FUNCTION}`]: API_CALL,
  [`${QUEUE} ${FUNCTION}`]: {
    kind: 'roleOfDestination',
    access: { Write: ['sqs:DeleteMessage'], Read: RECEIVE },
    together: true,
  },
};

/** A connector as it is declared: its id, its attributes, its properties with `Source`. */
export interface Connector extends Serverless {
  /** What its resources stand for in the metadata, by logical id: the types before the transform. */
  readonly declaredTypes: ReadonlyMap<string, string>;
}

/** The connectors that a resource carries, with ids `<resource><connector>`. */
export function embeddedConnectors(logicalId: string, resource: ValueMap): Serverless[] {
  const connectors = resource['Connectors'];
  return Object.entries(isMap(connectors) ? connectors : {}).flatMap(([name, declared]) => {
    if (!isMap(declared)) return [];
    const own = isMap(declared['Properties']) ? declared['Properties'] : {};
    const { SourceReference: reference, ...properties } = own;
    const source = { Id: logicalId, ...(isMap(reference) && reference) };
    const type = 'AWS::Serverless::Connector';
    return [{ logicalId: `${logicalId}${name}`, type, declared, properties: { Source: source, ...properties } }];
  });
}

/** Adds what a connector makes; the resources that it connects stand in the assembly by then. */
export function buildConnector(assembly: Assembly, connector: Connector): void {
  const { Source: source, Destination: destination, Permissions: permissions } = connector.properties;
  for (const [name, value] of Object.entries({ Source: source, Destination: destination, Permissions: permissions })) {
    if (value !== undefined) continue;
    report(assembly, connector, { message: `Missing required property '${name}'.` });
    return;
  }
  const several = isList(destination);
  for (const [index, one] of (several ? destination : [destination]).entries()) {
    const [from, to] = [endOf(source, one, { assembly, connector }), endOf(one, source, { assembly, connector })];
    if (!from || !to) return;
    const message = connect(assembly, { connector, from, to, ending: several ? `Destination${index}` : '' });
    if (message !== undefined) report(assembly, connector, { message });
  }
}

interface Connection {
  readonly connector: Connector;
  readonly from: End;
  readonly to: End;
  /** Of the ids of what is made. */
  readonly ending: string;
}

/** Adds what one connection makes; returns why it cannot be made. */
function connect(assembly: Assembly, connection: Connection): string | undefined {
  const { connector, from, to, ending } = connection;
  const profile = PROFILES[`${from.type} ${to.type}`];
  if (!profile) {
    // Permissions of what stands in would let nobody do anything.
    if ([from, to].some(({ type }) => !SERVED.includes(type))) return undefined;
    const between = `from ${from.type} to ${to.type}`;
    return `Unable to create connector ${between}; it's not supported or the template is invalid.`;
  }
  const asked = permissionsOf(connection, profile);
  if (typeof asked === 'string') return asked;
  const add = (id: string, type: string, properties: ValueMap) =>
    addResource(
      assembly,
      `${connector.logicalId}${id}${ending}`,
      {
        Type: type,
        ...pick(connector.declared, ['DependsOn']),
        Metadata: metadataOf(connection),
        Properties: properties,
      },
      connector,
    );
  if (profile.kind === 'function') {
    if (to.arn === undefined) return "Unable to get Lambda function ARN from 'Destination' resource.";
    const SourceArn = from.arn ?? routesOf(from);
    for (const name of asked) {
      const permission = { Action: profile.access[name]?.[0] ?? '', FunctionName: to.arn, SourceArn };
      add(`${name}LambdaPermission`, 'AWS::Lambda::Permission', { ...permission, Principal: profile.principal ?? '' });
    }
    return undefined;
  }
  const statements = (members: (actions: readonly string[]) => ValueMap) => ({
    Version: '2012-10-17',
    Statement: asked.map((name) => ({ Effect: 'Allow', ...members(profile.access[name] ?? []) })),
  });
  if (profile.kind === 'queue') {
    if (to.queueUrl === undefined) return "Unable to get SQS queue URL from 'Destination' resource.";
    const Condition = { ArnEquals: { 'aws:SourceArn': from.arn ?? '' } };
    const own = { Principal: { Service: profile.principal ?? '' }, Resource: to.arn ?? '', Condition };
    const PolicyDocument = statements(([Action = '']) => ({ ...own, Action }));
    add('QueuePolicy', 'AWS::SQS::QueuePolicy', { Queues: [to.queueUrl], PolicyDocument });
    return undefined;
  }
  const [end, other, name] = profile.kind === 'roleOfSource' ? [from, to, 'Source'] : [to, from, 'Destination'];
  if (end.roleName === undefined) return `Unable to get IAM role name from '${name}' resource.`;
  const PolicyDocument = statements((Action) => ({ Action, Resource: [other.arn ?? ''] }));
  add('Policy', 'AWS::IAM::ManagedPolicy', { PolicyDocument, Roles: [end.roleName] });
  if (profile.kind === 'roleOfDestination') waitForPolicy(assembly, connection);
  return undefined;
}

/** The permissions that are asked for, in the profile's order, or why they cannot be given. */
function permissionsOf({ connector, from, to }: Connection, { access, together }: Profile): string[] | string {
  const given = connector.properties['Permissions'];
  const asked = isList(given) ? given.map(String) : [];
  const names = Object.keys(access);
  if (asked.length === 0) return `'Permissions' cannot be empty; valid values are: ${names.join(', ')}.`;
  const unsupported = `Unsupported 'Permissions' provided for connector from ${from.type} to ${to.type}`;
  if (asked.some((name) => !names.includes(name))) return `${unsupported}; valid values are: ${names.join(', ')}.`;
  if (together && names.some((name) => !asked.includes(name))) {
    return `${unsupported}; valid combinations are: ${names.toSorted().join(' + ')}.`;
  }
  return names.filter((name) => asked.includes(name));
}

function metadataOf({ connector, from, to }: Connection): ValueMap {
  const typeOf = ({ logicalId, type }: End) => ({
    Type: (logicalId === undefined ? undefined : connector.declaredTypes.get(logicalId)) ?? type,
  });
  return { 'aws:sam:connectors': { [connector.logicalId]: { Source: typeOf(from), Destination: typeOf(to) } } };
}

/** The routes of an API: those of its qualifier. */
function routesOf({ resourceId = '', qualifier = '*' }: End): ValueMap {
  const arn = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${SourceResourceId}/\${SourceQualifier}`;
  return { 'Fn::Sub': [arn, { SourceResourceId: resourceId, SourceQualifier: qualifier }] };
}

// A mapping of the queue needs what the policy allows, so it waits for it; of several mappings, none does.
function waitForPolicy({ resources, source }: Assembly, { connector, from, to, ending }: Connection): void {
  const mappings = [...resources].filter(([, { Type: type, Properties: properties }]) => {
    if (type !== 'AWS::Lambda::EventSourceMapping' || !isMap(properties)) return false;
    const { FunctionName: fn, EventSourceArn: queue } = properties;
    return referred(fn) === to.logicalId && referred(queue) === from.logicalId;
  });
  const [[logicalId, mapping] = ['', {}], ...more] = mappings;
  if (logicalId === '' || more.length > 0 || to.logicalId === undefined) return;
  const before = mapping['DependsOn'] ?? [];
  const DependsOn = [...(isList(before) ? before : [before]), `${connector.logicalId}Policy${ending}`];
  resources.set(logicalId, source.derive({ ...mapping, DependsOn }, mapping));
}

function endOf(
  value: Value | undefined,
  other: Value | undefined,
  { assembly, connector }: { readonly assembly: Assembly; readonly connector: Connector },
): End | undefined {
  const refuse = (message: string) => {
    report(assembly, connector, { message });
    return undefined;
  };
  if (!isMap(value))
    return refuse("Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.");
  const { Id: id, Type: type, Qualifier: qualifier } = value;
  if (id === undefined) {
    if (typeof type !== 'string') return refuse("'Type' is missing or not a string.");
    const named = { arn: 'Arn', roleName: 'RoleName', queueUrl: 'QueueUrl', resourceId: 'ResourceId' };
    const given = Object.entries({ ...named, qualifier: 'Qualifier' }).flatMap(([name, member]) => {
      const own = value[member];
      return own === undefined ? [] : [[name, own] as const];
    });
    return { type, ...Object.fromEntries(given) };
  }
  if (typeof id !== 'string') return refuse("'Id' is missing or not a string.");
  const resource = assembly.resources.get(id);
  if (!resource) return refuse(`Unable to find resource with logical ID '${id}'.`);
  const made = String(resource['Type']);
  const properties = isMap(resource['Properties']) ? resource['Properties'] : {};
  const isApi = made === REST_API || made === HTTP_API;
  const role = roleOf(made, properties, isMap(other) ? other : {});
  return {
    type: made,
    logicalId: id,
    ...(!isApi && { arn: { 'Fn::GetAtt': [id, 'Arn'] } }),
    ...(made === QUEUE && { queueUrl: { Ref: id } }),
    ...(isApi && { resourceId: { Ref: id } }),
    ...(role !== undefined && { roleName: { Ref: role } }),
    ...(qualifier !== undefined && { qualifier }),
  };
}

/** The logical id of the role as which a function runs, or as which a rule reaches the other end. */
function roleOf(type: string, properties: ValueMap, other: ValueMap): string | undefined {
  if (type === FUNCTION) return referred(properties['Role']);
  if (type !== RULE || !isList(properties['Targets'])) return undefined;
  const target = properties['Targets'].find((one) => isMap(one) && referred(one['Arn']) === other['Id']);
  return isMap(target) ? referred(target['RoleArn']) : undefined;
}

/** The logical id that `Ref` or `Fn::GetAtt` names. */
function referred(value: Value | undefined): string | undefined {
  const intrinsic = value === undefined ? undefined : asIntrinsic(value);
  if (intrinsic?.name === 'Ref') return String(intrinsic.argument);
  if (intrinsic?.name !== 'Fn::GetAtt') return undefined;
  const { argument } = intrinsic;
  return isList(argument) ? String(argument[0]) : String(argument).split('.')[0];
}
