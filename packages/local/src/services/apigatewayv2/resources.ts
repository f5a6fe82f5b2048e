// CloudFormation: AWS::ApiGatewayV2::Api (with an OpenAPI Body, or a Target), Integration, Route, Stage, Deployment.
import { fineIf, parseInput, tagsProperty } from '../../resources/properties.ts';
import type { Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('NotFoundException');

const apiResource: ResourceType = {
  type: 'AWS::ApiGatewayV2::Api',
  properties: {
    ProtocolType: 'replaces',
    RouteKey: 'replaces',
    Target: 'replaces',
    ...optional('Body CorsConfiguration Description Name Tags Version'),
  },
  ignored: [
    ...['ApiKeySelectionExpression', 'BasePath', 'CredentialsArn', 'DisableExecuteApiEndpoint'],
    ...['DisableSchemaValidation', 'FailOnWarnings', 'IpAddressType', 'RouteSelectionExpression'],
  ],
  async create(properties, context) {
    const { call, dispatch, logicalId } = context;
    const { Tags: _, Body, ...settings } = properties;
    const title = (Body as { info?: { title?: unknown } } | undefined)?.info?.title;
    const Tags = tagsProperty(properties);
    const defaults = { Name: String(title ?? logicalId), ProtocolType: 'HTTP' } as const;
    const input = { ...defaults, ...(await parseInput('apigatewayv2', 'CreateApi', settings)), Tags };
    const { ApiId = '', ApiEndpoint = '' } = await dispatch.call('apigatewayv2', 'CreateApi', input, call);
    await reimport(ApiId, properties, context);
    return { physicalId: ApiId, attributes: { ApiId, ApiEndpoint } };
  },
  async update(made, properties, context) {
    const ApiId = made.physicalId;
    const { Tags: _, Body: __, Target: ___, RouteKey: ____, ...settings } = properties;
    const input = { ...(await parseInput('apigatewayv2', 'UpdateApi', settings)), ApiId };
    await context.dispatch.call('apigatewayv2', 'UpdateApi', input, context.call);
    await reimport(ApiId, properties, context);
    return made;
  },
  async delete(made, { call, dispatch }) {
    await fineIfGone(dispatch.call('apigatewayv2', 'DeleteApi', { ApiId: made.physicalId }, call));
  },
};

const integrationResource: ResourceType = {
  type: 'AWS::ApiGatewayV2::Integration',
  properties: {
    ApiId: 'required-replaces',
    IntegrationType: 'required',
    ...optional('ConnectionId ConnectionType CredentialsArn Description IntegrationMethod IntegrationSubtype'),
    ...optional('IntegrationUri PayloadFormatVersion RequestParameters ResponseParameters TimeoutInMillis'),
  },
  ignored: ['PassthroughBehavior', 'TemplateSelectionExpression'],
  async create(properties, { call, dispatch }) {
    const defaults = { ApiId: '', IntegrationType: 'AWS_PROXY' } as const;
    const input = { ...defaults, ...(await parseInput('apigatewayv2', 'CreateIntegration', properties)) };
    const { IntegrationId = '' } = await dispatch.call('apigatewayv2', 'CreateIntegration', input, call);
    return { physicalId: IntegrationId, attributes: { IntegrationId } };
  },
  async update(made, properties, { call, dispatch }) {
    const input = {
      ApiId: '',
      ...(await parseInput('apigatewayv2', 'UpdateIntegration', properties)),
      IntegrationId: made.physicalId,
    };
    await dispatch.call('apigatewayv2', 'UpdateIntegration', input, call);
    return made;
  },
  async delete(made, { call, dispatch, properties }) {
    const input = { ApiId: String(properties['ApiId']), IntegrationId: made.physicalId };
    await fineIfGone(dispatch.call('apigatewayv2', 'DeleteIntegration', input, call));
  },
};

const routeResource: ResourceType = {
  type: 'AWS::ApiGatewayV2::Route',
  properties: {
    ApiId: 'required-replaces',
    RouteKey: 'required',
    ...optional('AuthorizationScopes AuthorizationType AuthorizerId Target'),
  },
  ignored: ['ApiKeyRequired', 'ModelSelectionExpression', 'OperationName', 'RequestModels', 'RequestParameters'],
  async create(properties, { call, dispatch }) {
    const input = { ApiId: '', RouteKey: '', ...(await parseInput('apigatewayv2', 'CreateRoute', properties)) };
    const { RouteId = '' } = await dispatch.call('apigatewayv2', 'CreateRoute', input, call);
    return { physicalId: RouteId, attributes: { RouteId } };
  },
  async update(made, properties, { call, dispatch }) {
    const input = {
      ApiId: '',
      ...(await parseInput('apigatewayv2', 'UpdateRoute', properties)),
      RouteId: made.physicalId,
    };
    await dispatch.call('apigatewayv2', 'UpdateRoute', input, call);
    return made;
  },
  async delete(made, { call, dispatch, properties }) {
    const input = { ApiId: String(properties['ApiId']), RouteId: made.physicalId };
    await fineIfGone(dispatch.call('apigatewayv2', 'DeleteRoute', input, call));
  },
};

const stageResource: ResourceType = {
  type: 'AWS::ApiGatewayV2::Stage',
  properties: {
    ApiId: 'required-replaces',
    StageName: 'required-replaces',
    ...optional('AutoDeploy DeploymentId Description StageVariables'),
  },
  ignored: [
    ...['AccessLogSettings', 'AccessPolicyId', 'ClientCertificateId', 'DefaultRouteSettings', 'RouteSettings'],
    'Tags',
  ],
  async create(properties, { call, dispatch }) {
    const input = { ApiId: '', StageName: '', ...(await parseInput('apigatewayv2', 'CreateStage', properties)) };
    await dispatch.call('apigatewayv2', 'CreateStage', input, call);
    return { physicalId: input.StageName, attributes: {} };
  },
  async update(made, properties, { call, dispatch }) {
    const input = {
      ApiId: '',
      ...(await parseInput('apigatewayv2', 'UpdateStage', properties)),
      StageName: made.physicalId,
    };
    await dispatch.call('apigatewayv2', 'UpdateStage', input, call);
    return made;
  },
  async delete(made, { call, dispatch, properties }) {
    const input = { ApiId: String(properties['ApiId']), StageName: made.physicalId };
    await fineIfGone(dispatch.call('apigatewayv2', 'DeleteStage', input, call));
  },
};

const deploymentResource: ResourceType = {
  type: 'AWS::ApiGatewayV2::Deployment',
  properties: { ApiId: 'required-replaces', StageName: 'replaces', Description: 'replaces' },
  async create(properties, { call, dispatch }) {
    const input = { ApiId: '', ...(await parseInput('apigatewayv2', 'CreateDeployment', properties)) };
    const { DeploymentId = '' } = await dispatch.call('apigatewayv2', 'CreateDeployment', input, call);
    return { physicalId: DeploymentId, attributes: { DeploymentId } };
  },
  async delete(made, { call, dispatch, properties }) {
    const input = { ApiId: String(properties['ApiId']), DeploymentId: made.physicalId };
    await fineIfGone(dispatch.call('apigatewayv2', 'DeleteDeployment', input, call));
  },
};

export const httpApiResources: readonly ResourceType[] = [
  apiResource,
  integrationResource,
  routeResource,
  stageResource,
  deploymentResource,
];

async function reimport(ApiId: string, properties: Properties, { call, dispatch }: ResourceContext): Promise<void> {
  const { Body } = properties;
  if (Body === undefined) return;
  await dispatch.call('apigatewayv2', 'ReimportApi', { ApiId, Body: JSON.stringify(Body) }, call);
}

function optional(names: string): Record<string, 'optional'> {
  return Object.fromEntries(names.split(' ').map((name) => [name, 'optional']));
}
