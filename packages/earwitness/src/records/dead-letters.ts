// What did not arrive, asserted: the dead-letter queue of a rule's target. Each dead letter is the event together with
// what EventBridge says about the failure, and can be awaited like any message. The queue is left as it was.
import { ConfigurationError } from '../errors.ts';
import { type EventBridgeEvent, parseMessage } from '../event.ts';
import type { PartialOf } from '../expectation/expected.ts';
import { DEFAULT_TIMEOUT_MS } from '../settings.ts';
import { createSqsTransport, type QueueMessage } from '../transport/sqs.ts';
import { openReader, type Reader } from './reader.ts';

/**
 * An event that EventBridge gave up on.
 * Source of the attributes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html, read 2026-11-22.
 */
export interface DeadLetter {
  /** The event as it should have been delivered. */
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

/** What can be expected of a dead letter. */
export type ExpectedDeadLetter = PartialOf<DeadLetter> | ((deadLetter: DeadLetter) => boolean);

/** A dead-letter queue that is being read. `close()` returns the messages to the queue, so that others see them. */
export interface DeadLetters extends Reader<DeadLetter, ExpectedDeadLetter> {}

/**
 * Reads a dead-letter queue, with the credentials, region and endpoint of the environment. Needs `@aws-sdk/client-sqs`.
 * @param queueUrl Default: `DEAD_LETTER_QUEUE_URL`, which `earwitness exec` sets from a stack output
 * `DeadLetterQueueUrl`
 * @throws ConfigurationError when no queue is named, or when `timeoutMs` is not a time
 * @throws TransportError when the queue cannot be read
 * @example
 * await using failed = await deadLetters();
 * await failed.waitFor({ ERROR_CODE: 'SDK_CLIENT_ERROR', event: { 'detail-type': 'OrderCreated', detail: { id } } });
 */
export async function deadLetters(
  queueUrl = process.env['DEAD_LETTER_QUEUE_URL'],
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<DeadLetters> {
  if (!queueUrl) {
    throw new ConfigurationError(
      'deadLetters() does not know which queue to read: set DEAD_LETTER_QUEUE_URL or pass its URL.',
    );
  }
  const transport = createSqsTransport({ queueUrl, giveBack: true, textOf });
  return openReader(transport, { timeoutMs, where: 'deadLetters' });
}

/** A dead letter's body is the event; what failed is in the message's attributes. */
function textOf({ Body = '', MessageAttributes = {} }: QueueMessage): string {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
  return JSON.stringify({ ...Object.fromEntries(attributes), event: parseMessage(Body) });
}
