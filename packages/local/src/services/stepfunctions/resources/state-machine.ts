// CloudFormation: AWS::StepFunctions::StateMachine (Ref: the ARN).
import type { DescribeStateMachineOutput } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { refusalsOf } from '../../../resources/finding.ts';
import { found } from '../../../resources/gone.ts';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagsOf } from '../../../resources/tags.ts';
import { tagList } from '../settings.ts';
import { INITIAL, machineArn } from '../state-machine.ts';
import { examineText } from './definition-check.ts';
import { definitionProperty, definitionText } from './definition-text.ts';

/** Source: API reference, CreateStateMachine, name. */
const NAME_LENGTH = 80;

export const stateMachineResource = serviceResource('stepfunctions', {
  type: 'AWS::StepFunctions::StateMachine',
  serves: [
    ...['Definition', 'DefinitionS3Location', 'DefinitionString', 'DefinitionSubstitutions', 'EncryptionConfiguration'],
    ...['LoggingConfiguration', 'RoleArn', 'StateMachineName', 'StateMachineType', 'Tags', 'TracingConfiguration'],
  ],
  gone: 'StateMachineDoesNotExist',
  async namesake(properties, { call, run }) {
    const name = textProperty(properties, 'StateMachineName');
    if (name === undefined) return undefined;
    const physicalId = machineArn({ account: call.account, region: call.region, name });
    const there = found('StateMachineDoesNotExist', run('DescribeStateMachine', { stateMachineArn: physicalId }));
    return { name, physicalId, exists: (await there) !== undefined };
  },
  async examine(properties, context) {
    const property = definitionProperty(properties);
    // What is in S3 may be put there by the same stack.
    if (property === 'DefinitionS3Location') return [];
    const refused = await refusalsOf([property ?? 'Definition'], () => definitionText(properties, context));
    if (refused.length > 0 || property === undefined) return refused;
    const type = textProperty(properties, 'StateMachineType') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
    return examineText(property, { type, properties }, context);
  },
  async create(properties, context) {
    const { stackName, run } = context;
    const generated = context.generateName({ maxLength: NAME_LENGTH + stackName.length + 1 });
    const { stateMachineArn } = await run('CreateStateMachine', {
      ...(await read(properties, context)),
      name: textProperty(properties, 'StateMachineName') ?? generated.slice(stackName.length + 1),
      type: textProperty(properties, 'StateMachineType') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      tags: tagList(tagsOf(properties)),
    });
    return describe(await run('DescribeStateMachine', { stateMachineArn }));
  },
  async adopt({ Arn: stateMachineArn = '' }, { run }) {
    return describe(await run('DescribeStateMachine', { stateMachineArn }));
  },
  async update({ physicalId }, properties, context) {
    const { previous, run } = context;
    await run('UpdateStateMachine', { ...(await read(properties, context)), stateMachineArn: physicalId });
    await changeTags(previous, properties, {
      untag: (tagKeys) => run('UntagResource', { resourceArn: physicalId, tagKeys }),
      tag: (tags) => run('TagResource', { resourceArn: physicalId, tags: tagList(tags) }),
    });
    return describe(await run('DescribeStateMachine', { stateMachineArn: physicalId }));
  },
  delete: ({ physicalId: stateMachineArn }, { run }) => run('DeleteStateMachine', { stateMachineArn }),
});

/** What a machine has, and an update sets back to the default where the template no longer says it. */
async function read(properties: Properties, context: ResourceContext<'stepfunctions'>) {
  const { LoggingConfiguration = {}, TracingConfiguration = {}, EncryptionConfiguration } = properties;
  const settings = {
    LoggingConfiguration,
    TracingConfiguration: { Enabled: false, ...asRecord(TracingConfiguration) },
  };
  const encryption = EncryptionConfiguration === undefined ? {} : { EncryptionConfiguration };
  const input = await context.parse('CreateStateMachine', { ...settings, ...encryption });
  const definition = await definitionText(properties, context);
  return { ...input, definition, roleArn: textProperty(properties, 'RoleArn') ?? '' };
}

function asRecord(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function describe({ stateMachineArn, name, revisionId }: DescribeStateMachineOutput): Made {
  const attributes = { Arn: stateMachineArn, Name: name, StateMachineRevisionId: revisionId ?? INITIAL };
  return { physicalId: stateMachineArn, attributes };
}
