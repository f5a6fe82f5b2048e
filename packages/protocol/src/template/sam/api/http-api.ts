// AWS::Serverless::HttpApi: an Api of API Gateway v2 with an OpenAPI body and a stage that deploys by itself.
// Authorizers and domains are refused by name.
import { asIntrinsic, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless, suffixedId } from '../assembly.ts';
import { checkResource } from '../specification.ts';
import { conditional } from './api.ts';
import type { ApiDraft, Route } from './api-draft.ts';

const ON_STAGE = ['AccessLogSettings', 'DefaultRouteSettings', 'RouteSettings', 'StageVariables'];
const ANY = 'x-amazon-apigateway-any-method';

export function buildHttpApi(assembly: Assembly, draft: ApiDraft): void {
  const { serverless } = draft;
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  refuseForeignCors(assembly, serverless);
  const stage = properties['StageName'] ?? '$default';
  const name = typeof stage === 'string' ? stage : '';
  const stageId =
    name === '$default' ? `${logicalId}ApiGatewayDefaultStage` : suffixedId(logicalId, name, assembly, 'Stage');
  const tags = { ...(isMap(properties['Tags']) ? properties['Tags'] : {}), 'httpapi:createdBy': 'SAM' };
  const api = {
    Body: bodyOf(draft, tags),
    ...pick(properties, ['DisableExecuteApiEndpoint', 'FailOnWarnings']),
  };
  addResource(
    assembly,
    logicalId,
    {
      Type: 'AWS::ApiGatewayV2::Api',
      ...pick(declared, ['DependsOn', 'Metadata']),
      Properties: assembly.source.derive(api, properties),
    },
    serverless,
  );
  const stageProperties = {
    ApiId: { Ref: logicalId },
    StageName: stage,
    AutoDeploy: true,
    ...pick(properties, ON_STAGE),
    Tags: tags,
  };
  addResource(
    assembly,
    stageId,
    { Type: 'AWS::ApiGatewayV2::Stage', Properties: assembly.source.derive(stageProperties, properties) },
    serverless,
  );
  assembly.references.set(`${logicalId}.Stage`, stageId);
}

function bodyOf({ serverless, routes }: ApiDraft, tags: ValueMap): ValueMap {
  const { properties } = serverless;
  const given = isMap(properties['DefinitionBody']) ? properties['DefinitionBody'] : undefined;
  // A definition that a macro makes is for CloudFormation to make.
  if (given && 'Fn::Transform' in given) return given;
  const paths: Record<string, Value> = isMap(given?.['paths']) ? { ...given['paths'] } : {};
  // Also to a definition that is given: SAM adds the routes that it lacks.
  for (const route of routes) {
    const before = paths[route.path];
    paths[route.path] = withOperation(isMap(before) ? before : {}, operationOf(route));
  }
  const cors = corsOf(properties['CorsConfiguration']);
  const info = {
    version: '1.0',
    title: properties['Name'] ?? { Ref: 'AWS::StackName' },
    ...pickAs(properties, 'Description', 'description'),
  };
  return {
    info,
    openapi: '3.0.1',
    ...given,
    paths,
    ...(cors && { 'x-amazon-apigateway-cors': cors }),
    tags: Object.entries(tags).map(([name, value]) => ({ name, 'x-amazon-apigateway-tag-value': value })),
  };
}

/** An operation that the definition has keeps what it says, its integration as well. */
function withOperation(item: ValueMap, added: ValueMap): ValueMap {
  const merged = Object.entries(added).map(([method, operation]) => {
    const own = item[method];
    return [method, isMap(own) && isMap(operation) ? { ...operation, ...own } : operation] as const;
  });
  return { ...item, ...Object.fromEntries(merged) };
}

function pickAs(properties: ValueMap, name: string, as: string): ValueMap {
  const value = properties[name];
  return value === undefined ? {} : { [as]: value };
}

function operationOf({ path, method, operation, condition }: Route): ValueMap {
  const parameters = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true }));
  const whole = {
    ...operation,
    ...(path === '$default' && { isDefaultRoute: true }),
    ...(parameters.length > 0 && { parameters }),
  };
  return { [method === 'any' ? ANY : method]: conditional(whole, condition) };
}

const CORS_MEMBERS = ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'];

function refuseForeignCors(assembly: Assembly, serverless: Serverless): void {
  const cors = serverless.properties['CorsConfiguration'];
  if (!isMap(cors) || asIntrinsic(cors)) return;
  for (const name of Object.keys(cors)) {
    if (CORS_MEMBERS.includes(name)) continue;
    report(assembly, serverless, { message: `Invalid key '${name}' for 'Cors' property.`, at: cors, member: name });
  }
}

/** `true` allows every origin; else the members are those of the API, first letter small. */
function corsOf(cors: Value | undefined): ValueMap | undefined {
  if (cors === undefined || cors === false) return undefined;
  if (!isMap(cors)) return { allowOrigins: ['*'] };
  const members = Object.entries(cors)
    .filter(([name, value]) => name.toLowerCase() !== 'allowcredentials' || scalarText(value) === 'true')
    .map(([name, value]) => [name.slice(0, 1).toLowerCase() + name.slice(1), value] as const);
  return Object.fromEntries(members);
}
