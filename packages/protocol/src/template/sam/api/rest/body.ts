// The OpenAPI document of a REST API: the author's own, or one made of the routes, with what the properties of the API
// add to it.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, report, reportTemplate, type Serverless } from '../../assembly.ts';
import { reportEvent } from '../../events/function-event.ts';
import { resolveParameters } from '../../known-value.ts';
import { conditional, joinRoutes } from '../api.ts';
import type { ApiDraft, Apis, Route } from '../api-draft.ts';
import { checkPaths, checkPreflights, isEdited, isSwagger, withEndpoint } from '../definition.ts';
import { ANY_METHOD, INTEGRATION, mapOperations, NO_METHODS } from '../operation.ts';
import { withPathConditions } from '../path-condition.ts';
import { API_KEY, AWS_IAM, definitionsOf } from './authorizer.ts';
import { withPreflights } from './cors.ts';
import { gatewayResponses } from './gateway-response.ts';
import { withRequest } from './request.ts';
import { customStatements, policyStatements, statementsOf } from './resource-policy.ts';
import { needsKey, withCredentials, withDefaultAuthorizer, withDefaultKey, withEventAuth } from './security.ts';

const AUTH = [
  ...['Authorizers', 'DefaultAuthorizer', 'InvokeRole', 'AddDefaultAuthorizerToCorsPreflight', 'ApiKeyRequired'],
  ...['AddApiKeyRequiredToCorsPreflight', 'ResourcePolicy', 'UsagePlan'],
];

interface Place {
  readonly assembly: Assembly;
  readonly apis: Apis;
  readonly auth: ValueMap;
}

/** The document; undefined for an API whose definition is a file. */
export function restBody(draft: ApiDraft, place: Place): ValueMap | undefined {
  const { assembly, auth } = place;
  const { properties } = draft.serverless;
  const given = isMap(properties['DefinitionBody']) ? properties['DefinitionBody'] : undefined;
  if (!given && properties['DefinitionUri'] !== undefined) return undefined;
  // A definition that a macro makes, or that a condition chooses, is for CloudFormation to make.
  if (given && !isSwagger(given)) return given;
  const version = scalarText(properties['OpenApiVersion']);
  const isOpenApi = given ? given['swagger'] === undefined : /^3(\.\d)(\.\d)?$/.test(version ?? '');
  const start: ValueMap = given ?? {
    ...(isOpenApi && version !== undefined ? { openapi: version } : { swagger: '2.0' }),
    info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
  };
  const validators: Record<string, Value> = {};
  const models = properties['Models'];
  const merges = scalarText(properties['MergeDefinitions']) === 'true';
  const routes = given && !merges ? [] : draft.routes;
  let paths: ValueMap = isMap(start['paths']) ? start['paths'] : {};
  const join = (route: Route) => {
    const called = { ...route, operation: withCredentials(route, auth, assembly) };
    const operation = withRequest(withEventAuth(called, auth, place), route, {
      ...place,
      models,
      isOpenApi,
      validators,
    });
    paths = withRoute(paths, route, operation);
  };
  if (given) routes.forEach(join);
  else joinRoutes(routes, place, join);
  const secures = auth['DefaultAuthorizer'] !== undefined || auth['ApiKeyRequired'] !== undefined;
  const edits = !given || isEdited(properties) || (given['swagger'] === undefined && isOpenApi3(given['openapi']));
  if (edits && !checkPaths(assembly, paths, { kind: 'rest', secures, others: NO_METHODS })) return start;
  if (given && !merges) paths = withOverrides(paths, draft, place);
  const asRouted = paths;
  paths = withPreflights(paths, properties['Cors']);
  paths = withSecurity(paths, auth);
  const policy = policyOf({ ...draft, routes }, { start, asRouted, paths, auth });
  if (!given) paths = withPathConditions(paths, draft, assembly);
  refuseDocument(assembly, start, auth);
  const definitions = securityDefinitions(draft.serverless, {
    ...place,
    paths,
    isKeyed: needsKey({ ...draft, routes }, auth),
  });
  const responses = gatewayResponses(assembly, draft.serverless);
  const binary = resolveParameters(properties['BinaryMediaTypes'] ?? '', assembly);
  const document: ValueMap = {
    ...start,
    paths,
    ...merged(start, 'securityDefinitions', definitions),
    ...merged(start, 'x-amazon-apigateway-gateway-responses', responses),
    ...merged(start, 'x-amazon-apigateway-request-validators', validators),
    ...merged(start, 'definitions', modelsOf(assembly, draft.serverless)),
    ...(policy && { 'x-amazon-apigateway-policy': policy }),
    ...(isList(binary) && {
      'x-amazon-apigateway-binary-media-types': binary.map((type) => unescaped(type, assembly)),
    }),
  };
  const disabled = properties['DisableExecuteApiEndpoint'];
  const closed = disabled === undefined ? document : withEndpoint(assembly, document, disabled);
  const shown = scalarText(closed['openapi']) ?? version;
  if (closed['swagger'] !== undefined || !isOpenApi3(shown)) return closed;
  checkPreflights(assembly, paths);
  // SAM's own oddity: with `Auth`, and with models, it wraps the headers of a preflight another time.
  const times = 1 + [auth, properties['Models']].filter((one) => isMap(one) && Object.keys(one).length > 0).length;
  return Array.from({ length: times }).reduce<ValueMap>(asOpenApi, closed);
}

