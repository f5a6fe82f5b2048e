// MessageQueue: the port for what many receivers take from, each message one of them at a time. SQS's queues stand on
// it.
//
//   send → delayed ─┐            receive                      delete
//          visible ─┴→ in order ─────────→ in flight ────────────────→ gone
//                        ↑                     │ the visibility timeout ends (the receiver's lease), hide(now)
//                        └─────────────────────┘
//
// In an ordered queue the messages of a group are received in the order of sending, up to the first of them that is in
// flight. In any other, what comes back stands at the end.
import { Opened } from './opened.ts';

/**
 * For how long a queue knows a deduplication key. Source: SQS developer guide, "Exactly-once processing in Amazon SQS".
 */
export const DEDUPLICATION_MS = 5 * 60 * 1000;

/** What is sent: plain data. Times are epoch ms. */
export interface NewMessage<Content> {
  readonly id: string;
  readonly content: Content;
  /** Retention counts from here. */
  readonly sentAt: number;
  /** Before it nobody receives the message. */
  readonly visibleAt: number;
  readonly group?: string | undefined;
  /** Times that it was received, and first when, if it comes from another queue. */
  readonly receiveCount?: number;
  readonly firstReceivedAt?: number | undefined;
  /**
   * It was sent before, and nobody knows whether it was put in: where a message with its id lies in the queue, it was.
   */
  readonly isRepeated?: boolean;
  /**
   * Within DEDUPLICATION_MS after a message with this key another is not put in; its sender is told what the first one
   * was.
   */
  readonly deduplication?: { readonly key: string; readonly note: string } | undefined;
}

/** What a sender is told; of a duplicate, what the first one's sender was. */
export interface SentMessage {
  readonly id: string;
  /** Grows with each message of the queue. */
  readonly number: number;
  /** `deduplication.note` of the message that was put in. */
  readonly note: string | undefined;
}

export interface ReceivedMessage<Content> {
  readonly id: string;
  readonly content: Content;
  readonly sentAt: number;
  readonly group: string | undefined;
  readonly number: number;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
  /** Names this receive. */
  readonly receipt: string;
}

/** A message as it lies in its queue; receiving it would change it. */
export interface LyingMessage<Content>
  extends Pick<ReceivedMessage<Content>, 'id' | 'content' | 'sentAt' | 'group' | 'number' | 'receiveCount'> {
  readonly firstReceivedAt: number | undefined;
  /** `hidden`: in flight; `delayed`: nobody could receive it yet. */
  readonly state: 'visible' | 'hidden' | 'delayed';
  readonly visibleAt: number;
}

export interface LookOptions {
  /** Only messages with a greater number. */
  readonly after: number;
  readonly max: number;
  /** What was sent longer ago is passed over, ms. */
  readonly retentionMs: number;
}

export interface ReceiveOptions {
  readonly max: number;
  /** For how long nobody else gets what is received, ms. */
  readonly visibilityMs: number;
  /** How long to wait for a message when there is none, ms. */
  readonly waitMs: number;
  /** What was sent longer ago is dropped, ms. */
  readonly retentionMs: number;
  /** Ends the wait, without messages. */
  readonly signal?: AbortSignal | undefined;
}

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface MessageQueue<Content> {
  send(message: NewMessage<Content>): Promise<SentMessage>;
  /**
   * Up to `max` messages, at once or as soon as there is one; none when the wait ends, the signal says so, or the queue
   * is removed.
   */
  receive(options: ReceiveOptions): Promise<ReceivedMessage<Content>[]>;
  /**
   * Deletes what a receipt names. `unknown`: the message is gone, or was received again since. `late`: the queue is
   * ordered and the visibility timeout has ended, so it stays.
   */
  delete(receipt: string): Promise<'deleted' | 'unknown' | 'late'>;
  /**
   * Hides a received message until `visibleAt`; a time that has come makes it visible. `unknown`: the
   * message is gone; or it was received again since, and is visible or of an ordered queue. `too long`: it would be
   * hidden for more than `maxMs` since it was received.
   */
  hide(receipt: string, visibleAt: number, maxMs: number): Promise<'hidden' | 'unknown' | 'too long'>;
  counts(): Promise<MessageCounts>;
  /** Messages as they lie there, by their numbers; nothing of them changes. */
  look(options: LookOptions): Promise<LyingMessage<Content>[]>;
  /** Takes out every message that could be received now, in order. */
  drain(): Promise<ReceivedMessage<Content>[]>;
  /** Drops every message. */
  purge(): Promise<void>;
}

/** The name of a family of queues, and the type of what their messages hold. */
export interface MessageQueueKey<Content> {
  /** `<service>/<what>`: `sqs/messages`. */
  readonly name: string;
  readonly opened: Opened<MessageQueue<Content>>;
}

export function messageQueueOf<Content>(name: string): MessageQueueKey<Content> {
  return { name, opened: new Opened() };
}
