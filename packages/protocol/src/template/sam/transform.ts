// The transform AWS::Serverless-2016-10-31: serverless resources become plain CloudFormation, with the logical ids that
// SAM generates. Refuses what SAM refuses, by name and line, all at once. Source: the SAM specification, and the output
// of its reference translator (aws-sam-translator 1.110).
import { ServiceError } from '../../aws/errors.ts';
import { type Problem, problemText, refusal } from '../problem.ts';
import type { Scope } from '../resolve.ts';
import type { Source } from '../source.ts';
import { asIntrinsic, isList, isMap, plainText, type Value, type ValueMap, weigh } from '../value.ts';
import { asItsFunctions } from './api/api.ts';
import type { ApiDraft, Apis } from './api/api-draft.ts';
import { buildHttpApi } from './api/http/http-api.ts';
import { buildRestApi } from './api/rest/rest-api.ts';
import { expandWebsocketApi } from './api/websocket/websocket-api.ts';
import { type Assembly, report, type Serverless, withoutNulls } from './assembly.ts';
import { buildConnector, dependOnMade, embeddedConnectors } from './connector/connector.ts';
import { expandFunction } from './function.ts';
import { GLOBAL_PROPERTIES, GLOBAL_SECTIONS, heededGlobals, withGlobals } from './globals.ts';
import { expandGraphqlApi } from './graphql/graphql-api.ts';
import { SERVERLESS_TRANSFORM } from './name.ts';
import { expandApplication } from './resources/application.ts';
import { expandCapacityProvider } from './resources/capacity-provider.ts';
import { expandLayerVersion } from './resources/layer-version.ts';
import { expandSimpleTable } from './resources/simple-table.ts';
import { expandStateMachine } from './resources/state-machine.ts';

export interface ServerlessOptions {
  readonly source: Source;
  /** Parameters and pseudo parameters. */
  readonly parameters: Scope['parameters'];
  /** Lower-case hex SHA-1 of a text: generated ids end with it. */
  readonly sha1: (text: string) => string;
  /**
   * Takes everything that is wrong, in place of a refusal. What is returned then has the other resources in full, and
   * of those at fault what could be made.
   */
  readonly problems?: Problem[];
}

type Expand = (assembly: Assembly, serverless: Serverless, apis: Apis) => void;

/** Resources that may have events; they go before the APIs that the events give routes to. */
const WITH_EVENTS: Readonly<Record<string, Expand>> = {
  Function: expandFunction,
  StateMachine: expandStateMachine,
};

const OTHERS: Readonly<Record<string, Expand>> = {
  Application: expandApplication,
  CapacityProvider: expandCapacityProvider,
  GraphQLApi: expandGraphqlApi,
  LayerVersion: expandLayerVersion,
  SimpleTable: expandSimpleTable,
  WebSocketApi: expandWebsocketApi,
};

const API_KINDS: Readonly<Record<string, ApiDraft['kind']>> = { Api: 'rest', HttpApi: 'http' };

const PREFIX = 'AWS::Serverless::';
const TYPES = [...Object.keys(WITH_EVENTS), ...Object.keys(OTHERS), ...Object.keys(API_KINDS), 'Connector'];

/**
 * The template without anything serverless.
 * @throws ServiceError `ValidationError` with SAM's own heading and every problem, unless `problems` takes them.
 */
export function transformServerless(root: ValueMap, options: ServerlessOptions): ValueMap {
  const { source, problems, ...given } = options;
  const globals = isMap(root['Globals']) ? root['Globals'] : {};
  const assembly: Assembly = {
    ...given,
    source,
    resources: new Map(),
    declared: new Set(Object.keys(isMap(root['Resources']) ? root['Resources'] : {})),
    conditions: {},
    mappings: isMap(root['Mappings']) ? root['Mappings'] : {},
    problems: problems ?? [],
    references: new Map(),
    renamed: new Map(),
    layers: new Map(),
  };
  checkGlobals(globals, { assembly, root });
  const declared = readResources(root, globals, assembly);
  const apis: Apis = { drafts: new Map(), globals };
  for (const serverless of declared.serverless) {
    const kind = API_KINDS[serverless.type.slice(PREFIX.length)];
    if (kind) apis.drafts.set(serverless.logicalId, { kind, serverless, implicit: false, routes: [] });
  }
  for (const expansions of [WITH_EVENTS, OTHERS]) {
    for (const serverless of declared.serverless) {
      expansions[serverless.type.slice(PREFIX.length)]?.(assembly, serverless, apis);
    }
  }
  for (const draft of apis.drafts.values()) {
    const build = draft.kind === 'rest' ? buildRestApi : buildHttpApi;
    build(assembly, asItsFunctions(draft, assembly), apis);
  }
  const connected = declared.connectors.map((connector) => {
    const made = buildConnector(assembly, { ...connector, declaredTypes: declared.types });
    return [connector.logicalId, made] as const;
  });
  dependOnMade(assembly, new Map(connected));
  renameDependencies(assembly);
  if (!problems) refuseInvalid(assembly);
  const { Globals: _, ...rest } = root;
  const whole = {
    ...rest,
    ...(Object.keys(assembly.conditions).length > 0 && {
      Conditions: { ...conditionsOf(root), ...assembly.conditions },
    }),
    Resources: Object.fromEntries(assembly.resources),
  };
  const renamed = renameReferences(whole, assembly);
  return isMap(renamed) ? source.derive(renamed, root) : whole;
}

