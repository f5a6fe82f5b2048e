// CloudFormation: AWS::StepFunctions::StateMachineVersion and AWS::StepFunctions::StateMachineAlias (Ref: the ARN).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

/** Source: API reference, CreateStateMachineAlias, name. */
const NAME_LENGTH = 80;

export const versionResource = serviceResource('stepfunctions', {
  type: 'AWS::StepFunctions::StateMachineVersion',
  serves: ['Description', 'StateMachineArn', 'StateMachineRevisionId'],
  gone: 'StateMachineDoesNotExist',
  async create(properties, { run }) {
    const { stateMachineVersionArn: arn } = await run('PublishStateMachineVersion', {
      stateMachineArn: textProperty(properties, 'StateMachineArn') ?? '',
      revisionId: textProperty(properties, 'StateMachineRevisionId'),
      description: textProperty(properties, 'Description'),
    });
    return made(arn);
  },
  async adopt({ Arn: stateMachineArn = '' }, { run }) {
    return made((await run('DescribeStateMachine', { stateMachineArn })).stateMachineArn);
  },
  delete: ({ physicalId }, { run }) => run('DeleteStateMachineVersion', { stateMachineVersionArn: physicalId }),
});

export const aliasResource = serviceResource('stepfunctions', {
  type: 'AWS::StepFunctions::StateMachineAlias',
  serves: ['DeploymentPreference', 'Description', 'Name', 'RoutingConfiguration', 'StateMachineArn'],
  gone: 'ResourceNotFound',
  async create(properties, context) {
    const { stateMachineAliasArn: arn } = await context.run('CreateStateMachineAlias', {
      ...routing(properties),
      name: textProperty(properties, 'Name') ?? context.generateName({ maxLength: NAME_LENGTH }),
      description: textProperty(properties, 'Description'),
    });
    return made(arn);
  },
  async adopt({ Arn: stateMachineAliasArn = '' }, { run }) {
    return made((await run('DescribeStateMachineAlias', { stateMachineAliasArn })).stateMachineAliasArn ?? '');
  },
  async update(alias, properties, { run }) {
    const description = textProperty(properties, 'Description') ?? '';
    await run('UpdateStateMachineAlias', {
      ...routing(properties),
      stateMachineAliasArn: alias.physicalId,
      description,
    });
    return alias;
  },
  delete: ({ physicalId }, { run }) => run('DeleteStateMachineAlias', { stateMachineAliasArn: physicalId }),
});

function made(arn: string): Made {
  return { physicalId: arn, attributes: { Arn: arn } };
}

/**
 * Where an alias leads. A gradual deployment has arrived at once.
 * @throws ServiceError `ValidationException`
 */
function routing({ RoutingConfiguration: routes, DeploymentPreference: preference }: Properties) {
  if ((routes === undefined) === (preference === undefined)) {
    const sentence = 'One of RoutingConfiguration and DeploymentPreference is required, and not both.';
    throw new ServiceError('ValidationException', sentence);
  }
  const list = isRecord(preference) ? [{ ...preference, Weight: 100 }] : Array.isArray(routes) ? routes : [];
  const routingConfiguration = list.filter(isRecord).map((route) => ({
    stateMachineVersionArn: textProperty(route, 'StateMachineVersionArn') ?? '',
    weight: Number(route['Weight']),
  }));
  return { routingConfiguration };
}
