// Secrets Manager: secrets, their versions and labels. Rotation and replication are not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { randomPasswordOperations } from './operations/random-password.ts';
import { resourcePolicyOperations } from './operations/resource-policy.ts';
import { secretOperations } from './operations/secret.ts';
import { secretValueOperations } from './operations/secret-value.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { SECRETS_MANAGER_RESOURCES } from './resources/list.ts';

export function createSecretsManagerService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'secretsmanager',
    operations: {
      ...randomPasswordOperations(parts),
      ...resourcePolicyOperations(parts),
      ...secretOperations(parts),
      ...secretValueOperations(parts),
      ...tagOperations(parts),
    },
    resources: SECRETS_MANAGER_RESOURCES,
  };
}
