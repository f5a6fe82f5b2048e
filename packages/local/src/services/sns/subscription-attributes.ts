// Attributes of subscriptions: which there are and what values they take. Subscribe and SetSubscriptionAttributes
// refuse with the same sentences behind different beginnings.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import {
  type FilterScope,
  InvalidFilterPolicyError,
  parseFilterPolicy,
} from '@earwitness/protocol/internal/filter-policy/filter-policy';
import { parseSubscriptionDeliveryPolicy } from './delivery/policy.ts';
import { invalidParameter, notServed } from './refusals.ts';
import type { Subscription } from './subscription.ts';
import { isFifo } from './topic.ts';

type Attributes = Subscription['attributes'];

const NAMES = [
  ...['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy', 'DeliveryPolicy'],
  'SubscriptionRoleArn',
];

/** Source: SNS developer guide, "Filter policy constraints": bytes of a policy. */
const MAX_FILTER_BYTES = 262_144;

/** What the values are held to beside themselves. */
export interface AttributePlace extends Pick<Subscription, 'topic' | 'protocol' | 'endpoint'> {
  /** `Attributes Reason: ` where Subscribe refuses. */
  readonly prefix: string;
}

/**
 * What attributes are when `changes` are laid over those that are stored; empty values take theirs away.
 * @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns,
 * test_set_subscription_attributes_…).
 */
export function mergeSubscriptionAttributes(
  stored: Attributes,
  changes: Attributes,
  place: AttributePlace,
): Attributes {
  for (const [name, value] of Object.entries(changes)) checkAttribute(name, value, place);
  const merged = Object.fromEntries(
    Object.entries({ ...stored, ...changes }).filter(([name, value]) => value !== '' && !isNoPolicy(name, value)),
  );
  checkFilter(merged, place);
  return merged;
}

/** `{}` takes a filter policy away, as an empty text does. */
function isNoPolicy(name: string, value: string): boolean {
  return name === 'FilterPolicy' && /^\s*\{\s*\}\s*$/.test(value);
}

function checkAttribute(name: string, value: string, { prefix, ...place }: AttributePlace): void {
  if (name === 'ReplayPolicy') throw notServed('the attribute ReplayPolicy');
  if (!NAMES.includes(name)) throw invalidParameter(`${prefix}AttributeName`);
  if (value === '') return;
  if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value)) {
    throw invalidParameter(`${prefix}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
  }
  if (name === 'FilterPolicyScope' && value !== 'MessageAttributes' && value !== 'MessageBody') {
    throw invalidParameter(
      `${prefix}FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  if (name === 'RedrivePolicy') checkRedrive(value, prefix, place);
  if (name === 'DeliveryPolicy') parseSubscriptionDeliveryPolicy(value, prefix);
}

function checkRedrive(text: string, prefix: string, { topic, endpoint }: Omit<AttributePlace, 'prefix'>): void {
  const target = deadLetterTarget(text);
  if (target === undefined) throw invalidParameter(`${prefix}RedrivePolicy: failed to parse JSON.`);
  const arn = parseArn(target);
  if (arn?.service !== 'sqs' || !arn.resource) {
    throw invalidParameter(`${prefix}RedrivePolicy: deadLetterTargetArn is an invalid arn`);
  }
  if (isFifo(topic) && endpoint.endsWith('.fifo') && !arn.resource.endsWith('.fifo')) {
    throw invalidParameter(
      `${prefix}RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.`,
    );
  }
}

function deadLetterTarget(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return 'deadLetterTargetArn' in parsed ? String(parsed.deadLetterTargetArn) : '';
  } catch {
    return undefined;
  }
}

function checkFilter({ FilterPolicy: text, FilterPolicyScope: scope }: Attributes, { prefix }: AttributePlace): void {
  if (text === undefined) return;
  if (Buffer.byteLength(text) > MAX_FILTER_BYTES) {
    throw invalidParameter(`${prefix}FilterPolicy: Filter policy is larger than ${MAX_FILTER_BYTES} bytes`);
  }
  try {
    parseFilterPolicy(text, scopeOf(scope));
  } catch (error) {
    if (!(error instanceof InvalidFilterPolicyError)) throw error;
    throw invalidParameter(`${prefix}${error.isWhole ? '' : 'FilterPolicy: '}${error.message}`);
  }
}

export function scopeOf(scope: string | undefined): FilterScope {
  return scope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes';
}
