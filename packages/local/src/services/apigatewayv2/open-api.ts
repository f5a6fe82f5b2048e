// Reads an OpenAPI 3 document, as SAM writes it for an HTTP API, into routes, integrations and authorizers. Schemas and
// documentation are passed over.
import type { Authorizer, Cors, Integration, Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import { ownEntry } from '../../own-entry.ts';
import { createAuthorizer } from './authorizer.ts';

export interface ImportedApi {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly cors?: Cors;
  readonly tags?: Readonly<Record<string, string>>;
  readonly authorizers: Readonly<Record<string, Authorizer>>;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly routes: Readonly<Record<string, Route>>;
}

type Json = Readonly<Record<string, unknown>>;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const ANY = 'x-amazon-apigateway-any-method';

/**
 * `newId` makes ids of authorizers, routes and integrations.
 * @throws ServiceError `BadRequestException` for an authorizer that AWS's own operation refuses
 */
export function importOpenApi(document: Json, newId: () => string): ImportedApi {
  const authorizers = parseAuthorizers(document, newId);
  const integrations: Record<string, Integration> = {};
  const routes: Record<string, Route> = {};
  for (const [path, item] of Object.entries(record(document['paths']))) {
    for (const [name, value] of Object.entries(record(item))) {
      if (!METHODS.has(name) && name !== ANY) continue;
      const operation = record(value);
      const isDefault = operation['isDefaultRoute'] === true || /^\/?\$default$/.test(path);
      const method = name === ANY ? 'ANY' : name.toUpperCase();
      const integration = resolve(operation['x-amazon-apigateway-integration'], document);
      const integrationId = newId();
      if (integration) integrations[integrationId] = { IntegrationId: integrationId, ...parseIntegration(integration) };
      const routeId = newId();
      routes[routeId] = {
        RouteId: routeId,
        RouteKey: isDefault ? '$default' : `${method} ${path}`,
        ApiKeyRequired: false,
        ...authorizationOf(operation, { document, authorizers }),
        ...(integration && { Target: `integrations/${integrationId}` }),
      };
    }
  }
  const info = record(document['info']);
  const cors = document['x-amazon-apigateway-cors'];
  const tags = Array.isArray(document['tags']) ? parseTags(document['tags']) : undefined;
  return {
    ...(typeof info['title'] === 'string' && { name: info['title'] }),
    ...(typeof info['description'] === 'string' && { description: info['description'] }),
    ...(info['version'] !== undefined && { version: String(info['version']) }),
    ...(cors !== undefined && { cors: parseCors(record(cors)) }),
    ...(tags && { tags }),
    authorizers,
    integrations,
    routes,
  };
}

function parseIntegration(integration: Json): Integration {
  const { type, subtype, integrationSubtype, uri, httpMethod, payloadFormatVersion, timeoutInMillis } = integration;
  const { requestParameters, responseParameters, credentials } = integration;
  const kind = subtype ?? integrationSubtype;
  return {
    IntegrationType: String(type).toUpperCase() as NonNullable<Integration['IntegrationType']>,
    ConnectionType: 'INTERNET',
    ...(kind !== undefined && { IntegrationSubtype: String(kind) }),
    ...(uri !== undefined && { IntegrationUri: String(uri) }),
    ...(httpMethod !== undefined && { IntegrationMethod: String(httpMethod) }),
    ...(payloadFormatVersion !== undefined && { PayloadFormatVersion: parseVersion(payloadFormatVersion) }),
    ...(timeoutInMillis !== undefined && { TimeoutInMillis: Number(timeoutInMillis) }),
    ...(credentials !== undefined && { CredentialsArn: String(credentials) }),
    ...(requestParameters !== undefined && { RequestParameters: record(requestParameters) as Record<string, string> }),
    ...(responseParameters !== undefined && {
      ResponseParameters: record(responseParameters) as Record<string, Record<string, string>>,
    }),
  };
}

/** YAML makes a number of 2.0. */
function parseVersion(version: unknown): string {
  return typeof version === 'number' ? version.toFixed(1) : String(version);
}

export function parseCors(cors: Json): Cors {
  const list = (name: string) => {
    const value = cors[name];
    return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
  };
  return {
    AllowCredentials: cors['allowCredentials'] === true,
    AllowHeaders: list('allowHeaders'),
    AllowMethods: list('allowMethods'),
    AllowOrigins: list('allowOrigins'),
    ExposeHeaders: list('exposeHeaders'),
    ...(cors['maxAge'] !== undefined && { MaxAge: Number(cors['maxAge']) }),
  };
}

function parseTags(tags: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    tags.map(record).map((tag) => [String(tag['name']), String(tag['x-amazon-apigateway-tag-value'])]),
  );
}

