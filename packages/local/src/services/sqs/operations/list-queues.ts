// ListQueues and ListDeadLetterSourceQueues: queue URLs by name, page by page.
import type {
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListQueuesRequest,
  ListQueuesResult,
} from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operation } from '../../../call.ts';
import { checkMaxResults, type QueueRecord, queueArn } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { redrivePolicyOf } from '../redrive.ts';
import { invalidValue } from '../refusals.ts';

/** Without MaxResults, ListQueues answers up to 1000 URLs and no token. Source: SQS API reference. */
const MAX_RESULTS = 1000;

export function listQueues(queues: Queues): Operation<ListQueuesRequest, ListQueuesResult> {
  return ({ QueueNamePrefix: prefix, MaxResults: max, NextToken: token }, call) => {
    checkMaxResults(max);
    const page = takePage(queues.list(call, prefix), max, token);
    // AWS leaves the list out when there is no queue.
    return {
      ...(page.records.length > 0 && { QueueUrls: page.records.map((record) => queues.url(record)) }),
      ...(max !== undefined && page.next !== undefined && { NextToken: page.next }),
    };
  };
}

export function listDeadLetterSourceQueues(
  queues: Queues,
): Operation<ListDeadLetterSourceQueuesRequest, ListDeadLetterSourceQueuesResult> {
  return async ({ QueueUrl: url, MaxResults: max, NextToken: token }, call) => {
    checkMaxResults(max);
    const { record: target } = await queues.open(url, call, 'ListDeadLetterSourceQueues');
    const sources = queues
      .list(target)
      .filter((record) => redrivePolicyOf(record)?.deadLetterTargetArn === queueArn(target));
    const page = takePage(sources, max, token);
    return {
      queueUrls: page.records.map((record) => queues.url(record)),
      ...(max !== undefined && page.next !== undefined && { NextToken: page.next }),
    };
  };
}

// The token is the name of the last queue of the page before.
function takePage(records: readonly QueueRecord[], max = MAX_RESULTS, token?: string) {
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString();
  if (token !== undefined && Buffer.from(after).toString('base64') !== token) {
    throw invalidValue('NextToken', token, 'Invalid or expired next token.');
  }
  const rest = records.filter((record) => record.name > after);
  const taken = rest.slice(0, max);
  const last = taken.at(-1);
  return { records: taken, next: last && rest.length > max ? Buffer.from(last.name).toString('base64') : undefined };
}
