// Secrets of Secrets Manager that are read as parameters: `/aws/reference/secretsmanager/NAME`, with `:` and a
// version's id or stage. The caller has to be let in by both services. Nothing of them is kept here.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Parameter as Answer } from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { invalid } from './parameter.ts';

const PREFIX = '/aws/reference/secretsmanager/';
/** An id that Secrets Manager gives to a version; anything else after the colon is a stage. */
const VERSION_ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

export function isSecretReference(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** @throws ValidationException without decryption, ParameterNotFound, and what GetSecretValue refuses. */
export async function readSecret(
  { dispatch }: Platform,
  reference: string,
  { call, decrypted }: { readonly call: Call; readonly decrypted: boolean },
): Promise<Answer> {
  if (!decrypted) throw invalid('WithDecryption flag must be True for retrieving a Secret Manager secret.');
  const [SecretId = '', version] = reference.slice(PREFIX.length).split(':');
  const which =
    version === undefined ? {} : VERSION_ID.test(version) ? { VersionId: version } : { VersionStage: version };
  const secret = await dispatch.call('secretsmanager', 'GetSecretValue', { SecretId, ...which }, call).catch(notFound);
  const createdAt = secret.CreatedDate ?? 0;
  return {
    Name: reference,
    Type: 'SecureString',
    Value: secret.SecretString,
    Version: 0,
    SourceResult: JSON.stringify({
      ARN: secret.ARN,
      name: secret.Name,
      versionId: secret.VersionId,
      secretString: secret.SecretString,
      versionStages: secret.VersionStages,
      createdDate: formatDate(createdAt),
    }),
    LastModifiedDate: createdAt,
    ARN: secret.ARN,
  };

  function notFound(error: unknown): never {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFoundException') throw error;
    throw new ServiceError(
      'ParameterNotFound',
      `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${reference} not found.`,
    );
  }
}

/** `Oct 14, 2021, 10:18:47 AM`. */
function formatDate(epochMs: number): string {
  const format = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-US', format).format(epochMs);
}
