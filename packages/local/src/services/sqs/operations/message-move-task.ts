// StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask: what lies in a dead-letter queue goes back to
// work. A task is done when it has been started.
import type { OperationsOf } from '../../../call.ts';
import { moveBack, putBack } from '../enqueue.ts';
import type { Parts } from '../parts.ts';
import { type Queue, queueArn } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { redrivePolicyOf } from '../redrive.ts';
import { invalidParameter, refusal } from '../refusals.ts';

/** Tasks of a queue that are listed. Source: SQS API reference, ListMessageMoveTasks ("up to 10"). */
const KEPT_TASKS = 10;

export function messageMoveTaskOperations({ queues }: Parts) {
  return {
    async StartMessageMoveTask({ SourceArn: sourceArn, DestinationArn: destinationArn }) {
      const source = findQueue(queues, sourceArn, 'SourceArn');
      const destination =
        destinationArn === undefined ? undefined : findQueue(queues, destinationArn, 'DestinationArn');
      const isDeadLetterQueue = queues
        .list(source.record)
        .some((record) => redrivePolicyOf(record)?.deadLetterTargetArn === sourceArn);
      if (!isDeadLetterQueue) throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
      const { platform } = queues;
      let moved = 0;
      let homeless = 0;
      for (const message of await source.messages.drain()) {
        const { deadLetterSource } = message.content;
        const target = destination ?? (deadLetterSource === undefined ? undefined : queues.byArn(deadLetterSource));
        if (target) moved++;
        else homeless++;
        if (target) await moveBack(platform, message, target);
        else await putBack(platform, message, source);
      }
      const id = platform.ids.uuid();
      await queues.moveTasks.put(`${sourceArn} ${id}`, {
        sourceArn,
        moved,
        startedAt: platform.clock.now(),
        ...(destinationArn !== undefined && { destinationArn }),
        ...(homeless > 0 && { failureReason: 'CouldNotDetermineMessageSource' }),
      });
      for (const old of queues.tasksOf(sourceArn).slice(KEPT_TASKS)) await queues.moveTasks.delete(old.key);
      return { TaskHandle: Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64') };
    },

    ListMessageMoveTasks({ SourceArn: sourceArn, MaxResults: max = 1 }) {
      findQueue(queues, sourceArn, 'SourceArn');
      return {
        Results: queues
          .tasksOf(sourceArn)
          .slice(0, max)
          .map(({ value: task }) => ({
            Status: task.failureReason === undefined ? 'COMPLETED' : 'FAILED',
            SourceArn: task.sourceArn,
            ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
            ApproximateNumberOfMessagesMoved: task.moved,
            ApproximateNumberOfMessagesToMove: task.moved,
            ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
            StartedTimestamp: task.startedAt,
          })),
      };
    },

    CancelMessageMoveTask() {
      throw refusal('ResourceNotFoundException', 'Task does not exist.');
    },
  } satisfies OperationsOf<'sqs'>;
}

function findQueue(queues: Queues, arn: string, parameter: string): Queue {
  const queue = queues.byArn(arn);
  if (queue && queueArn(queue.record) === arn) return queue;
  throw refusal(
    'ResourceNotFoundException',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  );
}
