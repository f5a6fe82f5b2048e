// Connectors: permissions between two resources, declared by what they connect. `Connectors` on any resource, or a
// resource AWS::Serverless::Connector. Each becomes a policy of a role, of the queue or topic, or a permission to call
// the function. Source: the translator's connector profiles, aws-sam-translator 1.110.
import { isList, isMap, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, pick, report, reportTaken, type Serverless, withoutNulls } from '../assembly.ts';
import { pythonText } from '../python-text.ts';
import { checkResource } from '../specification.ts';
import { type End, endOf, referred } from './end.ts';
import { type Access, connectorProfile, type Profile } from './profile.ts';

const TYPE = 'AWS::Serverless::Connector';

/** A connector as it is declared: its id, its attributes, its properties with `Source`. */
export interface Connector extends Serverless {
  /** What its resources stand for in the metadata, by logical id: the types before the transform. */
  readonly declaredTypes: ReadonlyMap<string, string>;
}

/** The connectors that a resource carries, with ids `<resource><connector>`; those that are none are reported. */
export function embeddedConnectors(assembly: Assembly, logicalId: string, resource: ValueMap): Serverless[] {
  const { Connectors: connectors } = resource;
  if (connectors === undefined) return [];
  const carrier = { logicalId, type: TYPE, declared: resource, properties: resource };
  if (!isMap(connectors)) {
    report(assembly, carrier, { message: `Attribute '${logicalId}.Connectors' should be a map.`, at: resource });
    return [];
  }
  return Object.entries(connectors).flatMap(([name, declared]) => {
    const id = `${logicalId}${name}`;
    const refuse = (message: string, of = logicalId) => {
      report(assembly, { ...carrier, logicalId: of }, { message, at: connectors, member: name });
      return [];
    };
    if (!isMap(declared)) return refuse(`${logicalId}.${id} should be a map.`, id);
    const own = declared['Properties'];
    if (!isMap(own)) return refuse(`Attribute 'Connectors.${name}.Properties' should be a map.`);
    const { SourceReference: reference = {}, ...properties } = own;
    if (!isMap(reference)) {
      return refuse(`Property 'Connectors.${name}.Properties.SourceReference' should be a map.`);
    }
    if (reference['Id'] !== undefined) return refuse("'Id' shouldn't be defined in 'SourceReference'.", name);
    const Source = { Id: logicalId, ...reference };
    const one = {
      logicalId: id,
      type: TYPE,
      declared,
      properties: withoutNulls({ Source, ...properties }, assembly.source),
    };
    if (assembly.declared.has(id)) reportTaken(assembly, carrier, { id, type: TYPE });
    return [one];
  });
}

/**
 * Adds what a connector makes; the resources that it connects stand in the assembly by then. Returns the ids of what
 * was made.
 */
export function buildConnector(assembly: Assembly, connector: Connector): string[] {
  if (!checkResource(assembly, connector)) return [];
  const { Source: source, Destination: destination } = connector.properties;
  if (isList(destination) && destination.length === 0) {
    report(assembly, connector, { message: "'Destination' is an empty list" });
  }
  const several = isList(destination);
  return (several ? destination : [destination]).flatMap((one, index) => {
    const [to, from] = [endOf(one, source, { assembly, connector }), endOf(source, one, { assembly, connector })];
    if (!from || !to) return [];
    const made = connect(assembly, { connector, from, to, ending: several ? `Destination${index}` : '' });
    if (typeof made !== 'string') return made;
    report(assembly, connector, { message: made });
    return [];
  });
}

interface Connection {
  readonly connector: Connector;
  readonly from: End;
  readonly to: End;
  /** Of the ids of what is made. */
  readonly ending: string;
}