function isOpenApi3(version: Value | undefined): boolean {
  return /^3/.test(scalarText(version) ?? '');
}

/** What SAM refuses of what it adds `Auth` to, and of its policy. */
function refuseDocument(assembly: Assembly, start: ValueMap, auth: ValueMap): void {
  const refuse = (message: string, at: Value) => reportTemplate(assembly, { message, at });
  const { securityDefinitions: schemes } = start;
  const adds = auth['Authorizers'] !== undefined || auth['ApiKeyRequired'] !== undefined;
  if (schemes && !isMap(schemes) && adds) refuse('securityDefinitions must be a dictionary.', start);
  const { ResourcePolicy: policy } = auth;
  if (policy && !isMap(policy)) refuse('ResourcePolicy must be a map (ResourcePolicyStatement).', auth);
  if (!isMap(policy)) return;
  for (const list of ['Blacklist', 'Whitelist']) {
    const named = policy[`SourceVpc${list}`] ?? [];
    if (isList(named) && named.every((one) => typeof one === 'string')) continue;
    const instead = `Use IntrinsicVpc${list} instead for values that use Intrinsic Functions`;
    refuse(`SourceVpc${list} must be a list of strings. ${instead}`, policy);
  }
}

/** A media type with its slashes, which a key of JSON patches would not have; also inside functions. */
function unescaped(type: Value, assembly: Assembly): Value {
  if (typeof type === 'string') return type.replaceAll('~1', '/');
  if (isList(type)) return type.map((one) => unescaped(one, assembly));
  if (!isMap(type)) return type;
  const members = Object.entries(type).map(([name, one]) => [name, unescaped(one, assembly)] as const);
  return assembly.source.derive(Object.fromEntries(members), type);
}

/** What SAM refuses of `Auth` as a whole. */
export function refuseAuth(assembly: Assembly, serverless: Serverless, auth: ValueMap): void {
  const refuse = (message: string) =>
    report(assembly, serverless, { message, at: serverless.properties, member: 'Auth' });
  if (Object.keys(auth).some((name) => !AUTH.includes(name))) refuse("Invalid value for 'Auth' property");
  const { DefaultAuthorizer: name, Authorizers: authorizers } = auth;
  if (name === undefined || name === 'AWS_IAM' || (authorizers === undefined && typeof name === 'string')) return;
  if (typeof name !== 'string') refuse('DefaultAuthorizer is not a string.');
  else if (isMap(authorizers) && authorizers[name] === undefined) {
    refuse(`Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`);
  }
}

/** A definition's member with what is added to it; nothing when there is nothing. */
function merged(start: ValueMap, name: string, added: ValueMap): ValueMap {
  const before = start[name];
  if (Object.keys(added).length === 0) return {};
  return { [name]: { ...(isMap(before) && before), ...added } };
}

function withRoute(paths: ValueMap, { path, method, condition }: Route, operation: ValueMap): ValueMap {
  const item = isMap(paths[path]) ? paths[path] : {};
  const key = method === 'any' ? ANY_METHOD : method;
  const before = item[key];
  const whole = { ...(isMap(before) && before), ...operation };
  return { ...paths, [path]: { ...item, [key]: conditional(whole, condition) } };
}

/** An event's own `Auth` counts in the author's definition when it says `OverrideApiAuth`. */
function withOverrides(paths: ValueMap, { routes }: ApiDraft, place: Place): ValueMap {
  let changed = paths;
  for (const route of routes) {
    const asked = route.event.properties['Auth'];
    if (!isMap(asked) || scalarText(asked['OverrideApiAuth']) !== 'true') continue;
    if (!['Authorizer', 'ApiKeyRequired', 'ResourcePolicy'].some((name) => asked[name] !== undefined)) {
      const message =
        'Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the OverrideApiAuth property.';
      reportEvent({ ...place, serverless: route.owner }, route.event, { message, at: asked });
    }
    const item = changed[route.path];
    const key = route.method === 'any' ? ANY_METHOD : route.method;
    const operation = isMap(item) ? item[key] : undefined;
    if (!isMap(item) || !isMap(operation)) continue;
    const own = withEventAuth({ ...route, operation }, place.auth, place);
    changed = { ...changed, [route.path]: { ...item, [key]: own } };
  }
  return changed;
}

