// GetSecretValue and BatchGetSecretValue: the only operations that answer a value.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  BatchGetSecretValueRequest,
  BatchGetSecretValueResponse,
  GetSecretValueRequest,
  GetSecretValueResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { matchesFilters, takePage } from '../listing.ts';
import { CURRENT, describeValue, type Secret, versionWith } from '../secret.ts';
import type { Secrets } from '../secrets.ts';

const DAY_MS = 86_400_000;

export function getSecretValue(secrets: Secrets): Operation<GetSecretValueRequest, GetSecretValueResponse> {
  return async ({ SecretId: secretId, VersionId: versionId, VersionStage: stage }, call) => {
    const secret = await secrets.open(secretId, call, 'GetSecretValue');
    const id = findVersion(secret, versionId, stage);
    await markAccess(secrets, secret);
    return describeVersion(secret, id);
  };
}

export function batchGetSecretValue(
  secrets: Secrets,
): Operation<BatchGetSecretValueRequest, BatchGetSecretValueResponse> {
  return async ({ SecretIdList: ids, Filters: filters, MaxResults: max = 20, NextToken: token }, call) => {
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
    const { page, next } = takePage(found, max, token);
    const readable = page.filter((secret) => versionWith(secret, CURRENT) !== undefined);
    return {
      SecretValues: readable.map((secret) => describeVersion(secret, findVersion(secret))),
      Errors: [],
      ...(next !== undefined && { NextToken: next }),
    };
  };
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

// AWS keeps the day, not the time.
async function markAccess(secrets: Secrets, secret: Secret): Promise<void> {
  const accessedAt = Math.floor(secrets.platform.clock.now() / DAY_MS) * DAY_MS;
  if (secret.accessedAt !== accessedAt) await secrets.save({ ...secret, accessedAt });
}
