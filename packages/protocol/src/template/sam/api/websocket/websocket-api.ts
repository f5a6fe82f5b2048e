// AWS::Serverless::WebSocketApi: an Api of API Gateway v2 with its routes to functions, their permissions, a stage, an
// authorizer and a domain.
import { asIntrinsic, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless } from '../../assembly.ts';
import { resolveParameters } from '../../known-value.ts';
import { checkResource } from '../../specification.ts';
import { addHttpDomain } from '../http/domain.ts';
import { addAuthorizer, connectAuth } from './authorizer.ts';

const ON_API = [
  ...['ApiKeySelectionExpression', 'Description', 'DisableExecuteApiEndpoint', 'DisableSchemaValidation'],
  ...['IpAddressType', 'RouteSelectionExpression'],
];
const ON_STAGE = ['StageVariables', 'AccessLogSettings', 'DefaultRouteSettings', 'RouteSettings'];
const ON_ROUTE = [
  ...['ApiKeyRequired', 'ModelSelectionExpression', 'OperationName', 'RequestModels', 'RequestParameters'],
  'RouteResponseSelectionExpression',
];

export function expandWebsocketApi(assembly: Assembly, given: Serverless): void {
  // SAM drops the other attributes, the condition too.
  const declared = assembly.source.derive(pick(given.declared, ['DependsOn']), given.declared);
  const serverless = { ...given, declared };
  const { logicalId, properties } = serverless;
  checkResource(assembly, serverless);
  const routes = resolveParameters(properties['Routes'] ?? {}, assembly);
  const auth = resolveParameters(properties['Auth'] ?? {}, assembly);
  refuseImpossible(assembly, serverless, isMap(routes) ? routes : {});
  const mark = { 'websocketapi:createdBy': 'SAM' };
  const tags = { ...(isMap(properties['Tags']) && properties['Tags']), ...mark };
  // Of the resources that it makes, only the API has the tags of its own accord.
  const others = scalarText(properties['PropagateTags']) === 'true' ? tags : mark;
  const api = {
    ...pick(properties, ON_API),
    Name: properties['Name'] ?? logicalId,
    ProtocolType: 'WEBSOCKET',
    Tags: tags,
  };
  const Properties = assembly.source.derive(api, properties);
  const resource = { Type: 'AWS::ApiGatewayV2::Api', ...ownAttributes(declared), Properties };
  addResource(assembly, logicalId, resource, serverless);
  const routeIds: string[] = [];
  for (const [key, route] of Object.entries(isMap(routes) ? routes : {})) {
    const authorization = key === '$connect' && isMap(auth) ? connectAuth(logicalId, auth) : {};
    const id = addRoute(assembly, serverless, { key, route: isMap(route) ? route : {}, authorization });
    if (id !== undefined) routeIds.push(id);
  }
  const stageId = stageIdOf(serverless);
  const stage = {
    ApiId: { Ref: logicalId },
    StageName: stageOf(serverless),
    AutoDeploy: true,
    ...pick(properties, ON_STAGE),
    Tags: others,
  };
  addResource(
    assembly,
    stageId,
    {
      Type: 'AWS::ApiGatewayV2::Stage',
      // Settings of routes name them.
      ...(properties['RouteSettings'] !== undefined && { DependsOn: routeIds }),
      Properties: assembly.source.derive(stage, properties),
    },
    serverless,
  );
  assembly.references.set(`${logicalId}.Stage`, stageId);
  if (isMap(auth) && properties['Auth'] !== undefined) addAuthorizer(assembly, serverless, auth);
  const domain = resolveParameters(properties['Domain'] ?? {}, assembly);
  if (properties['Domain'] === undefined || !isMap(domain)) return;
  if (domain['MutualTlsAuthentication'] !== undefined) {
    const message = 'Mutual TLS domain name association is not supported for Websocket APIs.';
    report(assembly, serverless, { message, at: domain });
  }
  addHttpDomain(assembly, serverless, { domain, stageId, tags: others });
}

function stageOf({ properties }: Serverless): Value {
  return properties['StageName'] ?? 'default';
}

function stageIdOf(serverless: Serverless): string {
  const stage = stageOf(serverless);
  if (stage === 'default') return `${serverless.logicalId}DefaultStage`;
  return `${serverless.logicalId}${typeof stage === 'string' ? stage : ''}Stage`;
}

/** Adds a route, its integration and its permission; returns the route's id, nothing for a key that cannot be one. */
function addRoute(
  assembly: Assembly,
  serverless: Serverless,
  { key, route, authorization }: { readonly key: string; readonly route: ValueMap; readonly authorization: ValueMap },
): string | undefined {
  const { logicalId } = serverless;
  const refuse = (message: string) => report(assembly, serverless, { message, at: route });
  if (!/^(\$connect|\$disconnect|\$default|[0-9A-Za-z]+)$/.test(key)) {
    const special = 'Only $connect, $disconnect, and $default special routes are supported.';
    refuse(`Route key '${key}' must be alphanumeric. ${special}`);
    return undefined;
  }
  const { FunctionArn: fn, IntegrationTimeout: timeout, RequestParameters: parameters } = route;
  if (parameters !== undefined && key !== '$connect') {
    refuse('Request parameters are only supported for the $connect route in WebSocket APIs.');
  }
  if (fn === undefined) {
    refuse('Route must have associated function.');
    return undefined;
  }
  const bare = key.replace('$', '').toLowerCase();
  const id = `${logicalId}${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
  const add = (ending: string, Type: string, members: ValueMap) =>
    addResource(assembly, `${id}${ending}`, { Type, Properties: assembly.source.derive(members, route) }, serverless);
  const ApiId = { Ref: logicalId };
  add('Route', 'AWS::ApiGatewayV2::Route', {
    ApiId,
    RouteKey: key,
    ...pick(route, ON_ROUTE),
    ...authorization,
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: `${id}Integration` }]] },
  });
  add('Integration', 'AWS::ApiGatewayV2::Integration', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: {
      'Fn::Sub': [
        'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations',
        { FunctionArn: fn },
      ],
    },
    ...(timeout !== undefined && { TimeoutInMillis: timeout }),
  });
  add('Permission', 'AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: fn,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: routeArn(serverless, key),
  });
  return `${id}Route`;
}

function routeArn(serverless: Serverless, key: string): ValueMap {
  const stage = stageOf(serverless);
  const api = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${serverless.logicalId}.ApiId}`;
  if (typeof stage === 'string') return { 'Fn::Sub': `${api}/${stage}/${key}` };
  return { 'Fn::Sub': [`${api}/\${__StageName__}/${key}`, { __StageName__: stage }] };
}

function refuseImpossible(assembly: Assembly, serverless: Serverless, routes: ValueMap): void {
  const { properties } = serverless;
  const refuse = (message: string, member?: string) =>
    report(assembly, serverless, { message, at: properties, ...(member !== undefined && { member }) });
  const { IpAddressType: address, Auth: auth, StageName: stage } = properties;
  if (Object.keys(routes).length === 0) refuse('WebSocket API must have at least one route.', 'Routes');
  if (address !== undefined && !asIntrinsic(address) && address !== 'ipv4' && address !== 'dualstack') {
    refuse("IpAddressType must be 'ipv4' or 'dualstack'.", 'IpAddressType');
  }
  if (auth !== undefined && routes['$connect'] === undefined) {
    refuse('Authorization is only available if there is a $connect route.', 'Auth');
  }
  if (stage === '$default') refuse('Stages cannot be named $default for WebSocket APIs.', 'StageName');
}
