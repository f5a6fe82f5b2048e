// CreateQueue: makes a queue, or answers the URL of the one that exists with these attributes.
import type { CreateQueueRequest, CreateQueueResult } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { defaultAttributes, mergeAttributes, parseAttributes, type QueueAttributes } from '../attributes.ts';
import { checkQueueName, type QueueRecord } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { checkRedrive } from '../redrive.ts';
import { refusal } from '../refusals.ts';

export function createQueue(queues: Queues): Operation<CreateQueueRequest, CreateQueueResult> {
  return async ({ QueueName: name, Attributes: given = {}, tags = {} }, { account, region }) => {
    checkQueueName(name, given['FifoQueue']);
    const fifo = name.endsWith('.fifo');
    const identity = { account, region, name };
    const parsed = parseAttributes(given, { fifo });
    const attributes = checkRedrive(identity, parsed, (arn) => queues.byArn(arn)?.record);
    const existing = queues.find(identity);
    if (existing) {
      checkSame(existing.record, attributes);
    } else {
      const now = queues.platform.clock.now();
      await queues.save({
        ...identity,
        attributes: mergeAttributes(defaultAttributes({ fifo }), attributes),
        tags,
        createdAt: now,
        modifiedAt: now,
      });
    }
    return { QueueUrl: queues.url(identity) };
  };
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
