// Makes a snapshot of a REST API that can be served: each method with its integration becomes a route. What cannot run here is
// refused by name: integrations with mapping templates (VTL), HTTP and VPC integrations, authorizers, API keys.
import type { Integration, Method } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { type DeployedIntegration, type DeployedRoute, parseFunctionUri } from '../../gateway/deployed-stage.ts';
import { type ApiResource, badRequest, type RestApiRow } from './rest-api.ts';

/** Source: API Gateway quotas, "Integration timeout" (29 seconds). */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** @throws ServiceError `BadRequestException` naming the method that cannot be served. */
export function createRoutes(api: RestApiRow): DeployedRoute[] {
  const routes = Object.values(api.resources).flatMap((resource) =>
    Object.entries(resource.methods).map(([httpMethod, method]) => createRoute(resource, httpMethod, method)),
  );
  if (routes.length === 0) throw badRequest("The REST API doesn't contain any methods");
  return routes;
}

function createRoute(resource: ApiResource, httpMethod: string, method: Method): DeployedRoute {
  const where = `${httpMethod} ${resource.path}`;
  const { authorizationType = 'NONE', apiKeyRequired, methodIntegration: integration } = method;
  if (authorizationType !== 'NONE') {
    throw badRequest(`Earwitness does not authorize requests: ${where} asks for ${authorizationType}.`);
  }
  if (apiKeyRequired) throw badRequest(`Earwitness does not check API keys: ${where} requires one.`);
  if (!integration) throw badRequest(`No integration defined for method ${where}`);
  return {
    method: httpMethod,
    path: resource.path,
    resourceId: resource.id,
    integration: createIntegration(where, method, integration),
  };
}

function createIntegration(where: string, method: Method, integration: Integration): DeployedIntegration {
  if (integration.type === 'MOCK') return createMock(where, method, integration);
  if (integration.type !== 'AWS_PROXY') {
    throw badRequest(
      `Earwitness runs integrations of type AWS_PROXY (functions) and MOCK only: ${where} has type ${integration.type}.`,
    );
  }
  const arn = parseFunctionUri(integration.uri ?? '');
  if (arn === undefined) throw badRequest(`The integration of ${where} names no function: ${integration.uri}.`);
  if (integration.responseTransferMode === 'STREAM') {
    throw badRequest(`Earwitness does not stream responses: ${where} asks for it.`);
  }
  return { kind: 'function', arn, payload: '1.0', timeoutMs: integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS };
}

// The kind of mock that answers CORS preflight requests: a request template that chooses a status code, a response of that code
// (or the default one) with fixed headers and a fixed body.
function createMock(where: string, method: Method, integration: Integration): DeployedIntegration {
  const template = integration.requestTemplates?.['application/json'] ?? '{"statusCode":200}';
  const chosen = /^\s*\{\s*"?statusCode"?\s*:\s*"?(\d{3})"?\s*\}\s*$/.exec(template)?.[1];
  if (chosen === undefined) throw refuseTemplate(where, template);
  const responses = Object.values(integration.integrationResponses ?? {});
  const response =
    responses.find(({ selectionPattern }) => selectionPattern !== undefined && selectionPattern === chosen) ??
    responses.find(({ selectionPattern }) => selectionPattern === undefined) ??
    responses.find(({ statusCode }) => statusCode === chosen);
  if (!response) throw badRequest(`No integration response of ${where} fits the status code ${chosen}.`);
  const headers: Record<string, string> = {};
  for (const [target, value] of Object.entries(response.responseParameters ?? {})) {
    const name = /^method\.response\.header\.(.+)$/.exec(target)?.[1];
    const text = /^'(.*)'$/.exec(value)?.[1];
    if (name === undefined || text === undefined) {
      throw badRequest(`Earwitness sends fixed headers from mocks only: ${where} maps ${target} to ${value}.`);
    }
    headers[name] = text;
  }
  const body = response.responseTemplates?.['application/json'] ?? '';
  if (/[$#]/.test(body)) throw refuseTemplate(where, body);
  const type = Object.keys(response.responseTemplates ?? {})[0] ?? 'application/json';
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const status = Number(response.statusCode ?? Object.keys(method.methodResponses ?? {})[0] ?? chosen);
  return { kind: 'mock', status, headers: hasType ? headers : { 'Content-Type': type, ...headers }, body };
}

function refuseTemplate(where: string, template: string) {
  return badRequest(`Earwitness does not run mapping templates (VTL): ${where} has ${JSON.stringify(template)}.`);
}
