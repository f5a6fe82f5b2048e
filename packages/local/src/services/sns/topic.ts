// A topic: a row of `sns/topics`, its name and its ARN.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { invalidParameter } from './refusals.ts';

/** Where a topic is, and what it is called. */
export interface TopicPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** The row: plain data. Times are epoch ms. */
export interface Topic extends TopicPlace {
  /** Only those that were set. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** How many subscriptions it has lost. */
  readonly subscriptionsDeleted: number;
}

export function topicKey({ account, region, name }: TopicPlace): string {
  return `${account}/${region}/${name}`;
}

export function topicArn({ account, region, name }: TopicPlace): string {
  return formatArn({ service: 'sns', region, account, resource: name });
}

export function isFifo({ name }: Pick<TopicPlace, 'name'>): boolean {
  return name.endsWith('.fifo');
}

/**
 * The topic that an ARN names.
 * @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_get_topic_attributes).
 */
export function parseTopicArn(arn: string, { region, parameter = 'TopicArn' }: { region: string; parameter?: string }) {
  const parts = arn.split(':');
  if (parts.length < 6) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  }
  const parsed = parseArn(arn);
  if (parsed?.service !== 'sns' || parsed.region !== region || !/^\d{12}$/.test(parsed.account)) {
    throw invalidParameter(parameter);
  }
  return { account: parsed.account, region: parsed.region, name: parsed.resource };
}

/** @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_create_topic_…). */
export function checkTopicName(name: string, fifo: string | undefined): void {
  const stem = name.endsWith('.fifo') ? name.slice(0, -'.fifo'.length) : name;
  const fits = /^[\w-]+$/.test(stem) && name.length <= 256;
  if (!fits || (fifo === 'true') !== name.endsWith('.fifo')) throw invalidParameter('Topic Name');
}
