// CloudFormation: AWS::ApiGateway::RestApi (also with an OpenAPI Body), Resource, Method, Deployment, Stage, Account.
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { fineIf, parseInput, tagsProperty, textProperty } from '../../resources/properties.ts';
import type { Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('NotFoundException');

const restApiResource: ResourceType = {
  type: 'AWS::ApiGateway::RestApi',
  properties: {
    Name: 'optional',
    Body: 'optional',
    BinaryMediaTypes: 'optional',
    Description: 'optional',
    EndpointConfiguration: 'optional',
    Tags: 'optional',
  },
  ignored: [
    ...['ApiKeySourceType', 'DisableExecuteApiEndpoint', 'FailOnWarnings', 'MinimumCompressionSize', 'Mode'],
    ...['Parameters', 'Policy', 'SecurityPolicy', 'EndpointAccessMode'],
  ],
  async create(properties, { call, dispatch, logicalId }) {
    const { Tags: _, Body, ...settings } = properties;
    const title = (Body as { info?: { title?: unknown } } | undefined)?.info?.title;
    const input = { name: String(title ?? logicalId), ...(await parseInput('apigateway', 'CreateRestApi', settings)) };
    const tags = tagsProperty(properties);
    const { id = '', rootResourceId = '' } = await dispatch.call(
      'apigateway',
      'CreateRestApi',
      { ...input, tags },
      call,
    );
    if (Body !== undefined) await putBody(id, properties, { call, dispatch });
    return { physicalId: id, attributes: { RootResourceId: rootResourceId, RestApiId: id } };
  },
  async update(made, properties, context) {
    const { call, dispatch, previous } = context;
    const restApiId = made.physicalId;
    if (properties['Body'] !== undefined) await putBody(restApiId, properties, context);
    const patchOperations: PatchOperation[] = [];
    for (const [name, path] of [
      ['Name', '/name'],
      ['Description', '/description'],
    ] as const) {
      const value = textProperty(properties, name);
      if (value !== undefined) patchOperations.push({ op: 'replace', path, value });
    }
    const types = mediaTypes(properties);
    const dropped = mediaTypes(previous).filter((type) => !types.includes(type));
    for (const type of dropped) patchOperations.push({ op: 'remove', path: mediaTypePath(type) });
    for (const type of types) patchOperations.push({ op: 'add', path: mediaTypePath(type) });
    await dispatch.call('apigateway', 'UpdateRestApi', { restApiId, patchOperations }, call);
    return made;
  },
  async delete(made, { call, dispatch }) {
    await fineIfGone(dispatch.call('apigateway', 'DeleteRestApi', { restApiId: made.physicalId }, call));
  },
};

const resourceResource: ResourceType = {
  type: 'AWS::ApiGateway::Resource',
  properties: { RestApiId: 'required-replaces', ParentId: 'required-replaces', PathPart: 'required-replaces' },
  async create(properties, { call, dispatch }) {
    const input = await parseInput('apigateway', 'CreateResource', properties);
    const required = { restApiId: '', parentId: '', pathPart: '' };
    const { id = '' } = await dispatch.call('apigateway', 'CreateResource', { ...required, ...input }, call);
    return { physicalId: id, attributes: { ResourceId: id } };
  },
  async delete(made, { call, dispatch, properties }) {
    const restApiId = String(properties['RestApiId']);
    await fineIfGone(dispatch.call('apigateway', 'DeleteResource', { restApiId, resourceId: made.physicalId }, call));
  },
};

const methodResource: ResourceType = {
  type: 'AWS::ApiGateway::Method',
  properties: {
    RestApiId: 'required-replaces',
    ResourceId: 'required-replaces',
    HttpMethod: 'required-replaces',
    ...optional('ApiKeyRequired AuthorizationScopes AuthorizationType AuthorizerId Integration MethodResponses'),
  },
  ignored: ['OperationName', 'RequestModels', 'RequestParameters', 'RequestValidatorId'],
  async create(properties, context) {
    await putMethod(properties, context);
    const { restApiId, resourceId, httpMethod } = methodKey(properties);
    return { physicalId: `${restApiId}|${resourceId}|${httpMethod}`, attributes: {} };
  },
  async update(made, properties, context) {
    await fineIfGone(context.dispatch.call('apigateway', 'DeleteMethod', methodKey(properties), context.call));
    await putMethod(properties, context);
    return made;
  },
  async delete(_made, { call, dispatch, properties }) {
    await fineIfGone(dispatch.call('apigateway', 'DeleteMethod', methodKey(properties), call));
  },
};

const deploymentResource: ResourceType = {
  type: 'AWS::ApiGateway::Deployment',
  properties: { RestApiId: 'required-replaces', StageName: 'optional', StageDescription: 'optional' },
  ignored: ['Description'],
  async create(properties, { call, dispatch }) {
    const { StageDescription: described, ...rest } = properties;
    const { Variables, Description } = (described ?? {}) as {
      Variables?: Record<string, string>;
      Description?: string;
    };
    const input = {
      restApiId: '',
      ...(await parseInput('apigateway', 'CreateDeployment', rest)),
      ...(Variables && { variables: Variables }),
      ...(Description !== undefined && { stageDescription: Description }),
    };
    const { id = '' } = await dispatch.call('apigateway', 'CreateDeployment', input, call);
    return { physicalId: id, attributes: { DeploymentId: id } };
  },
  update: async (made) => made,
  async delete(made, { call, dispatch, properties }) {
    const restApiId = String(properties['RestApiId']);
    const deploymentId = made.physicalId;
    // The stage that the deployment made goes with it, unless a later deployment has it by now.
    const stages = dispatch.call('apigateway', 'GetStages', { restApiId, deploymentId }, call);
    await fineIfGone(
      stages.then(async ({ item = [] }) => {
        for (const { stageName = '' } of item) {
          if (stageName !== properties['StageName']) continue;
          await dispatch.call('apigateway', 'DeleteStage', { restApiId, stageName }, call);
        }
        await dispatch.call('apigateway', 'DeleteDeployment', { restApiId, deploymentId }, call);
      }),
    );
  },
};

const stageResource: ResourceType = {
  type: 'AWS::ApiGateway::Stage',
  properties: {
    RestApiId: 'required-replaces',
    StageName: 'required-replaces',
    DeploymentId: 'required',
    ...optional('Description TracingEnabled Variables Tags'),
  },
  ignored: [
    ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'ClientCertificateId', 'DocumentationVersion'],
    'MethodSettings',
  ],
  async create(properties, { call, dispatch }) {
    const { Tags: _, ...settings } = properties;
    const input = {
      restApiId: '',
      stageName: '',
      deploymentId: '',
      ...(await parseInput('apigateway', 'CreateStage', settings)),
    };
    await dispatch.call('apigateway', 'CreateStage', { ...input, tags: tagsProperty(properties) }, call);
    return { physicalId: input.stageName, attributes: {} };
  },
  async update(made, properties, { call, dispatch, previous }) {
    const before = Object.keys(tagsProperty(previous, 'Variables'));
    const variables = tagsProperty(properties, 'Variables');
    const set = Object.entries(variables).map(([name, value]) => replace(`/variables/${name}`, value));
    const patchOperations: PatchOperation[] = [
      replace('/deploymentId', String(properties['DeploymentId'])),
      replace('/description', textProperty(properties, 'Description') ?? ''),
      ...before
        .filter((name) => !(name in variables))
        .map((name) => ({ op: 'remove', path: `/variables/${name}` }) as const),
      ...set,
    ];
    const restApiId = String(properties['RestApiId']);
    await dispatch.call('apigateway', 'UpdateStage', { restApiId, stageName: made.physicalId, patchOperations }, call);
    return made;
  },
  async delete(made, { call, dispatch, properties }) {
    const restApiId = String(properties['RestApiId']);
    await fineIfGone(dispatch.call('apigateway', 'DeleteStage', { restApiId, stageName: made.physicalId }, call));
  },
};

