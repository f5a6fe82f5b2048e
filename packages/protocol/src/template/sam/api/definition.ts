// What SAM asks of the definition of an API before it adds anything to it. Source: aws-sam-translator 1.110,
// `SwaggerEditor` and `OpenApiEditor`.
import { asIntrinsic, isList, isMap, isNoValue, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, report, reportTemplate, type Serverless } from '../assembly.ts';
import { pythonText } from '../python-text.ts';
import { ANY_METHOD, INTEGRATION } from './operation.ts';

/** Whether SAM can read a definition as OpenAPI 3: only then it adds to that of an HTTP API. */
export function isOpenApi(body: ValueMap): boolean {
  return isMap(body['paths']) && /^3(\.\d)(\.\d)?$/.test(scalarText(body['openapi']) ?? '');
}

/** The same for a REST API, whose definition may be Swagger 2 as well. */
export function isSwagger(body: ValueMap): boolean {
  return isOpenApi(body) || (isMap(body['paths']) && Boolean(body['swagger']));
}

/** Properties of a REST API that ask SAM to add to its definition, and what SAM calls what they add. */
const ADDING: Readonly<Record<string, string | undefined>> = {
  Cors: 'Cors configuration',
  Auth: 'Auth configuration',
  GatewayResponses: 'Auth configuration',
  BinaryMediaTypes: undefined,
  Models: 'Models definitions',
  DisableExecuteApiEndpoint: undefined,
};

export function isEdited(properties: ValueMap): boolean {
  return Object.keys(ADDING).some((name) => properties[name] !== undefined);
}

/** Reports that SAM cannot add to the definition of a REST API what its properties ask for. */
export function refuseUnreadable(assembly: Assembly, serverless: Serverless): void {
  const { properties } = serverless;
  for (const [name, shown] of Object.entries(ADDING)) {
    if (properties[name] === undefined) continue;
    const place = { at: properties, member: name };
    const document = "Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.";
    if (shown === undefined) reportTemplate(assembly, { message: `Invalid ${document}`, ...place });
    else {
      const message = `Unable to add ${shown} because 'DefinitionBody' does not contain a valid Swagger definition.`;
      report(assembly, serverless, { message, ...place });
    }
  }
}

export interface Checks {
  /** Members of a path that are no methods. */
  readonly others: readonly string[];
  /** Whether security is added to each operation, so that SAM looks into it. */
  readonly secures: boolean;
  readonly kind: 'rest' | 'http';
}

/** Reports the first thing in a definition that SAM cannot add to; returns whether it can. */
export function checkPaths(assembly: Assembly, paths: ValueMap, checks: Checks): boolean {
  const before = assembly.problems.length;
  const refuse = (message: string) => reportTemplate(assembly, { message, at: paths });
  for (const [path, item] of Object.entries(paths)) {
    for (const one of choicesOf(item, refuse)) {
      if (!isMap(one)) refuse(`Value of '${path}' path must be a dictionary according to Swagger spec.`);
      else if (checks.secures) checkMethods(path, one, { ...checks, refuse });
      if (assembly.problems.length > before) return false;
    }
  }
  return true;
}

type Refuse = (message: string) => void;

function checkMethods(path: string, item: ValueMap, { others, kind, refuse }: Checks & { refuse: Refuse }): void {
  for (const [method, operation] of Object.entries(item)) {
    if (others.includes(method)) continue;
    const normal = method.toLowerCase() === 'any' ? ANY_METHOD : method.toLowerCase();
    const absent = kind === 'http' && item[normal] === undefined;
    const messages = absent
      ? [`Could not find ${normal} in ${path} within DefinitionBody.`]
      : choicesOf(operation, refuse).flatMap((one) =>
          isMap(one)
            ? securityFaults(one, { path, method: normal, kind })
            : [`Definition of method '${method}' for path '${path}' should be a map.`],
        );
    for (const message of messages) refuse(message);
    if (messages.length > 0) return;
  }
}

function securityFaults(
  { security, ...operation }: ValueMap,
  { path, method, kind }: { readonly path: string; readonly method: string; readonly kind: Checks['kind'] },
): string[] {
  if (kind === 'http' || operation[INTEGRATION] === undefined || security === undefined) return [];
  const where = `for path ${path} method ${method}`;
  if (!isList(security)) return [`Type of security ${where} must be a list`];
  const foreign = security.find((one) => !isMap(one));
  return foreign === undefined ? [] : [`${pythonText(foreign)} in Security ${where} is not a valid dictionary.`];
}

/** A value, or what `Fn::If` chooses from. */
function choicesOf(value: Value, refuse: Refuse): readonly Value[] {
  const intrinsic = asIntrinsic(value);
  if (intrinsic?.name !== 'Fn::If') return [value];
  if (isList(intrinsic.argument)) return intrinsic.argument.slice(1).filter((one) => !isNoValue(one));
  refuse('Value of Fn::If must be a list.');
  return [];
}

/** Reports answers to OPTIONS whose headers SAM cannot rewrite for OpenAPI 3. */
export function checkPreflights(assembly: Assembly, paths: ValueMap): void {
  for (const [path, item] of Object.entries(paths)) {
    const options = isMap(item) ? item['options'] : undefined;
    if (!isMap(options)) continue;
    const refuse = (message: string) => reportTemplate(assembly, { message, at: options });
    const { responses } = options;
    const ok = isMap(responses) ? responses['200'] : undefined;
    const headers = isMap(ok) ? ok['headers'] : undefined;
    const invalid = `Invalid responses in options method for path ${path}:`;
    if (responses !== undefined && !isMap(responses)) refuse(`${invalid} It should be a map.`);
    else if (ok !== undefined && !isMap(ok)) refuse(`${invalid} The value of '200' should be a map.`);
    else if (headers && !isMap(headers)) {
      const what = `Value of response's headers in options method for path ${path}`;
      refuse(`${what} must be a dictionary according to Swagger spec.`);
    }
  }
}

/** A definition that says whether the address that API Gateway gives the API is closed: for OpenAPI 3 each server. */
export function withEndpoint(assembly: Assembly, body: ValueMap, disabled: Value): ValueMap {
  const refuse = (where: string) => {
    const message = `Invalid OpenAPI definition${where}: The value of '${ENDPOINT}' should be a map.`;
    reportTemplate(assembly, { message, at: body });
  };
  const close = (place: ValueMap, where: string): ValueMap => {
    const before = place[ENDPOINT] ?? {};
    if (!isMap(before)) refuse(where);
    return { ...place, [ENDPOINT]: { ...(isMap(before) && before), disableExecuteApiEndpoint: disabled } };
  };
  if (body['openapi'] === undefined) return close(body, '');
  const given = body['servers'];
  const servers = (isList(given) ? given : [{}]).map((server, index) =>
    close(isMap(server) ? server : {}, ` of 'servers[${index}]'`),
  );
  return { ...body, servers };
}

const ENDPOINT = 'x-amazon-apigateway-endpoint-configuration';
