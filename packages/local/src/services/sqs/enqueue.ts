// How a message gets into a queue: from a sender, or from another queue whose redrive policy gave up on it.
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { Sent } from './deduplication.ts';
import type { Draft, StoredMessage } from './message.ts';
import { isFifo, type Queue, queueArn } from './queue.ts';

/** Puts a sender's message into a queue; a duplicate on a FIFO queue gets the first one's answer. */
export function enqueue(platform: Platform, queue: Queue, draft: Draft, call: Call): Sent {
  const key = deduplicationKey(queue, draft);
  const earlier = key === undefined ? undefined : queue.deduplication.find(key);
  if (earlier) return earlier;
  const now = platform.clock.now();
  const { delayMs, sizeBytes, md5OfSystemAttributes, ...kept } = draft;
  const message: StoredMessage = {
    ...kept,
    id: platform.ids.uuid(),
    senderId: call.account,
    sentAt: now,
    sequenceNumber: isFifo(queue.record) ? queue.deduplication.nextSequenceNumber() : undefined,
    deadLetterSource: undefined,
    visibleAt: now + delayMs,
    receiveCount: 0,
    firstReceivedAt: undefined,
    receivedAt: undefined,
    receipt: undefined,
    inFlight: false,
  };
  const sent: Sent = {
    messageId: message.id,
    md5OfBody: message.md5OfBody,
    md5OfAttributes: message.md5OfAttributes,
    sequenceNumber: message.sequenceNumber,
  };
  if (key !== undefined) queue.deduplication.remember(key, sent);
  queue.messages.add(message);
  return sent;
}

function deduplicationKey({ record }: Queue, { deduplicationId, groupId }: Draft): string | undefined {
  if (deduplicationId === undefined) return undefined;
  return record.attributes['DeduplicationScope'] === 'messageGroup' ? `${groupId} ${deduplicationId}` : deduplicationId;
}

/** Puts a message that was received too often into its dead-letter queue: same id, same age; visible at once. */
export function moveToDeadLetters(platform: Platform, source: Queue, message: StoredMessage, target: Queue): void {
  const now = platform.clock.now();
  const toFifo = isFifo(target.record);
  target.messages.add({
    ...message,
    // On FIFO queues the age starts anew. Source: SQS developer guide, "Using dead-letter queues", retention.
    sentAt: toFifo ? now : message.sentAt,
    sequenceNumber: toFifo ? target.deduplication.nextSequenceNumber() : undefined,
    deadLetterSource: queueArn(source.record),
    visibleAt: now,
    receipt: undefined,
    inFlight: false,
  });
}

/** Puts a message from a dead-letter queue back to work: as a new message, with its contents and attributes. */
export function moveBack(platform: Platform, message: StoredMessage, target: Queue): void {
  const now = platform.clock.now();
  target.messages.add({
    ...message,
    id: platform.ids.uuid(),
    sentAt: now,
    sequenceNumber: isFifo(target.record) ? target.deduplication.nextSequenceNumber() : undefined,
    deadLetterSource: undefined,
    visibleAt: now,
    receiveCount: 0,
    firstReceivedAt: undefined,
    receivedAt: undefined,
    receipt: undefined,
    inFlight: false,
  });
}
