// Reads an OpenAPI 3 document, as SAM writes it for an HTTP API, into routes and integrations. Schemas and
// documentation are passed over; authorizers are kept as such, and refused when the API is deployed.
import type { Cors, Integration, Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import { ownEntry } from '../../own-entry.ts';

export interface ImportedApi {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly cors?: Cors;
  readonly tags?: Readonly<Record<string, string>>;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly routes: Readonly<Record<string, Route>>;
}

type Json = Readonly<Record<string, unknown>>;

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const ANY = 'x-amazon-apigateway-any-method';

/** `newId` makes ids of routes and integrations. */
export function importOpenApi(document: Json, newId: () => string): ImportedApi {
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
        AuthorizationType: authorizationOf(operation, document),
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

/** By the first security scheme that is asked for; one that the document does not describe could be anything. */
function authorizationOf(operation: Json, document: Json): NonNullable<Route['AuthorizationType']> {
  const security = operation['security'] ?? document['security'];
  const [name] = (Array.isArray(security) ? security : [])
    .flatMap((one) => Object.keys(record(one)))
    .filter((scheme) => scheme !== 'NONE');
  if (name === undefined) return 'NONE';
  const scheme = record(ownEntry(record(record(document['components'])['securitySchemes']), name));
  if (scheme['x-amazon-apigateway-authtype'] === 'awsSigv4') return 'AWS_IAM';
  return record(scheme['x-amazon-apigateway-authorizer'])['type'] === 'jwt' ? 'JWT' : 'CUSTOM';
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
