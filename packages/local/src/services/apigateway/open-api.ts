// Reads an OpenAPI document (Swagger 2 or OpenAPI 3, as SAM and CDK write them) into resources and methods. Schemas,
// models and documentation are passed over; what would change answers (authorizers, API keys) is kept.

import type {
  Authorizer,
  Integration,
  IntegrationResponse,
  Method,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../own-entry.ts';
import { createAuthorizer } from './authorizer.ts';
import { checkResponse, isResponseType } from './gateway-response.ts';
import { findProblem } from './integration-check.ts';
import { type ApiResource, badRequest, findFamilyProblem, type OwnResponse, type OwnResponses } from './rest-api.ts';

export interface ImportedApi {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly binaryMediaTypes?: readonly string[];
  readonly apiKeySource?: 'AUTHORIZER';
  readonly authorizers: Readonly<Record<string, Authorizer>>;
  readonly gatewayResponses: OwnResponses;
  readonly resources: Readonly<Record<string, ApiResource>>;
}

type Json = Readonly<Record<string, unknown>>;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const ANY = 'x-amazon-apigateway-any-method';

/**
 * `newId` makes ids of authorizers and resources; the root keeps `rootId`.
 * @throws ServiceError `BadRequestException` for a path without its slash, and for what AWS's own operations refuse
 */
export function importOpenApi(document: Json, rootId: string, newId: () => string): ImportedApi {
  const authorizers = parseAuthorizers(document, newId);
  const root: ApiResource = { id: rootId, path: '/', methods: {} };
  const byPath = new Map<string, ApiResource>([['/', root]]);
  const resourceAt = (path: string): ApiResource => {
    let resource = root;
    for (let end = path.indexOf('/', 1); resource.path !== path; end = path.indexOf('/', end + 1)) {
      resource = childAt(resource, end < 0 ? path : path.slice(0, end));
    }
    return resource;
  };
  const childAt = (parent: ApiResource, path: string): ApiResource => {
    const known = byPath.get(path);
    if (known) return known;
    const pathPart = path.slice(path.lastIndexOf('/') + 1);
    const problem = findFamilyProblem(byPath.values(), parent, pathPart);
    if (problem !== undefined) throw failImport(`Unable to create resource at path '${path}': ${problem}`);
    const made = { id: newId(), parentId: parent.id, pathPart, path, methods: {} };
    byPath.set(path, made);
    return made;
  };
  for (const [given, item] of Object.entries(record(document['paths']))) {
    if (!given.startsWith('/')) throw badRequest(`Invalid path '${given}': a path begins with '/'.`);
    const path = given.length > 1 ? given.replace(/\/$/, '') : given;
    const methods: Record<string, Method> = {};
    for (const [name, operation] of Object.entries(record(item))) {
      if (!METHODS.has(name) && name !== ANY) continue;
      const httpMethod = name === ANY ? 'ANY' : name.toUpperCase();
      const method = parseOperation(httpMethod, record(operation), { document, authorizers });
      const problem = method.methodIntegration && findProblem(method.methodIntegration);
      if (problem !== undefined) {
        throw failImport(`Unable to put integration on '${httpMethod}' for resource at path '${path}': ${problem}`);
      }
      methods[httpMethod] = method;
    }
    const resource = resourceAt(path);
    byPath.set(path, { ...resource, methods });
  }
  const info = record(document['info']);
  const binary = document['x-amazon-apigateway-binary-media-types'];
  return {
    ...(typeof info['title'] === 'string' && { name: info['title'] }),
    ...(typeof info['description'] === 'string' && { description: info['description'] }),
    ...(info['version'] !== undefined && { version: plainText(info['version']) }),
    ...(Array.isArray(binary) && { binaryMediaTypes: binary.map(String) }),
    ...(document['x-amazon-apigateway-api-key-source'] === 'AUTHORIZER' && { apiKeySource: 'AUTHORIZER' }),
    authorizers,
    gatewayResponses: parseResponses(document),
    resources: Object.fromEntries([...byPath.values()].map((resource) => [resource.id, resource])),
  };
}

interface Described {
  readonly document: Json;
  readonly authorizers: Readonly<Record<string, Authorizer>>;
}

function parseOperation(httpMethod: string, operation: Json, { document, authorizers }: Described): Method {
  const security = operation['security'] ?? document['security'];
  const schemes = (Array.isArray(security) ? security : [])
    .flatMap((one) => Object.entries(record(one)))
    .filter(([name]) => name !== 'NONE');
  const keys = schemes.filter(([name]) => isApiKey(name, document));
  const [asked] = schemes.filter((scheme) => !keys.includes(scheme));
  const integration = operation['x-amazon-apigateway-integration'];
  return {
    httpMethod,
    ...(asked ? authorizationBy(asked, { document, authorizers }) : { authorizationType: authorizationOf(operation) }),
    apiKeyRequired: keys.length > 0,
    methodResponses: Object.fromEntries(
      Object.keys(record(operation['responses'])).map((statusCode) => [statusCode, { statusCode }]),
    ),
    ...(integration !== undefined && { methodIntegration: parseIntegration(record(integration)) }),
  };
}

/** By a security scheme; one that the document does not describe could be anything. */
function authorizationBy([name, scopes]: [string, unknown], { document, authorizers }: Described): Partial<Method> {
  const { id, type } = Object.values(authorizers).find((one) => one.name === name) ?? {};
  if (id === undefined) {
    const isIam = schemeOf(name, document)['x-amazon-apigateway-authtype'] === 'awsSigv4';
    return { authorizationType: isIam ? 'AWS_IAM' : `the authorizer '${name}'` };
  }
  return {
    authorizationType: type === 'COGNITO_USER_POOLS' ? type : 'CUSTOM',
    authorizerId: id,
    ...(Array.isArray(scopes) && scopes.length > 0 && { authorizationScopes: scopes.map(plainText) }),
  };
}

/** Source: API Gateway developer guide, "x-amazon-apigateway-authorizer object". */
function parseAuthorizers(document: Json, newId: () => string): Record<string, Authorizer> {
  const made = Object.entries(schemesOf(document)).flatMap(([name, described]) => {
    const scheme = record(described);
    const authorizer = record(scheme['x-amazon-apigateway-authorizer']);
    const type = authorizer['type'] === undefined ? undefined : plainText(authorizer['type']).toUpperCase();
    if (type !== 'TOKEN' && type !== 'REQUEST' && type !== 'COGNITO_USER_POOLS') return [];
    const pools = authorizer['providerARNs'];
    const ttl = authorizer['authorizerResultTtlInSeconds'];
    const identitySource =
      type === 'REQUEST' ? authorizer['identitySource'] : `method.request.header.${plainText(scheme['name'])}`;
    const names = ['authorizerCredentials', 'authorizerUri', 'identityValidationExpression'];
    return [
      createAuthorizer(newId(), {
        ...{ name, type },
        ...texts(pick({ ...authorizer, identitySource }, [...names, 'identitySource'])),
        ...(Array.isArray(pools) && { providerARNs: pools.map(plainText) }),
        ...(ttl !== undefined && { authorizerResultTtlInSeconds: Number(plainText(ttl)) }),
      }),
    ];
  });
  return Object.fromEntries(made.map((authorizer) => [authorizer.id, authorizer]));
}

/** Source: API Gateway developer guide, "x-amazon-apigateway-gateway-responses object". */
function parseResponses(document: Json): OwnResponses {
  const declared = Object.entries(record(document['x-amazon-apigateway-gateway-responses']));
  const made = declared.map(([type, value]) => {
    if (!isResponseType(type)) throw failImport(`Invalid gateway response type specified: ${type}`);
    const { statusCode, responseParameters, responseTemplates } = record(value);
    const response: OwnResponse = {
      ...(statusCode !== undefined && { statusCode: plainText(statusCode) }),
      ...(responseParameters !== undefined && { responseParameters: texts(responseParameters) }),
      ...(responseTemplates !== undefined && { responseTemplates: texts(responseTemplates) }),
    };
    checkResponse(response);
    return [type, response] as const;
  });
  return Object.fromEntries(made);
}

/** IAM, where no security scheme asks for it. Source: API Gateway guide, "x-amazon-apigateway-auth object". */
function authorizationOf(operation: Json): string {
  return plainText(record(operation['x-amazon-apigateway-auth'])['type'] ?? 'NONE').toUpperCase();
}

function failImport(problem: string) {
  return badRequest(`Errors found during import:\n\t${problem}`);
}

function isApiKey(name: string, document: Json): boolean {
  const scheme = schemeOf(name, document);
  const isGuarded = ['authtype', 'authorizer'].some((name) => scheme[`x-amazon-apigateway-${name}`] !== undefined);
  return scheme['type'] === 'apiKey' && !isGuarded;
}

function schemeOf(name: string, document: Json): Json {
  return record(ownEntry(schemesOf(document), name));
}

function schemesOf(document: Json): Json {
  return {
    ...record(document['securityDefinitions']),
    ...record(record(document['components'])['securitySchemes']),
  };
}

function parseIntegration(integration: Json): Integration {
  const responses = Object.entries(record(integration['responses'])).map(([pattern, value]) => {
    const { statusCode, responseParameters, responseTemplates } = record(value);
    const response: IntegrationResponse = {
      statusCode: plainText(statusCode ?? 200),
      ...(pattern !== 'default' && { selectionPattern: pattern }),
      ...(responseParameters !== undefined && { responseParameters: texts(responseParameters) }),
      ...(responseTemplates !== undefined && { responseTemplates: texts(responseTemplates) }),
    };
    return [pattern, response] as const;
  });
  const { type, uri, httpMethod, timeoutInMillis, requestTemplates, credentials, responseTransferMode } = integration;
  const { passthroughBehavior, requestParameters } = integration;
  return {
    type: plainText(type).toUpperCase() as NonNullable<Integration['type']>,
    ...(uri !== undefined && { uri: plainText(uri) }),
    ...(httpMethod !== undefined && { httpMethod: plainText(httpMethod) }),
    ...(timeoutInMillis !== undefined && { timeoutInMillis: Number(plainText(timeoutInMillis)) }),
    ...(requestParameters !== undefined && { requestParameters: texts(requestParameters) }),
    ...(requestTemplates !== undefined && { requestTemplates: texts(requestTemplates) }),
    ...(credentials !== undefined && { credentials: plainText(credentials) }),
    ...(responseTransferMode === 'STREAM' && { responseTransferMode }),
    ...(passthroughBehavior !== undefined && { passthroughBehavior: plainText(passthroughBehavior) }),
    integrationResponses: Object.fromEntries(responses),
  };
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** Those of the members that are there. */
function pick(from: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, text]) => [key, plainText(text)]));
}