const accountResource: ResourceType = {
  type: 'AWS::ApiGateway::Account',
  properties: { CloudWatchRoleArn: 'optional' },
  async create(properties, { call, dispatch, generateName }) {
    const patchOperations = [replace('/cloudwatchRoleArn', textProperty(properties, 'CloudWatchRoleArn') ?? '')];
    await dispatch.call('apigateway', 'UpdateAccount', { patchOperations }, call);
    const id = generateName();
    return { physicalId: id, attributes: { Id: id } };
  },
  async delete() {},
};

export const restApiResources: readonly ResourceType[] = [
  restApiResource,
  resourceResource,
  methodResource,
  deploymentResource,
  stageResource,
  accountResource,
];

async function putBody(
  restApiId: string,
  properties: Properties,
  { call, dispatch }: Pick<ResourceContext, 'call' | 'dispatch'>,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(properties['Body']));
  await dispatch.call('apigateway', 'PutRestApi', { restApiId, mode: 'overwrite', body }, call);
}

async function putMethod(properties: Properties, { call, dispatch }: ResourceContext): Promise<void> {
  const { Integration, MethodResponses, ...settings } = properties;
  const key = methodKey(properties);
  const method = { authorizationType: 'NONE', ...(await parseInput('apigateway', 'PutMethod', settings)), ...key };
  await dispatch.call('apigateway', 'PutMethod', method, call);
  for (const response of (MethodResponses ?? []) as Properties[]) {
    const { ResponseModels: _, ...declared } = response;
    const input = { statusCode: '200', ...(await parseInput('apigateway', 'PutMethodResponse', declared)), ...key };
    await dispatch.call('apigateway', 'PutMethodResponse', input, call);
  }
  if (Integration === undefined) return;
  const { IntegrationResponses, IntegrationHttpMethod, ...integration } = Integration as Properties;
  const input = {
    type: 'AWS_PROXY' as const,
    ...(await parseInput('apigateway', 'PutIntegration', integration)),
    ...(IntegrationHttpMethod !== undefined && { integrationHttpMethod: String(IntegrationHttpMethod) }),
    ...key,
  };
  await dispatch.call('apigateway', 'PutIntegration', input, call);
  for (const response of (IntegrationResponses ?? []) as Properties[]) {
    const answered = {
      statusCode: '200',
      ...(await parseInput('apigateway', 'PutIntegrationResponse', response)),
      ...key,
    };
    await dispatch.call('apigateway', 'PutIntegrationResponse', answered, call);
  }
}

function methodKey(properties: Properties): { restApiId: string; resourceId: string; httpMethod: string } {
  return {
    restApiId: String(properties['RestApiId']),
    resourceId: String(properties['ResourceId']),
    httpMethod: String(properties['HttpMethod']),
  };
}

function mediaTypes(properties: Properties): string[] {
  return ((properties['BinaryMediaTypes'] ?? []) as unknown[]).map(String);
}

function mediaTypePath(type: string): string {
  return `/binaryMediaTypes/${type.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function replace(path: string, value: string): PatchOperation {
  return { op: 'replace', path, value };
}

function optional(names: string): Record<string, 'optional'> {
  return Object.fromEntries(names.split(' ').map((name) => [name, 'optional']));
}