/** Adds what one connection makes; returns the ids, or why it cannot be made. */
function connect(assembly: Assembly, connection: Connection): string[] | string {
  const { connector, from, to, ending } = connection;
  const profile = connectorProfile(from.type, to.type);
  if (!profile) {
    const between = `from ${from.type} to ${to.type}`;
    return `Unable to create connector ${between}; it's not supported or the template is invalid.`;
  }
  const asked = permissionsOf(connection, profile);
  if (typeof asked === 'string') return asked;
  const missing = missingOf(connection, profile);
  if (missing !== undefined) return missing;
  const made = madeOf(connection, profile, asked);
  if (typeof made === 'string') return made;
  const declared = connector.declared['Metadata'];
  const attributes = {
    ...pick(connector.declared, ['DependsOn']),
    Metadata: { ...(isMap(declared) && declared), ...metadataOf(connection) },
  };
  const ids = made.map(({ id, type, properties }) => {
    const logicalId = `${connector.logicalId}${id}${ending}`;
    addResource(assembly, logicalId, { Type: type, ...attributes, Properties: properties }, connector);
    return logicalId;
  });
  for (const waiting of waitingFor(assembly, connection, profile)) waitFor(assembly, waiting, ids);
  return ids;
}

interface Made {
  /** Behind the connector's own. */
  readonly id: string;
  readonly type: string;
  readonly properties: ValueMap;
}

/** What a connection makes, or why it cannot. */
function madeOf(connection: Connection, profile: Profile, asked: readonly string[]): Made[] | string {
  const { from, to } = connection;
  const { kind, principal, permissions } = profile;
  const allowed = asked.flatMap((name) => (permissions.get(name) ?? []).map((access) => ({ name, access })));
  const document = (members: (access: Access) => ValueMap) => ({
    Version: '2012-10-17',
    Statement: allowed.map(({ access }) => ({ Effect: 'Allow', ...members(access) })),
  });
  if (kind === 'function') {
    if (to.arn === undefined) return "Unable to get Lambda function ARN from 'Destination' resource.";
    const FunctionName = to.arn;
    return allowed.map(({ name, access: { actions, resources } }) => {
      const who = { Principal: principal, SourceArn: filled(resources[0] ?? '', connection) };
      const own = profile.ownAccount && { SourceAccount: { 'Fn::Sub': '${AWS::AccountId}' } };
      const properties = { Action: actions[0] ?? '', FunctionName, ...who, ...own };
      return { id: `${name}LambdaPermission`, type: 'AWS::Lambda::Permission', properties };
    });
  }
  if (kind === 'role') {
    const { roleName } = profile.of === 'Source' ? from : to;
    if (roleName === undefined) return `Unable to get IAM role name from '${profile.of}' resource.`;
    const PolicyDocument = document(({ actions, resources }) => ({
      Action: actions,
      Resource: resources.map((text) => filled(text, connection)),
    }));
    return [{ id: 'Policy', type: 'AWS::IAM::ManagedPolicy', properties: { PolicyDocument, Roles: [roleName] } }];
  }
  const Condition = { ArnEquals: { 'aws:SourceArn': from.arn ?? '' } };
  const PolicyDocument = document(({ actions: [Action = ''], resources: [resource = ''] }) => ({
    Principal: { Service: principal },
    Resource: filled(resource, connection),
    Action,
    Condition,
  }));
  if (kind === 'topic') {
    if (to.arn === undefined) return "Unable to get SNS topic ARN from 'Destination' resource.";
    return [{ id: 'TopicPolicy', type: 'AWS::SNS::TopicPolicy', properties: { Topics: [to.arn], PolicyDocument } }];
  }
  if (to.queueUrl === undefined) return "Unable to get SQS queue URL from 'Destination' resource.";
  return [{ id: 'QueuePolicy', type: 'AWS::SQS::QueuePolicy', properties: { Queues: [to.queueUrl], PolicyDocument } }];
}

/** The permissions that are asked for, in the profile's order, or why they cannot be given. */
function permissionsOf({ connector, from, to }: Connection, { permissions, together }: Profile): string[] | string {
  const given = connector.properties['Permissions'];
  const asked = new Set(isList(given) ? given.map(pythonText) : []);
  const names = [...permissions.keys()];
  if (asked.size === 0) return `'Permissions' cannot be empty; valid values are: ${names.join(', ')}.`;
  const unsupported = `Unsupported 'Permissions' provided for connector from ${from.type} to ${to.type}`;
  if ([...asked].some((name) => !names.includes(name))) {
    return `${unsupported}; valid values are: ${names.join(', ')}.`;
  }
  const combined = (list: Iterable<string>) => [...list].toSorted().join(' + ');
  const combinations = together?.map(combined);
  if (combinations && !combinations.includes(combined(asked))) {
    return `${unsupported}; valid combinations are: ${combinations.join(', ')}.`;
  }
  return names.filter((name) => asked.has(name));
}

