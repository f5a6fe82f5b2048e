// APIs of a SAM template: those declared, and the two implicit ones (ServerlessRestApi with stage Prod,
// ServerlessHttpApi with stage $default) that exist as soon as a function has a route and names no API. Functions add
// routes; then each API is built.
import { asIntrinsic, isList, isMap, isNoValue, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, type FunctionEvent, pick, referredId, report, suffixedId, type Target } from '../assembly.ts';
import { addPermission, type EventOwner, type EventPlace, reportEvent } from '../events/function-event.ts';
import { withGlobals } from '../globals.ts';
import { anyOf } from './any-of.ts';
import type { ApiDraft, Route } from './api-draft.ts';
import { isOpenApi } from './definition.ts';
import { ANY_METHOD, INTEGRATION, mapChoices } from './operation.ts';

const KINDS = {
  Api: { kind: 'rest', type: 'AWS::Serverless::Api', implicit: 'ServerlessRestApi', stage: 'Prod' },
  HttpApi: { kind: 'http', type: 'AWS::Serverless::HttpApi', implicit: 'ServerlessHttpApi', stage: '$default' },
} as const;

/** Adds the route of an `Api` or `HttpApi` event to its API, and the permission for it. */
export function addRoute(event: FunctionEvent, place: EventPlace): void {
  const isRest = event.type === 'Api';
  const plain = plainApi(event, place);
  if (plain) {
    const verb = verbOf(event, place);
    if (verb) addRoutePermission(event, place, { ...verb, ...plain });
    return;
  }
  const route = joinApi(event, place, {
    'x-amazon-apigateway-integration': {
      httpMethod: 'POST',
      type: 'aws_proxy',
      uri: conditional(integrationUri(event, place.target), conditionOf(place)),
      ...(!isRest && { payloadFormatVersion: event.properties['PayloadFormatVersion'] ?? '2.0' }),
      ...renamed(event.properties, 'TimeoutInMillis', 'timeoutInMillis'),
      ...(streams(event) && { responseTransferMode: 'STREAM' }),
    },
    responses: {},
  });
  if (!route || (!isRest && isCovered(route, place))) return;
  const { serverless } = route.draft;
  addRoutePermission(event, place, {
    ...route,
    logicalId: serverless.logicalId,
    stage: serverless.properties['StageName'],
  });
}

/** Whether the function has the default route of the HTTP API already, whose permission holds for every other. */
function isCovered(
  { path, draft }: { readonly path: string; readonly draft: ApiDraft },
  { serverless, target }: EventPlace,
): boolean {
  if (path === '$default' || target.logicalId !== serverless.logicalId) return false;
  const { logicalId } = serverless;
  const has = (route: Route) =>
    route.path === '$default' && route.method === 'any' && route.owner.logicalId === logicalId;
  return draft.routes.some(has) || isDefaultOf(draft.serverless.properties['DefinitionBody'], logicalId);
}

/** Whether the default route of a definition calls the function, under every condition. */
function isDefaultOf(body: Value | undefined, logicalId: string): boolean {
  const paths = isMap(body) && isOpenApi(body) ? body['paths'] : undefined;
  const uris: Value[] = [];
  mapChoices((isMap(paths) ? paths['$default'] : undefined) ?? null, (item) =>
    mapChoices(item[ANY_METHOD] ?? null, (operation) => {
      const integration = operation[INTEGRATION];
      mapUris(isMap(integration) ? integration['uri'] : undefined, uris);
      return operation;
    }),
  );
  return uris.length > 0 && uris.every((uri) => isMap(uri) && calls(uri['Fn::Sub'], logicalId));
}

function mapUris(uri: Value | undefined, uris: Value[]): void {
  const choice = uri === undefined ? undefined : asIntrinsic(uri);
  if (choice?.name !== 'Fn::If' || !isList(choice.argument)) uris.push(uri ?? null);
  else uris.push(...choice.argument.slice(1).filter((one) => !isNoValue(one)));
}

function calls(text: Value | undefined, logicalId: string): boolean {
  return typeof text === 'string' && /([A-Za-z0-9]+)\.Arn/.exec(text)?.[1] === logicalId;
}

/** Notes what keeps an event from its API: SAM tells it of the function or state machine. */
function reportRoute({ assembly, serverless }: EventOwner, event: FunctionEvent, problem: Problem): void {
  const message = `Event with id [${event.name}] is invalid. ${problem.message}`;
  report(assembly, serverless, { at: event.declared, ...problem, message });
}

interface Problem {
  readonly message: string;
  readonly at?: Value;
  readonly member?: string;
}

