// SQS: queues, messages, redrive, FIFO.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { messageOperations } from './operations/message.ts';
import { messageMoveTaskOperations } from './operations/message-move-task.ts';
import { permissionOperations } from './operations/permission.ts';
import { queueOperations } from './operations/queue.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { createPost } from './post.ts';
import { requireParameters } from './refusals.ts';
import { SQS_RESOURCES } from './resources/list.ts';
import { lookAt } from './shown/look.ts';
import { queueMap } from './shown/map.ts';

export function createSqsService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'sqs',
    validate: requireParameters,
    operations: {
      ...messageOperations(parts),
      ...messageMoveTaskOperations(parts),
      ...permissionOperations(parts),
      ...queueOperations(parts),
      ...tagOperations(parts),
    },
    resources: SQS_RESOURCES,
    post: createPost(parts),
    purge: () => parts.queues.forgetMoves(),
    state: async () => ({ queues: await parts.queues.state() }),
    lookAt: (queue, page) => lookAt(parts, queue, page),
    map: () => queueMap(parts),
  };
}
