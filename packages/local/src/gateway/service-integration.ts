// Integrations of HTTP APIs with a service that is served: EventBridge-PutEvents and SQS-SendMessage. Parameters are
// made of the request. Source: API Gateway developer guide, "Create AWS service integrations for HTTP APIs" and its
// integration subtype reference.
import type { Platform } from '../platform.ts';
import { findCaller } from './caller.ts';
import type { DeployedIntegration, DeployedStage } from './deployed-stage.ts';
import type { Outcome } from './exchange.ts';
import { type GatewayRequest, headerOf, parseQuery } from './request.ts';
import type { RouteMatch } from './route-table.ts';

type ServiceIntegration = Extract<DeployedIntegration, { kind: 'service' }>;

/** Subtypes that are served. */
export const SERVED_SUBTYPES = ['EventBridge-PutEvents', 'SQS-SendMessage'] as const;

/** @throws ServiceError of the service, or of the role that is not let through */
export async function callService(
  platform: Platform,
  {
    stage,
    match,
    request,
  }: { readonly stage: DeployedStage; readonly match: RouteMatch; readonly request: GatewayRequest },
  { subtype, parameters, role }: ServiceIntegration,
): Promise<Outcome> {
  const { account, region, apiId } = stage;
  const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.stage}/${request.method}${match.route.path}`;
  const principal = await findCaller(platform, { account, region, sourceArn, role });
  const values: Record<string, string> = {};
  for (const [name, template] of Object.entries(parameters)) {
    const value = fill(template, { stage, match, request });
    if (value !== undefined) values[name] = value;
  }
  const origin = { account, region: values['Region'] ?? region, principal, traceId: request.traceId };
  const output = await (subtype === 'EventBridge-PutEvents'
    ? putEvents(platform, values, origin)
    : sendMessage(platform, values, origin));
  const body = Buffer.from(JSON.stringify(output));
  return { answer: { status: 200, headers: [['content-type', 'application/json']], body } };
}

type Values = Readonly<Record<string, string>>;
type Origin = Parameters<Platform['dispatch']['call']>[3];

function putEvents({ dispatch }: Platform, values: Values, origin: Origin) {
  const { Source, Detail, DetailType, EventBusName, Resources, Time, TraceHeader } = values;
  const entry = {
    ...{ Source, Detail, DetailType, EventBusName, TraceHeader },
    ...(Resources !== undefined && { Resources: listOf(Resources) }),
    ...(Time !== undefined && { Time: Date.parse(Time) }),
  };
  return dispatch.call('events', 'PutEvents', { Entries: [entry] }, origin);
}

function sendMessage({ dispatch }: Platform, values: Values, origin: Origin) {
  const { QueueUrl = '', MessageBody = '', DelaySeconds, MessageGroupId, MessageDeduplicationId } = values;
  const input = {
    ...{ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId },
    ...(DelaySeconds !== undefined && { DelaySeconds: Number(DelaySeconds) }),
  };
  return dispatch.call('sqs', 'SendMessage', input, origin);
}

function listOf(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // A single one.
  }
  return [text];
}

interface Filling {
  readonly stage: DeployedStage;
  readonly match: RouteMatch;
  readonly request: GatewayRequest;
}

/** `$request.body.id`, or a text with `${…}` in it. A value that is not there leaves its parameter out. */
function fill(template: string, filling: Filling): string | undefined {
  if (/^\$(request|context|stageVariables)\b/.test(template)) return variable(template.slice(1), filling);
  return template.replace(/\$\{([^{}]+)\}/g, (_, path: string) => variable(path, filling) ?? '');
}

function variable(path: string, { stage, match, request }: Filling): string | undefined {
  const [, root = '', name = ''] = /^(request\.\w+|context|stageVariables)\.?(.*)$/.exec(path) ?? [];
  switch (root) {
    case 'request.body':
      return name === '' ? request.body.toString() : bodyMember(request.body, name);
    case 'request.header':
      return headerOf(request, name.toLowerCase());
    case 'request.querystring':
      return parseQuery(request.query).get(name)?.join(',');
    case 'request.path':
      return name === '' ? request.path : match.parameters[name];
    case 'stageVariables':
      return stage.variables[name];
    default:
      return contextValue(name, { stage, match, request });
  }
}

function contextValue(name: string, { stage, match, request }: Filling): string | undefined {
  const { method, path } = match.route;
  const values: Readonly<Record<string, string>> = {
    accountId: stage.account,
    apiId: stage.apiId,
    httpMethod: request.method,
    path: request.path,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: new Date(request.at).toISOString(),
    requestTimeEpoch: String(request.at),
    routeKey: path === '$default' ? path : `${method} ${path}`,
    stage: stage.stage,
    'identity.sourceIp': request.sourceIp,
  };
  return values[name];
}

/** Text as it is, everything else as JSON. */
function bodyMember(body: Buffer, path: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
