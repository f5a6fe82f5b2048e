// What a publisher gave, checked: body, subject, structure, attributes, size, and what a FIFO topic demands. Sources:
// recorded on AWS (LocalStack, tests/aws/services/sns, test_publish_…) unless a comment says otherwise.
import { createHash } from 'node:crypto';
import type { PublishBatchRequestEntry, PublishInput } from '@earwitness/protocol/internal/aws/models/sns.types';
import { invalidParameter } from '../refusals.ts';
import { isFifo, type Topic } from '../topic.ts';
import { maxMessageBytes } from '../topic-attributes.ts';
import type { Message } from './message.ts';
import { attributesSizeBytes, parseMessageAttributes } from './message-attributes.ts';

/** A message before it has an identity. */
export type Draft = Pick<Message, 'subject' | 'text' | 'byProtocol' | 'attributes' | 'groupId' | 'deduplicationId'> & {
  readonly sizeBytes: number;
};

type Given = PublishInput | PublishBatchRequestEntry;

/** @throws InvalidParameter, ParameterValueInvalid */
export function draftMessage(topic: Topic, given: Given): Draft {
  const { Message: text, Subject: subject, MessageAttributes = {} } = given;
  if (text === '') throw invalidParameter('Empty message');
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter('Subject');
  const attributes = parseMessageAttributes(MessageAttributes);
  const sizeBytes = Buffer.byteLength(text) + attributesSizeBytes(attributes);
  const ids = isFifo(topic) ? fifoIds(topic, given) : standardIds(given);
  const { MessageStructure: structure } = given;
  // Source: SNS API reference, Publish, MessageStructure: json is its one value. The sentence is ours.
  if (structure !== undefined && structure !== 'json') {
    throw invalidParameter(`MessageStructure Reason: it is json, or left out; this is ${JSON.stringify(structure)}`);
  }
  const structured = structure === 'json' ? parseStructure(text) : { text };
  return { subject, ...structured, attributes, sizeBytes, ...ids };
}

/** @throws InvalidParameter when a message is larger than its topic takes. */
export function checkSize(topic: Topic, { sizeBytes }: Draft): void {
  if (sizeBytes > maxMessageBytes(topic)) throw invalidParameter('Message too long');
}

/** Source: SNS API reference, Publish, Subject: at most 100 characters, no line breaks or control characters. */
function isSubject(subject: string): boolean {
  return subject !== '' && subject.length <= 100 && !/\p{Cc}/u.test(subject);
}

/** Keys that occur twice are taken: the last one counts, as in JSON.parse. */
function parseStructure(text: string): Pick<Message, 'text' | 'byProtocol'> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const fallback = typeof parsed === 'object' && parsed !== null && 'default' in parsed ? parsed.default : undefined;
  if (typeof parsed !== 'object' || parsed === null || typeof fallback !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  const own = Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { text: fallback, byProtocol: Object.fromEntries(own) };
}

function standardIds({ MessageGroupId: groupId, MessageDeduplicationId: deduplicationId }: Given) {
  if (deduplicationId !== undefined) {
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (groupId !== undefined) checkId('MessageGroupId', groupId);
  return { groupId };
}

function fifoIds({ attributes }: Topic, { Message: text, MessageGroupId: groupId, MessageDeduplicationId: id }: Given) {
  if (groupId === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  checkId('MessageGroupId', groupId);
  if (id !== undefined) checkId('MessageDeduplicationId', id);
  if (id === undefined && attributes['ContentBasedDeduplication'] !== 'true') {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId: id ?? createHash('sha256').update(text).digest('hex') };
}

/** Source: SNS API reference, Publish, MessageGroupId: up to 128 letters, digits and punctuation. */
function checkId(name: string, id: string): void {
  if (/^[\x21-\x7e]{1,128}$/.test(id)) return;
  throw invalidParameter(
    `${name} Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
