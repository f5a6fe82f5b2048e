// Queues: made, found, listed, changed, emptied and deleted.
import type { OperationsOf } from '../../../call.ts';
import { createPager } from '../../../page.ts';
import {
  defaultAttributes,
  describeAttributes,
  mergeAttributes,
  parseAttributes,
  type QueueAttributes,
} from '../attributes.ts';
import type { Parts } from '../parts.ts';
import { checkMaxResults, checkQueueName, isFifo, type QueueRecord, queueArn } from '../queue.ts';
import { checkRedrive, redrivePolicyOf } from '../redrive.ts';
import { invalidValue, queueDoesNotExist, refusal } from '../refusals.ts';

const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  // Without MaxResults there is no token either. Source: SQS API reference, ListQueues.
  size: 1000,
  refusal: (token) => invalidValue('NextToken', token, 'Invalid or expired next token.'),
});

const keyOf = ({ name }: QueueRecord) => name;

export function queueOperations({ platform, queues }: Parts) {
  return {
    /** Makes a queue, or returns the URL of the one that exists with these attributes. */
    async CreateQueue({ QueueName: name, Attributes: given = {}, tags = {} }, { account, region }) {
      checkQueueName(name, given['FifoQueue']);
      const fifo = name.endsWith('.fifo');
      const identity = { account, region, name };
      const parsed = parseAttributes(given, { fifo });
      const attributes = checkRedrive(identity, parsed, (arn) => queues.byArn(arn)?.record);
      const existing = queues.find(identity);
      if (existing) {
        checkSame(existing.record, attributes);
      } else {
        const now = platform.clock.now();
        await queues.create({
          ...identity,
          attributes: mergeAttributes(defaultAttributes({ fifo }), attributes),
          tags,
          createdAt: now,
          modifiedAt: now,
        });
      }
      return { QueueUrl: queues.url(identity) };
    },

    /** DeleteQueue and PurgeQueue: the end of a queue, and of its messages alone. */
    async DeleteQueue({ QueueUrl: url }, call) {
      await queues.delete(await queues.open(url, call, 'DeleteQueue'));
      return {};
    },

    async PurgeQueue({ QueueUrl: url }, call) {
      const { messages } = await queues.open(url, call, 'PurgeQueue');
      await messages.purge();
      return {};
    },

    /** The URL of a queue by its name. */
    GetQueueUrl({ QueueName: name, QueueOwnerAWSAccountId: owner }, call) {
      const queue = queues.find({ account: owner ?? call.account, region: call.region, name });
      if (!queue) throw queueDoesNotExist();
      return { QueueUrl: queues.url(queue.record) };
    },

    /** ListQueues and ListDeadLetterSourceQueues: queue URLs by name, page by page. */
    ListQueues(input, call) {
      const { QueueNamePrefix: prefix, MaxResults: max } = input;
      checkMaxResults(max);
      const { page, next } = takePage(queues.list(call, prefix), input, { keyOf });
      // AWS leaves the list out when there is no queue.
      return {
        ...(page.length > 0 && { QueueUrls: page.map((record) => queues.url(record)) }),
        ...(max !== undefined && next),
      };
    },

    async ListDeadLetterSourceQueues(input, call) {
      const { QueueUrl: url, MaxResults: max } = input;
      checkMaxResults(max);
      const { record: target } = await queues.open(url, call, 'ListDeadLetterSourceQueues');
      const sources = queues
        .list(target)
        .filter((record) => redrivePolicyOf(record)?.deadLetterTargetArn === queueArn(target));
      const { page, next } = takePage(sources, input, { keyOf });
      return {
        queueUrls: page.map((record) => queues.url(record)),
        ...(max !== undefined && next),
      };
    },

    async GetQueueAttributes({ QueueUrl: url, AttributeNames: names = [] }, call) {
      const queue = await queues.open(url, call, 'GetQueueAttributes');
      const attributes = await describeAttributes(queue, names);
      return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
    },

    async SetQueueAttributes({ QueueUrl: url, Attributes: given }, call) {
      await queues.change(await queues.open(url, call, 'SetQueueAttributes'), (record) => {
        refuseOtherKind(given, isFifo(record));
        const parsed = parseAttributes(given, { fifo: isFifo(record) });
        const changes = checkRedrive(record, parsed, (arn) => queues.byArn(arn)?.record);
        const attributes = mergeAttributes(record.attributes, changes);
        return { ...record, attributes, modifiedAt: platform.clock.now() };
      });
      return {};
    },
  } satisfies OperationsOf<'sqs'>;
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/sqs, FifoQueue in SetQueueAttributes). */
function refuseOtherKind({ FifoQueue: given }: QueueAttributes, fifo: boolean): void {
  if (given === undefined || given.toLowerCase() === String(fifo)) return;
  throw refusal(
    'InvalidAttributeValue',
    'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  );
}

function checkSame(existing: QueueRecord, attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if ((existing.attributes[name] ?? '') === value) continue;
    throw refusal(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
}
