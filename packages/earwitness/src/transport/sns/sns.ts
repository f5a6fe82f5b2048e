// An Amazon SNS topic, heard through a queue that is subscribed to it for the time of the subscription (tap.ts) and
// removed on closing. Messages come raw, so that what is heard is what was published. A standard topic and its queue
// promise neither order nor that a message comes only once.
import { ConfigurationError } from '../../errors.ts';
import { printValue } from '../../expectation/print.ts';
import { type OpenTransport, type Transport, TransportError } from '../../hearing/transport.ts';
import { advise } from '../advise.ts';
import { createSqsTransport } from '../sqs.ts';
import { loadSnsSdk, makeSnsTap, removeSnsOrphans, removeSnsTap, type SnsTap } from './tap.ts';

/** Which topic. */
export interface SnsOptions {
  /** ARN of the topic, standard or FIFO: `arn:aws:sns:eu-west-1:123456789012:orders`. */
  readonly topicArn: string;
}

/**
 * Largest message of a topic unless it says otherwise, bytes. Source: SNS quotas,
 * https://docs.aws.amazon.com/general/latest/gr/sns.html
 */
const MAX_ITEM_BYTES = 262_144;

/**
 * Every message of an SNS topic, with the credentials, region and endpoint of the environment.
 * @throws ConfigurationError for anything but the ARN of a topic
 * @example
 * const events = await subscribe({ transport: createSnsTransport({ topicArn: `${process.env.ORDERS_TOPIC_ARN}` }) });
 */
export function createSnsTransport(options: SnsOptions): Transport {
  const topicArn = demandTopicArn(options?.topicArn, 'createSnsTransport({ topicArn })');
  const topic = topicArn.split(':').at(-1) ?? '';
  return {
    name: `topic ${topic}`,
    topic,
    carriesTrace: true,
    maxItemBytes: MAX_ITEM_BYTES,
    async open(listener, signal) {
      const clients = await loadSnsSdk();
      let tap: SnsTap | undefined;
      let queue: OpenTransport | undefined;
      const close = async () => {
        await queue?.close();
        if (tap) await removeSnsTap(clients, tap);
        clients.close();
      };
      try {
        await removeSnsOrphans(clients, topicArn);
        signal?.throwIfAborted();
        tap = await makeSnsTap(clients, topicArn);
        queue = await createSqsTransport({ queueUrl: tap.queueUrl }).open(listener, signal);
      } catch (cause) {
        await close();
        signal?.throwIfAborted();
        throw refusal(topicArn, cause);
      }
      return { close };
    },
  };
}

/**
 * Returns the value when it can be the ARN of a topic.
 * @param where what takes it, for the error
 * @throws ConfigurationError when it cannot
 */
export function demandTopicArn(value: unknown, where: string): string {
  if (typeof value === 'string' && /^arn:[^:]+:sns:[^:]+:\d{12}:[\w.-]+$/.test(value)) return value;
  throw new ConfigurationError(`${where} takes the ARN of an SNS topic, but got ${printValue(value)}.`);
}

function refusal(topicArn: string, cause: unknown): TransportError {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  const remedy = /NotFound|InvalidParameter/.test(name)
    ? 'Check the ARN, and that AWS_REGION is the region of the topic'
    : /Credentials|Token|Signature|AccessDenied|Authorization|UnrecognizedClient/.test(name)
      ? 'Check the AWS credentials of this process: hearing a topic makes a queue and a subscription'
      : '';
  return new TransportError(advise(`cannot hear topic ${topicArn}: ${message}`, remedy), { code: name, cause });
}
