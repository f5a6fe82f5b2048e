// CreateSecret: a new secret, with a first version if a value is given.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateSecretRequest,
  CreateSecretResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { addVersion, CURRENT, checkName, parseValue, type Secret } from '../secret.ts';
import { type Secrets, serviceName } from '../secrets.ts';

export function createSecret(secrets: Secrets): Operation<CreateSecretRequest, CreateSecretResponse> {
  return async (input, call) => {
    const { Name: name, Tags: tags = [], Description: description, KmsKeyId: kmsKeyId } = input;
    const { clock, ids } = secrets.platform;
    checkName(name);
    if (input.AddReplicaRegions?.length) {
      throw new ServiceError('InvalidParameterException', 'Earwitness does not replicate secrets (AddReplicaRegions).');
    }
    const value = parseValue(input);
    const id = input.ClientRequestToken ?? ids.uuid();
    const now = clock.now();
    const existing = secrets.find(name, call);
    if (existing) {
      // A retry with the same token and value is answered like the first call.
      const retried = ownEntry(existing.versions, id);
      if (!retried || !value || JSON.stringify(retried.value) !== JSON.stringify(value)) throw nameIsTaken(existing);
      return { ARN: existing.arn, Name: name, VersionId: id };
    }
    const owningService = serviceName(call);
    const ownership =
      owningService === undefined ? [] : [{ Key: 'aws:secretsmanager:owningService', Value: owningService }];
    const secret: Secret = {
      account: call.account,
      region: call.region,
      name,
      arn: secrets.makeArn(call, name),
      tags: [...tags, ...ownership],
      versions: {},
      createdAt: now,
      changedAt: now,
      ...(description !== undefined && { description }),
      ...(kmsKeyId !== undefined && { kmsKeyId }),
      ...(owningService !== undefined && { owningService }),
    };
    await secrets.save(value ? addVersion(secret, { id, value, stages: [CURRENT], now }) : secret);
    return { ARN: secret.arn, Name: name, ...(value && { VersionId: id }) };
  };
}

function nameIsTaken(existing: Secret): ServiceError {
  if (existing.deletionAt === undefined) {
    return new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${existing.name} already exists.`,
    );
  }
  return new ServiceError(
    'InvalidRequestException',
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  );
}
