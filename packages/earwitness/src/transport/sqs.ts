// An SQS queue as transport: a queue that a rule feeds for the test (a tap), or a dead-letter queue. A tap's messages
// are deleted as they are received; those of a dead-letter queue belong to others and are given back when the
// subscription is closed.

import { ConfigurationError } from '../errors.ts';
import { printValue } from '../expectation/print.ts';
import { type OpenTransport, type Transport, TransportError, type TransportListener } from '../hearing/transport.ts';
import { advise } from './advise.ts';
import { leaveBackground, openInBackground } from './background-sockets.ts';

type SqsSdk = typeof import('@aws-sdk/client-sqs');

/** What is read of a queue's message; the SDK's own type would be missing where the SDK is not installed. */
export interface QueueMessage {
  /** The same in each delivery of one message. */
  readonly MessageId?: string | undefined;
  /** Of this delivery. */
  readonly ReceiptHandle?: string | undefined;
  /** Its text. */
  readonly Body?: string | undefined;
  /** Attributes beside the text, such as the reasons of a dead letter. */
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string | undefined }>> | undefined;
  /** Attributes of the service: `AWSTraceHeader`, `DeadLetterQueueSourceArn`. */
  readonly Attributes?: Readonly<Record<string, string | undefined>> | undefined;
}

/** How to read a queue. */
export interface SqsOptions {
  /** The queue. */
  readonly queueUrl: string;
  /** Give messages back on closing instead of deleting them. */
  readonly giveBack?: boolean;
  /** The item's text; the message's body unless said otherwise. */
  readonly textOf?: (message: QueueMessage) => string;
}

/**
 * Largest message of a queue, bytes. Source: SQS quotas,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_ITEM_BYTES = 1_048_576;
/** For how long no other reader sees the messages that a subscription holds and will give back, seconds. Ours. */
const HOLD_SECONDS = 60;

/** A queue as transport: what it holds may be events, or any other messages. */
export interface SqsTransport extends Transport {
  /** The queue. */
  readonly queueUrl: string;
}

/**
 * A queue by its URL, with the credentials, region and endpoint of the environment.
 * @throws ConfigurationError for anything but a URL
 */
export function createSqsTransport(options: SqsOptions): SqsTransport {
  const queueUrl = demandQueueUrl(options?.queueUrl, 'createSqsTransport({ queueUrl })');
  const queue = queueUrl.split('/').at(-1) ?? '';
  return {
    queueUrl,
    name: `queue ${queue}`,
    topic: queue,
    carriesTrace: true,
    maxItemBytes: MAX_ITEM_BYTES,
    async open(listener, signal) {
      const sdk = await import('@aws-sdk/client-sqs').catch((cause: unknown) => {
        throw new TransportError(
          'reading a queue needs the package @aws-sdk/client-sqs: npm install -D @aws-sdk/client-sqs',
          { cause },
        );
      });
      const reader = new QueueReader(options, sdk, listener);
      try {
        await reader.open(signal);
      } catch (cause) {
        await reader.close();
        signal?.throwIfAborted();
        const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
        throw new TransportError(advise(`cannot read ${options.queueUrl}: ${message}`, remedyFor(name)), {
          code: name,
          cause,
        });
      }
      return reader;
    },
  };
}

/**
 * Returns the value when it can be a queue's URL.
 * @param where what takes it, for the error
 * @throws ConfigurationError when it cannot
 */
export function demandQueueUrl(value: unknown, where: string): string {
  if (typeof value === 'string' && /^https?:\/\//.test(value)) return value;
  throw new ConfigurationError(`${where} takes the URL of a queue, but got ${printValue(value)}.`);
}

function remedyFor(errorName: string): string {
  if (/NonExistentQueue|QueueDoesNotExist/.test(errorName)) {
    return 'Check the URL, and that AWS_REGION and the account of the credentials are those of the queue';
  }
  if (/Credentials|Token|Signature|AccessDenied|UnrecognizedClient/.test(errorName)) {
    return 'Check the AWS credentials of this process: they must allow sqs:GetQueueAttributes, ReceiveMessage and DeleteMessage';
  }
  return '';
}

class QueueReader implements OpenTransport {
  readonly #options: SqsOptions;
  readonly #sdk: SqsSdk;
  readonly #listener: TransportListener;
  readonly #client: InstanceType<SqsSdk['SQSClient']>;
  readonly #closing = new AbortController();
  readonly #held = new Map<string, string>();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SqsOptions, sdk: SqsSdk, listener: TransportListener) {
    this.#options = options;
    this.#sdk = sdk;
    this.#listener = listener;
    this.#client = new sdk.SQSClient({});
  }

  /** Asks for the queue once, so that a wrong URL or missing permission is known now and not at the first time-out. */
  async open(signal?: AbortSignal): Promise<void> {
    const { queueUrl } = this.#options;
    const command = new this.#sdk.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
    await this.#client.send(command, signal ? { abortSignal: signal } : {});
    this.#loop = openInBackground(() => this.#readOn());
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#loop;
    if (this.#options.giveBack) await this.#giveBack();
    this.#client.destroy();
  }

  async #readOn(): Promise<void> {
    const { queueUrl, giveBack = false } = this.#options;
    while (!this.#closing.signal.aborted) {
      try {
        const command = new this.#sdk.ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 20,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['AWSTraceHeader', 'DeadLetterQueueSourceArn'],
          ...(giveBack ? { VisibilityTimeout: HOLD_SECONDS } : {}),
        });
        const { Messages = [] } = await this.#client.send(command, { abortSignal: this.#closing.signal });
        for (const message of Messages) leaveBackground(() => this.#report(message));
        if (!giveBack && Messages.length > 0) await this.#delete(Messages);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        const cause = new TransportError(`reading ${queueUrl} failed: ${message}`, { cause: error });
        return leaveBackground(() => this.#listener.lost(cause));
      }
    }
  }

  #report(message: QueueMessage): void {
    const { MessageId = '', ReceiptHandle = '' } = message;
    // Held for longer than HOLD_SECONDS, a message comes again.
    const known = this.#held.has(MessageId);
    this.#held.set(MessageId, ReceiptHandle);
    if (known || this.#closing.signal.aborted) return;
    const traceHeader = message.Attributes?.['AWSTraceHeader'];
    const text = this.#options.textOf?.(message) ?? message.Body ?? '';
    this.#listener.item(traceHeader === undefined ? { text } : { text, traceHeader });
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.#client.send(new this.#sdk.DeleteMessageBatchCommand({ QueueUrl: this.#options.queueUrl, Entries }));
    this.#held.clear();
  }

  async #giveBack(): Promise<void> {
    const handles = [...this.#held.values()];
    for (let from = 0; from < handles.length; from += 10) {
      const Entries = handles.slice(from, from + 10).map((ReceiptHandle, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      const { queueUrl: QueueUrl } = this.#options;
      await this.#client.send(new this.#sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    }
  }
}
