// SSM's Parameter Store: parameters with versions, labels and tags. Everything else of Systems Manager is not served
// (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { parameterOperations } from './operations/parameter.ts';
import { tagOperations } from './operations/tag.ts';
import { versionOperations } from './operations/version.ts';
import { createParts } from './parts.ts';
import { SSM_RESOURCES } from './resources/list.ts';

export function createSsmService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'ssm',
    operations: { ...parameterOperations(parts), ...tagOperations(parts), ...versionOperations(parts) },
    resources: SSM_RESOURCES,
  };
}
