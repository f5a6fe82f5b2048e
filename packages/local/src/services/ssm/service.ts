// SSM's Parameter Store: parameters with versions. Everything else of Systems Manager is not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { parameterOperations } from './operations/parameter.ts';
import { createParts } from './parts.ts';
import { parameterResource } from './resources/parameter.ts';

export function createSsmService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'ssm',
    operations: parameterOperations(parts),
    resources: [parameterResource],
  };
}
