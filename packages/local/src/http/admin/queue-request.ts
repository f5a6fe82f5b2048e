// `GET queues/messages?queue=ARN&after=&limit=`: what lies in a queue.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { QueuedMessages } from '@earwitness/protocol/internal/admin/queued-messages';
import { Refused } from './refused.ts';
import { readNumber } from './request-values.ts';

/** Ours: messages in one answer when the caller names no limit, and at most. */
const PAGE_MESSAGES = 100;
const MAX_PAGE_MESSAGES = 1000;

export interface Queues {
  /** A page of the messages of a queue; `undefined` when there is no such queue. */
  lookAt(queue: string, page: { readonly after: number; readonly limit: number }): Promise<QueuedMessages | undefined>;
  state(): Promise<CloudState>;
}

/** @throws Refused */
export async function showMessages(query: URLSearchParams, { lookAt, state }: Queues): Promise<QueuedMessages> {
  const queue = query.get('queue');
  if (!queue) throw new Refused(400, 'queue is missing: the ARN of the queue to look into.');
  const after = readNumber(query, 'after', 'the number of a message') ?? 0;
  const limit = Math.min(
    Math.max(readNumber(query, 'limit', 'a number of messages') ?? PAGE_MESSAGES, 1),
    MAX_PAGE_MESSAGES,
  );
  const found = await lookAt(queue, { after, limit });
  if (found) return found;
  const there = (await state()).queues.map(({ arn }) => arn).join(', ') || 'none';
  throw new Refused(404, `There is no queue ${queue}. There is: ${there}.`);
}
