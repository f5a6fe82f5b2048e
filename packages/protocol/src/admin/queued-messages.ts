// The messages that lie in a queue, looked at without receiving them: what `GET /_earwitness/queues/messages` answers.

/** A page of a queue's messages, in the order in which they came. */
export interface QueuedMessages {
  /** The queue's ARN. */
  readonly queue: string;
  readonly messages: readonly QueuedMessage[];
  /** `after` of the next page; absent at the end. */
  readonly next?: number;
}

/** A message that lies in a queue. Times are epoch milliseconds by the cloud's clock. */
export interface QueuedMessage {
  readonly id: string;
  /** Grows with each message of the queue. */
  readonly number: number;
  /** `hidden`: received, until its visibility timeout ends; `delayed`: nobody could receive it yet. */
  readonly state: 'visible' | 'hidden' | 'delayed';
  /** When a hidden or delayed one can be received. */
  readonly visibleAt?: number;
  readonly body: string;
  readonly sentAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  readonly group?: string;
  readonly deduplicationId?: string;
  /** Who sent it. */
  readonly sender: string;
  readonly traceId?: string;
  /** ARN of the queue whose redrive policy moved it here. */
  readonly deadLetterSource?: string;
  /** What its sender attached: `ERROR_CODE` of a dead letter. A binary value is base64. */
  readonly attributes: Readonly<Record<string, QueuedAttribute>>;
}

/** An attribute of a message. */
export interface QueuedAttribute {
  /** `String`, `Number`, `Binary`, or one of these with a dot and a name of the sender's. */
  readonly type: string;
  readonly value: string;
}
