// AWS::Serverless::Api: a RestApi with a Swagger body, a deployment whose name changes with the body, and a stage. CORS
// becomes mock OPTIONS methods. Authorizers, domains, models and usage plans are refused by name.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, pick, report, type Serverless, suffixedId } from '../assembly.ts';
import { checkResource } from '../specification.ts';
import { conditional } from './api.ts';
import type { ApiDraft, Route } from './api-draft.ts';

const ON_API = [
  ...['ApiKeySourceType', 'Description', 'DisableExecuteApiEndpoint', 'FailOnWarnings', 'MinimumCompressionSize'],
  ...['Mode', 'Name', 'Policy'],
];
const ON_STAGE = [
  ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'CanarySetting', 'MethodSettings'],
  ...['TracingEnabled', 'Variables'],
];
const ANY = 'x-amazon-apigateway-any-method';

export function buildRestApi(assembly: Assembly, draft: ApiDraft): void {
  const { serverless } = draft;
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  refuseCredentials(assembly, serverless);
  const body = bodyOf(draft);
  const hash = assembly.sha1(JSON.stringify(body));
  const stage = properties['StageName'] ?? 'Prod';
  const deploymentId = `${logicalId}Deployment${hash.slice(0, 10)}`;
  const stageId = suffixedId(logicalId, typeof stage === 'string' ? stage : '', assembly, 'Stage');
  const RestApiId = { Ref: logicalId };
  const restApi = {
    Body: body,
    ...pick(properties, ON_API),
    ...endpointOf(properties['EndpointConfiguration']),
    ...(properties['BinaryMediaTypes'] !== undefined && { BinaryMediaTypes: properties['BinaryMediaTypes'] }),
  };
  addResource(
    assembly,
    logicalId,
    {
      Type: 'AWS::ApiGateway::RestApi',
      ...pick(declared, ['DependsOn', 'Metadata']),
      Properties: assembly.source.derive(restApi, properties),
    },
    serverless,
  );
  addResource(
    assembly,
    deploymentId,
    {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: {
        RestApiId,
        Description: `RestApi deployment id: ${hash}`,
        // SAM's own oddity: without OpenApiVersion each deployment also makes a stage called Stage.
        ...(properties['OpenApiVersion'] === undefined && { StageName: 'Stage' }),
      },
    },
    serverless,
  );
  const stageProperties = {
    DeploymentId: { Ref: deploymentId },
    RestApiId,
    StageName: stage,
    ...pick(properties, ON_STAGE),
    ...(isMap(properties['Tags']) && { Tags: pairs(properties['Tags']) }),
  };
  addResource(
    assembly,
    stageId,
    { Type: 'AWS::ApiGateway::Stage', Properties: assembly.source.derive(stageProperties, properties) },
    serverless,
  );
  assembly.references.set(`${logicalId}.Stage`, stageId);
  assembly.references.set(`${logicalId}.Deployment`, deploymentId);
}

// Credentials may not go to everybody.
function refuseCredentials(assembly: Assembly, serverless: Serverless): void {
  const cors = serverless.properties['Cors'];
  if (!isMap(cors) || scalarText(cors['AllowCredentials']) !== 'true') return;
  const origin = cors['AllowOrigin'];
  if (origin !== undefined && origin !== "'*'") return;
  const message = `Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is "'*'" or not set`;
  report(assembly, serverless, { message, at: cors, member: 'AllowCredentials' });
}

function pairs(tags: ValueMap): Value[] {
  return Object.entries(tags).map(([Key, value]) => ({ Key, Value: value }));
}

function endpointOf(configuration: Value | undefined): ValueMap {
  if (configuration === undefined) return {};
  const type = isMap(configuration) ? (configuration['Type'] ?? configuration['Types']) : configuration;
  const types = isList(type) ? type : [type ?? 'REGIONAL'];
  return {
    EndpointConfiguration: { Types: types },
    Parameters: { endpointConfigurationTypes: types[0] ?? 'REGIONAL' },
  };
}

function bodyOf({ serverless, routes }: ApiDraft): ValueMap {
  const { properties } = serverless;
  const given = isMap(properties['DefinitionBody']) ? properties['DefinitionBody'] : undefined;
  // A definition that a macro makes is for CloudFormation to make.
  if (given && 'Fn::Transform' in given) return given;
  const paths: Record<string, Value> = isMap(given?.['paths']) ? { ...given['paths'] } : {};
  // A definition that is given is taken as it is: its routes are those of the template's author.
  for (const route of given ? [] : routes) {
    const before = paths[route.path];
    paths[route.path] = { ...(isMap(before) ? before : {}), ...operationOf(route) };
  }
  const cors = properties['Cors'];
  if (cors !== undefined) {
    for (const [path, item] of Object.entries(paths)) {
      if (isMap(item) && item['options'] === undefined) paths[path] = { options: preflight(item, cors), ...item };
    }
  }
  for (const [path, item] of Object.entries(paths)) {
    const conditions = new Set(routes.filter((route) => route.path === path).map(({ condition }) => condition));
    // A path is there when one of its functions is; SAM says so where all have the same condition.
    if (!given && isMap(item) && conditions.size === 1) paths[path] = conditional(item, [...conditions][0]);
  }
  const binary = properties['BinaryMediaTypes'];
  return {
    info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
    ...(given ?? { swagger: '2.0' }),
    paths,
    ...(isList(binary) && {
      'x-amazon-apigateway-binary-media-types': binary.map((type) =>
        typeof type === 'string' ? type.replaceAll('~1', '/') : type,
      ),
    }),
  };
}

function operationOf({ method, operation, condition }: Route): ValueMap {
  return { [method === 'any' ? ANY : method]: conditional(operation, condition) };
}

/** What CORS adds to a path: OPTIONS, answered by API Gateway itself. */
function preflight(item: ValueMap, cors: Value): ValueMap {
  const settings: ValueMap = isMap(cors) && !('Fn::If' in cors) && !('Ref' in cors) ? cors : { AllowOrigin: cors };
  const headers: [string, Value, string][] = [];
  const header = (name: string, value: Value | undefined, type = 'string') => {
    if (value !== undefined) headers.push([`Access-Control-${name}`, value, type]);
  };
  header('Allow-Headers', settings['AllowHeaders']);
  header('Allow-Origin', settings['AllowOrigin'] ?? "'*'");
  header('Max-Age', settings['MaxAge'], 'integer');
  header('Allow-Methods', settings['AllowMethods'] ?? `'${methodsOf(item).join(',')}'`);
  header('Allow-Credentials', scalarText(settings['AllowCredentials']) === 'true' ? "'true'" : undefined);
  return {
    summary: 'CORS support',
    consumes: ['application/json'],
    produces: ['application/json'],
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: Object.fromEntries(
            headers.map(([name, value]) => [`method.response.header.${name}`, value]),
          ),
          responseTemplates: { 'application/json': '{}\n' },
        },
      },
    },
    responses: {
      '200': {
        description: 'Default response for CORS method',
        headers: Object.fromEntries(headers.map(([name, , type]) => [name, { type }])),
      },
    },
  };
}

function methodsOf(item: ValueMap): string[] {
  const methods = Object.keys(item);
  if (methods.includes(ANY)) return ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
  return [...methods.map((method) => method.toUpperCase()), 'OPTIONS'].sort();
}
