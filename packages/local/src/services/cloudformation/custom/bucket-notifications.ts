// `Custom::S3BucketNotifications` of the CDK, where its function does not run: it is in Python and takes boto3, which
// Lambda has and a machine may lack. What it does is done here in its place. Source: aws-cdk-lib 2.276.0,
// custom-resource-handlers/dist/aws-s3/notifications-resource-handler/index.py.
import { createHash } from 'node:crypto';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { NotificationConfiguration } from '@earwitness/protocol/internal/aws/models/s3.types';
import { isMap } from '@earwitness/protocol/internal/template/value';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { parseInput } from '../../../resources/parse-input.ts';
import { textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import type { CustomAnswer } from './answer.ts';
import type { Reply } from './exchange.ts';
import type { CustomRequest } from './request.ts';

/** Whether the request is one of those, and its function did not run at all. */
export function isUnsetNotifications({ ResourceType: type }: CustomRequest, reply: Reply): boolean {
  if (type !== 'Custom::S3BucketNotifications') return false;
  // How Lambda's runtime ends where boto3 is not installed.
  return reply.kind === 'stands in' || (reply.kind === 'failure' && reply.errorType === 'Runtime.ImportModuleError');
}

export async function setNotifications(
  { dispatch, journal }: Pick<Platform, 'dispatch' | 'journal'>,
  request: CustomRequest,
  call: Call,
): Promise<CustomAnswer> {
  const { LogicalResourceId: name, StackId, ResourceProperties: properties, RequestType: kind } = request;
  const physicalId = request.RequestType === 'Create' ? name : request.PhysicalResourceId;
  const message = `CDK's function for ${name} does not run here: it takes Python with boto3. The notifications are set without it.`;
  journal.record({ kind: 'warning', about: 'CloudFormation', message });
  const Bucket = textProperty(properties, 'BucketName') ?? '';
  try {
    const wanted = kind === 'Delete' ? {} : await configurationOf(properties);
    const isManaged = textProperty(properties, 'Managed')?.toLowerCase() !== 'false';
    const others = isManaged
      ? {}
      : withoutOwn(await dispatch.call('s3', 'GetBucketNotificationConfiguration', { Bucket }, call), StackId);
    const NotificationConfiguration = isManaged ? wanted : merged(others, wanted, StackId);
    const SkipDestinationValidation = textProperty(properties, 'SkipDestinationValidation')?.toLowerCase() === 'true';
    const input = { Bucket, NotificationConfiguration, SkipDestinationValidation };
    await dispatch.call('s3', 'PutBucketNotificationConfiguration', input, call);
    return { kind: 'success', made: { physicalId, attributes: {} } };
  } catch (error) {
    if (error instanceof ServiceError) return { kind: 'failure', reason: `Error: ${error.message}` };
    throw error;
  }
}

async function configurationOf({ NotificationConfiguration: given }: Properties): Promise<NotificationConfiguration> {
  const properties = { NotificationConfiguration: isMap(given) ? given : {} };
  const parsed = await parseInput('s3', 'PutBucketNotificationConfiguration', properties);
  return parsed.NotificationConfiguration;
}

const KINDS = ['LambdaFunctionConfigurations', 'QueueConfigurations', 'TopicConfigurations'] as const;

/** Those of other stacks, and of nobody's, in a bucket that is not the stack's. */
function withoutOwn(existing: NotificationConfiguration, stackId: string): NotificationConfiguration {
  const isOther = ({ Id = '' }: { readonly Id?: string | undefined }) => !Id.startsWith(`${stackId}-`);
  return {
    LambdaFunctionConfigurations: existing.LambdaFunctionConfigurations?.filter(isOther),
    QueueConfigurations: existing.QueueConfigurations?.filter(isOther),
    TopicConfigurations: existing.TopicConfigurations?.filter(isOther),
    EventBridgeConfiguration: existing.EventBridgeConfiguration,
  };
}

function merged(
  others: NotificationConfiguration,
  wanted: NotificationConfiguration,
  stackId: string,
): NotificationConfiguration {
  const own = <One extends object>(all: readonly One[] = []) =>
    all.map((one) => ({ ...one, Id: `${stackId}-${createHash('sha256').update(JSON.stringify(one)).digest('hex')}` }));
  const [functions, queues, topics] = KINDS;
  return {
    [functions]: [...(others[functions] ?? []), ...own(wanted[functions])],
    [queues]: [...(others[queues] ?? []), ...own(wanted[queues])],
    [topics]: [...(others[topics] ?? []), ...own(wanted[topics])],
    EventBridgeConfiguration: wanted.EventBridgeConfiguration ?? others.EventBridgeConfiguration,
  };
}
