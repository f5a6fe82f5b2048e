// Secrets: made, described, listed, deleted and restored.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { matchesFilters, sortSecrets, takePage } from '../listing.ts';
import type { Parts } from '../parts.ts';
import {
  addVersion,
  CURRENT,
  checkName,
  describeSecret as describe,
  parseValue,
  type Secret,
  stagesOf,
} from '../secret.ts';
import { checkId, serviceName } from '../secrets.ts';

/** Recovery window. Source: Secrets Manager API reference, DeleteSecret. */
const DEFAULT_DAYS = 30;

const DAY_MS = 86_400_000;

export function secretOperations({ platform, secrets }: Parts) {
  return {
    /** A new secret, with a first version if a value is given. */
    async CreateSecret(input, call) {
      const { Name: name, Tags: tags = [], Description: description, KmsKeyId: kmsKeyId } = input;
      const { clock, ids } = platform;
      checkName(name);
      if (input.AddReplicaRegions?.length) {
        throw new ServiceError(
          'InvalidParameterException',
          'Earwitness does not replicate secrets (AddReplicaRegions).',
        );
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
        versions: {},
        createdAt: now,
        changedAt: now,
        ...(tags.length + ownership.length > 0 && { tags: [...tags, ...ownership] }),
        ...(description !== undefined && { description }),
        ...(kmsKeyId !== undefined && { kmsKeyId }),
        ...(owningService !== undefined && { owningService }),
      };
      await secrets.create(value ? addVersion(secret, { id, value, stages: [CURRENT], now }) : secret);
      return { ARN: secret.arn, Name: name, ...(value && { VersionId: id }) };
    },

    /** DescribeSecret, ListSecrets and ListSecretVersionIds: everything about secrets but their values. */
    async DescribeSecret({ SecretId: id }, call) {
      const secret = await secrets.open(id, call, 'DescribeSecret', { deleted: 'fine' });
      const stages = stagesOf(secret);
      return { ...describe(secret), ...(Object.keys(stages).length > 0 && { VersionIdsToStages: stages }) };
    },

    ListSecrets(input, call) {
      const { Filters: filters = [], IncludePlannedDeletion: all } = input;
      const found = secrets
        .list(call)
        .filter((secret) => (all === true || secret.deletionAt === undefined) && matchesFilters(secret, filters));
      const { page, next } = takePage(sortSecrets(found, input), input);
      return {
        SecretList: page.map((secret) => {
          const stages = stagesOf(secret);
          return { ...describe(secret), ...(Object.keys(stages).length > 0 && { SecretVersionsToStages: stages }) };
        }),
        ...next,
      };
    },

    async ListSecretVersionIds(input, call) {
      const { SecretId: id, IncludeDeprecated: deprecated } = input;
      const secret = await secrets.open(id, call, 'ListSecretVersionIds', { deleted: 'fine' });
      const versions = Object.entries(secret.versions).filter(
        ([, version]) => deprecated === true || version.stages.length > 0,
      );
      const { page, next } = takePage(versions, input);
      return {
        ARN: secret.arn,
        Name: secret.name,
        Versions: page.map(([VersionId, version]) => ({
          VersionId,
          CreatedDate: version.createdAt,
          KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
          ...(version.accessedAt !== undefined && { LastAccessedDate: version.accessedAt }),
          ...(version.stages.length > 0 && { VersionStages: version.stages }),
        })),
        ...next,
      };
    },

    /**
     * DeleteSecret and RestoreSecret: a secret that is deleted can be brought back until its recovery window has
     * passed.
     */
    async DeleteSecret({ SecretId: id, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }, call) {
      const now = platform.clock.now();
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
      checkId(id);
      // Forced deletion of what is not there succeeds, so that it can be repeated. Source: API reference.
      if (force === true && !secrets.find(id, call)) return { ARN: id, Name: id, DeletionDate: now };
      const secret = await secrets.openToWrite(id, call, 'DeleteSecret', force === true ? { deleted: 'fine' } : {});
      const deletionAt = now + (days ?? DEFAULT_DAYS) * DAY_MS;
      if (force === true) await secrets.remove(secret);
      else await secrets.change(secret, (before) => ({ ...before, deletionAt }));
      return { ARN: secret.arn, Name: secret.name, DeletionDate: force === true ? now : deletionAt };
    },

    async RestoreSecret({ SecretId: id }, call) {
      const secret = await secrets.openToWrite(id, call, 'RestoreSecret', { deleted: 'fine' });
      await secrets.change(secret, ({ deletionAt: _, ...now }) => now);
      return { ARN: secret.arn, Name: secret.name };
    },
  } satisfies OperationsOf<'secretsmanager'>;
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
