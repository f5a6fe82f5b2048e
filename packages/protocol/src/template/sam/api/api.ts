// APIs of a SAM template: those declared, and the two implicit ones (ServerlessRestApi with stage Prod,
// ServerlessHttpApi with stage $default) that exist as soon as a function has a route and names no API. Functions add
// routes; then each API is built.
import { isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type FunctionEvent, pick, referredId, report, type Target } from '../assembly.ts';
import { type EventOwner, type EventPlace, reportEvent } from '../events/function-event.ts';
import { withGlobals } from '../globals.ts';
import type { ApiDraft, Route } from './api-draft.ts';
import { POLICIES } from './implicit-api.ts';
import { ANY_METHOD } from './operation.ts';
import { addRoutePermission, isCovered } from './route-permission.ts';

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
  if (logicalId === undefined || !resource || !PLAIN_APIS.includes(scalarText(resource['Type']) ?? ''))
    return undefined;
  return { logicalId, stage: isMap(resource['Properties']) ? resource['Properties']['StageName'] : undefined };
}

const PLAIN_APIS = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];

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
