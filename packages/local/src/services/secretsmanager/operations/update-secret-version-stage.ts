// UpdateSecretVersionStage: moves a staging label from one version to another.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { CURRENT, moveStage, versionWith } from '../secret.ts';
import type { Secrets } from '../secrets.ts';

export function updateSecretVersionStage(
  secrets: Secrets,
): Operation<UpdateSecretVersionStageRequest, UpdateSecretVersionStageResponse> {
  return async ({ SecretId: id, VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to }, call) => {
    const secret = await secrets.openToWrite(id, call, 'UpdateSecretVersionStage');
    const holder = versionWith(secret, stage);
    for (const version of [from, to]) {
      if (version !== undefined && !ownEntry(secret.versions, version)) {
        throw refuse(`Not a valid version: ${version}`);
      }
    }
    if (holder !== undefined && holder !== to && from !== holder) {
      throw refuse(
        from === undefined
          ? `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`
          : `Staging label ${stage} is not attached to version ${from}; it is attached to version ${holder}.`,
      );
    }
    if (to === undefined && stage === CURRENT) {
      throw refuse(
        `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
      );
    }
    await secrets.save({ ...moveStage(secret, stage, to), changedAt: secrets.platform.clock.now() });
    return { ARN: secret.arn, Name: secret.name };
  };
}

function refuse(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}
