// A secret: a row of the table `secretsmanager/secrets`, with its versions and their staging labels. A value is only in
// its version; everything that describes a secret is made by `describeSecret`, which never looks there.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { SecretListEntry, Tag } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import { ownEntry } from '../../own-entry.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** The row: plain data. Times are epoch ms. */
export interface Secret {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  /** Missing for a secret that never had any; once it had some, an empty list is shown. */
  readonly tags?: readonly Tag[];
  readonly versions: Readonly<Record<string, SecretVersion>>;
  /** The service that made the secret; no other service may write to it. */
  readonly owningService?: string;
  /** JSON text. */
  readonly policy?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The day on which a value was last read. */
  readonly accessedAt?: number;
  /** From then on the secret is gone. */
  readonly deletionAt?: number;
}

export interface SecretVersion {
  readonly value: SecretValue;
  /** A version without a label is deprecated and kept. */
  readonly stages: readonly string[];
  readonly createdAt: number;
  /** The day on which it was last read. */
  readonly accessedAt?: number;
}

export type SecretValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

/**
 * The value that a request carries, if any.
 * @throws InvalidParameterException when it carries two.
 */
export function parseValue(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: binary } = input;
  if (text !== undefined && binary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (text !== undefined) return { kind: 'text', text };
  return binary && { kind: 'binary', base64: Buffer.from(binary).toString('base64') };
}

/** A value as GetSecretValue returns it. */
export function describeValue(value: SecretValue): { SecretString: string } | { SecretBinary: Uint8Array } {
  return value.kind === 'text'
    ? { SecretString: value.text }
    : { SecretBinary: new Uint8Array(Buffer.from(value.base64, 'base64')) };
}

/** What DescribeSecret and ListSecrets both return. */
export function describeSecret(secret: Secret): SecretListEntry {
  return {
    ARN: secret.arn,
    Name: secret.name,
    LastChangedDate: secret.changedAt,
    CreatedDate: secret.createdAt,
    ...(secret.description && { Description: secret.description }),
    ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
    ...(secret.accessedAt !== undefined && { LastAccessedDate: secret.accessedAt }),
    ...(secret.deletionAt !== undefined && { DeletedDate: secret.deletionAt }),
    ...(secret.tags && { Tags: secret.tags }),
    ...(secret.owningService !== undefined && { OwningService: secret.owningService }),
  };
}

/** Labels of each version that has any. */
export function stagesOf(secret: Secret): Record<string, readonly string[]> {
  const labelled = Object.entries(secret.versions).filter(([, version]) => version.stages.length > 0);
  return Object.fromEntries(labelled.map(([id, version]) => [id, version.stages]));
}

/** The version that carries a label. */
export function versionWith(secret: Secret, stage: string): string | undefined {
  return Object.entries(secret.versions).find(([, version]) => version.stages.includes(stage))?.[0];
}

/**
 * Moves a label to a version (`undefined`: takes it away). The version that loses AWSCURRENT becomes AWSPREVIOUS.
 */
export function moveStage(secret: Secret, stage: string, to: string | undefined): Secret {
  const from = versionWith(secret, stage);
  if (from === to) return secret;
  const versions = Object.fromEntries(
    Object.entries(secret.versions).map(([id, version]) => {
      const stages = version.stages.filter((one) => one !== stage);
      return [id, { ...version, stages: id === to ? [...stages, stage] : stages }];
    }),
  );
  const moved = { ...secret, versions };
  return stage === CURRENT && from !== undefined ? moveStage(moved, PREVIOUS, from) : moved;
}

/**
 * Adds a version. A version that exists with the same value is left as it is (ClientRequestToken makes a retry
 * harmless).
 * @throws ResourceExistsException when it exists with another value.
 */
export function addVersion(
  secret: Secret,
  version: { id: string; value: SecretValue; stages: readonly string[]; now: number },
): Secret {
  const { id, value, stages, now } = version;
  const existing = ownEntry(secret.versions, id);
  if (existing) {
    if (JSON.stringify(existing.value) === JSON.stringify(value)) return secret;
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const versions = { ...secret.versions, [id]: { value, stages: [], createdAt: now } };
  return stages.reduce((changed, stage) => moveStage(changed, stage, id), { ...secret, versions, changedAt: now });
}

/**
 * A name, where a secret is made or asked for.
 * @throws ValidationException with AWS's sentence.
 */
export function checkName(name: string): void {
  if (/^[\w/+=.@!-]+$/.test(name)) return;
  throw new ServiceError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}
