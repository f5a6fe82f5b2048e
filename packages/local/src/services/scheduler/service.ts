// EventBridge Scheduler: schedules and their groups. What an operation does stands in operations/; when a schedule
// fires and what it calls, in firing.ts and invocation.ts.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { startFiring } from './firing.ts';
import { scheduleMap } from './map.ts';
import { groupOperations } from './operations/group.ts';
import { scheduleOperations } from './operations/schedule.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { SCHEDULER_RESOURCES } from './resources/list.ts';

export function createSchedulerService(platform: Platform): Service {
  const parts = createParts(platform);
  const close = startFiring(parts);
  return {
    name: 'scheduler',
    operations: { ...groupOperations(parts), ...scheduleOperations(parts), ...tagOperations(parts) },
    map: () => scheduleMap(parts),
    resources: SCHEDULER_RESOURCES,
    close,
  };
}
