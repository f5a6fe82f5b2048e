// What stands in a queue, seen without receiving it: what `GET /_earwitness/queues/messages?queue=ARN&limit=` answers.
// Looking changes nothing: no message is hidden, none counts as received, and the journal has no fact of it.

/** Messages of a queue, in the order in which they would be received. */
export interface QueueMessages {
  /** ARN. */
  readonly queue: string;
  /** The cloud's clock, epoch milliseconds. */
  readonly now: number;
  /** How many there are, those included that `limit` left out. */
  readonly total: number;
  readonly messages: readonly QueueMessage[];
}

/** A message as it stands. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** How often it was received. */
  readonly receives: number;
  /** `visible`: can be received now. `hidden`: somebody has received it. `delayed`: nobody could receive it yet. */
  readonly state: 'visible' | 'hidden' | 'delayed';
  /** When it can be received (again), epoch milliseconds; absent of what is visible. */
  readonly visibleAt?: number;
  /** Of a FIFO queue. */
  readonly groupId?: string;
  /** The queue that it came from as a dead letter, when a redrive policy moved it here; an ARN. */
  readonly deadLetterSource?: string;
  /** Of a dead letter of EventBridge, why: ERROR_CODE, ERROR_MESSAGE, RULE_ARN, TARGET_ARN. Binary values in base64. */
  readonly attributes: readonly MessageAttribute[];
}

export interface MessageAttribute {
  readonly name: string;
  /** `String`, `Number`, `Binary`, perhaps with a kind of its own: `String.uuid`. */
  readonly type: string;
  readonly value: string;
}
