// The OpenAPI document of an HTTP API: the author's own, or one made of the routes. SAM adds the routes that it lacks
// to the author's own too.
import { asIntrinsic, isList, isMap, plainText, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, pick, report, resolveParameters, type Serverless } from '../../assembly.ts';
import { conditional } from '../api.ts';
import type { ApiDraft, Apis, Route } from '../api-draft.ts';
import { ANY_METHOD } from '../operation.ts';
import { withPathConditions } from '../path-condition.ts';
import { httpAuthOf, httpSchemes, routeSecurity, withHttpDefault } from './authorizer.ts';

interface Place {
  readonly assembly: Assembly;
  readonly apis: Apis;
}

/** Whether SAM can read a definition: only then it adds to it. */
export function isOpenApi(body: ValueMap): boolean {
  return isMap(body['paths']) && /^3(\.\d)(\.\d)?$/.test(scalarText(body['openapi']) ?? '');
}

/** The document; undefined for an API whose definition is a file. */
export function httpBody(draft: ApiDraft, tags: ValueMap, place: Place): ValueMap | undefined {
  const { assembly } = place;
  const { properties } = draft.serverless;
  const given = isMap(properties['DefinitionBody']) ? properties['DefinitionBody'] : undefined;
  if (!given && properties['DefinitionUri'] !== undefined) return undefined;
  // A definition that a macro makes, or that a condition chooses, is for CloudFormation to make.
  if (given && ('Fn::Transform' in given || asIntrinsic(given))) return given;
  const start: ValueMap = given ?? {
    openapi: '3.0.1',
    info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
  };
  const auth = httpAuthOf(draft.serverless);
  let paths: ValueMap = isMap(start['paths']) ? start['paths'] : {};
  for (const route of draft.routes) {
    const item = isMap(paths[route.path]) ? paths[route.path] : {};
    const operation = operationOf(route, routeSecurity(route, auth, place));
    paths = { ...paths, [route.path]: withOperation(isMap(item) ? item : {}, operation) };
  }
  paths = withHttpDefault(paths, auth);
  if (!given) paths = withPathConditions(paths, draft, assembly);
  const schemes = httpSchemes(assembly, draft.serverless, auth);
  const cors = corsOf(resolveParameters(properties['CorsConfiguration'] ?? false, assembly));
  refuseCors(assembly, draft.serverless);
  const named = {
    ...(properties['Name'] !== undefined && { title: properties['Name'] }),
    ...(properties['Description'] !== undefined && { description: properties['Description'] }),
  };
  const components = isMap(start['components']) ? start['components'] : {};
  const before = isMap(components['securitySchemes']) ? components['securitySchemes'] : {};
  return {
    ...start,
    ...(Object.keys(named).length > 0 && { info: { ...(isMap(start['info']) && start['info']), ...named } }),
    paths,
    ...(Object.keys(schemes).length > 0 && {
      components: { ...components, securitySchemes: { ...before, ...schemes } },
    }),
    ...(cors && { 'x-amazon-apigateway-cors': cors }),
    ...((!given || isOpenApi(given)) && { tags: tagsOf(start['tags'], tags) }),
  };
}

function tagsOf(before: Value | undefined, tags: ValueMap): Value[] {
  const own = Object.entries(tags).map(([name, value]) => ({ name, 'x-amazon-apigateway-tag-value': value }));
  const others = (isList(before) ? before : []).filter(
    (one) => !isMap(one) || !Object.hasOwn(tags, plainText(one['name'])),
  );
  return [...others, ...own];
}

/** An operation that the definition has keeps what it says, its integration as well. */
function withOperation(item: ValueMap, added: ValueMap): ValueMap {
  const merged = Object.entries(added).map(([method, operation]) => {
    const own = item[method];
    return [method, isMap(own) && isMap(operation) ? { ...operation, ...own } : operation] as const;
  });
  return { ...item, ...Object.fromEntries(merged) };
}

function operationOf({ path, method, operation, condition }: Route, security: ValueMap): ValueMap {
  const parameters = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true }));
  const whole = {
    ...operation,
    ...security,
    ...(path === '$default' && { isDefaultRoute: true }),
    ...(parameters.length > 0 && { parameters }),
  };
  return { [method === 'any' ? ANY_METHOD : method]: conditional(whole, condition) };
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
export function routeSettings({ serverless, routes }: ApiDraft): ValueMap {
  const own = serverless.properties['RouteSettings'];
  const settings: Record<string, Value> = isMap(own) ? { ...own } : {};
  for (const { event, path, method } of routes) {
    const asked = event.properties['RouteSettings'];
    if (!isMap(asked)) continue;
    const key = path === '$default' ? path : `${method.toUpperCase()} ${path}`;
    const before = settings[key];
    settings[key] = { ...(isMap(before) && before), ...pick(asked, Object.keys(asked)) };
  }
  return Object.keys(settings).length > 0 ? { RouteSettings: settings } : {};
}
