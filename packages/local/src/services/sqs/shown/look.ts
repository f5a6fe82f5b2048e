// Looks at the messages of a queue without receiving them: nothing about them changes.
import type { QueuedMessage, QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import type { LyingMessage } from '../../../backbone/message-queue.ts';
import type { MessageContent } from '../message.ts';
import type { StoredAttributes } from '../message-attributes.ts';
import type { Parts } from '../parts.ts';
import { attributeNumber } from '../queue.ts';

/** Ours: bytes of messages in one page, unless the first is larger. */
const MAX_PAGE_BYTES = 1024 * 1024;

/** Which messages are looked at: those with a greater number, so many at most. */
export interface Page {
  readonly after: number;
  readonly limit: number;
}

/** A page of the messages of a queue; `undefined` when there is no such queue. */
export async function lookAt(
  { queues }: Pick<Parts, 'queues'>,
  queueArn: string,
  { after, limit }: Page,
): Promise<QueuedMessages | undefined> {
  const queue = queues.byArn(queueArn);
  if (!queue) return undefined;
  const retentionMs = attributeNumber(queue.record, 'MessageRetentionPeriod') * 1000;
  // One more tells whether there is another page.
  const found = await queue.messages.look({ after, max: limit + 1, retentionMs });
  const messages: QueuedMessage[] = [];
  let bytes = 0;
  for (const lying of found.slice(0, limit)) {
    const message = describe(lying);
    bytes += Buffer.byteLength(JSON.stringify(message));
    if (bytes > MAX_PAGE_BYTES && messages.length > 0) break;
    messages.push(message);
  }
  const last = messages.at(-1);
  return { queue: queueArn, messages, ...(last && messages.length < found.length && { next: last.number }) };
}

function describe({ content, ...message }: LyingMessage<MessageContent>): QueuedMessage {
  const { id, number, state, visibleAt, sentAt, receiveCount, firstReceivedAt, group } = message;
  const { body, attributes, deduplicationId, senderId, traceHeader, deadLetterSource } = content;
  return {
    id,
    number,
    state,
    ...(state !== 'visible' && { visibleAt }),
    body,
    sentAt,
    receiveCount,
    ...(firstReceivedAt !== undefined && { firstReceivedAt }),
    ...(group !== undefined && { group }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    sender: senderId,
    ...(traceHeader !== undefined && { traceId: traceHeader }),
    ...(deadLetterSource !== undefined && { deadLetterSource }),
    attributes: describeAttributes(attributes),
  };
}

function describeAttributes(attributes: StoredAttributes): QueuedMessage['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryBase64 }]) => [
      name,
      { type: DataType ?? '', value: StringValue ?? BinaryBase64 ?? '' },
    ]),
  );
}
