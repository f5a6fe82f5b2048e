// A parameter: a row of `ssm/parameters` with its versions. A SecureString's value leaves this room decrypted only when
// asked for.
import { createHash } from 'node:crypto';
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  Parameter as Answer,
  ParameterHistory,
  ParameterMetadata,
  PutParameterRequest,
  Tag,
} from '@earwitness/protocol/internal/aws/models/ssm.types';
import { ExpressionRefusal } from '@earwitness/protocol/internal/regular-expression/refusal';
import type { WholeMatch } from '@earwitness/protocol/internal/regular-expression/whole-match';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

/** The row: plain data. */
export interface Parameter {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly type: ParameterType;
  readonly keyId?: string;
  readonly allowedPattern?: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly dataType: string;
  readonly tags: readonly Tag[];
  /** Oldest first; the newest MAX_VERSIONS. */
  readonly versions: readonly ParameterVersion[];
}

export interface ParameterVersion {
  readonly number: number;
  readonly value: string;
  /** Epoch ms. */
  readonly modifiedAt: number;
  readonly description?: string;
  readonly labels?: readonly string[];
}

/** Source: Systems Manager quotas, "Maximum history for a parameter". */
export const MAX_VERSIONS = 100;

export function parameterKey({ account, region, name }: Pick<Parameter, 'account' | 'region' | 'name'>): string {
  return `${account}/${region}/${name}`;
}

/** `arn:aws:ssm:eu-west-1:123456789012:parameter/app/key`: a name's leading slash is the separator. */
export function parameterArn({ account, region, name }: Pick<Parameter, 'account' | 'region' | 'name'>): string {
  return formatArn({ service: 'ssm', region, account, resource: `parameter/${name.replace(/^\//, '')}` });
}

/** A parameter as GetParameter returns it. */
export function describeValue(
  parameter: Parameter,
  version: ParameterVersion,
  { decrypted, selector }: { readonly decrypted: boolean; readonly selector?: string },
): Answer {
  const isSealed = parameter.type === 'SecureString' && !decrypted;
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: isSealed ? sealed(parameter, version) : version.value,
    Version: version.number,
    ...(selector !== undefined && { Selector: selector }),
    LastModifiedDate: version.modifiedAt,
    ARN: parameterArn(parameter),
    DataType: parameter.dataType,
  };
}

// Looks like what KMS makes, says nothing about the value to a reader, and stays the same for the same version.
function sealed(parameter: Parameter, version: ParameterVersion): string {
  const digest = createHash('sha512')
    .update(`${parameterArn(parameter)}:${version.number}:${version.value}`)
    .digest('base64');
  return `AQICAHh${digest}`;
}

/** A parameter as DescribeParameters returns it: all but its value. */
export function describeParameter(parameter: Parameter): ParameterMetadata {
  const newest = parameter.versions.at(-1);
  return {
    Name: parameter.name,
    ARN: parameterArn(parameter),
    Type: parameter.type,
    LastModifiedDate: newest?.modifiedAt,
    LastModifiedUser: `arn:aws:iam::${parameter.account}:root`,
    Version: newest?.number,
    Tier: parameter.tier,
    Policies: [],
    DataType: parameter.dataType,
    ...(newest?.description !== undefined && { Description: newest.description }),
    ...(parameter.keyId !== undefined && { KeyId: parameter.keyId }),
    ...(parameter.allowedPattern !== undefined && { AllowedPattern: parameter.allowedPattern }),
  };
}

/** One version as GetParameterHistory returns it. */
export function describeVersion(parameter: Parameter, version: ParameterVersion, decrypted: boolean): ParameterHistory {
  const { ARN: _, ...described } = describeParameter({ ...parameter, versions: [version] });
  const { Value } = describeValue(parameter, version, { decrypted });
  return {
    ...described,
    Value,
    Labels: version.labels ?? [],
  };
}

/** @throws ValidationException with AWS's sentence. */
export function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.includes('/') && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  if (/^[\w./-]+$/.test(name) && !name.endsWith('/') && !name.includes('//')) return;
  throw invalid(
    'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
  );
}

/**
 * A name that is asked for; AWS's own parameters may be.
 * @throws ValidationException. Recorded on AWS: LocalStack, test_hierarchical_parameter.
 */
export function checkAskedName(name: string): void {
  if (/^(?:\/?[\w.-]+|(?:\/[\w.-]+)+)$/.test(name)) return;
  throw invalid(
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
  );
}

/**
 * Source: Systems Manager API reference, PutParameter, DataType; the sentence is that of AWS's console and of moto.
 * @throws ValidationException
 */
export function checkDataType(type = 'text'): void {
  if (['text', 'aws:ec2:image', 'aws:ssm:integration'].includes(type)) return;
  throw invalid(`The following data type is not supported: ${type} (Data type names are all lowercase.)`);
}

/** Bytes of a value. Source: Systems Manager quotas. */
const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;

/**
 * The tier of a value: as asked for, or by its size.
 * @throws ValidationException when the value is too large for its tier.
 */
export function tierOf(value: string, { Tier: asked = 'Standard' }: PutParameterRequest): 'Standard' | 'Advanced' {
  const size = Buffer.byteLength(value);
  const tier = asked === 'Intelligent-Tiering' ? (size > STANDARD_BYTES ? 'Advanced' : 'Standard') : asked;
  if (size === 0) {
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (tier === 'Standard' && size > STANDARD_BYTES) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${STANDARD_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  if (size > ADVANCED_BYTES) {
    throw invalid(`Advanced tier parameters support a maximum parameter value of ${ADVANCED_BYTES} characters.`);
  }
  return tier;
}

/**
 * Holds a value against its AllowedPattern, which it has to match as a whole.
 * @throws ParameterPatternMismatchException when it does not; InvalidAllowedPatternException when the pattern cannot be
 * run.
 */
export async function checkPattern(value: string, pattern: string): Promise<void> {
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  if (matches(createWholeMatch(), pattern, value)) return;
  throw new ServiceError(
    'ParameterPatternMismatchException',
    "Parameter value can't be validated based on the allowedPattern specified. The parameter value must match the required pattern.",
  );
}

function matches(matchesWhole: WholeMatch, pattern: string, value: string): boolean {
  try {
    return matchesWhole(pattern, value);
  } catch (error) {
    if (!(error instanceof ExpressionRefusal)) throw error;
    throw new ServiceError(
      'InvalidAllowedPatternException',
      `The request doesn't meet the regular expression requirement. AllowedPattern ${error.message}.`,
    );
  }
}

/** Whether a name lies under a path: directly, or anywhere below. A name without a slash lies under `/`. */
export function isUnder(name: string, path: string, recursive: boolean): boolean {
  if (!path.startsWith('/')) {
    throw invalid(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  }
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const whole = name.startsWith('/') ? name : `/${name}`;
  return whole.startsWith(prefix) && (recursive || !whole.slice(prefix.length).includes('/'));
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