function metadataOf({ connector, from, to }: Connection): ValueMap {
  const typeOf = ({ logicalId, type }: End) => ({
    Type: (logicalId === undefined ? undefined : connector.declaredTypes.get(logicalId)) ?? type,
  });
  return { 'aws:sam:connectors': { [connector.logicalId]: { Source: typeOf(from), Destination: typeOf(to) } } };
}

/** What profiles take from the ends: the name within their texts, the one in refusals, and the value. */
function variablesOf({ from, to }: Connection): (readonly [string, string, Value | undefined])[] {
  return [
    ['SourceArn', 'Source.Arn', from.arn],
    ['DestinationArn', 'Destination.Arn', to.arn],
    ['SourceResourceId', 'Source.ResourceId', from.resourceId],
    ['DestinationName', 'Destination.Name', to.name],
    ['SourceQualifier', 'Source.Qualifier', from.qualifier],
  ];
}

function missingOf(connection: Connection, { kind, permissions }: Profile): string | undefined {
  const texts = [...permissions.values()].flat().flatMap(({ resources }) => resources);
  // Policies of queues and topics name the source in their condition.
  if (kind === 'queue' || kind === 'topic') texts.push('${SourceArn}');
  const variables = variablesOf(connection).filter(([, , value]) => value === undefined);
  // The first that a text of the profile asks for.
  const missing = texts.flatMap((text) => variables.filter(([name]) => text.includes(`\${${name}}`)))[0];
  return missing && `${missing[1]} is missing.`;
}

/** A text of a profile with what the ends give. */
function filled(text: string, connection: Connection): Value {
  const used: Record<string, Value> = {};
  for (const [name, , value] of variablesOf(connection)) {
    if (value === undefined) continue;
    if (text === `\${${name}}`) return value;
    if (text.includes(`\${${name}}`)) used[name] = value;
  }
  if (Object.keys(used).length > 0) return { 'Fn::Sub': [text, used] };
  return text.includes('${') ? { 'Fn::Sub': text } : text;
}

/** The resources that need what the policy allows when they are made. */
function waitingFor({ resources }: Assembly, { from, to }: Connection, { waits }: Profile): string[] {
  if (from.logicalId === undefined) return [];
  if (waits === 'source') return [from.logicalId];
  if (waits !== 'mapping' || to.logicalId === undefined) return [];
  const mappings = [...resources].filter(([, { Type: type, Properties: properties }]) => {
    if (type !== 'AWS::Lambda::EventSourceMapping' || !isMap(properties)) return false;
    const { FunctionName: fn, EventSourceArn: source } = properties;
    return referred(fn) === to.logicalId && referred(source) === from.logicalId;
  });
  // Of several mappings, none waits, as in SAM.
  return mappings.length === 1 ? mappings.map(([logicalId]) => logicalId) : [];
}

function waitFor({ resources, source }: Assembly, logicalId: string, ids: readonly string[]): void {
  const resource = resources.get(logicalId);
  if (!resource) return;
  const DependsOn = [...new Set([...listOf(resource['DependsOn']), ...ids])];
  resources.set(logicalId, source.derive({ ...resource, DependsOn }, resource));
}

/** Whatever waits for a connector waits for what the connector made. */
export function dependOnMade({ resources, source }: Assembly, made: ReadonlyMap<string, readonly string[]>): void {
  for (const [logicalId, resource] of resources) {
    const before = listOf(resource['DependsOn']);
    if (!before.some((name) => typeof name === 'string' && made.has(name))) continue;
    const DependsOn: Value[] = [
      ...new Set(
        before.flatMap((name): readonly Value[] => (typeof name === 'string' ? made.get(name) : undefined) ?? [name]),
      ),
    ];
    resources.set(logicalId, source.derive({ ...resource, DependsOn }, resource));
  }
}

function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}
