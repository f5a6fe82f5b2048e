// Amazon SNS: topics, subscriptions, messages. Text messages, mobile push, data protection, archives and replays are
// not served (501, or refused by name); their endpoints stand in.
import type { Platform } from '../../platform.ts';
import type { AwsService, Service } from '../../service.ts';
import { createLinkDoor } from './links.ts';
import { topicMap } from './map.ts';
import { permissionOperations } from './operations/permission.ts';
import { publishOperations } from './operations/publish.ts';
import { subscriptionOperations } from './operations/subscription.ts';
import { tagOperations } from './operations/tag.ts';
import { topicOperations } from './operations/topic.ts';
import { createParts } from './parts.ts';
import { SNS_RESOURCES } from './resources/list.ts';

export function createSnsService(platform: Platform): Service {
  const parts = createParts(platform);
  const { attempts, confirmations, fanOut, http, ordered, signing } = parts;
  const service: AwsService = {
    name: 'sns',
    operations: {
      ...topicOperations(parts),
      ...subscriptionOperations(parts),
      ...publishOperations(parts),
      ...permissionOperations(parts),
      ...tagOperations(parts),
    },
    resources: SNS_RESOURCES,
    map: () => topicMap(parts),
    doors: [createLinkDoor(platform, signing, () => service)],
    reset() {
      attempts.reset();
    },
    purge: () => attempts.reset(),
    close() {
      for (const one of [confirmations, fanOut, http, ordered]) one.close();
    },
  };
  return service;
}
