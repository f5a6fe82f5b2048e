// Secrets Manager: secrets, their versions and labels. Rotation and replication are not served (501).
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { createSecret } from './operations/create-secret.ts';
import { deleteSecret, restoreSecret } from './operations/delete-secret.ts';
import { describeSecret, listSecrets, listSecretVersionIds } from './operations/describe-secret.ts';
import { getRandomPassword } from './operations/get-random-password.ts';
import { batchGetSecretValue, getSecretValue } from './operations/get-secret-value.ts';
import { putSecretValue, updateSecret } from './operations/put-secret-value.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  validateResourcePolicy,
} from './operations/resource-policy.ts';
import { tagResource, untagResource } from './operations/tags.ts';
import { updateSecretVersionStage } from './operations/update-secret-version-stage.ts';
import { resourcePolicyResource, secretResource } from './resources.ts';
import { Secrets } from './secrets.ts';

export function createSecretsManagerService(platform: Platform): Service {
  const secrets = new Secrets(platform);
  return {
    name: 'secretsmanager',
    operations: {
      BatchGetSecretValue: batchGetSecretValue(secrets),
      CreateSecret: createSecret(secrets),
      DeleteResourcePolicy: deleteResourcePolicy(secrets),
      DeleteSecret: deleteSecret(secrets),
      DescribeSecret: describeSecret(secrets),
      GetRandomPassword: getRandomPassword(secrets),
      GetResourcePolicy: getResourcePolicy(secrets),
      GetSecretValue: getSecretValue(secrets),
      ListSecretVersionIds: listSecretVersionIds(secrets),
      ListSecrets: listSecrets(secrets),
      PutResourcePolicy: putResourcePolicy(secrets),
      PutSecretValue: putSecretValue(secrets),
      RestoreSecret: restoreSecret(secrets),
      TagResource: tagResource(secrets),
      UntagResource: untagResource(secrets),
      UpdateSecret: updateSecret(secrets),
      UpdateSecretVersionStage: updateSecretVersionStage(secrets),
      ValidateResourcePolicy: validateResourcePolicy(),
    },
    resources: [secretResource, resourcePolicyResource],
  };
}
