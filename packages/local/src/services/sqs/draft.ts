// The way from a SendMessage to a message: contents, size, attributes, and what a FIFO queue demands.
import { createHash } from 'node:crypto';
import type {
  MessageSystemAttributeValue,
  SendMessageRequest,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import {
  type Attributes,
  attributesSizeBytes,
  checkMessageAttributes,
  hasOnlyCharacters,
  md5Hex,
  md5OfAttributes,
  VALID_CHARACTERS,
} from './message-attributes.ts';
import { attributeNumber, isFifo, type QueueRecord } from './queue.ts';
import { invalidParameter, invalidValue, missingParameter, refusal } from './refusals.ts';

/** What a sender gave, checked; the queue adds identity and time. */
export interface Draft {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: Attributes;
  readonly md5OfAttributes: string | undefined;
  readonly traceHeader: string | undefined;
  readonly md5OfSystemAttributes: string | undefined;
  readonly delayMs: number;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sizeBytes: number;
}

/**
 * Checks what a sender gave against the queue's configuration.
 * @throws MissingRequiredParameterException, InvalidParameterValueException, InvalidMessageContents,
 * UnsupportedOperation.
 */
export function draftMessage(record: QueueRecord, input: Omit<SendMessageRequest, 'QueueUrl'>): Draft {
  const { MessageBody: body, MessageAttributes: attributes = {} } = input;
  if (!body) throw missingParameter('MessageBody');
  checkContents(body);
  checkMessageAttributes(attributes);
  const sizeBytes = Buffer.byteLength(body) + attributesSizeBytes(attributes);
  const maxBytes = attributeNumber(record, 'MaximumMessageSize');
  if (sizeBytes > maxBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
  const system = checkSystemAttributes(input.MessageSystemAttributes ?? {});
  return {
    body,
    md5OfBody: md5Hex(body),
    attributes,
    md5OfAttributes: md5OfAttributes(attributes),
    traceHeader: system['AWSTraceHeader']?.StringValue,
    md5OfSystemAttributes: md5OfAttributes(system),
    delayMs: delaySeconds(record, input.DelaySeconds) * 1000,
    sizeBytes,
    ...(isFifo(record) ? checkFifo(record, input, body) : checkStandard(input)),
  };
}

/**
 * The same for an entry of a batch to a FIFO queue, which wants its group in other words than a single message does.
 * @throws as `draftMessage`. Source: recorded on AWS (LocalStack
 * test_send_batch_missing_message_group_id_for_fifo_queue).
 */
export function checkFifoEntry(record: QueueRecord, input: Omit<SendMessageRequest, 'QueueUrl'>): void {
  if (input.MessageGroupId === undefined)
    throw invalidParameter('The request must contain the parameter MessageGroupId.');
  draftMessage(record, input);
}

function delaySeconds(record: QueueRecord, given: number | undefined): number {
  if (given === undefined) return attributeNumber(record, 'DelaySeconds');
  // Zero is taken: SDKs of some languages always send it.
  if (isFifo(record) && given !== 0) {
    throw invalidValue('DelaySeconds', given, 'The request include parameter that is not valid for this queue type.');
  }
  if (given < 0 || given > 900) {
    throw invalidValue('DelaySeconds', given, 'DelaySeconds must be >= 0 and <= 900.');
  }
  return isFifo(record) ? attributeNumber(record, 'DelaySeconds') : given;
}

function checkFifo(record: QueueRecord, input: Omit<SendMessageRequest, 'QueueUrl'>, body: string) {
  const { MessageGroupId: groupId, MessageDeduplicationId: given } = input;
  if (groupId === undefined) throw missingParameter('MessageGroupId');
  checkFifoId('MessageGroupId', groupId);
  if (given !== undefined) checkFifoId('MessageDeduplicationId', given);
  if (given === undefined && record.attributes['ContentBasedDeduplication'] !== 'true') {
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId: given ?? createHash('sha256').update(body).digest('hex') };
}

// A standard queue takes a group (fair queues) and refuses a deduplication id.
function checkStandard(input: Omit<SendMessageRequest, 'QueueUrl'>) {
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  if (deduplicationId !== undefined) {
    throw invalidValue(
      'MessageDeduplicationId',
      deduplicationId,
      'The request include parameter that is not valid for this queue type.',
    );
  }
  if (groupId !== undefined) checkFifoId('MessageGroupId', groupId);
  return { groupId, deduplicationId: undefined };
}

function checkFifoId(parameter: string, value: string): void {
  if (/^[\x21-\x7e]{1,128}$/.test(value)) return;
  throw invalidValue(
    parameter,
    value,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function checkContents(body: string): void {
  if (hasOnlyCharacters(body)) return;
  throw refusal('InvalidMessageContents', `Invalid characters found. ${VALID_CHARACTERS}`);
}

type SystemAttributes = Readonly<Record<string, MessageSystemAttributeValue>>;

function checkSystemAttributes(attributes: SystemAttributes): SystemAttributes {
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader') {
      throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
    }
    if (value.DataType !== 'String' || !value.StringValue) {
      throw invalidParameter(`The message system attribute '${name}' must be a non-empty String.`);
    }
  }
  return attributes;
}