interface Declared {
  readonly serverless: readonly Serverless[];
  /** Also those that other resources carry. */
  readonly connectors: readonly Serverless[];
  /** Types as the template says them, by logical id. */
  readonly types: ReadonlyMap<string, string>;
}

/** Plain resources go into the assembly, serverless ones are returned. */
function readResources(root: ValueMap, globals: ValueMap, assembly: Assembly): Declared {
  const { source } = assembly;
  const serverless: Serverless[] = [];
  const connectors: Serverless[] = [];
  const types = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(isMap(root['Resources']) ? root['Resources'] : {})) {
    if (isMap(resource)) {
      types.set(logicalId, plainText(resource['Type']));
      connectors.push(...embeddedConnectors(logicalId, resource));
    }
    const one = readServerless({ logicalId, resource, globals, source });
    if (one) refuseIgnored(one, globals, assembly);
    if (one?.type === `${PREFIX}LayerVersion`) assembly.layers.set(logicalId, one.properties);
    if (!one) assembly.resources.set(logicalId, isMap(resource) ? withoutConnectors(resource, source) : {});
    else if (one.type === `${PREFIX}Connector`) connectors.push(one);
    else if (TYPES.includes(one.type.slice(PREFIX.length))) serverless.push(one);
    else {
      const message = `Earwitness does not know the resource type ${one.type}`;
      report(assembly, one, { message, at: one.declared, member: 'Type' });
    }
  }
  return { serverless, connectors, types };
}

function refuseIgnored(one: Serverless, globals: ValueMap, { problems, source }: Assembly): void {
  const ignored = one.declared['IgnoreGlobals'];
  if (ignored === undefined || ignored === '*') return;
  const section = globals[one.type.slice(PREFIX.length)];
  const known = isMap(section) ? section : {};
  const foreign = isList(ignored) ? ignored.filter((name) => !Object.hasOwn(known, plainText(name))) : [undefined];
  for (const name of foreign) {
    const item = name === undefined ? '' : ` on item '${plainText(name)}'`;
    const message = `Resource with id [${one.logicalId}] is invalid. Resource ${one.logicalId} has invalid resource attribute 'IgnoreGlobals'${item}.`;
    problems.push({ message, line: source.lineOf(one.declared, 'IgnoreGlobals') });
  }
}

function withoutConnectors(resource: ValueMap, source: Source): ValueMap {
  const { Connectors: connectors, ...rest } = resource;
  return connectors === undefined ? resource : source.derive(rest, resource);
}

function conditionsOf(root: ValueMap): ValueMap {
  return isMap(root['Conditions']) ? root['Conditions'] : {};
}

function readServerless(options: {
  readonly logicalId: string;
  readonly resource: Value | undefined;
  readonly globals: ValueMap;
  readonly source: Source;
}): Serverless | undefined {
  const { logicalId, resource, globals, source } = options;
  const type = isMap(resource) ? resource['Type'] : undefined;
  if (!isMap(resource) || typeof type !== 'string' || !type.startsWith(PREFIX)) return undefined;
  const own = isMap(resource['Properties']) ? resource['Properties'] : {};
  const heeded = heededGlobals(globals, resource, type);
  const properties = withoutNulls(withGlobals({ globals: heeded, type, properties: own, source }), source);
  return { logicalId, type, declared: resource, properties };
}

/** Ours: values and characters of Globals, which each of 500 functions gets. */
const GLOBALS_MAX = 20_000;

