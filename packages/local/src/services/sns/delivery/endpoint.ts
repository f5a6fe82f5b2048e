// The contract between a delivery and an endpoint: one attempt, and how it ended, as a value.
import type { Message } from '../message/message.ts';
import type { Subscription } from '../subscription.ts';

/** One message on its way to one subscription. */
export interface Delivery {
  readonly message: Message;
  readonly subscription: Subscription;
  /** Attempts made before. */
  readonly attempts: number;
}

export type Outcome =
  /** `takenAs`: what the endpoint calls it: the message of a queue, the invocation of a function. */
  | { readonly kind: 'delivered'; readonly takenAs?: string; readonly status?: number }
  /** The endpoint failed: it is tried again. */
  | (Failure & { readonly kind: 'retry'; readonly timedOut?: boolean })
  /** The endpoint refuses: no further try would help. */
  | (Failure & { readonly kind: 'refused' });

export interface Failure {
  readonly reason: string;
  readonly status?: number;
}

/** What is sent, once for each attempt; also what a dead-letter queue gets. */
export interface Shaped {
  readonly body: string;
  /** Of a raw message. */
  readonly attributes: Message['attributes'];
}

export interface Endpoint {
  attempt(delivery: Delivery, shaped: Shaped): Promise<Outcome>;
}
