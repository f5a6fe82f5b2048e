// What lies in a dead-letter queue, in the words of who put it there: EventBridge, a queue's redrive policy, Lambda.
// One queue may take from all of them.
import { type EventBridgeEvent, parseMessage } from '../event.ts';
import type { PartialOf } from '../expectation/expected.ts';
import type { QueueMessage } from '../transport/sqs.ts';

/**
 * An event that EventBridge gave up on.
 * Source of the attributes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html, read 2026-11-22.
 */
export interface UndeliveredEvent {
  /** The event as it should have been delivered: where the target has an input of its own, that. */
  readonly event: EventBridgeEvent;
  /** The rule that matched it. */
  readonly RULE_ARN: string;
  /** Where it should have gone. */
  readonly TARGET_ARN: string;
  /** `SDK_CLIENT_ERROR`, `NO_PERMISSIONS`, … */
  readonly ERROR_CODE: string;
  /** The last attempt's failure in words. */
  readonly ERROR_MESSAGE: string;
  /** `MaximumRetryAttempts` or `MaximumEventAgeInSeconds`, when retries ran out. */
  readonly EXHAUSTED_RETRY_CONDITION?: string;
  /** A number, as text. */
  readonly RETRY_ATTEMPTS?: string;
}

/**
 * A message that consumers of another queue received too often (`maxReceiveCount`), or that was sent here by hand.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export interface RedrivenMessage {
  /** Parsed where it is JSON: `{ orderId }`, or an event, when a rule had sent it to the queue. */
  readonly message: unknown;
  /** What the sender wrote beside it, as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** ARN of the queue that it came from; absent when it was sent here. */
  readonly DeadLetterQueueSourceArn?: string;
}

/**
 * An event that a function failed on, from the function's own dead-letter queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export interface FailedInvocation {
  /** The event that the function was invoked with, parsed. */
  readonly payload: unknown;
  /** Of the invocation. */
  readonly RequestID: string;
  /** An HTTP status, as text. */
  readonly ErrorCode: string;
  /** The first 1 KB of the error. */
  readonly ErrorMessage: string;
}

/**
 * What Lambda tells a function's destination (`OnFailure`, `OnSuccess`) of an invocation.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export interface InvocationRecord {
  /** `1.0` */
  readonly version: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** Which invocation, and why it ended: `RetriesExhausted`, `EventAgeExceeded`, `Success`. */
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: string;
    readonly approximateInvokeCount: number;
  };
  /** The event that the function was invoked with. */
  readonly requestPayload: unknown;
  /** How it answered last. */
  readonly responseContext?: {
    readonly statusCode: number;
    readonly executedVersion: string;
    readonly functionError?: string;
  };
  /** What it returned, or its error. */
  readonly responsePayload?: unknown;
}

/** What lies in a dead-letter queue. */
export type DeadLetter = UndeliveredEvent | RedrivenMessage | FailedInvocation | InvocationRecord;

/** What can be expected of a dead letter: its fields, or a function that looks at all of it. */
export type ExpectedDeadLetter =
  | PartialOf<UndeliveredEvent>
  | PartialOf<RedrivenMessage>
  | PartialOf<FailedInvocation>
  | PartialOf<InvocationRecord>
  | ((deadLetter: DeadLetter) => boolean);

/** The dead letters that have the fields of an expectation. */
export type MatchedDeadLetter<E> = E extends (deadLetter: never) => unknown ? DeadLetter : Having<DeadLetter, keyof E>;

type Having<Letter, Keys> = Letter extends unknown ? ([Keys] extends [keyof Letter] ? Letter : never) : never;

/** The text of a dead letter: an object that says of itself what it is. */
export function deadLetterText({ Body = '', MessageAttributes = {}, Attributes = {} }: QueueMessage): string {
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  );
  if ('RULE_ARN' in attributes) return JSON.stringify({ ...attributes, event: parseMessage(Body) });
  if ('RequestID' in attributes && 'ErrorCode' in attributes) {
    return JSON.stringify({ ...attributes, payload: parseBody(Body) });
  }
  const message = parseBody(Body);
  if (isInvocationRecord(message)) return Body;
  const { DeadLetterQueueSourceArn } = Attributes;
  return JSON.stringify({ message, attributes, DeadLetterQueueSourceArn });
}

function isInvocationRecord(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  if (!('requestPayload' in message && 'requestContext' in message)) return false;
  const { requestContext } = message;
  return typeof requestContext === 'object' && requestContext !== null && 'functionArn' in requestContext;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
