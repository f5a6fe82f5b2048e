// Settings of state machines and activities: where they log, how they are encrypted, their tags.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  EncryptionConfiguration,
  LoggingConfiguration,
  Tag,
} from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

export interface Logging {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  /** `arn:aws:logs:eu-west-1:123456789012:log-group:orders:*` */
  readonly logGroupArn?: string;
}

/** @throws InvalidLoggingConfiguration */
export async function readLogging(
  { level = 'OFF', includeExecutionData = false, destinations = [] }: LoggingConfiguration,
  { dispatch }: Pick<Platform, 'dispatch'>,
  call: Call,
): Promise<Logging> {
  const [destination, ...more] = destinations;
  const logGroupArn = destination?.cloudWatchLogsLogGroup?.logGroupArn;
  if (more.length > 0 || (level !== 'OFF' && logGroupArn === undefined)) {
    throw invalidLogging('Must specify exactly one Log Destination.');
  }
  if (logGroupArn === undefined) return { level, includeExecutionData };
  await checkGroup(logGroupArn, dispatch, call);
  return { level, includeExecutionData, logGroupArn };
}

/** @throws InvalidLoggingConfiguration */
async function checkGroup(arn: string, dispatch: Platform['dispatch'], call: Call): Promise<void> {
  const { service, resource = '', account, region } = parseArn(arn) ?? {};
  const [, name] = /^log-group:([^:]+)(?::\*)?$/.exec(resource) ?? [];
  // Source: API reference, CloudWatchLogsLogGroup: the ARN must end with `:*`; without it recorded: "not found".
  if (service !== 'logs' || name === undefined) throw invalidLogging('Log Destination not found.');
  if (!dispatch.serves('logs')) return;
  const origin = { ...call, account: account ?? call.account, region: region ?? call.region };
  const principal = { kind: 'account', arn: `arn:aws:iam::${origin.account}:root` } as const;
  const asked = { logGroupNamePrefix: name };
  const { logGroups = [] } = await dispatch.call('logs', 'DescribeLogGroups', asked, { ...origin, principal });
  if (!logGroups.some(({ logGroupName }) => logGroupName === name)) throw invalidLogging('Log Destination not found.');
}

function invalidLogging(why: string): ServiceError {
  return new ServiceError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${why}`);
}

export function describeLogging({ level, includeExecutionData, logGroupArn }: Logging): LoggingConfiguration {
  const destinations = logGroupArn !== undefined && { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
  return { level, includeExecutionData, ...destinations };
}

/** @throws InvalidEncryptionConfiguration */
export function checkEncryption(encryption: EncryptionConfiguration | undefined): void {
  if (!encryption || encryption.type === 'AWS_OWNED_KEY') return;
  throw new ServiceError('InvalidEncryptionConfiguration', `Earwitness does not serve ${encryption.type}.`);
}

export type Tags = Readonly<Record<string, string>>;

/** Source: Step Functions developer guide, "Quotas related to tagging". */
const MAX_TAGS = 50;

/** @throws ValidationException */
export function tagsOf(tags: readonly Tag[]): Tags {
  checkTagKeys(tags.map(({ key = '' }) => key));
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/**
 * Source of the sentence: AWS's, as its CloudFormation handlers have it (aws-cloudformation, TagUtils).
 * @throws ValidationException
 */
export function checkTagKeys(keys: readonly string[]): void {
  if (!keys.some((key) => /^aws:/i.test(key))) return;
  const sentence = 'aws: prefixed tag key names are not allowed for external use.';
  throw new ServiceError('ValidationException', sentence);
}

/** @throws TooManyTags */
export function checkTagCount(tags: Tags, resourceName: string): void {
  const count = Object.keys(tags).length;
  if (count <= MAX_TAGS) return;
  const sentence = `A resource has at most ${MAX_TAGS} tags; this makes ${count}: ${resourceName}`;
  throw new ServiceError('TooManyTags', sentence, { fields: { resourceName } });
}
