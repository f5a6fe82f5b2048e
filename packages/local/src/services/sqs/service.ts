// SQS: queues, messages, redrive, FIFO.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { changeMessageVisibility, changeMessageVisibilityBatch } from './operations/change-message-visibility.ts';
import { createQueue } from './operations/create-queue.ts';
import { deleteMessage, deleteMessageBatch } from './operations/delete-message.ts';
import { deleteQueue, purgeQueue } from './operations/delete-queue.ts';
import { getQueueUrl } from './operations/get-queue-url.ts';
import { listDeadLetterSourceQueues, listQueues } from './operations/list-queues.ts';
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from './operations/message-move-task.ts';
import { addPermission, removePermission } from './operations/permissions.ts';
import { getQueueAttributes, setQueueAttributes } from './operations/queue-attributes.ts';
import { receiveMessage } from './operations/receive-message.ts';
import { sendMessage, sendMessageBatch } from './operations/send-message.ts';
import { listQueueTags, tagQueue, untagQueue } from './operations/tags.ts';
import { Queues } from './queues.ts';
import { requireParameters } from './refusals.ts';
import { queuePolicyResource, queueResource } from './resources.ts';

export function createSqsService(platform: Platform): Service {
  const queues = new Queues(platform);
  return {
    name: 'sqs',
    validate: requireParameters,
    operations: {
      AddPermission: addPermission(queues),
      CancelMessageMoveTask: cancelMessageMoveTask(),
      ChangeMessageVisibility: changeMessageVisibility(queues),
      ChangeMessageVisibilityBatch: changeMessageVisibilityBatch(queues),
      CreateQueue: createQueue(queues),
      DeleteMessage: deleteMessage(queues),
      DeleteMessageBatch: deleteMessageBatch(queues),
      DeleteQueue: deleteQueue(queues),
      GetQueueAttributes: getQueueAttributes(queues),
      GetQueueUrl: getQueueUrl(queues),
      ListDeadLetterSourceQueues: listDeadLetterSourceQueues(queues),
      ListMessageMoveTasks: listMessageMoveTasks(queues),
      ListQueues: listQueues(queues),
      ListQueueTags: listQueueTags(queues),
      PurgeQueue: purgeQueue(queues),
      ReceiveMessage: receiveMessage(queues),
      RemovePermission: removePermission(queues),
      SendMessage: sendMessage(queues),
      SendMessageBatch: sendMessageBatch(queues),
      SetQueueAttributes: setQueueAttributes(queues),
      StartMessageMoveTask: startMessageMoveTask(queues),
      TagQueue: tagQueue(queues),
      UntagQueue: untagQueue(queues),
    },
    resources: [queueResource, queuePolicyResource],
    reset: () => queues.reset(),
    close: () => queues.reset(),
  };
}
