// PutSecretValue and UpdateSecret: new versions of a secret, and what describes it.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { addVersion, CURRENT, parseValue } from '../secret.ts';
import type { Secrets } from '../secrets.ts';

export function putSecretValue(secrets: Secrets): Operation<PutSecretValueRequest, PutSecretValueResponse> {
  return async (input, call) => {
    const { clock, ids } = secrets.platform;
    const secret = await secrets.openToWrite(input.SecretId, call, 'PutSecretValue');
    const value = parseValue(input);
    if (!value) {
      throw new ServiceError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
    }
    const id = input.ClientRequestToken ?? ids.uuid();
    const stages = input.VersionStages ?? [CURRENT];
    // A secret's first version is its current one, whatever the request calls it.
    const first = Object.keys(secret.versions).length === 0 && !stages.includes(CURRENT) ? [CURRENT] : [];
    const changed = addVersion(secret, { id, value, stages: [...stages, ...first], now: clock.now() });
    await secrets.save(changed);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: id,
      VersionStages: ownEntry(changed.versions, id)?.stages ?? [],
    };
  };
}

export function updateSecret(secrets: Secrets): Operation<UpdateSecretRequest, UpdateSecretResponse> {
  return async (input, call) => {
    const { clock, ids } = secrets.platform;
    const { Description: description, KmsKeyId: kmsKeyId } = input;
    const secret = await secrets.openToWrite(input.SecretId, call, 'UpdateSecret');
    const now = clock.now();
    const value = parseValue(input);
    const id = input.ClientRequestToken ?? ids.uuid();
    const described = {
      ...secret,
      changedAt: now,
      ...(description !== undefined && { description }),
      ...(kmsKeyId !== undefined && { kmsKeyId }),
    };
    await secrets.save(value ? addVersion(described, { id, value, stages: [CURRENT], now }) : described);
    return { ARN: secret.arn, Name: secret.name, ...(value && { VersionId: id }) };
  };
}
