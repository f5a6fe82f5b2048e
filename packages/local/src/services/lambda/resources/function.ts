// CloudFormation: AWS::Lambda::Function (Ref: the name), Version, Alias, Permission, EventInvokeConfig. Layers are refused: SAM and
// CDK templates that use them fail with a sentence that says so.
import type { InputOf } from '../../../call.ts';
import { zipInlineCode } from '../../../functions/code.ts';
import { fineIf, numberProperty, parseInput, tagsProperty, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../../resources/resource.ts';
import { parseFunctionName } from '../function-name.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

const functionResource: ResourceType = {
  type: 'AWS::Lambda::Function',
  properties: {
    Code: 'required',
    Role: 'required',
    FunctionName: 'replaces',
    PackageType: 'replaces',
    ...optional(
      'Architectures DeadLetterConfig Description Environment EphemeralStorage Handler LoggingConfig MemorySize',
    ),
    ...optional('ReservedConcurrentExecutions Runtime Tags Timeout TracingConfig'),
    // Understood, and refused by CreateFunction in its own words.
    ...optional('Layers ImageConfig FileSystemConfigs CapacityProviderConfig DurableConfig'),
    TenancyConfig: 'replaces',
  },
  ignored: ['CodeSigningConfigArn', 'KmsKeyArn', 'RecursiveLoop', 'RuntimeManagementConfig', 'SnapStart', 'VpcConfig'],
  async create(properties, context) {
    const { call, dispatch } = context;
    const FunctionName = textProperty(properties, 'FunctionName') ?? context.generateName({ maxLength: 64 });
    const { Code: code, Tags: _, ...settings } = properties;
    const input = await parseInput('lambda', 'CreateFunction', settings);
    const Code = codeOf(code);
    const { FunctionArn = '' } = await dispatch.call(
      'lambda',
      'CreateFunction',
      { Role: '', ...input, FunctionName, Code, Tags: tagsProperty(properties) },
      call,
    );
    await reserve(FunctionName, properties, context);
    return { physicalId: FunctionName, attributes: { Arn: FunctionArn } };
  },
  async update(made, properties, context) {
    const { call, dispatch, previous } = context;
    const FunctionName = made.physicalId;
    const { Code: code, Tags: _, ...settings } = properties;
    const input = await parseInput('lambda', 'UpdateFunctionConfiguration', settings);
    // What a template no longer names goes back to its default.
    const defaults = { Description: '', Timeout: 3, MemorySize: 128, Environment: {}, DeadLetterConfig: {} };
    await dispatch.call('lambda', 'UpdateFunctionConfiguration', { ...defaults, ...input, FunctionName }, call);
    if (JSON.stringify(code) !== JSON.stringify(previous['Code'])) {
      await dispatch.call('lambda', 'UpdateFunctionCode', { FunctionName, ...codeOf(code) }, call);
    }
    const tags = tagsProperty(properties);
    const TagKeys = Object.keys(tagsProperty(previous)).filter((key) => !(key in tags));
    const Resource = made.attributes['Arn'] ?? '';
    if (TagKeys.length > 0) await dispatch.call('lambda', 'UntagResource', { Resource, TagKeys }, call);
    if (Object.keys(tags).length > 0) await dispatch.call('lambda', 'TagResource', { Resource, Tags: tags }, call);
    await reserve(FunctionName, properties, context);
    return made;
  },
  async delete(made, { call, dispatch }) {
    await fineIfGone(dispatch.call('lambda', 'DeleteFunction', { FunctionName: made.physicalId }, call));
  },
};

const versionResource: ResourceType = {
  type: 'AWS::Lambda::Version',
  properties: { FunctionName: 'required-replaces', Description: 'replaces', CodeSha256: 'replaces' },
  ignored: ['RuntimePolicy', 'ProvisionedConcurrencyConfig'],
  async create(properties, { call, dispatch }) {
    const FunctionName = String(properties['FunctionName']);
    const Description = textProperty(properties, 'Description');
    const { FunctionArn = '', Version = '' } = await dispatch.call(
      'lambda',
      'PublishVersion',
      { FunctionName, Description },
      call,
    );
    return { physicalId: FunctionArn, attributes: { Version, FunctionArn } };
  },
  async delete(made, { call, dispatch }) {
    await fineIfGone(dispatch.call('lambda', 'DeleteFunction', { FunctionName: made.physicalId }, call));
  },
};

const aliasResource: ResourceType = {
  type: 'AWS::Lambda::Alias',
  properties: {
    FunctionName: 'required-replaces',
    Name: 'required-replaces',
    FunctionVersion: 'required',
    ...optional('Description RoutingConfig'),
  },
  ignored: ['ProvisionedConcurrencyConfig'],
  async create(properties, { call, dispatch }) {
    const input = await parseInput('lambda', 'CreateAlias', properties);
    const required = { FunctionName: '', Name: '', FunctionVersion: '' };
    const { AliasArn = '' } = await dispatch.call('lambda', 'CreateAlias', { ...required, ...input }, call);
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  async update(made, properties, { call, dispatch }) {
    const input = await parseInput('lambda', 'UpdateAlias', properties);
    await dispatch.call('lambda', 'UpdateAlias', { FunctionName: '', Name: '', ...input }, call);
    return made;
  },
  async delete(_made, { call, dispatch, properties }) {
    const FunctionName = String(properties['FunctionName']);
    const Name = String(properties['Name']);
    await fineIfGone(dispatch.call('lambda', 'DeleteAlias', { FunctionName, Name }, call));
  },
};

const permissionResource: ResourceType = {
  type: 'AWS::Lambda::Permission',
  properties: {
    FunctionName: 'required-replaces',
    Action: 'required-replaces',
    Principal: 'required-replaces',
    SourceArn: 'replaces',
    SourceAccount: 'replaces',
    EventSourceToken: 'replaces',
    PrincipalOrgID: 'replaces',
    FunctionUrlAuthType: 'replaces',
    InvokedViaFunctionUrl: 'replaces',
  },
  async create(properties, context) {
    const { call, dispatch } = context;
    const StatementId = context.generateName({ maxLength: 100 });
    const required = { FunctionName: '', Action: '', Principal: '' };
    const input = await parseInput('lambda', 'AddPermission', properties);
    await dispatch.call('lambda', 'AddPermission', { ...required, ...input, StatementId }, call);
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },
  async delete(made, { call, dispatch, properties }) {
    const FunctionName = String(properties['FunctionName']);
    const StatementId = made.physicalId;
    await fineIfGone(dispatch.call('lambda', 'RemovePermission', { FunctionName, StatementId }, call));
  },
};

const eventInvokeConfigResource: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  properties: {
    FunctionName: 'required-replaces',
    Qualifier: 'required-replaces',
    ...optional('DestinationConfig MaximumEventAgeInSeconds MaximumRetryAttempts'),
  },
  create: (properties, context) => putEventInvokeConfig(properties, context),
  update: (_made, properties, context) => putEventInvokeConfig(properties, context),
  async delete(_made, { call, dispatch, properties }) {
    const FunctionName = String(properties['FunctionName']);
    const Qualifier = String(properties['Qualifier']);
    await fineIfGone(dispatch.call('lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier }, call));
  },
};

async function putEventInvokeConfig(properties: Properties, context: ResourceContext): Promise<Made> {
  const input = { FunctionName: '', ...(await parseInput('lambda', 'PutFunctionEventInvokeConfig', properties)) };
  await context.dispatch.call('lambda', 'PutFunctionEventInvokeConfig', input, context.call);
  return { physicalId: `${input.FunctionName}|${input.Qualifier ?? ''}`, attributes: {} };
}

export const lambdaResources: readonly ResourceType[] = [
  functionResource,
  versionResource,
  aliasResource,
  permissionResource,
  eventInvokeConfigResource,
];

function optional(names: string): Record<string, 'optional'> {
  return Object.fromEntries(names.split(' ').map((name) => [name, 'optional']));
}

/** `Code` of a template: inline text becomes an archive with index.js in it. */
function codeOf(code: unknown): InputOf<'lambda', 'CreateFunction'>['Code'] {
  const { ZipFile, S3Bucket, S3Key, ImageUri } = (code ?? {}) as Record<string, string | undefined>;
  return {
    ...(ZipFile !== undefined && { ZipFile: zipInlineCode(String(ZipFile)) }),
    ...(S3Bucket !== undefined && { S3Bucket, S3Key }),
    ...(ImageUri !== undefined && { ImageUri }),
  };
}

async function reserve(
  FunctionName: string,
  properties: Properties,
  { call, dispatch }: ResourceContext,
): Promise<void> {
  const ReservedConcurrentExecutions = numberProperty(properties, 'ReservedConcurrentExecutions');
  const name = parseFunctionName(FunctionName, call).name;
  if (ReservedConcurrentExecutions === undefined) {
    await dispatch.call('lambda', 'DeleteFunctionConcurrency', { FunctionName: name }, call);
    return;
  }
  await dispatch.call('lambda', 'PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions }, call);
}