interface Described {
  readonly document: Json;
  readonly authorizers: Readonly<Record<string, Authorizer>>;
}

/** By the first security scheme that is asked for; one that the document does not describe could be anything. */
function authorizationOf(operation: Json, { document, authorizers }: Described): Partial<Route> {
  const security = operation['security'] ?? document['security'];
  const [asked] = (Array.isArray(security) ? security : [])
    .flatMap((one) => Object.entries(record(one)))
    .filter(([scheme]) => scheme !== 'NONE');
  if (asked === undefined) return { AuthorizationType: 'NONE' };
  const [name, scopes] = asked;
  const scheme = record(ownEntry(schemesOf(document), name));
  if (scheme['x-amazon-apigateway-authtype'] === 'awsSigv4') return { AuthorizationType: 'AWS_IAM' };
  const authorizer = Object.values(authorizers).find(({ Name }) => Name === name);
  return {
    AuthorizationType: authorizer?.AuthorizerType === 'JWT' ? 'JWT' : 'CUSTOM',
    ...(authorizer && { AuthorizerId: authorizer.AuthorizerId }),
    ...(Array.isArray(scopes) && scopes.length > 0 && { AuthorizationScopes: scopes.map(String) }),
  };
}

/** Source: API Gateway developer guide, "x-amazon-apigateway-authorizer object" (of HTTP APIs). */
function parseAuthorizers(document: Json, newId: () => string): Record<string, Authorizer> {
  const made = Object.entries(schemesOf(document)).flatMap(([name, scheme]) => {
    const authorizer = record(record(scheme)['x-amazon-apigateway-authorizer']);
    const type = String(authorizer['type']).toUpperCase();
    return type === 'JWT' || type === 'REQUEST'
      ? [createAuthorizer(newId(), parseAuthorizer(name, type, authorizer))]
      : [];
  });
  return Object.fromEntries(made.map((authorizer) => [authorizer.AuthorizerId, authorizer]));
}

function parseAuthorizer(name: string, type: 'JWT' | 'REQUEST', authorizer: Json): Omit<Authorizer, 'AuthorizerId'> {
  const { authorizerUri: uri, authorizerCredentials: role, authorizerResultTtlInSeconds: ttl } = authorizer;
  const { authorizerPayloadFormatVersion: version, enableSimpleResponses: simple, identitySource: source } = authorizer;
  const sources = Array.isArray(source) ? source : source === undefined ? [] : String(source).split(',');
  const jwt = record(authorizer['jwtConfiguration']);
  return {
    ...{ Name: name, AuthorizerType: type, IdentitySource: sources.map((one) => String(one).trim()) },
    ...(uri !== undefined && { AuthorizerUri: String(uri) }),
    ...(role !== undefined && { AuthorizerCredentialsArn: String(role) }),
    ...(ttl !== undefined && { AuthorizerResultTtlInSeconds: Number(ttl) }),
    ...(version !== undefined && { AuthorizerPayloadFormatVersion: parseVersion(version) }),
    ...(simple !== undefined && { EnableSimpleResponses: simple === true || simple === 'true' }),
    ...(type === 'JWT' && {
      JwtConfiguration: {
        ...(jwt['issuer'] !== undefined && { Issuer: String(jwt['issuer']) }),
        ...(Array.isArray(jwt['audience']) && { Audience: jwt['audience'].map(String) }),
      },
    }),
  };
}

function schemesOf(document: Json): Json {
  return record(record(document['components'])['securitySchemes']);
}

function resolve(value: unknown, document: Json): Json | undefined {
  if (value === undefined) return undefined;
  const reference = record(value)['$ref'];
  if (typeof reference !== 'string') return record(value);
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<Json>((at, part) => record(ownEntry(at, part)), document);
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
