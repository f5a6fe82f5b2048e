// A queue: what was configured (a row of the table `sqs/queues`), and the names under which it is known. Its messages
// stand in the backbone.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type { MessageQueue } from '../../backbone/message-queue.ts';
import type { MessageContent } from './message.ts';
import { invalidParameter, invalidValue } from './refusals.ts';

/** The row: plain data. */
export interface QueueRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Settable attributes in canonical form, defaults filled in. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface Queue {
  readonly key: string;
  readonly record: QueueRecord;
  readonly messages: MessageQueue<MessageContent>;
}

export function queueKey(name: Pick<QueueRecord, 'account' | 'region' | 'name'>): string {
  return `${name.account}/${name.region}/${name.name}`;
}

export function queueArn({ account, region, name }: Pick<QueueRecord, 'account' | 'region' | 'name'>): string {
  return formatArn({ service: 'sqs', region, account, resource: name });
}

export function isFifo(record: Pick<QueueRecord, 'name'>): boolean {
  return record.name.endsWith('.fifo');
}

/** A numeric attribute's value. */
export function attributeNumber(record: QueueRecord, name: string): number {
  return Number(record.attributes[name] ?? 0);
}

/**
 * Reads account and name from a queue URL; `caller` is the account whose call it is. Any host will do: clients behind a
 * container's port mapping or a proxy see other hosts than we do.
 */
export function parseQueueUrl(url: string, caller: string): { account: string; name: string } | undefined {
  // The name alone is a queue of the caller's. Source: recorded on AWS (LocalStack
  // test_posting_to_queue_via_queue_name).
  if (/^[\w-]+(\.fifo)?$/.test(url)) return { account: caller, name: url };
  const [, account, name] = /^(?:.*\/)?(\d{12})\/([^/?#]+)\/?$/.exec(url) ?? [];
  return account === undefined || name === undefined ? undefined : { account, name };
}

/** @throws InvalidParameterValueException with AWS's sentence. */
export function checkQueueName(name: string, fifoAttribute: string | undefined): void {
  if (fifoAttribute?.toLowerCase() === 'true') {
    if (/^[\w-]{1,75}\.fifo$/.test(name)) return;
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
  if (/^[\w-]{1,80}$/.test(name)) return;
  throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
}

/** Checks `MaxResults` of a listing. */
export function checkMaxResults(value: number | undefined): void {
  if (value !== undefined && (value < 1 || value > 1000)) {
    throw invalidValue('MaxResults', value, 'MaxResults must be an integer between 1 and 1000.');
  }
}
