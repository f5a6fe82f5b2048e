// Queue attributes: which there are, what values they take, what they are by default, and what GetQueueAttributes
// adds.
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import { ownEntry } from '../../own-entry.ts';
import { isFifo, type Queue, queueArn } from './queue.ts';
import { invalidAttributeName, invalidAttributeValue, onlyWithFifo, refusal } from './refusals.ts';

export type QueueAttributes = Readonly<Record<string, string>>;

interface NumberAttribute {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
  /** A queue has it only when it was set. */
  readonly optional?: true;
}

/** Ranges and defaults. Source: SQS API reference, SetQueueAttributes; maximum message size 1 MiB since August 2025. */
const NUMBERS: Readonly<Record<string, NumberAttribute>> = {
  DelaySeconds: { min: 0, max: 900, fallback: 0 },
  MaximumMessageSize: { min: 1024, max: 1_048_576, fallback: 1_048_576 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, fallback: 345_600 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, fallback: 0 },
  VisibilityTimeout: { min: 0, max: 43_200, fallback: 30 },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400, fallback: 300, optional: true },
};

const CHOICES: Readonly<
  Record<
    string,
    {
      readonly values: readonly string[];
      readonly fallback: string;
      readonly fifo?: true;
      readonly onlyWithFifo?: true;
    }
  >
> = {
  SqsManagedSseEnabled: { values: ['true', 'false'], fallback: 'true' },
  FifoQueue: { values: ['true'], fallback: 'true', fifo: true },
  ContentBasedDeduplication: { values: ['true', 'false'], fallback: 'false', fifo: true },
  DeduplicationScope: { values: ['queue', 'messageGroup'], fallback: 'queue', fifo: true, onlyWithFifo: true },
  FifoThroughputLimit: {
    values: ['perQueue', 'perMessageGroupId'],
    fallback: 'perQueue',
    fifo: true,
    onlyWithFifo: true,
  },
};

/** Kept as text; an empty value removes them. The redrive policies are checked in redrive.ts. */
const TEXTS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'];

/** Attributes that only GetQueueAttributes knows. */
const COMPUTED = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
];

export function defaultAttributes({ fifo }: { readonly fifo: boolean }): QueueAttributes {
  const attributes: Record<string, string> = {};
  for (const [name, { fallback, optional }] of Object.entries(NUMBERS)) {
    if (!optional) attributes[name] = String(fallback);
  }
  for (const [name, choice] of Object.entries(CHOICES)) if (!choice.fifo || fifo) attributes[name] = choice.fallback;
  return attributes;
}

/** What sets an attribute back to what it is when it was never set. */
export function attributeFallback(name: string): string {
  return String((ownEntry(NUMBERS, name) ?? ownEntry(CHOICES, name))?.fallback ?? '');
}

/**
 * Attributes as CreateQueue and SetQueueAttributes take them, in canonical form.
 * @throws InvalidAttributeName, InvalidAttributeValue.
 */
export function parseAttributes(given: QueueAttributes, { fifo }: { readonly fifo: boolean }): QueueAttributes {
  const parsed: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) parsed[name] = parseAttribute(name, value, fifo);
  if (parsed['KmsMasterKeyId']) {
    if (parsed['SqsManagedSseEnabled'] === 'true') {
      throw refusal(
        'InvalidAttributeName',
        'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
      );
    }
    parsed['SqsManagedSseEnabled'] = 'false';
  }
  return parsed;
}

function parseAttribute(name: string, value: string, fifo: boolean): string {
  const range = ownEntry(NUMBERS, name);
  if (range) {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= range.min && number <= range.max) return String(number);
    throw invalidAttributeValue(name);
  }
  const choice = ownEntry(CHOICES, name);
  if (choice) {
    if (choice.fifo && !fifo) throw choice.onlyWithFifo ? onlyWithFifo(name) : invalidAttributeName(name);
    // `True` is what Python makes of a flag. Recorded on AWS: LocalStack, test_fifo_delete_after_visibility_timeout.
    const canonical = choice.values.includes('true') ? value.toLowerCase() : value;
    if (choice.values.includes(canonical)) return canonical;
    throw invalidAttributeValue(name);
  }
  if (!TEXTS.includes(name)) throw invalidAttributeName(name);
  if (name === 'Policy' && value !== '') checkPolicy(value);
  return value;
}

function checkPolicy(text: string): void {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw invalidAttributeValue('Policy');
    throw error;
  }
}

/** Stored attributes with `changes` laid over them; an empty text takes its attribute away. */
export function mergeAttributes(stored: QueueAttributes, changes: QueueAttributes): QueueAttributes {
  return Object.fromEntries(Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== ''));
}

/**
 * What GetQueueAttributes returns for these names (`All`: every attribute that the queue has).
 * @throws InvalidAttributeName.
 */
export async function describeAttributes(queue: Queue, names: readonly string[]): Promise<QueueAttributes> {
  const known = [...Object.keys(NUMBERS), ...Object.keys(CHOICES), ...TEXTS, ...COMPUTED];
  for (const name of names) if (name !== 'All' && !known.includes(name)) throw invalidAttributeName(name);
  const { record, messages } = queue;
  const { FifoQueue, ...attributes } = record.attributes;
  const { visible, inFlight, delayed } = await messages.counts();
  const all: Record<string, string> = {
    QueueArn: queueArn(record),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(record.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(record.modifiedAt / 1000)),
    ...attributes,
    ...(isFifo(record) && FifoQueue !== undefined && { FifoQueue }),
  };
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
