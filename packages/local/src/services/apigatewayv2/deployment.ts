// Makes a snapshot of an HTTP API that can be served: each route with its integration. What cannot run here is refused
// by name: HTTP and VPC integrations, integrations with AWS services, parameter mapping, authorizers. A route without a
// target is left out.
import type { Integration, Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import { namesCaller } from '../../gateway/caller.ts';
import { type DeployedIntegration, type DeployedRoute, parseFunctionUri } from '../../gateway/deployed-stage.ts';
import { badRequest, entryOf, type HttpApiRow } from './http-api.ts';

/** Source: API Gateway quotas, HTTP API, "Integration timeout" (30 seconds). */
const INTEGRATION_TIMEOUT_MS = 30_000;

/** @throws ServiceError `BadRequestException` naming the route that cannot be served. */
export function createRoutes(api: HttpApiRow): DeployedRoute[] {
  return Object.values(api.routes).flatMap((route) => {
    const id = /^integrations\/(.+)$/.exec(route.Target ?? '')?.[1];
    return id === undefined ? [] : [createRoute(route, entryOf(api.integrations, 'Integration', id))];
  });
}

/** @throws ServiceError `BadRequestException` */
export function createRoute(route: Route, integration: Integration): DeployedRoute {
  checkAuthorization(route);
  const { RouteKey: key } = route;
  const [method = 'ANY', path = '$default'] = key === '$default' ? [] : key.split(' ');
  return { method, path, integration: createIntegration(key, integration) };
}

/** @throws ServiceError `BadRequestException` for a route that asks for an authorizer. */
export function checkAuthorization({ RouteKey: key, AuthorizationType: authorization = 'NONE' }: Route): void {
  if (authorization === 'NONE') return;
  throw badRequest(`Earwitness does not authorize requests: the route ${key} asks for ${authorization}.`);
}

/** @throws ServiceError `BadRequestException` */
export function createIntegration(key: string, integration: Integration): DeployedIntegration {
  const { IntegrationType: type, IntegrationSubtype: subtype, IntegrationUri: uri = '' } = integration;
  if (type !== 'AWS_PROXY' || subtype !== undefined) {
    throw badRequest(
      `Earwitness runs integrations with functions only: the route ${key} has one of type ${subtype ?? type ?? 'none'}.`,
    );
  }
  for (const name of ['RequestParameters', 'ResponseParameters'] as const) {
    if (Object.keys(integration[name] ?? {}).length === 0) continue;
    throw badRequest(`Earwitness does not map parameters: the integration of ${key} has ${name}.`);
  }
  const arn = parseFunctionUri(uri);
  if (arn === undefined) throw badRequest(`The integration of ${key} names no function: ${uri}.`);
  const payload = integration.PayloadFormatVersion ?? '1.0';
  if (payload !== '1.0' && payload !== '2.0') {
    throw badRequest(`PayloadFormatVersion must be one of [1.0, 2.0], not ${payload} (route ${key}).`);
  }
  const { CredentialsArn: role, TimeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_MS } = integration;
  if (role !== undefined && namesCaller(role)) {
    throw badRequest(`Earwitness does not pass on the caller's credentials: the route ${key} asks for ${role}.`);
  }
  return { kind: 'function', arn, payload, timeoutMs, ...(role !== undefined && { role }) };
}
