// How a message gets into a queue: from a sender, or from another queue whose redrive policy gave up on it.
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { Draft } from './draft.ts';
import type { ReceivedSqsMessage } from './message.ts';
import { toStored } from './message-attributes.ts';
import { isFifo, type Queue, queueArn } from './queue.ts';

/** What a sender is told. */
export interface Sent {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly md5OfAttributes: string | undefined;
  readonly sequenceNumber: string | undefined;
}

/** Sequence numbers have 20 digits. Source: SQS developer guide, "FIFO queue and message identifiers". */
const FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000n;

export function sequenceNumberOf({ record }: Queue, number: number): string | undefined {
  return isFifo(record) ? String(FIRST_SEQUENCE_NUMBER + BigInt(number)) : undefined;
}

/** Puts a sender's message into a queue; the sender of a duplicate on a FIFO queue is told what the first one was. */
export async function enqueue(platform: Platform, queue: Queue, draft: Draft, call: Call): Promise<Sent> {
  const now = platform.clock.now();
  const { body, md5OfBody, attributes, md5OfAttributes, traceHeader, groupId, deduplicationId } = draft;
  const key = deduplicationKey(queue, draft);
  const sent = await queue.messages.send({
    id: platform.ids.uuid(),
    content: {
      body,
      md5OfBody,
      attributes: toStored(attributes),
      // The header of the request counts when the message says nothing. Source: recorded on AWS (LocalStack, SQS).
      traceHeader: traceHeader ?? call.traceId,
      senderId: call.account,
      deduplicationId,
      deadLetterSource: undefined,
    },
    sentAt: now,
    visibleAt: now + draft.delayMs,
    group: groupId,
    ...(key !== undefined && { deduplication: { key, note: [md5OfBody, md5OfAttributes].join(' ').trim() } }),
  });
  const [firstBody = md5OfBody, firstAttributes] = sent.note?.split(' ') ?? [md5OfBody, md5OfAttributes];
  const sequenceNumber = sequenceNumberOf(queue, sent.number);
  return { messageId: sent.id, md5OfBody: firstBody, md5OfAttributes: firstAttributes, sequenceNumber };
}

function deduplicationKey({ record }: Queue, { deduplicationId, groupId }: Draft): string | undefined {
  if (deduplicationId === undefined) return undefined;
  return record.attributes['DeduplicationScope'] === 'messageGroup' ? `${groupId} ${deduplicationId}` : deduplicationId;
}

/**
 * Puts a message that was received too often into its dead-letter queue: same id, same age, visible at once. The
 * receive that was one too many does not count.
 */
export async function moveToDeadLetters(
  platform: Platform,
  source: Queue,
  message: ReceivedSqsMessage,
  target: Queue,
): Promise<void> {
  const now = platform.clock.now();
  const { id, content, sentAt, group, receiveCount, firstReceivedAt } = message;
  await target.messages.send({
    id,
    content: { ...content, deadLetterSource: queueArn(source.record) },
    // On FIFO queues the age starts anew. Source: SQS developer guide, "Using dead-letter queues", retention.
    sentAt: isFifo(target.record) ? now : sentAt,
    visibleAt: now,
    group,
    receiveCount: receiveCount - 1,
    firstReceivedAt,
  });
  platform.journal.record({
    kind: 'message.redriven',
    queueArn: queueArn(source.record),
    deadLetterQueueArn: queueArn(target.record),
    messageId: id,
    receives: receiveCount - 1,
    ...(content.traceHeader !== undefined && { traceId: content.traceHeader }),
  });
}

/** Puts a message from a dead-letter queue back to work: as a new message, with its contents and attributes. */
export async function moveBack(
  platform: Platform,
  { content, group }: ReceivedSqsMessage,
  target: Queue,
): Promise<void> {
  const now = platform.clock.now();
  await target.messages.send({
    id: platform.ids.uuid(),
    content: { ...content, deadLetterSource: undefined },
    sentAt: now,
    visibleAt: now,
    group,
  });
}

/** Puts a message back where it was taken out. */
export async function putBack(platform: Platform, message: ReceivedSqsMessage, source: Queue): Promise<void> {
  const { id, content, sentAt, group, receiveCount, firstReceivedAt } = message;
  await source.messages.send({
    id,
    content,
    sentAt,
    visibleAt: platform.clock.now(),
    group,
    receiveCount: receiveCount - 1,
    firstReceivedAt,
  });
}
