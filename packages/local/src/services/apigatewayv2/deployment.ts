// Makes a snapshot of an HTTP API that can be served: each route with its integration. What cannot run here stands in,
// or is refused by name: private integrations, most integrations with AWS services, authorizers that are no functions.
// A route without a target is left out. A WebSocket API has no routes that anybody could reach.
import type { Integration, Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import { type DeployedIntegration, type DeployedRoute, parseFunctionUri } from '../../gateway/deployed-stage.ts';
import { findMappingProblem } from '../../gateway/http/parameter-mapping.ts';
import { findParameterProblem, isServedSubtype } from '../../gateway/services/service-subtype.ts';
import { type MayStandIn, NotServed, orStandIn } from '../../gateway/unserved/not-served.ts';
import { type Authorizers, deployAuthorizer } from './authorizer.ts';
import { badRequest, entryOf, type HttpApiRow } from './http-api.ts';

/** Source: API Gateway quotas, HTTP API, "Integration timeout" (30 seconds). */
const INTEGRATION_TIMEOUT_MS = 30_000;

/** @throws ServiceError `BadRequestException` naming the route that cannot be served. */
export async function createRoutes(api: HttpApiRow, standIns: MayStandIn): Promise<DeployedRoute[]> {
  if (api.protocol === 'WEBSOCKET') return [];
  const made = Object.values(api.routes).map(async (route) => {
    const id = /^integrations\/(.+)$/.exec(route.Target ?? '')?.[1];
    if (id === undefined) return [];
    const { authorizers = {} } = api;
    return [
      await createRoute({ route, integration: entryOf(api.integrations, 'Integration', id), authorizers }, standIns),
    ];
  });
  return (await Promise.all(made)).flat();
}

interface Declared {
  readonly route: Route;
  readonly integration: Integration;
  /** Those of the API; left out where they are not known yet. */
  readonly authorizers?: Authorizers;
}

/** @throws ServiceError `BadRequestException` */
export async function createRoute(
  { route, integration, authorizers }: Declared,
  standIns: MayStandIn,
): Promise<DeployedRoute> {
  const authorizer = deployAuthorizer(route, { authorizers, standIns });
  const { RouteKey: key } = route;
  const [method = 'ANY', path = '$default'] = key === '$default' ? [] : key.split(' ');
  const type = 'AWS::ApiGatewayV2::Integration';
  const { RequestParameters: request = {}, ResponseParameters: responses = {} } = integration;
  const isMapped = integration.IntegrationSubtype === undefined && Object.keys({ ...request, ...responses }).length > 0;
  return {
    method,
    path,
    integration: await orStandIn(() => createIntegration(key, integration), standIns, type),
    ...(isMapped && { mapping: { request, responses } }),
    ...(authorizer && { authorizer }),
  };
}

/** @throws ServiceError `BadRequestException` */
export function createIntegration(key: string, integration: Integration): DeployedIntegration {
  const { IntegrationType: type, IntegrationSubtype: subtype, IntegrationUri: uri = '' } = integration;
  const { CredentialsArn: role, TimeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_MS } = integration;
  if (type === 'AWS_PROXY' && isServedSubtype(subtype)) {
    const parameters = integration.RequestParameters ?? {};
    const problem = findParameterProblem(subtype, parameters);
    if (problem !== undefined) throw badRequest(`The integration of ${key} is wrong: ${problem}.`);
    return { kind: 'service', subtype, parameters, ...(role !== undefined && { role }) };
  }
  const isPrivate = integration.ConnectionType === 'VPC_LINK';
  if ((type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') || subtype !== undefined || isPrivate) {
    const what = isPrivate ? 'VPC_LINK' : (subtype ?? type ?? 'none');
    throw new NotServed(
      `Earwitness runs integrations with functions and servers only: the route ${key} has one of type ${what}.`,
    );
  }
  const { RequestParameters: request = {}, ResponseParameters: responses = {} } = integration;
  const problem = findMappingProblem({ request, responses });
  if (problem !== undefined) throw badRequest(`The integration of ${key} is wrong: ${problem}.`);
  if (type === 'HTTP_PROXY') return createHttpProxy(key, { integration, uri, timeoutMs });
  if (Object.hasOwn(request, 'overwrite:path')) {
    throw new NotServed(`Earwitness maps paths of servers only: the integration of ${key} has overwrite:path.`);
  }
  const arn = parseFunctionUri(uri);
  if (arn === undefined) throw new NotServed(`The integration of ${key} names no function: ${uri}.`);
  const payload = integration.PayloadFormatVersion ?? '1.0';
  if (payload !== '1.0' && payload !== '2.0') {
    throw badRequest(`PayloadFormatVersion must be one of [1.0, 2.0], not ${payload} (route ${key}).`);
  }
  return { kind: 'function', arn, payload, timeoutMs, ...(role !== undefined && { role }) };
}

function createHttpProxy(
  key: string,
  {
    integration,
    uri,
    timeoutMs,
  }: { readonly integration: Integration; readonly uri: string; readonly timeoutMs: number },
): DeployedIntegration {
  if (!/^https?:\/\//i.test(uri))
    throw badRequest(`The integration of ${key} is wrong: Invalid HTTP endpoint specified for URI.`);
  const method = integration.IntegrationMethod ?? 'ANY';
  return {
    ...{ kind: 'http', uri, method, isProxy: true, passesOn: true, timeoutMs },
    ...{ parameters: {}, templates: {}, responses: [] },
  };
}
