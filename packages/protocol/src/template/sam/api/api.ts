// APIs of a SAM template: those declared, and the two implicit ones (ServerlessRestApi with stage Prod,
// ServerlessHttpApi with stage $default) that exist as soon as a function has a route and names no API. Functions add
// routes; then each API is built.
import { isMap, type ValueMap } from '../../value.ts';
import { type Assembly, type FunctionEvent, pick, referredId, report, suffixedId, type Target } from '../assembly.ts';
import { addPermission, checkEvent, type EventPlace } from '../events/function-event.ts';
import { withGlobals } from '../globals.ts';
import type { ApiDraft } from './api-draft.ts';

const KINDS = {
  Api: { kind: 'rest', type: 'AWS::Serverless::Api', implicit: 'ServerlessRestApi', stage: 'Prod' },
  HttpApi: { kind: 'http', type: 'AWS::Serverless::HttpApi', implicit: 'ServerlessHttpApi', stage: '$default' },
} as const;

/** Adds the route of an `Api` or `HttpApi` event to its API, and the permission for it. */
export function addRoute(event: FunctionEvent, place: EventPlace): void {
  const { assembly, serverless, target } = place;
  const { properties } = event;
  const isRest = event.type === 'Api';
  checkEvent(event, place, [
    ...['Path', 'Method', 'TimeoutInMillis', 'RequestParameters'],
    ...(isRest ? ['RestApiId'] : ['ApiId', 'PayloadFormatVersion', 'RouteSettings']),
  ]);
  const draft = draftOf(event, place);
  if (!draft) return;
  // An event of an HTTP API that names neither is the default route.
  const isDefault = !isRest && properties['Path'] === undefined && properties['Method'] === undefined;
  const { Path: path = isDefault ? '$default' : undefined, Method: method = isDefault ? 'any' : undefined } =
    properties;
  if ((path === undefined) !== (method === undefined)) {
    const absent = path === undefined ? 'Path' : 'Method';
    const message = `Event with id [${event.name}] is invalid. Property '${absent}' is required.`;
    report(assembly, serverless, { message, at: event.declared });
    return;
  }
  if (typeof path !== 'string' || typeof method !== 'string' || (path !== '$default' && !path.startsWith('/'))) {
    const message = `Event with id [${event.name}] is invalid. It needs a Path that begins with '/' and a Method`;
    report(assembly, serverless, { message, at: event.declared });
    return;
  }
  const condition = serverless.declared['Condition'];
  if (draft.routes.some((route) => route.path === path && route.method === method.toLowerCase())) {
    const quote = isRest ? '"' : "'";
    const message = `Event with id [${event.name}] is invalid. API method ${quote}${method.toLowerCase()}${quote} defined multiple times for path ${quote}${path}${quote}.`;
    report(assembly, serverless, { message, at: event.declared });
    return;
  }
  draft.routes.push({
    path,
    method: method.toLowerCase(),
    target,
    event,
    ...(typeof condition === 'string' && { condition }),
    policies: pick(serverless.declared, POLICIES),
  });
  const verb = method.toLowerCase() === 'any' ? '*' : method.toUpperCase();
  const resource = path === '$default' ? '*' : `${verb}${path.replace(/\{[^{}]*\}/g, '*')}`;
  addPermission(place, permissionId(event, place, draft), {
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${resource}`,
        { __ApiId__: { Ref: draft.serverless.logicalId }, __Stage__: '*' },
      ],
    },
  });
}

// REST: the stage's name is the permission's suffix, `Stage` when it is a function, whether its value is known or not.
function permissionId(event: FunctionEvent, { assembly, serverless }: EventPlace, draft: ApiDraft): string {
  const prefix = `${serverless.logicalId}${event.name}Permission`;
  if (draft.kind === 'http') return prefix;
  const stage = draft.serverless.properties['StageName'];
  return suffixedId(prefix, typeof stage === 'string' ? stage : 'Stage', assembly);
}

function draftOf(event: FunctionEvent, { assembly, serverless, apis }: EventPlace): ApiDraft | undefined {
  const { kind, type, implicit, stage } = event.type === 'Api' ? KINDS.Api : KINDS.HttpApi;
  const named = event.properties[kind === 'rest' ? 'RestApiId' : 'ApiId'];
  const logicalId = named === undefined ? implicit : referredId(named);
  const known = logicalId === undefined ? undefined : apis.drafts.get(logicalId);
  if (known?.kind === kind) return known;
  if (named !== undefined) {
    const member = kind === 'rest' ? 'RestApiId' : 'ApiId';
    const message = `Event with id [${event.name}] is invalid. ${member} must be a valid reference to an '${type}' resource in same template.`;
    report(assembly, serverless, { message, at: event.properties, member });
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
export function integrationUri(target: Target): ValueMap {
  return {
    'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${target.arnText}/invocations`,
  };
}

/** A value that is there only when the function that it belongs to is. */
export function conditional(value: ValueMap, condition: string | undefined): ValueMap {
  return condition === undefined ? value : { 'Fn::If': [condition, value, { Ref: 'AWS::NoValue' }] };
}

const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'];

/** The policies of an implicit API: one that is retained with one of its functions is retained. */
function policiesOf({ routes }: ApiDraft): ValueMap {
  const members = POLICIES.flatMap((name) => {
    const values = routes.flatMap(({ policies }) => policies[name] ?? []);
    const value = values.find((one) => one === 'Retain') ?? values[0];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(members);
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
  if (isConditional && names.length > 1) added[own] = { 'Fn::Or': names.map((name) => ({ Condition: name })) };
  const Condition = names.length > 1 ? own : (only ?? '');
  const attributes = { ...policiesOf(draft), ...(isConditional && { Condition }) };
  const declared = source.derive(attributes, serverless.declared);
  return { ...draft, serverless: { ...serverless, declared } };
}
