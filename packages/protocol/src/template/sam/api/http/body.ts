// The OpenAPI document of an HTTP API: the author's own, or one made of the routes. SAM adds the routes that it lacks
// to the author's own too.
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, report, reportTemplate, type Serverless } from '../../assembly.ts';
import { reportEvent } from '../../events/function-event.ts';
import { resolveParameters } from '../../known-value.ts';
import { pythonText } from '../../python-text.ts';
import { conditional, joinRoutes } from '../api.ts';
import type { ApiDraft, Apis, Route } from '../api-draft.ts';
import { checkPaths, isOpenApi, withEndpoint } from '../definition.ts';
import { ANY_METHOD, hasIntegration, INTEGRATION, mapChoices } from '../operation.ts';
import { withPathConditions } from '../path-condition.ts';
import { httpAuthOf, httpSchemes, routeSecurity, withHttpDefault } from './authorizer.ts';

interface Place {
  readonly assembly: Assembly;
  readonly apis: Apis;
}

/** The document; undefined for an API whose definition is a file. */
export function httpBody(draft: ApiDraft, tags: ValueMap, place: Place): ValueMap | undefined {
  const { assembly } = place;
  const { properties } = draft.serverless;
  const given = isMap(properties['DefinitionBody']) ? properties['DefinitionBody'] : undefined;
  if (!given && properties['DefinitionUri'] !== undefined) return undefined;
  // A definition that a macro makes, or that a condition chooses, is for CloudFormation to make.
  if (given && !isOpenApi(given)) return given;
  const start: ValueMap = given ?? {
    openapi: '3.0.1',
    info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
  };
  const auth = httpAuthOf(draft.serverless);
  let paths: ValueMap = isMap(start['paths']) ? start['paths'] : {};
  const join = (route: Route) => {
    paths = { ...paths, [route.path]: withOperation(paths[route.path] ?? {}, route, { ...place, auth }) };
  };
  if (given) draft.routes.forEach(join);
  else joinRoutes(draft.routes, place, join);
  const secures = typeof auth['DefaultAuthorizer'] === 'string';
  if (!checkPaths(assembly, paths, { kind: 'http', secures, others: ['parameters', 'options'] })) return given ?? {};
  paths = withHttpDefault(paths, auth);
  if (!given) paths = withPathConditions(paths, draft, assembly);
  if (scalarText(properties['FailOnWarnings']) === 'true') paths = withRootedDefault(paths);
  const schemes = httpSchemes(assembly, draft.serverless, auth);
  const cors = corsOf(resolveParameters(properties['CorsConfiguration'] ?? false, assembly));
  refuseCors(assembly, draft.serverless);
  const named = {
    ...(properties['Name'] !== undefined && { title: properties['Name'] }),
    ...(properties['Description'] !== undefined && { description: properties['Description'] }),
  };
  const components = isMap(start['components']) ? start['components'] : {};
  const before = isMap(components['securitySchemes']) ? components['securitySchemes'] : {};
  const document: ValueMap = {
    ...start,
    ...(Object.keys(named).length > 0 && { info: { ...(isMap(start['info']) && start['info']), ...named } }),
    paths,
    ...(Object.keys(schemes).length > 0 && {
      components: { ...components, securitySchemes: { ...before, ...schemes } },
    }),
    ...(cors && { 'x-amazon-apigateway-cors': { ...corsBefore(start), ...cors } }),
    tags: tagsOf(assembly, start['tags'], tags),
  };
  const disabled = properties['DisableExecuteApiEndpoint'];
  return disabled === undefined ? document : withEndpoint(assembly, document, disabled);
}

function corsBefore(start: ValueMap): ValueMap {
  const cors = start['x-amazon-apigateway-cors'];
  return isMap(cors) ? cors : {};
}

/** API Gateway warns of a path without a slash, and `FailOnWarnings` makes a failure of that. */
function withRootedDefault({ $default: whole, ...paths }: ValueMap): ValueMap {
  return whole === undefined ? paths : { ...paths, '/$default': whole };
}

function tagsOf(assembly: Assembly, before: Value | undefined, tags: ValueMap): Value[] {
  if (isMap(before)) {
    const message = `Tags in OpenApi DefinitionBody needs to be a list. ${pythonText(before)} is a dict not a list.`;
    reportTemplate(assembly, { message, at: before });
  }
  const given = isList(before) ? before : [];
  const isNamed = (one: Value, name: string) => isMap(one) && one['name'] === name;
  const own = Object.entries(tags).map(([name, value]) => {
    const same = given.find((one) => isNamed(one, name));
    return { ...(isMap(same) && same), name, 'x-amazon-apigateway-tag-value': value };
  });
  return [...given.filter((one) => !Object.keys(tags).some((name) => isNamed(one, name))), ...own];
}

