// What a receiver gets: the queue's messages but those that were received too often, which move to the dead-letter
// queue when somebody would receive them once more. A dead-letter queue that is gone changes nothing: the message is
// delivered again.
import type { ReceiveOptions } from '../../backbone/message-queue.ts';
import { moveToDeadLetters } from './enqueue.ts';
import type { ReceivedSqsMessage } from './message.ts';
import type { Parts } from './parts.ts';
import type { Queue } from './queue.ts';
import { redrivePolicyOf } from './redrive.ts';

export async function receive(parts: Parts, queue: Queue, options: ReceiveOptions): Promise<ReceivedSqsMessage[]> {
  const deadLetters = findDeadLetters(parts, queue);
  if (!deadLetters) return queue.messages.receive(options);
  const { clock } = parts.platform;
  const end = clock.now() + options.waitMs;
  const received: ReceivedSqsMessage[] = [];
  const moved = new Set<string>();
  // Redrive policies may form a circle and bring a message back at once: it is moved once per receive, and stays hidden
  // until the receive is over, so that nobody gets it.
  const cameBack: ReceivedSqsMessage[] = [];
  for (;;) {
    const waitMs = received.length > 0 ? 0 : Math.max(end - clock.now(), 0);
    const found = await queue.messages.receive({ ...options, max: options.max - received.length, waitMs });
    for (const message of found) {
      if (message.receiveCount <= deadLetters.maxReceiveCount) received.push(message);
      else if (moved.has(message.id)) cameBack.push(message);
      else {
        moved.add(message.id);
        await moveToDeadLetters(parts.platform, queue, message, deadLetters.queue);
        await queue.messages.delete(message.receipt);
      }
    }
    const isFull = received.length === options.max;
    const waitsOn = received.length === 0 && clock.now() < end && !options.signal?.aborted && found.length > 0;
    if (isFull || !(waitsOn || found.some(({ id }) => moved.has(id)))) break;
  }
  for (const { receipt } of cameBack) await queue.messages.hide(receipt, clock.now(), Number.POSITIVE_INFINITY);
  return received;
}

function findDeadLetters({ queues }: Parts, { record }: Queue) {
  const policy = redrivePolicyOf(record);
  const queue = policy && queues.byArn(policy.deadLetterTargetArn);
  return queue && { queue, maxReceiveCount: policy.maxReceiveCount };
}
