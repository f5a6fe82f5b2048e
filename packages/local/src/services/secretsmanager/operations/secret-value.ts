// Secret values: read, alone or several, written as new versions, and the stages of versions.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { GetSecretValueResponse } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { matchesFilters, takePage } from '../listing.ts';
import type { Parts } from '../parts.ts';
import { addVersion, CURRENT, describeValue, moveStage, parseValue, type Secret, versionWith } from '../secret.ts';

const DAY_MS = 86_400_000;

export function secretValueOperations(parts: Parts) {
  const { platform, secrets } = parts;
  return {
    /** GetSecretValue and BatchGetSecretValue: the only operations that return a value. */
    async GetSecretValue({ SecretId: secretId, VersionId: versionId, VersionStage: stage }, call) {
      const secret = await secrets.open(secretId, call, 'GetSecretValue');
      const id = findVersion(secret, versionId, stage);
      await markAccess(parts, secret, id);
      return describeVersion(secret, id);
    },

    async BatchGetSecretValue(input, call) {
      const { SecretIdList: ids, Filters: filters } = input;
      if ((ids === undefined) === (filters === undefined)) {
        throw new ServiceError(
          'InvalidParameterException',
          'Either SecretIdList or Filters must be provided, but not both.',
        );
      }
      if (ids) {
        const values = [];
        const errors = [];
        for (const secretId of ids) {
          try {
            const secret = await secrets.open(secretId, call, 'GetSecretValue');
            values.push(describeVersion(secret, findVersion(secret)));
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            errors.push({ SecretId: secretId, ErrorCode: error.code, Message: error.message });
          }
        }
        return { SecretValues: values, Errors: errors };
      }
      const found = secrets.list(call).filter((secret) => matchesFilters(secret, filters ?? []));
      const { page, next } = takePage(found, input, { size: 20 });
      const readable = page.filter((secret) => versionWith(secret, CURRENT) !== undefined);
      return {
        SecretValues: readable.map((secret) => describeVersion(secret, findVersion(secret))),
        Errors: [],
        ...next,
      };
    },

    /** PutSecretValue and UpdateSecret: new versions of a secret, and what describes it. */
    async PutSecretValue(input, call) {
      const { clock, ids } = platform;
      const secret = await secrets.openToWrite(input.SecretId, call, 'PutSecretValue');
      const value = parseValue(input);
      if (!value) {
        throw new ServiceError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      }
      const id = input.ClientRequestToken ?? ids.uuid();
      const stages = input.VersionStages ?? [CURRENT];
      const changed = await secrets.change(secret, (now) => {
        // A secret's first version is its current one, whatever the request calls it.
        const first = Object.keys(now.versions).length === 0 && !stages.includes(CURRENT) ? [CURRENT] : [];
        return addVersion(now, { id, value, stages: [...stages, ...first], now: clock.now() });
      });
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: id,
        VersionStages: ownEntry(changed.versions, id)?.stages ?? [],
      };
    },

    async UpdateSecret(input, call) {
      const { clock, ids } = platform;
      const { Description: description, KmsKeyId: kmsKeyId } = input;
      const secret = await secrets.openToWrite(input.SecretId, call, 'UpdateSecret');
      const now = clock.now();
      const value = parseValue(input);
      const id = input.ClientRequestToken ?? ids.uuid();
      await secrets.change(secret, (before) => {
        const described = {
          ...before,
          changedAt: now,
          ...(description !== undefined && { description }),
          ...(kmsKeyId !== undefined && { kmsKeyId }),
        };
        return value ? addVersion(described, { id, value, stages: [CURRENT], now }) : described;
      });
      return { ARN: secret.arn, Name: secret.name, ...(value && { VersionId: id }) };
    },

    /** Moves a staging label from one version to another. */
    async UpdateSecretVersionStage(
      { SecretId: id, VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to },
      call,
    ) {
      const secret = await secrets.openToWrite(id, call, 'UpdateSecretVersionStage');
      await secrets.change(secret, (now) => {
        checkMove(now, { stage, from, to });
        return { ...moveStage(now, stage, to), changedAt: platform.clock.now() };
      });
      return { ARN: secret.arn, Name: secret.name };
    },
  } satisfies OperationsOf<'secretsmanager'>;
}

/** @throws InvalidParameterException */
function checkMove(
  secret: Secret,
  { stage, from, to }: { readonly stage: string; readonly from: string | undefined; readonly to: string | undefined },
): void {
  const holder = versionWith(secret, stage);
  for (const version of [from, to]) {
    if (version !== undefined && !ownEntry(secret.versions, version)) throw refuse(`Not a valid version: ${version}`);
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
}

function findVersion(secret: Secret, versionId?: string, stage?: string): string {
  const id = versionId ?? versionWith(secret, stage ?? CURRENT);
  const version = ownEntry(secret.versions, id);
  if (id === undefined || !version) {
    const which = versionId === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${versionId}`;
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${which}`,
    );
  }
  if (stage !== undefined && !version.stages.includes(stage)) {
    throw new ServiceError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return id;
}

function describeVersion(secret: Secret, id: string): GetSecretValueResponse {
  const version = ownEntry(secret.versions, id);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    ...(version && { ...describeValue(version.value), VersionStages: version.stages, CreatedDate: version.createdAt }),
  };
}

// AWS keeps the day, not the time, of the secret and of the version.
async function markAccess({ platform, secrets }: Parts, secret: Secret, id: string): Promise<void> {
  const accessedAt = Math.floor(platform.clock.now() / DAY_MS) * DAY_MS;
  const version = ownEntry(secret.versions, id);
  if (!version || (secret.accessedAt === accessedAt && version.accessedAt === accessedAt)) return;
  await secrets.change(secret, (now) => {
    const current = ownEntry(now.versions, id);
    return { ...now, accessedAt, ...(current && { versions: { ...now.versions, [id]: { ...current, accessedAt } } }) };
  });
}

function refuse(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}
