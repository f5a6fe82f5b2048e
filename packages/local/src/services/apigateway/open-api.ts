// Reads an OpenAPI document (Swagger 2 or OpenAPI 3, as SAM and CDK write them) into resources and methods. Schemas,
// models and documentation are passed over; what would change answers (authorizers, API keys, validators) is kept, and
// refused on deployment.

import type {
  Integration,
  IntegrationResponse,
  Method,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../own-entry.ts';
import { findProblem } from './integration-check.ts';
import { type ApiResource, badRequest, findFamilyProblem } from './rest-api.ts';

export interface ImportedApi {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly binaryMediaTypes?: readonly string[];
  readonly resources: Readonly<Record<string, ApiResource>>;
}

type Json = Readonly<Record<string, unknown>>;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const ANY = 'x-amazon-apigateway-any-method';

/**
 * `newId` makes ids of resources; the root keeps `rootId`.
 * @throws ServiceError `BadRequestException` for a path without its slash, and for what AWS's own operations refuse
 */
export function importOpenApi(document: Json, rootId: string, newId: () => string): ImportedApi {
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
      const method = parseOperation(httpMethod, record(operation), document);
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
    resources: Object.fromEntries([...byPath.values()].map((resource) => [resource.id, resource])),
  };
}

function parseOperation(httpMethod: string, operation: Json, document: Json): Method {
  const security = operation['security'] ?? document['security'];
  const schemes = (Array.isArray(security) ? security : [])
    .flatMap((one) => Object.keys(record(one)))
    .filter((name) => name !== 'NONE');
  const keys = schemes.filter((name) => isApiKey(name, document));
  const authorizer = schemes.find((name) => !keys.includes(name));
  const integration = operation['x-amazon-apigateway-integration'];
  return {
    httpMethod,
    authorizationType: authorizer === undefined ? authorizationOf(operation) : `the authorizer '${authorizer}'`,
    apiKeyRequired: keys.length > 0,
    methodResponses: Object.fromEntries(
      Object.keys(record(operation['responses'])).map((statusCode) => [statusCode, { statusCode }]),
    ),
    ...(integration !== undefined && { methodIntegration: parseIntegration(record(integration)) }),
  };
}

/** IAM, where no security scheme asks for it. Source: API Gateway guide, "x-amazon-apigateway-auth object". */
function authorizationOf(operation: Json): string {
  return plainText(record(operation['x-amazon-apigateway-auth'])['type'] ?? 'NONE').toUpperCase();
}

function failImport(problem: string) {
  return badRequest(`Errors found during import:\n\t${problem}`);
}

function isApiKey(name: string, document: Json): boolean {
  const definitions = {
    ...record(document['securityDefinitions']),
    ...record(record(document['components'])['securitySchemes']),
  };
  const scheme = record(ownEntry(definitions, name));
  return scheme['type'] === 'apiKey' && scheme['x-amazon-apigateway-authtype'] === undefined;
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
  const { passthroughBehavior } = integration;
  return {
    type: plainText(type).toUpperCase() as NonNullable<Integration['type']>,
    ...(uri !== undefined && { uri: plainText(uri) }),
    ...(httpMethod !== undefined && { httpMethod: plainText(httpMethod) }),
    ...(timeoutInMillis !== undefined && { timeoutInMillis: Number(plainText(timeoutInMillis)) }),
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

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, text]) => [key, plainText(text)]));
}
