// EventBridge Pipes: records of a queue or a stream on their way to a target. What an operation does stands in
// operations/; what becomes of records, in running.ts and batch.ts.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { pipeMap } from './map.ts';
import { pipeOperations } from './operations/pipe.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { PIPES_RESOURCES } from './resources/list.ts';

export function createPipesService(platform: Platform): Service {
  const parts = createParts(platform);
  const { running } = parts;
  return {
    name: 'pipes',
    operations: { ...pipeOperations(parts), ...tagOperations(parts) },
    map: () => pipeMap(parts),
    resources: PIPES_RESOURCES,
    purge: running.purge,
    reset: running.reset,
    close: running.close,
  };
}
