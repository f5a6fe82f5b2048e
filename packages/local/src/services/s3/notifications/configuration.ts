// What a bucket tells to whom: its notification configuration as it stands in the bucket's row, and what S3 refuses of
// one. Whether the destinations are there and let S3 in, `destination-check.ts` finds out.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  NotificationConfiguration,
  NotificationConfigurationFilter,
} from '@earwitness/protocol/internal/aws/models/s3.types';
import { invalidArgument, malformed } from '../refusals.ts';
import { isConfigurableEvent, overlaps } from './event-name.ts';
import { filtersOverlap, type KeyFilter } from './key-filter.ts';

export interface Notifications {
  readonly rules: readonly NotificationRule[];
  /** Whether the account's default event bus gets every event. */
  readonly toEventBridge: boolean;
}

/** One configuration of the three kinds: which events of which keys go where. */
export interface NotificationRule {
  readonly kind: 'queue' | 'topic' | 'function';
  readonly id: string;
  readonly arn: string;
  /** `s3:ObjectCreated:*` */
  readonly events: readonly string[];
  /** In the order in which they were put. */
  readonly filter: readonly FilterRule[];
}

interface FilterRule {
  readonly name: 'Prefix' | 'Suffix';
  readonly value: string;
}

/** A bucket that nobody configured: GetBucketNotificationConfiguration answers with an empty document. */
export const NO_NOTIFICATIONS: Notifications = { rules: [], toEventBridge: false };

/** Bytes. Source: S3 API reference, "Error responses", InvalidArgument of bucket notifications. */
const FILTER_VALUE_MAX_BYTES = 1024;

/** How the document calls a destination of each kind, and the service of its ARN. */
const KINDS = {
  queue: { argument: 'Queue', service: 'sqs' },
  topic: { argument: 'Topic', service: 'sns' },
  function: { argument: 'CloudFunction', service: 'lambda' },
} as const;

export interface ConfigurationPlace {
  /** The bucket's. */
  readonly region: string;
  /** For a configuration that has no Id. */
  newId(): string;
}

/**
 * Reads what PutBucketNotificationConfiguration takes.
 * @throws InvalidArgument, MalformedXML
 */
export function parseNotifications(input: NotificationConfiguration, place: ConfigurationPlace): Notifications {
  const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = input;
  const rules = [
    ...(TopicConfigurations ?? []).map((one) => parseRule('topic', one.TopicArn, one, place)),
    ...(QueueConfigurations ?? []).map((one) => parseRule('queue', one.QueueArn, one, place)),
    ...(LambdaFunctionConfigurations ?? []).map((one) => parseRule('function', one.LambdaFunctionArn, one, place)),
  ];
  const twice = rules.find(({ id }, index) => rules.findIndex((other) => other.id === id) < index);
  if (twice) {
    throw invalidArgument(`Two configurations have the Id ${twice.id}; each needs its own.`, 'Id', twice.id);
  }
  for (const [index, rule] of rules.entries()) {
    if (rules.slice(0, index).some((other) => isAmbiguous(rule, other))) throw ambiguous();
  }
  return { rules, toEventBridge: input.EventBridgeConfiguration !== undefined };
}

interface Configured {
  readonly Id?: string | undefined;
  readonly Events: readonly string[];
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

function parseRule(
  kind: NotificationRule['kind'],
  arn: string,
  { Id, Events: events, Filter }: Configured,
  { region, newId }: ConfigurationPlace,
): NotificationRule {
  const { argument, service } = KINDS[kind];
  const parsed = parseArn(arn);
  if (parsed?.service !== service) throw invalidArgument('The ARN could not be parsed', argument, arn);
  const unknown = events.find((event) => !isConfigurableEvent(event));
  if (unknown !== undefined) {
    throw invalidArgument('A specified event is not supported for notifications.', 'Event', unknown);
  }
  if (parsed.region !== region) {
    const message = 'The notification destination service region is not valid for the bucket location constraint';
    throw invalidArgument(message, argument, arn);
  }
  if (kind !== 'function' && arn.endsWith('.fifo')) {
    const message = `S3 does not notify FIFO ${kind}s; name a standard ${kind}.`;
    throw invalidArgument(message, argument, arn);
  }
  return { kind, id: Id || newId(), arn, events, filter: parseFilter(Filter) };
}

function parseFilter(filter: NotificationConfigurationFilter | undefined): FilterRule[] {
  const rules = (filter?.Key?.FilterRules ?? []).map(({ Name, Value }): FilterRule => {
    if (Name === undefined || Value === undefined) throw malformed();
    const name = Name.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name);
    }
    if (Buffer.byteLength(Value) > FILTER_VALUE_MAX_BYTES) {
      const message = 'Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation';
      throw invalidArgument(message, 'FilterRule.Value', Value);
    }
    return { name: name === 'prefix' ? 'Prefix' : 'Suffix', value: Value };
  });
  for (const name of ['Prefix', 'Suffix'] as const) {
    if (rules.filter((rule) => rule.name === name).length < 2) continue;
    const message = `Cannot specify more than one ${name.toLowerCase()} rule in a filter.`;
    throw invalidArgument(message, 'FilterRule.Name', name.toLowerCase());
  }
  return rules;
}

/** The prefix and the suffix of a rule. */
export function filterOf({ filter }: NotificationRule): KeyFilter {
  const find = (wanted: FilterRule['name']) => filter.find(({ name }) => name === wanted)?.value;
  const [prefix, suffix] = [find('Prefix'), find('Suffix')];
  return { ...(prefix !== undefined && { prefix }), ...(suffix !== undefined && { suffix }) };
}

/** Whether two rules, of whatever kinds, might both mean one event of one key. */
function isAmbiguous(one: NotificationRule, other: NotificationRule): boolean {
  const shared = one.events.some((event) => other.events.some((others) => overlaps(event, others)));
  return shared && filtersOverlap(filterOf(one), filterOf(other));
}

/** What GetBucketNotificationConfiguration answers. */
export function describeNotifications({ rules, toEventBridge }: Notifications): NotificationConfiguration {
  const of = (kind: NotificationRule['kind']) => rules.filter((rule) => rule.kind === kind);
  const [topics, queues, functions] = [of('topic'), of('queue'), of('function')];
  return {
    ...(topics.length > 0 && { TopicConfigurations: topics.map((one) => ({ ...described(one), TopicArn: one.arn })) }),
    ...(queues.length > 0 && { QueueConfigurations: queues.map((one) => ({ ...described(one), QueueArn: one.arn })) }),
    ...(functions.length > 0 && {
      LambdaFunctionConfigurations: functions.map((one) => ({ ...described(one), LambdaFunctionArn: one.arn })),
    }),
    ...(toEventBridge && { EventBridgeConfiguration: {} }),
  };
}

// The codec writes the members in the model's order.
function described({ id, events, filter }: NotificationRule) {
  const FilterRules = filter.map(({ name, value }) => ({ Name: name, Value: value }));
  return { Id: id, Events: [...events], ...(filter.length > 0 && { Filter: { Key: { FilterRules } } }) };
}

function ambiguous(): ServiceError {
  const message =
    'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.';
  return new ServiceError('InvalidArgument', message, { status: 400 });
}
