// What a queue keeps of a message.
import { messageQueueOf, type ReceivedMessage } from '../../backbone/message-queue.ts';
import type { StoredAttributes } from './message-attributes.ts';

/** What a queue keeps of a message beside its id, its times and its group: plain data. */
export interface MessageContent {
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: StoredAttributes;
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  readonly deduplicationId: string | undefined;
  /** ARN of the queue whose redrive policy moved it here. */
  readonly deadLetterSource: string | undefined;
}

export type ReceivedSqsMessage = ReceivedMessage<MessageContent>;

export const MESSAGES = messageQueueOf<MessageContent>('sqs/messages');
