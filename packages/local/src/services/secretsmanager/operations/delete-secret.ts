// DeleteSecret and RestoreSecret: a secret that is deleted can be brought back until its recovery window has passed.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteSecretRequest,
  DeleteSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import type { Secrets } from '../secrets.ts';

/** Recovery window. Source: Secrets Manager API reference, DeleteSecret. */
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

export function deleteSecret(secrets: Secrets): Operation<DeleteSecretRequest, DeleteSecretResponse> {
  return async ({ SecretId: id, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }, call) => {
    const now = secrets.platform.clock.now();
    if (force === true && days !== undefined) {
      throw new ServiceError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days !== undefined && (days < 7 || days > 30)) {
      throw new ServiceError(
        'InvalidParameterException',
        'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    }
    // Forced deletion of what is not there succeeds, so that it can be repeated. Source: API reference.
    if (force === true && !secrets.find(id, call)) return { ARN: id, Name: id, DeletionDate: now };
    const secret = await secrets.openToWrite(id, call, 'DeleteSecret', force === true ? { deleted: 'fine' } : {});
    const deletionAt = now + (days ?? DEFAULT_DAYS) * DAY_MS;
    if (force === true) await secrets.remove(secret);
    else await secrets.save({ ...secret, deletionAt });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: force === true ? now : deletionAt };
  };
}

export function restoreSecret(secrets: Secrets): Operation<RestoreSecretRequest, RestoreSecretResponse> {
  return async ({ SecretId: id }, call) => {
    const { deletionAt: _, ...secret } = await secrets.openToWrite(id, call, 'RestoreSecret', { deleted: 'fine' });
    await secrets.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  };
}
