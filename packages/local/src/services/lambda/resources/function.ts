// CloudFormation: AWS::Lambda::Function (Ref: the name).
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { InputOf } from '../../../call.ts';
import { zipInlineCode } from '../../../functions/code/code.ts';
import { isRecord, numberProperty, textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags } from '../../../resources/tags.ts';
import { parseFunctionName } from '../function-name.ts';
import { withRuntimeInUse } from '../runtime-in-use.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { locationOf } from './code-location.ts';
import { examineFunction } from './function-examination.ts';

export const functionResource = serviceResource('lambda', {
  type: 'AWS::Lambda::Function',
  takenBy: ['UpdateFunctionConfiguration', 'UpdateFunctionCode', 'TagResource'],
  serves: [
    ...['Architectures', 'Code', 'DeadLetterConfig', 'Description', 'Environment', 'EphemeralStorage', 'FunctionName'],
    ...['Handler', 'LoggingConfig', 'MemorySize', 'PackageType', 'ReservedConcurrentExecutions', 'Role', 'Runtime'],
    ...['Layers', 'SnapStart', 'Tags', 'Timeout', 'TracingConfig'],
    // Understood, and refused by CreateFunction in its own words.
    ...['CapacityProviderConfig', 'DurableConfig', 'FileSystemConfigs', 'ImageConfig', 'TenancyConfig'],
  ],
  ignores: ['CodeSigningConfigArn', 'KmsKeyArn', 'RecursiveLoop', 'RuntimeManagementConfig', 'VpcConfig'],
  gone: 'ResourceNotFoundException',
  examine: examineFunction,
  async create({ Code: code, ...given }, context) {
    const properties = withRuntimeInUse(given, context);
    const { generateName, parse, run } = context;
    const FunctionName = textProperty(properties, 'FunctionName') ?? generateName({ maxLength: 64 });
    const input = await parse('CreateFunction', properties);
    const { FunctionArn = '' } = await run('CreateFunction', {
      ...input,
      FunctionName,
      Code: codeOf(code, properties),
    });
    const made = { physicalId: FunctionName, attributes: { Arn: FunctionArn } };
    context.began(made);
    await reserve(FunctionName, properties, context);
    return made;
  },
  async adopt({ FunctionName = '' }, { run }) {
    const { FunctionArn = '' } = await run('GetFunctionConfiguration', { FunctionName });
    // It may be named by its ARN, too.
    return {
      physicalId: parseArn(FunctionArn)?.resource.split(':')[1] ?? FunctionName,
      attributes: { Arn: FunctionArn },
    };
  },
  async update(made, { Code: code, ...given }, context) {
    const properties = withRuntimeInUse(given, context);
    const { parse, previous, run } = context;
    const FunctionName = made.physicalId;
    // What a template no longer names goes back to its default.
    const { description: Description, timeout: Timeout, memorySize: MemorySize } = DEFAULT_SETTINGS;
    const empty = { Environment: {}, DeadLetterConfig: {}, Layers: [], SnapStart: { ApplyOn: 'None' as const } };
    const defaults = { Description, Timeout, MemorySize, ...empty };
    const input = await parse('UpdateFunctionConfiguration', properties);
    await run('UpdateFunctionConfiguration', { ...defaults, ...input, FunctionName });
    if (JSON.stringify(code) !== JSON.stringify(previous['Code'])) {
      await run('UpdateFunctionCode', { FunctionName, ...codeOf(code, properties) });
    }
    const Resource = made.attributes['Arn'] ?? '';
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { Resource, TagKeys }),
      tag: (Tags) => run('TagResource', { Resource, Tags }),
    });
    await reserve(FunctionName, properties, context);
    return made;
  },
  delete: ({ physicalId: FunctionName }, { run }) => run('DeleteFunction', { FunctionName }),
});

/** `Code` of a template: inline text becomes an archive with index.js or index.py in it. */
function codeOf(code: unknown, properties: Properties): InputOf<'lambda', 'CreateFunction'>['Code'] {
  const inline = isRecord(code) ? code['ZipFile'] : undefined;
  const runtime = textProperty(properties, 'Runtime');
  return {
    ...(inline !== undefined && { ZipFile: zipInlineCode(String(inline), runtime) }),
    ...locationOf(code, properties),
  };
}

async function reserve(name: string, properties: Properties, { call, run }: ResourceContext<'lambda'>): Promise<void> {
  const ReservedConcurrentExecutions = numberProperty(properties, 'ReservedConcurrentExecutions');
  const FunctionName = parseFunctionName(name, call).name;
  if (ReservedConcurrentExecutions === undefined) await run('DeleteFunctionConcurrency', { FunctionName });
  else await run('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions });
}
