// What S3 looks for when it takes a notification configuration: that each destination is there, and that its policy
// lets S3 in. Nothing is sent for it; a function is asked by a dry run. Source: S3 API reference,
// PutBucketNotificationConfiguration.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { NotificationRule } from './configuration.ts';
import { type Source, senderFor } from './sender.ts';

/** What is wrong with one destination, in the words of the refusal. */
interface Finding {
  readonly name: string;
  readonly value: string;
}

/** @throws InvalidArgument that names all that is wrong. */
export async function checkDestinations(
  platform: Platform,
  rules: readonly NotificationRule[],
  source: Source,
): Promise<void> {
  const findings: Finding[] = [];
  for (const rule of rules) {
    const found = await CHECKS[rule.kind](platform, rule.arn, source);
    if (found) findings.push(found);
  }
  if (findings.length === 0) return;
  // Recorded on AWS: LocalStack, tests/aws/services/s3, test_multiple_invalid_sqs_arns.
  const pairs = findings.flatMap(({ name, value }, index) => [
    [`ArgumentName${index + 1}`, name],
    [`ArgumentValue${index + 1}`, value],
  ]);
  const message = 'Unable to validate the following destination configurations';
  throw new ServiceError('InvalidArgument', message, { status: 400, fields: Object.fromEntries(pairs) });
}

type Check = (platform: Platform, arn: string, source: Source) => Promise<Finding | undefined>;

const CHECKS: Readonly<Record<NotificationRule['kind'], Check>> = {
  queue: checkQueue,
  topic: checkTopic,
  function: checkFunction,
};

async function checkQueue({ access, address, dispatch, ids }: Platform, arn: string, source: Source) {
  const { account = '', resource = '' } = parseArn(arn) ?? {};
  const QueueUrl = `${address.http}/${account}/${resource}`;
  const asked = { QueueUrl, AttributeNames: ['Policy' as const] };
  const found = await attributesOf(dispatch.call('sqs', 'GetQueueAttributes', asked, ownerOf(arn, ids.uuid())));
  if (!found) return { name: arn, value: 'The destination queue does not exist' };
  const request = { action: 'sqs:SendMessage', resource: arn, owner: account, policy: found['Policy'] };
  const refused = await access.findRefusal({ ...senderFor(arn, source), requestId: ids.uuid() }, request);
  return refused === undefined ? undefined : { name: arn, value: notAllowed('queue') };
}

async function checkTopic({ access, dispatch, ids, standIns }: Platform, arn: string, source: Source) {
  const sns = dispatch.service('sns');
  // Whoever allows topics to stand in hears of each notification in the journal.
  if (!sns) return standIns.allows('sns') ? undefined : { name: arn, value: 'The destination topic does not exist' };
  const owner = ownerOf(arn, ids.uuid());
  const found = await attributesOf(dispatch.run(sns, 'GetTopicAttributes', { TopicArn: arn }, owner));
  if (!found) return { name: arn, value: 'The destination topic does not exist' };
  const request = { action: 'sns:Publish', resource: arn, owner: owner.account, policy: found['Policy'] };
  const refused = await access.findRefusal({ ...senderFor(arn, source), requestId: ids.uuid() }, request);
  return refused === undefined ? undefined : { name: arn, value: notAllowed('topic') };
}

async function checkFunction({ dispatch }: Platform, arn: string, source: Source) {
  try {
    await dispatch.call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'DryRun' }, senderFor(arn, source));
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // Recorded on AWS: LocalStack, tests/aws/services/s3, test_invalid_lambda_arn.
    return { name: `${arn}, null`, value: `Not authorized to invoke function [${arn}]` };
  }
}

function notAllowed(what: 'queue' | 'topic'): string {
  return `Permissions on the destination ${what} do not allow S3 to publish notifications from this bucket`;
}

/** A queue's or a topic's attributes; `undefined` when it is not there. */
async function attributesOf(asked: Promise<unknown>): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const output = await asked;
    const attributes =
      typeof output === 'object' && output !== null && 'Attributes' in output ? output.Attributes : undefined;
    const entries = Object.entries(attributes ?? {});
    return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** The call with which an account looks at what is its own. */
function ownerOf(arn: string, requestId: string): Call {
  const { partition = 'aws', account = '', region = '' } = parseArn(arn) ?? {};
  const principal = { kind: 'account', arn: `arn:${partition}:iam::${account}:root` } as const;
  return { account, region, principal, requestId };
}