function checkGlobals(globals: ValueMap, { assembly, root }: { assembly: Assembly; root: ValueMap }): void {
  const { problems, source } = assembly;
  const given = root['Globals'];
  if (given !== undefined && !isMap(given)) {
    const message = "'Globals' section is invalid. It must be a non-empty dictionary";
    problems.push({ message, line: source.lineOf(root, 'Globals') });
  }
  if (weigh(globals, GLOBALS_MAX) > GLOBALS_MAX) {
    const message = `'Globals' section is invalid. Earwitness merges no more than ${GLOBALS_MAX} values and characters`;
    throw refusal(message, source.lineOf(root, 'Globals'));
  }
  for (const [name, section] of Object.entries(globals)) {
    const known = GLOBAL_PROPERTIES[name];
    if (known === undefined) {
      const values = `[${GLOBAL_SECTIONS.toSorted()
        .map((value) => `'${value}'`)
        .join(', ')}]`;
      const message = `'Globals' section is invalid. '${name}' is not supported. Must be one of the following values - ${values}`;
      problems.push({ message, line: source.lineOf(globals, name) });
      continue;
    }
    for (const property of isMap(section) ? Object.keys(section) : []) {
      if (known.includes(property)) continue;
      const values = `[${known.map((value) => `'${value}'`).join(', ')}]`;
      const message = `'Globals' section is invalid. '${property}' is not a supported property of '${name}'. Must be one of the following values - ${values}`;
      problems.push({ message, line: source.lineOf(section, property) });
    }
  }
}

function refuseInvalid({ problems }: Assembly): void {
  if (problems.length > 0) throw new ServiceError('ValidationError', serverlessSentence(problems));
}

/** What CloudFormation says of a template that SAM refuses. */
export function serverlessSentence(problems: readonly Problem[]): string {
  return `Transform ${SERVERLESS_TRANSFORM} failed with: Invalid Serverless Application Specification document. Number of errors found: ${problems.length}. ${problemText(problems)}`;
}

// `!Ref Function.Alias`, `!GetAtt Function.Alias.Arn` and `${Api.Stage}` name resources that SAM generated; a layer has
// another id than the template gives it.
function renameReferences(value: Value, assembly: Assembly): Value {
  const { references, renamed, source } = assembly;
  if (references.size === 0 && renamed.size === 0) return value;
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name === 'Ref') {
    const name = plainText(intrinsic.argument);
    const meant = references.get(name) ?? renamed.get(name);
    return meant === undefined ? value : source.derive({ Ref: meant }, value);
  }
  if (intrinsic?.name === 'Fn::GetAtt') return renameInGetAtt(value, intrinsic.argument, assembly);
  if (intrinsic?.name === 'Fn::Sub')
    return source.derive({ 'Fn::Sub': renameInSub(intrinsic.argument, assembly) }, value);
  if (isList(value))
    return source.derive(
      value.map((item) => renameReferences(item, assembly)),
      value,
    );
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, renameReferences(member, assembly)] as const);
  return source.derive(Object.fromEntries(members), value);
}

/** Resources that wait for one with another id. */
function renameDependencies({ resources, renamed, source }: Assembly): void {
  if (renamed.size === 0) return;
  const rename = (name: Value) => renamed.get(plainText(name)) ?? name;
  for (const [logicalId, resource] of resources) {
    const before = resource['DependsOn'];
    if (before === undefined) continue;
    const DependsOn = isList(before) ? before.map(rename) : rename(before);
    resources.set(logicalId, source.derive({ ...resource, DependsOn }, resource));
  }
}

function renameInGetAtt(value: Value, argument: Value, { references, renamed, source }: Assembly): Value {
  // A reference that SAM invents may stand in the list as one word, [Function.Alias, Arn].
  const [name = '', ...attribute] = (isList(argument) ? argument.map(plainText).join('.') : plainText(argument)).split(
    '.',
  );
  const [member = '', ...rest] = attribute;
  const made = references.get(`${name}.${member}`);
  if (made !== undefined && rest.length > 0) return source.derive({ 'Fn::GetAtt': [made, rest.join('.')] }, value);
  const moved = renamed.get(name);
  return moved === undefined ? value : source.derive({ 'Fn::GetAtt': [moved, attribute.join('.')] }, value);
}

function renameInSub(argument: Value, assembly: Assembly): Value {
  if (isList(argument)) {
    const [text = '', variables = {}] = argument;
    return [renameInSub(text, assembly), renameReferences(variables, assembly)];
  }
  if (typeof argument !== 'string') return argument;
  return argument.replace(/\$\{([A-Za-z0-9]+)(\.[A-Za-z0-9]+)?(\.[A-Za-z0-9.]+)?\}/g, (whole, ...groups: string[]) => {
    const [name = '', member = '', rest = ''] = groups;
    const made = assembly.references.get(`${name}${member}`);
    if (made !== undefined) return `\${${made}${rest}}`;
    const moved = assembly.renamed.get(name);
    return moved === undefined ? whole : `\${${moved}${member}${rest}}`;
  });
}
