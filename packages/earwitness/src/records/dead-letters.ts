// What did not arrive, asserted: a dead-letter queue, whose letters can be awaited like any message. The queue is left
// as it was.
import { ConfigurationError } from '../errors.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import { DEFAULT_TIMEOUT_MS } from '../settings.ts';
import { createSqsTransport, demandQueueUrl } from '../transport/sqs.ts';
import { type DeadLetter, deadLetterText, type ExpectedDeadLetter, type MatchedDeadLetter } from './dead-letter.ts';
import { openReader, type Reader } from './reader.ts';

/** A dead-letter queue that is being read. `close()` returns the messages to the queue, so that others see them. */
export interface DeadLetters extends Reader<DeadLetter, ExpectedDeadLetter> {
  /**
   * Resolves with the first dead letter that matches; its type is that of the letters with the expected fields.
   * @throws EventNotReceivedError after `timeoutMs`
   */
  waitFor<const E extends ExpectedDeadLetter>(expected: E, options?: WaitOptions): Promise<MatchedDeadLetter<E>>;
}

/** Which queue to read, and for how long to wait. */
export interface DeadLettersOptions {
  /**
   * URL of the dead-letter queue. Default: `DEAD_LETTER_QUEUE_URL`, which `earwitness exec` sets from a stack output
   * `DeadLetterQueueUrl`.
   */
  readonly queueUrl?: string;
  /** How long each wait waits unless it says otherwise, in ms, 0 or more. Default 3000. */
  readonly timeoutMs?: number;
}

/**
 * Reads the dead-letter queue of a rule's target, of another queue (redrive policy) or of a function, with the
 * credentials, region and endpoint of the environment. Needs `@aws-sdk/client-sqs`.
 * @param queue the queue's URL, or options
 * @throws ConfigurationError when no queue is named, when a URL is given and undefined (a misspelt variable), or when
 *   an option is none
 * @throws TransportError when the queue cannot be read
 * @example
 * await using failed = await deadLetters();
 * await failed.waitFor({ ERROR_CODE: 'SDK_CLIENT_ERROR', event: { 'detail-type': 'OrderCreated', detail: { id } } });
 * @example
 * await using redriven = await deadLetters({ queueUrl: `${process.env.ORDERS_DEAD_LETTER_QUEUE_URL}` });
 * await redriven.waitFor({ message: { orderId: id } });
 */
export async function deadLetters(...given: readonly [queue?: string | DeadLettersOptions]): Promise<DeadLetters> {
  const [queue] = given;
  const options: { readonly [Name in keyof DeadLettersOptions]?: DeadLettersOptions[Name] | undefined } =
    given.length === 0 ? {} : typeof queue === 'object' && queue !== null ? queue : { queueUrl: queue };
  // Not the default's queue: what does not come into another one proves nothing.
  if ('queueUrl' in options && options.queueUrl === undefined) {
    throw new ConfigurationError(
      'deadLetters() got a URL that is undefined. Is the name of its environment variable right?',
    );
  }
  const { queueUrl = process.env['DEAD_LETTER_QUEUE_URL'], timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (queueUrl === undefined || queueUrl === '') {
    throw new ConfigurationError(
      'deadLetters() does not know which queue to read: set DEAD_LETTER_QUEUE_URL, or pass the URL of one.',
    );
  }
  demandQueueUrl(queueUrl, 'deadLetters()');
  const transport = createSqsTransport({ queueUrl, giveBack: true, textOf: deadLetterText });
  const reader = await openReader<DeadLetter, ExpectedDeadLetter>(transport, { timeoutMs, where: 'deadLetters' });
  // What matched has the fields that were expected: MatchedDeadLetter says no more than that.
  return reader as DeadLetters;
}