function withSecurity(paths: ValueMap, auth: ValueMap): ValueMap {
  const { AddDefaultAuthorizerToCorsPreflight: authorizesOptions, AddApiKeyRequiredToCorsPreflight: keysOptions } =
    auth;
  const { ApiKeyRequired: key } = auth;
  return mapOperations(paths, (operation, method) => {
    if (operation[INTEGRATION] === undefined) return operation;
    const isOptions = method === 'options';
    const skips = isOptions && scalarText(authorizesOptions) === 'false';
    const authorized = skips ? operation : withDefaultAuthorizer(operation, auth);
    if (key === undefined || scalarText(key) === 'false') return authorized;
    return withDefaultKey(authorized, !(isOptions && scalarText(keysOptions) === 'false'));
  });
}

function securityDefinitions(
  serverless: Serverless,
  { assembly, auth, paths, isKeyed }: Place & { readonly paths: ValueMap; readonly isKeyed: boolean },
): ValueMap {
  const used = new Set<string>();
  mapOperations(paths, (operation) => {
    const security = operation['security'];
    const [first] = isList(security) ? security : [];
    if (isMap(first)) for (const name of Object.keys(first)) used.add(name);
    return operation;
  });
  return {
    ...definitionsOf(assembly, serverless, auth),
    ...(used.has('AWS_IAM') && { AWS_IAM }),
    ...(isKeyed && { api_key: API_KEY }),
  };
}

/** The policy of the API: its own lists for every path, those of its events for theirs. */
function policyOf(
  { serverless, routes }: ApiDraft,
  {
    start,
    asRouted,
    paths,
    auth,
  }: {
    readonly start: ValueMap;
    /** The paths before OPTIONS was added to them: what events ask for holds for these. */
    readonly asRouted: ValueMap;
    readonly paths: ValueMap;
    readonly auth: ValueMap;
  },
): ValueMap | undefined {
  const before = start['x-amazon-apigateway-policy'];
  const stage = serverless.properties['StageName'] ?? 'Prod';
  const suffix = typeof stage === 'string' ? stage : 'Stage';
  let statements = [...statementsOf(before)];
  const add = (policy: ValueMap, items: readonly (readonly [string, Value])[], at: Value) => {
    for (const [path, item] of items) statements = policyStatements(statements, policy, { path, item, stage: at });
    if (policy['CustomStatements'] !== undefined) statements = customStatements(statements, policy['CustomStatements']);
  };
  for (const { event, path } of routes) {
    const own = event.properties['Auth'];
    const policy = isMap(own) ? own['ResourcePolicy'] : undefined;
    if (isMap(policy)) add(policy, [[path, asRouted[path] ?? {}]], suffix);
  }
  if (isMap(auth['ResourcePolicy'])) add(auth['ResourcePolicy'], Object.entries(paths), stage);
  if (statements.length === 0) return undefined;
  return { ...(isMap(before) && before), Version: '2012-10-17', Statement: statements };
}

function modelsOf(assembly: Assembly, serverless: Serverless): ValueMap {
  const models = serverless.properties['Models'];
  const made = Object.entries(isMap(models) ? models : {}).map(([name, schema]) => {
    if (!isMap(schema))
      report(assembly, serverless, { message: "Invalid value for 'Models' property", at: models ?? '' });
    else if (schema['type'] === undefined) {
      report(assembly, serverless, { message: "'Models' schema is missing 'type'.", at: schema });
    }
    return [name.toLowerCase(), schema] as const;
  });
  return Object.fromEntries(made);
}

/** OpenAPI 3 has definitions under `components`, and headers with a schema. */
function asOpenApi({ securityDefinitions: schemes, definitions: schemas, paths = {}, ...rest }: ValueMap): ValueMap {
  const before = isMap(rest['components']) ? rest['components'] : {};
  const components = {
    ...before,
    ...(schemes !== undefined && { securitySchemes: schemes }),
    ...(schemas !== undefined && { schemas }),
  };
  return {
    ...rest,
    paths: isMap(paths) ? withoutSwaggerPreflights(paths) : paths,
    ...(Object.keys(components).length > 0 && { components }),
  };
}

/** Only of paths that no condition chooses. */
function withoutSwaggerPreflights(paths: ValueMap): ValueMap {
  const items = Object.entries(paths).map(([path, item]) => {
    const options = isMap(item) ? item['options'] : undefined;
    return [path, isMap(item) && isMap(options) ? { ...item, options: asPreflight(options) } : item] as const;
  });
  return Object.fromEntries(items);
}

function asPreflight({ produces: _, consumes: __, ...operation }: ValueMap): ValueMap {
  const responses = operation['responses'];
  const ok = isMap(responses) ? responses['200'] : undefined;
  const headers = isMap(ok) ? ok['headers'] : undefined;
  if (!isMap(responses) || !isMap(ok) || !isMap(headers)) return operation;
  const made = Object.entries(headers).map(([name, header]) => [name, { schema: header }] as const);
  return { ...operation, responses: { ...responses, '200': { ...ok, headers: Object.fromEntries(made) } } };
}