/** A path with the operation of a route: the author's own keeps its integration, and gets what the event asks for. */
function withOperation(item: Value, route: Route, place: Place & { readonly auth: ValueMap }): Value {
  const { path, method, operation, condition } = route;
  const key = method === 'any' ? ANY_METHOD : method;
  const security = routeSecurity(route, place.auth, place);
  return mapChoices(item, (methods) => {
    const own = methods[key];
    const added = {
      ...operation,
      ...(isMap(own) && own),
      [INTEGRATION]: operation[INTEGRATION] ?? {},
      ...(path === '$default' && method === 'any' && { isDefaultRoute: true }),
    };
    const whole = own !== undefined && hasIntegration(own) ? own : conditional(added, condition);
    return { ...methods, [key]: mapChoices(whole, (one) => withEvent(one, route, security)) };
  });
}

/** What an event asks of an operation that has an integration. */
function withEvent(operation: ValueMap, { path, event }: Route, security: readonly Value[]): ValueMap {
  const integration = operation[INTEGRATION];
  if (!isMap(integration)) return operation;
  const { TimeoutInMillis: timeout, PayloadFormatVersion: version } = event.properties;
  const before = operation['security'];
  const parameters = withPathParameters(operation['parameters'], path);
  return {
    ...operation,
    ...(security.length > 0 && { security: [...(isList(before) ? before : []), ...security] }),
    ...(parameters.length > 0 && { parameters }),
    [INTEGRATION]: {
      ...integration,
      ...(timeout !== undefined && { timeoutInMillis: timeout }),
      ...(version !== undefined && { payloadFormatVersion: version }),
    },
  };
}

function withPathParameters(before: Value | undefined, path: string): readonly Value[] {
  const named = isList(before) ? before : [];
  const inPath = { in: 'path', required: true };
  const names = [...path.matchAll(/\{(.*?)\}/g)].map(([, name = '']) => name);
  const isNamed = (one: Value, name: Value | undefined) => isMap(one) && one['name'] === name;
  return [
    ...named.map((one) => (isMap(one) && names.some((name) => isNamed(one, name)) ? { ...one, ...inPath } : one)),
    ...names.filter((name) => !named.some((one) => isNamed(one, name))).map((name) => ({ name, ...inPath })),
  ];
}

const CORS_MEMBERS = ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'];

function refuseCors(assembly: Assembly, serverless: Serverless): void {
  const cors = serverless.properties['CorsConfiguration'];
  if (!isMap(cors) || asIntrinsic(cors)) return;
  for (const name of Object.keys(cors)) {
    if (CORS_MEMBERS.includes(name)) continue;
    report(assembly, serverless, { message: `Invalid key '${name}' for 'Cors' property.`, at: cors, member: name });
  }
}

/** `true` allows every origin; else the members are those of the API, first letter small. */
function corsOf(cors: Value): ValueMap | undefined {
  if (scalarText(cors) === 'false') return undefined;
  if (!isMap(cors)) return { allowOrigins: ['*'] };
  const intrinsic = asIntrinsic(cors);
  if (intrinsic) {
    if (intrinsic.name !== 'Fn::If' || !isList(intrinsic.argument)) return cors;
    const [condition = '', ...branches] = intrinsic.argument;
    return { 'Fn::If': [condition, ...branches.map((one) => (isMap(one) && corsOf(one)) || one)] };
  }
  const members = Object.entries(cors)
    .filter(([name, value]) => name.toLowerCase() !== 'allowcredentials' || scalarText(value) === 'true')
    .map(([name, value]) => [name.slice(0, 1).toLowerCase() + name.slice(1), value] as const);
  return Object.fromEntries(members);
}

/** `RouteSettings` of the API, and those of its events for their routes. */
export function routeSettings({ serverless, routes }: ApiDraft, place: Place): ValueMap {
  const own = serverless.properties['RouteSettings'];
  const settings: Record<string, Value> = isMap(own) ? { ...own } : {};
  for (const { event, owner, path, method, condition } of routes) {
    const asked = event.declared['Properties'];
    if (!isMap(asked) || asked['RouteSettings'] === undefined) continue;
    const given = asked['RouteSettings'];
    if (!isMap(given) && condition === undefined) {
      const message = "Property 'RouteSettings' should be a map.";
      reportEvent({ ...place, serverless: owner }, event, { message, at: asked });
    }
    if (!isMap(given)) continue;
    const key = path === '$default' ? path : `${method.toUpperCase()} ${path}`;
    const { Properties: declared } = serverless.declared;
    // A choice is merged with what the API itself has, and stands in place of what Globals have.
    const replaces = condition !== undefined && !(isMap(declared) && hasMember(declared['RouteSettings'], key));
    const before = replaces ? undefined : settings[key];
    settings[key] = { ...(isMap(before) && before), ...conditional(given, condition) };
  }
  return Object.keys(settings).length > 0 ? { RouteSettings: settings } : {};
}

function hasMember(value: Value | undefined, name: string): boolean {
  return isMap(value) && Object.hasOwn(value, name);
}