/** An API of plain CloudFormation that the event names: it gets no route, and may call the function. */
function plainApi(
  { type, properties }: FunctionEvent,
  { assembly }: EventPlace,
): { readonly logicalId: string; readonly stage?: Value | undefined } | undefined {
  const logicalId = referredId(properties[type === 'Api' ? 'RestApiId' : 'ApiId']);
  const resource = logicalId === undefined ? undefined : assembly.resources.get(logicalId);
  if (logicalId === undefined || !resource || !PLAIN_APIS.includes(plainText(resource['Type']))) return undefined;
  return { logicalId, stage: isMap(resource['Properties']) ? resource['Properties']['StageName'] : undefined };
}

const PLAIN_APIS = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];

function addRoutePermission(
  event: FunctionEvent,
  place: EventPlace,
  api: {
    readonly path: string;
    readonly method: string;
    readonly logicalId: string;
    readonly stage?: Value | undefined;
  },
): void {
  const { path, method, logicalId, stage } = api;
  const verb = method === 'any' ? '*' : method.toUpperCase();
  const resource =
    path === '$default'
      ? '*'
      : path === '/$default' && verb === '*'
        ? '$default'
        : `${verb}${masked(path, PARAMETER[event.type])}`;
  const named = event.properties[event.type === 'Api' ? 'RestApiId' : 'ApiId'];
  addPermission(place, permissionId(event, place, stage), {
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${resource}`,
        // An API that is named without `Ref` stands here by that name, as SAM has it.
        { __ApiId__: typeof named === 'string' ? named : { Ref: logicalId }, __Stage__: '*' },
      ],
    },
  });
}

/** Parameters of a path that SAM knows as such: of an HTTP API no greedy one but `{proxy+}`. */
const PARAMETER: Readonly<Record<string, RegExp>> = {
  Api: /\{[a-zA-Z0-9._-]+\+?\}/g,
  HttpApi: /\{([a-zA-Z0-9._-]+|proxy\+)\}/g,
};

/** A path of an ARN: parameters stand for anything. */
function masked(path: string, parameter = /\{\}/): string {
  return path.replace(/(.)\/$/, '$1').replace(parameter, '*');
}

/** Adds a route with what stands under its method; undefined, and a problem, when it cannot be. */
export function joinApi(
  event: FunctionEvent,
  owner: EventOwner,
  operation: ValueMap,
): { readonly path: string; readonly method: string; readonly draft: ApiDraft } | undefined {
  const { serverless } = owner;
  const verb = verbOf(event, owner);
  const draft = verb && draftOf(event, owner);
  if (!verb || !draft) return undefined;
  const { path, method } = verb;
  const condition = conditionOf(owner);
  draft.routes.push({
    path,
    method,
    operation,
    event,
    owner: serverless,
    ...(condition !== undefined && { condition }),
    policies: pick(serverless.declared, POLICIES),
  });
  return { path, method, draft };
}

/**
 * Does what each route asks for, and reports routes whose path and method another has: one that could not be joined
 * does not count.
 */
export function joinRoutes(
  routes: readonly Route[],
  place: Omit<EventOwner, 'serverless'>,
  join: (route: Route) => void,
): void {
  const { problems } = place.assembly;
  const joined = new Set<string>();
  for (const route of routes) {
    const key = `${route.method} ${route.path}`;
    const before = problems.length;
    if (joined.has(key)) reportRepeated(route, place);
    else join(route);
    if (problems.length === before) joined.add(key);
  }
}

function reportRepeated({ path, method, event, owner }: Route, place: Omit<EventOwner, 'serverless'>): void {
  const isRest = event.type === 'Api';
  const shown = isRest || event.properties['Method'] !== undefined ? method : ANY_METHOD;
  const quote = isRest ? '"' : "'";
  const message = `API method ${quote}${shown}${quote} defined multiple times for path ${quote}${path}${quote}.`;
  reportEvent({ ...place, serverless: owner }, event, { message });
}

/** Path and method of an event; undefined, and a problem, when they cannot be. */
function verbOf(
  event: FunctionEvent,
  owner: EventOwner,
): { readonly path: string; readonly method: string } | undefined {
  const { properties } = event;
  const isRest = event.type === 'Api';
  // An event of an HTTP API that names neither is the default route.
  const isDefault = !isRest && properties['Path'] === undefined && properties['Method'] === undefined;
  const { Path: path = isDefault ? '$default' : undefined, Method: named = isDefault ? 'any' : undefined } = properties;
  if ((path === undefined) !== (named === undefined)) {
    reportRoute(owner, event, { message: `Property '${path === undefined ? 'Path' : 'Method'}' is required.` });
    return undefined;
  }
  if (typeof path !== 'string' || typeof named !== 'string' || (path !== '$default' && !path.startsWith('/'))) {
    const message = "It needs a Path that begins with '/' and a Method";
    reportRoute(owner, event, { message });
    return undefined;
  }
  return { path, method: named.toLowerCase() };
}

function conditionOf({ serverless }: EventOwner): string | undefined {
  const condition = serverless.declared['Condition'];
  return typeof condition === 'string' ? condition : undefined;
}

function renamed(properties: ValueMap, name: string, as: string): ValueMap {
  const value = properties[name];
  return value === undefined ? {} : { [as]: value };
}

function streams({ properties }: FunctionEvent): boolean {
  return properties['ResponseTransferMode'] === 'RESPONSE_STREAM';
}

// REST: the stage's name is the permission's suffix, `Stage` when it is a function, whether its value is known or not.
function permissionId(event: FunctionEvent, { assembly, serverless }: EventPlace, stage: Value | undefined): string {
  const prefix = `${serverless.logicalId}${event.name}Permission`;
  if (event.type !== 'Api') return prefix;
  return suffixedId(prefix, typeof stage === 'string' ? stage : 'Stage', assembly);
}

function draftOf(event: FunctionEvent, owner: EventOwner): ApiDraft | undefined {
  const { assembly, serverless, apis } = owner;
  const { kind, type, implicit, stage } = event.type === 'Api' ? KINDS.Api : KINDS.HttpApi;
  const named = event.properties[kind === 'rest' ? 'RestApiId' : 'ApiId'];
  const logicalId = named === undefined ? implicit : referredId(named);
  if (logicalId === undefined) {
    const member = kind === 'rest' ? 'RestApiId' : 'ApiId';
    reportRoute(owner, event, { message: `Property '${member}' should be a string.`, at: event.properties, member });
    return undefined;
  }
  const known = apis.drafts.get(logicalId);
  if (known?.kind === kind) return known;
  if (named !== undefined) {
    const member = kind === 'rest' ? 'RestApiId' : 'ApiId';
    const message = `${member} must be a valid reference to an '${type}' resource in same template.`;
    reportRoute(owner, event, { message, at: event.properties, member });
    return undefined;
  }
  const globals = isMap(apis.globals) ? apis.globals : {};
  const properties = withGlobals({ globals, type, properties: { StageName: stage }, source: assembly.source });
  // The implicit API stands where the first function stands that has a route on it.
  const declared = assembly.source.derive({}, serverless.declared);
  const draft: ApiDraft = {
    kind,
    serverless: { logicalId: implicit, type, declared, properties },
    implicit: true,
    routes: [],
  };
  apis.drafts.set(implicit, draft);
  return draft;
}

/** The integration's URI: API Gateway's way to say that a function is to be invoked. */
function integrationUri(event: FunctionEvent, target: Target): ValueMap {
  const way = streams(event)
    ? `2021-11-15/functions/${target.arnText}/response-streaming-invocations`
    : `2015-03-31/functions/${target.arnText}/invocations`;
  return { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/${way}` };
}

/** A value that is there only when the function that it belongs to is. */
export function conditional(value: ValueMap, condition: string | undefined): ValueMap {
  return condition === undefined ? value : { 'Fn::If': [condition, value, { Ref: 'AWS::NoValue' }] };
}

const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** What several resources share goes as carefully as the most careful of them. */
export function sharedPolicies(resources: readonly ValueMap[]): ValueMap {
  const members = POLICIES.flatMap((name) => {
    const values = resources.flatMap((one) => one[name] ?? []);
    const value = ['Retain', 'Snapshot', 'Delete'].find((policy) => values.includes(policy)) ?? values[0];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(members);
}

/** The tags that the owners of the routes pass on with `PropagateTags`. */
function propagatedTags({ routes }: ApiDraft): ValueMap {
  const passed = routes.flatMap(({ owner: { properties } }) => {
    const tags = properties['Tags'];
    return scalarText(properties['PropagateTags']) === 'true' && isMap(tags) ? [tags] : [];
  });
  return passed.length === 0 ? {} : { Tags: Object.assign({}, ...passed), PropagateTags: true };
}

/** An implicit API is there when one of its functions is: it gets their condition, or one made of all of theirs. */
export function asItsFunctions(draft: ApiDraft, { conditions: added, source }: Assembly): ApiDraft {
  const conditions = [...new Set(draft.routes.map(({ condition }) => condition))];
  const names = conditions.filter((name) => name !== undefined);
  const { serverless } = draft;
  if (!draft.implicit) return draft;
  const [only] = names;
  const own = `${serverless.logicalId}Condition`;
  const isConditional = only !== undefined && names.length === conditions.length;
  if (isConditional && names.length > 1) Object.assign(added, anyOf(names, own));
  const Condition = names.length > 1 ? own : (only ?? '');
  const attributes = {
    ...sharedPolicies(draft.routes.map(({ policies }) => policies)),
    ...(isConditional && { Condition }),
  };
  const declared = source.derive(attributes, serverless.declared);
  const properties = { ...serverless.properties, ...propagatedTags(draft) };
  return { ...draft, serverless: { ...serverless, declared, properties } };
}
