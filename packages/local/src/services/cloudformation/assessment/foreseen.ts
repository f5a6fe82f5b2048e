// What Ref, Fn::GetAtt and Fn::ImportValue will lead to, before anything is made: texts that have the form of the real
// ones where checks of services look at it, which is in ARNs.

import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type { FindResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import { asAttributeValue } from '@earwitness/protocol/internal/stand-in/list-attribute';
import { placeholderNamed } from '@earwitness/protocol/internal/template/placeholder';
import type { Scope, Standing } from '@earwitness/protocol/internal/template/resolve';
import { ownEntry } from '../../../own-entry.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';

export interface Foreseeing {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly findSchema: FindResourceSchema;
  /** The value of an export; called once for each use. */
  imported(name: string, at?: Standing): string;
  /** Attributes that are known, by logical id. */
  readonly foreseen: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The blueprint's scope, where every resource answers as if it were made. */
export function foreseenScope({ scope, template }: Blueprint, foreseeing: Foreseeing): Scope {
  const typeOf = (logicalId: string) => ownEntry(template.resources, logicalId)?.type;
  return {
    ...scope,
    reference(logicalId) {
      const type = typeOf(logicalId);
      return type === undefined ? undefined : foreseenReference({ type, logicalId }, foreseeing);
    },
    attribute(logicalId, name) {
      const type = typeOf(logicalId) ?? '';
      const known = ownEntry(foreseeing.foreseen.get(logicalId) ?? {}, name);
      if (known !== undefined) return known;
      return asAttributeValue(type, name, foreseenAttribute({ type, logicalId }, name, foreseeing));
    },
    imported: foreseeing.imported,
  };
}

interface Resource {
  readonly type: string;
  readonly logicalId: string;
}

function foreseenReference(resource: Resource, foreseeing: Foreseeing): string {
  const [identifier = '', ...more] = foreseeing.findSchema(resource.type)?.ref ?? [];
  const isArn = more.length === 0 && /Arn$/i.test(identifier);
  return isArn ? foreseenArn(resource, foreseeing) : nameOf(resource, foreseeing);
}

function foreseenAttribute(resource: Resource, name: string, foreseeing: Foreseeing): string {
  if (/Arn$/i.test(name)) {
    // Of a nested stack whose template cannot be read: the ARN is not the stack's.
    if (resource.type === 'AWS::CloudFormation::Stack') return placeholderNamed(name);
    const arn = foreseenArn(resource, foreseeing);
    // A stream's label is when it was begun.
    return resource.type.startsWith('AWS::DynamoDB::') && name === 'StreamArn'
      ? `${arn}/stream/1970-01-01T00:00:00.000`
      : arn;
  }
  return `${nameOf(resource, foreseeing)}-${name}`;
}

/** Services whose ARNs bear another name than the resource type does. */
const SERVICES: Readonly<Record<string, string>> = {
  ApiGatewayV2: 'apigateway',
  KinesisFirehose: 'firehose',
  StepFunctions: 'states',
};

/** What stands before the name, of types whose services look at it. */
const KINDS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'table/',
  'AWS::DynamoDB::Table': 'table/',
  'AWS::Events::ApiDestination': 'api-destination/',
  'AWS::Events::Connection': 'connection/',
  'AWS::Events::EventBus': 'event-bus/',
  'AWS::Events::Rule': 'rule/',
  'AWS::IAM::Role': 'role/',
  'AWS::Kinesis::Stream': 'stream/',
  'AWS::Kinesis::StreamConsumer': 'stream/foreseen/consumer/',
  'AWS::Lambda::Alias': 'function:',
  'AWS::Lambda::Function': 'function:',
  'AWS::Lambda::LayerVersion': 'layer:',
  'AWS::Lambda::Version': 'function:',
  'AWS::Logs::LogGroup': 'log-group:',
  'AWS::StepFunctions::Activity': 'activity:',
  'AWS::StepFunctions::StateMachine': 'stateMachine:',
  'AWS::StepFunctions::StateMachineAlias': 'stateMachine:',
  'AWS::StepFunctions::StateMachineVersion': 'stateMachine:',
};

/** Types whose ARNs end with the number of a version. */
const VERSIONS = ['AWS::Lambda::LayerVersion', 'AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion'];

function foreseenArn(resource: Resource, foreseeing: Foreseeing): string {
  const { account, region } = foreseeing;
  const [, service = '', kind = ''] = resource.type.split('::');
  const before = KINDS[resource.type] ?? (['SNS', 'SQS', 'S3'].includes(service) ? '' : `${kind.toLowerCase()}/`);
  return formatArn({
    service: SERVICES[service] ?? service.toLowerCase(),
    region: service === 'IAM' || service === 'S3' ? '' : region,
    account: service === 'S3' ? '' : account,
    resource: `${before}${nameOf(resource, foreseeing)}${VERSIONS.includes(resource.type) ? ':1' : ''}`,
  });
}

function nameOf({ logicalId }: Resource, { stackName }: Foreseeing): string {
  return `${stackName}-${logicalId}`;
}
