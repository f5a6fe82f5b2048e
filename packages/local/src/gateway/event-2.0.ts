// Payload format 2.0: what a function behind an HTTP API or a function URL sees. What is empty is left out. Source: API
// Gateway developer guide, "AWS Lambda integrations" (HTTP APIs); types of @types/aws-lambda (APIGatewayProxyEventV2).
import type { DeployedStage } from './deployed-stage.ts';
import { formatLogTime } from './event-1.0.ts';
import { type GatewayRequest, headerOf, parseQuery } from './request.ts';
import { decode, type RouteMatch } from './route-table.ts';

/** Where the request arrived. */
export interface Event2Place {
  readonly account: string;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Where a request to an HTTP API arrived. */
export function placeOf({ account, region, apiId, stage, variables }: DeployedStage, match: RouteMatch): Event2Place {
  const { method, path } = match.route;
  const domainName = `${apiId}.execute-api.${region}.amazonaws.com`;
  const routeKey = path === '$default' ? path : `${method} ${path}`;
  return { account, apiId, domainName, stage, routeKey, pathParameters: match.parameters, variables };
}

export function createEvent2(
  request: GatewayRequest,
  place: Event2Place,
  isBase64Encoded: boolean,
): Readonly<Record<string, unknown>> {
  // A map, because names come from outside: an object has a `constructor` from the beginning.
  const headers = new Map<string, string[]>();
  const cookies: string[] = [];
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === 'cookie') cookies.push(...value.split(/;\s*/).filter(Boolean));
    else headers.set(lower, [...(headers.get(lower) ?? []), value]);
  }
  const query = joinValues(parseQuery(request.query));
  // A named stage stays in the path, which is decoded here (and only here).
  const rawPath = decode(place.stage === '$default' ? request.path : `/${place.stage}${request.path}`);
  return {
    version: '2.0',
    routeKey: place.routeKey,
    rawPath,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: joinValues(headers),
    ...unlessEmpty('queryStringParameters', query),
    requestContext: {
      accountId: place.account,
      apiId: place.apiId,
      ...(request.authorized && { authorizer: request.authorized.nested }),
      domainName: place.domainName,
      domainPrefix: place.apiId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headerOf(request, 'user-agent') ?? '',
      },
      requestId: request.requestId,
      routeKey: place.routeKey,
      stage: place.stage,
      time: formatLogTime(request.at),
      timeEpoch: request.at,
    },
    ...unlessEmpty('pathParameters', place.pathParameters),
    ...unlessEmpty('stageVariables', place.variables),
    ...(request.body.length > 0 && { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

function joinValues(table: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...table].map(([name, values]) => [name, values.join(',')]));
}

/** Whether an HTTP API hands a body of this type over as base64: everything but text does. */
export function isBinaryType(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return !/^(text\/.*|application\/(json|javascript|xml|.*\+(json|xml)))$/.test(type);
}

function unlessEmpty(name: string, values: Readonly<Record<string, string>>): object {
  return Object.keys(values).length === 0 ? {} : { [name]: values };
}
