// Makes a snapshot of a REST API that can be served: each method with its integration becomes a route. What cannot run
// here stands in, or is refused by name: integrations with rare mapping templates (VTL), private integrations,
// authorizers that are no functions.
import type {
  Integration,
  IntegrationResponse,
  Method,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { ExpressionRefusal } from '@earwitness/protocol/internal/regular-expression/refusal';
import {
  type DeployedIntegration,
  type DeployedRoute,
  type MappedResponse,
  parseFunctionUri,
} from '../../gateway/deployed-stage.ts';
import { type Action, parseActionUri } from '../../gateway/services/action.ts';
import { type MayStandIn, NotServed, orStandIn } from '../../gateway/unserved/not-served.ts';
import { type Authorizers, deployAuthorizer } from './authorizer.ts';
import { createHttpIntegration } from './http-integration.ts';
import { checkTemplate, INTEGRATION_TIMEOUT_MS, passesOn, refuseTemplate } from './integration-template.ts';
import { type ApiResource, badRequest, type RestApiRow } from './rest-api.ts';

/** @throws ServiceError `BadRequestException` naming the method that cannot be served. */
export async function createRoutes(api: RestApiRow, standIns: MayStandIn): Promise<DeployedRoute[]> {
  const routes: DeployedRoute[] = [];
  for (const resource of Object.values(api.resources)) {
    for (const [httpMethod, method] of Object.entries(resource.methods)) {
      routes.push(await createRoute({ resource, httpMethod, method, authorizers: api.authorizers ?? {} }, standIns));
    }
  }
  if (routes.length === 0) throw badRequest("The REST API doesn't contain any methods");
  return routes;
}

interface Declared {
  readonly resource: ApiResource;
  readonly httpMethod: string;
  readonly method: Method;
  /** Those of the API; left out where they are not known yet. */
  readonly authorizers?: Authorizers;
}

/** @throws ServiceError `BadRequestException` */
export async function createRoute(
  { resource, httpMethod, method, authorizers }: Declared,
  standIns: MayStandIn,
): Promise<DeployedRoute> {
  const where = `${httpMethod} ${resource.path}`;
  const { methodIntegration: integration } = method;
  const authorizer = deployAuthorizer(where, method, { authorizers, standIns });
  if (!integration) throw badRequest(`No integration defined for method ${where}`);
  return {
    method: httpMethod,
    path: resource.path,
    resourceId: resource.id,
    integration: await orStandIn(
      () => createIntegration(where, method, integration),
      standIns,
      'AWS::ApiGateway::Method',
    ),
    ...(authorizer && { authorizer }),
    ...(method.apiKeyRequired && { apiKey: true }),
  };
}

async function createIntegration(
  where: string,
  method: Method,
  integration: Integration,
): Promise<DeployedIntegration> {
  if (integration.type === 'HTTP' || integration.type === 'HTTP_PROXY') {
    return createHttpIntegration(where, method, integration);
  }
  if (integration.type === 'MOCK') return await createMock(where, method, integration);
  const action = integration.type === 'AWS' ? await actionOf(integration) : undefined;
  if (action) return await createAction(where, method, { integration, action });
  if (integration.type !== 'AWS_PROXY') {
    const what = integration.type === 'AWS' ? `calls ${integration.uri}` : `has type ${integration.type}`;
    throw new NotServed(
      `Earwitness runs integrations with functions, servers and operations that it serves, and mocks: ${where} ${what}.`,
    );
  }
  if (integration.responseTransferMode === 'STREAM') {
    throw new NotServed(`Earwitness does not stream responses: ${where} asks for it.`);
  }
  const arn = parseFunctionUri(integration.uri ?? '');
  if (arn === undefined) throw new NotServed(`The integration of ${where} names no function: ${integration.uri}.`);
  const { credentials: role, timeoutInMillis: timeoutMs = INTEGRATION_TIMEOUT_MS } = integration;
  return { kind: 'function', arn, payload: '1.0', timeoutMs, ...(role !== undefined && { role }) };
}

/** What an integration of type AWS calls. A function's invocation is asynchronous by a header. */
async function actionOf({ uri = '', requestParameters = {} }: Integration): Promise<Action | undefined> {
  const arn = parseFunctionUri(uri);
  if (arn === undefined) return await parseActionUri(uri);
  const asked = Object.entries(requestParameters).find(
    ([target]) => target.toLowerCase() === 'integration.request.header.x-amz-invocation-type',
  );
  return { form: 'function', arn, isAsync: asked?.[1] === "'Event'" };
}

async function createAction(
  where: string,
  method: Method,
  { integration, action }: { readonly integration: Integration; readonly action: Action },
): Promise<DeployedIntegration> {
  const { credentials: role, requestTemplates: templates = {} } = integration;
  for (const template of Object.values(templates)) checkTemplate(where, template);
  const responses = Object.values(integration.integrationResponses ?? {});
  // A function's error is told by its message, and its answer is none of the patterns.
  const isFunction = action.form === 'function';
  const plain = responses.filter(({ selectionPattern = '' }) => selectionPattern === '');
  const failures = (isFunction ? responses : []).flatMap((response) => {
    const { selectionPattern: pattern = '' } = response;
    const mapped = pattern === '' ? undefined : mapResponse(where, method, response);
    return mapped ? [{ pattern, response: mapped }] : [];
  });
  const [answer, refusal] = await Promise.all(
    ['200', '400'].map(async (code) =>
      mapResponse(where, method, await findResponse(isFunction ? plain : responses, code)),
    ),
  );
  return {
    ...{ kind: 'action', action, query: queryParameters(integration), templates, failures },
    timeoutMs: integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
    passesOn: passesOn(integration),
    ...(role !== undefined && { role }),
    ...(answer && { answer }),
    ...(refusal && { refusal }),
  };
}

/** Headers and path parameters of the call to a service change nothing here: the form is known, and the path fixed. */
function queryParameters({ requestParameters = {} }: Integration): Record<string, string> {
  const named = Object.entries(requestParameters).map(([target, source]) => [
    /^integration\.request\.querystring\.(.+)$/.exec(target)?.[1] ?? '',
    source,
  ]);
  return Object.fromEntries(named.filter(([name]) => name !== ''));
}

function mapResponse(
  where: string,
  method: Method,
  response: IntegrationResponse | undefined,
): MappedResponse | undefined {
  if (!response) return undefined;
  const [type = 'application/json', template] = Object.entries(response.responseTemplates ?? {})[0] ?? [];
  if (template !== undefined) checkTemplate(where, template);
  return {
    status: Number(response.statusCode ?? Object.keys(method.methodResponses ?? {})[0] ?? 200),
    headers: { 'Content-Type': type, ...fixedHeaders(where, response) },
    ...(template !== undefined && { template }),
  };
}

// The kind of mock that answers CORS preflight requests: a request template that chooses a status code, a response of
// that code (or the default one) with fixed headers and a fixed body. Without such a response, and without a template
// that chooses a status code, AWS deploys it, and calls of it fail. Recorded on AWS: LocalStack apigateway_common
// test_create_update_stages (no response).
async function createMock(where: string, method: Method, integration: Integration): Promise<DeployedIntegration> {
  const template = integration.requestTemplates?.['application/json'];
  if (template === undefined) {
    return { kind: 'failing', reason: `the mock of ${where} has no request template that chooses a status code` };
  }
  const chosen = /^\s*\{\s*"?statusCode"?\s*:\s*"?(\d{3})"?\s*\}\s*$/.exec(template)?.[1];
  if (chosen === undefined) throw refuseTemplate(where, template);
  const response = await findResponse(Object.values(integration.integrationResponses ?? {}), chosen);
  if (!response) {
    return { kind: 'failing', reason: `no integration response of ${where} fits the status code ${chosen}` };
  }
  const headers = fixedHeaders(where, response);
  const body = response.responseTemplates?.['application/json'] ?? '';
  if (/[$#]/.test(body)) throw refuseTemplate(where, body);
  const type = Object.keys(response.responseTemplates ?? {})[0] ?? 'application/json';
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const status = Number(response.statusCode ?? Object.keys(method.methodResponses ?? {})[0] ?? chosen);
  return { kind: 'mock', status, headers: hasType ? headers : { 'Content-Type': type, ...headers }, body };
}

function fixedHeaders(where: string, { responseParameters = {} }: IntegrationResponse): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [target, value] of Object.entries(responseParameters)) {
    const name = /^method\.response\.header\.(.+)$/.exec(target)?.[1];
    const text = /^'(.*)'$/.exec(value)?.[1];
    if (name === undefined || text === undefined) {
      throw new NotServed(`Earwitness sends fixed headers from mocks only: ${where} maps ${target} to ${value}.`);
    }
    headers[name] = text;
  }
  return headers;
}

/** The response whose selection pattern, a regular expression, takes the status code, or the one without a pattern. */
async function findResponse(
  responses: readonly IntegrationResponse[],
  code: string,
): Promise<IntegrationResponse | undefined> {
  for (const response of responses) {
    const { selectionPattern: pattern = '' } = response;
    if (pattern === code || (pattern !== '' && !/^\d+$/.test(pattern) && (await matches(pattern, code))))
      return response;
  }
  return (
    responses.find(({ selectionPattern }) => selectionPattern === undefined || selectionPattern === '') ??
    responses.find(({ statusCode }) => statusCode === code)
  );
}

async function matches(pattern: string, code: string): Promise<boolean> {
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  try {
    return createWholeMatch()(pattern, code);
  } catch (error) {
    if (!(error instanceof ExpressionRefusal)) throw error;
    throw badRequest(`Invalid selection pattern specified: ${pattern} (${error.message})`);
  }
}
