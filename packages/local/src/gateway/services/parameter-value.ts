// Values of a request, of its context and of stage variables, as the parameters of HTTP API integrations name them:
// `$request.body.id`, or a text with `${…}` in it. Recursive descent and filters do not exist there. Source: API
// Gateway developer guide, "Transform API requests and responses for HTTP APIs" and "Customize HTTP API access logs".
import { ownEntry } from '../../own-entry.ts';
import { isRecord } from '../../resources/properties.ts';
import type { DeployedStage } from '../deployed-stage.ts';
import { extendedId, formatLogTime } from '../event-1.0.ts';
import { type GatewayRequest, headerOf, parseQuery, type Signer } from '../request.ts';
import type { RouteMatch } from '../route-table.ts';

/** A request, and the route that takes it. */
export interface MatchedRequest {
  readonly stage: DeployedStage;
  readonly match: RouteMatch;
  readonly request: GatewayRequest;
}

/** Bytes of a body in which members are looked for. Source: developer guide, as above, "Request body". */
const BODY_MAX_BYTES = 100 * 1024;

/** `undefined` when a value is not there. */
export function parameterValue(expression: string, matched: MatchedRequest): string | undefined {
  if (/^\$(request|context|stageVariables)\b/.test(expression)) return variable(expression.slice(1), matched);
  let isWhole = true;
  const text = expression.replace(/\$\{([^{}]+)\}/g, (_, path: string) => {
    const value = variable(path, matched);
    isWhole &&= value !== undefined;
    return value ?? '';
  });
  return isWhole ? text : undefined;
}

/** A value as REST APIs name it: `'text'`, `method.request.path.id`, `context.stage`, `stageVariables.name`. */
export function mappedValue(source: string, matched: MatchedRequest): string | undefined {
  const path = source.replace(/^method\./, '').replace(/^request\.multivalue(header|querystring)\./, 'request.$1.');
  return /^'(.*)'$/s.exec(source)?.[1] ?? parameterValue(`$${path}`, matched);
}

function variable(path: string, matched: MatchedRequest): string | undefined {
  const [, root = '', name = ''] = /^(request\.\w+|context|stageVariables)\.?(.*)$/s.exec(path) ?? [];
  const { stage, match, request } = matched;
  switch (root) {
    case 'request.body':
      return name === '' ? request.body.toString() : bodyMember(request.body, name);
    case 'request.header':
      return headerValues(request, name.toLowerCase());
    case 'request.querystring':
      return parseQuery(request.query).get(name)?.join(',');
    case 'request.path':
      return name === '' ? request.path : ownEntry(match.parameters, name);
    case 'stageVariables':
      return ownEntry(stage.variables, name);
    case 'context':
      return name.startsWith('authorizer.')
        ? authorizedValue(matched.request, name.slice('authorizer.'.length))
        : ownEntry(contextOf(matched), name);
    default:
      return undefined;
  }
}

/** `principalId`, `claims.sub`, or a member of what the authorizer handed on. */
function authorizedValue({ authorized }: GatewayRequest, name: string): string | undefined {
  const value = ownEntry(authorized?.flat, name);
  const [, claim] = /^claims\.(.+)$/.exec(name) ?? [];
  if (value !== undefined || claim === undefined) return value === undefined ? undefined : printed(value);
  const claims = authorized?.flat['claims'];
  const claimed = isRecord(claims) ? ownEntry(claims, claim) : undefined;
  return claimed === undefined ? undefined : printed(claimed);
}

function headerValues({ headers }: GatewayRequest, name: string): string | undefined {
  const values = headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}

function contextOf({ stage, match, request }: MatchedRequest): Readonly<Record<string, string>> {
  const { apiId, region } = stage;
  const { method, path } = match.route;
  return {
    accountId: stage.account,
    apiId,
    domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
    domainPrefix: apiId,
    extendedRequestId: extendedId(request.requestId),
    httpMethod: request.method,
    path: stage.stage === '$default' ? request.path : `/${stage.stage}${request.path}`,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: formatLogTime(request.at),
    requestTimeEpoch: String(request.at),
    ...(stage.kind === 'rest' && { resourceId: match.route.resourceId ?? '', resourcePath: path }),
    routeKey: path === '$default' ? path : `${method} ${path}`,
    stage: stage.stage,
    ...(request.apiKey && { 'identity.apiKey': request.apiKey.value, 'identity.apiKeyId': request.apiKey.id }),
    ...(request.signer && identityOf(request.signer)),
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': headerOf(request, 'user-agent') ?? '',
  };
}

function identityOf({ accessKey, accountId, userArn, userId }: Signer): Readonly<Record<string, string>> {
  const identity = { accessKey, accountId, caller: userId, user: userId, userArn };
  return Object.fromEntries(Object.entries(identity).map(([name, value]) => [`identity.${name}`, value]));
}

/** `order.tags[0]`. Text as it is, everything else as JSON. */
function bodyMember(body: Buffer, path: string): string | undefined {
  return body.length > BODY_MAX_BYTES ? undefined : printed(memberAt(body, path));
}

/** What stands at `$.order.tags[0]` or `$`; `undefined`: nothing does. */
export function memberOf(body: Buffer, path: string): unknown {
  return memberAt(body, path.replace(/^\$\.?/, ''));
}

function printed(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function memberAt(body: Buffer, path: string): unknown {
  const names = membersOf(path);
  if (!names) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(name)) return undefined;
    value = ownEntry(value as Readonly<Record<string, unknown>>, name);
  }
  return value;
}

/** `undefined` for what is no path of names and numbers. */
function membersOf(path: string): string[] | undefined {
  const part = /^(?:([^.[\]]+)|\[(\d+)\]|\['([^']*)'\])(?:\.(?=[^.[]))?/;
  const names: string[] = [];
  for (let rest = path; rest !== ''; ) {
    const [whole, plain, index, quoted] = part.exec(rest) ?? [];
    const name = plain ?? index ?? quoted;
    if (whole === undefined || name === undefined) return undefined;
    names.push(name);
    rest = rest.slice(whole.length);
  }
  return names;
}
