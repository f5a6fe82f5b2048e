// DescribeSecret, ListSecrets and ListSecretVersionIds: everything about secrets but their values.
import type {
  DescribeSecretRequest,
  DescribeSecretResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operation } from '../../../call.ts';
import { matchesFilters, sortSecrets, takePage } from '../listing.ts';
import { describeSecret as describe, stagesOf } from '../secret.ts';
import type { Secrets } from '../secrets.ts';

export function describeSecret(secrets: Secrets): Operation<DescribeSecretRequest, DescribeSecretResponse> {
  return async ({ SecretId: id }, call) => {
    const secret = await secrets.open(id, call, 'DescribeSecret', { deleted: 'fine' });
    const stages = stagesOf(secret);
    return { ...describe(secret), ...(Object.keys(stages).length > 0 && { VersionIdsToStages: stages }) };
  };
}

export function listSecrets(secrets: Secrets): Operation<ListSecretsRequest, ListSecretsResponse> {
  return (input, call) => {
    const { Filters: filters = [], MaxResults: max = 100, NextToken: token, IncludePlannedDeletion: all } = input;
    const found = secrets
      .list(call)
      .filter((secret) => (all === true || secret.deletionAt === undefined) && matchesFilters(secret, filters));
    const { page, next } = takePage(sortSecrets(found, input), max, token);
    return {
      SecretList: page.map((secret) => {
        const stages = stagesOf(secret);
        return { ...describe(secret), ...(Object.keys(stages).length > 0 && { SecretVersionsToStages: stages }) };
      }),
      ...(next !== undefined && { NextToken: next }),
    };
  };
}

export function listSecretVersionIds(
  secrets: Secrets,
): Operation<ListSecretVersionIdsRequest, ListSecretVersionIdsResponse> {
  return async ({ SecretId: id, IncludeDeprecated: deprecated, MaxResults: max = 100, NextToken: token }, call) => {
    const secret = await secrets.open(id, call, 'ListSecretVersionIds', { deleted: 'fine' });
    const versions = Object.entries(secret.versions).filter(
      ([, version]) => deprecated === true || version.stages.length > 0,
    );
    const { page, next } = takePage(versions, max, token);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: page.map(([VersionId, version]) => ({
        VersionId,
        CreatedDate: version.createdAt,
        ...(version.stages.length > 0 && { VersionStages: version.stages }),
      })),
      ...(next !== undefined && { NextToken: next }),
    };
  };
}
