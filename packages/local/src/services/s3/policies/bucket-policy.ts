// What S3 refuses of a bucket policy when it is put. Whether a policy lets somebody in, permissions/ decides.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';

/** Bytes. Source: S3 user guide, "Bucket policies". */
const MAX_BYTES = 20_480;

const FIELDS = ['Version', 'Id', 'Statement'];
const STATEMENT_FIELDS = [
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
];

/**
 * Checks a policy that is put on a bucket. Sentences: recorded on AWS (LocalStack, tests/aws/services/s3/test_s3,
 * `MalformedPolicy`) for the first two, as AWS's users quote them for the others.
 * @throws MalformedPolicy
 */
export function checkBucketPolicy(text: string, arn: string): void {
  if (Buffer.byteLength(text) > MAX_BYTES) throw malformed(`Policies must not be larger than ${MAX_BYTES} bytes`);
  const policy = parse(text);
  refuseUnknown(policy, FIELDS);
  const { Statement: given } = policy;
  if (given === undefined) throw malformed('Missing required field Statement');
  const statements: unknown[] = Array.isArray(given) ? given : [given];
  if (statements.length === 0) throw malformed('Missing required field Statement');
  for (const statement of statements) checkStatement(statement, arn);
  try {
    parsePolicy(policy);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw malformed(error.message);
    throw error;
  }
}

function parse(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Told below, as what is no object is.
  }
  throw malformed('This policy contains invalid Json');
}

function checkStatement(statement: unknown, arn: string): void {
  if (!isRecord(statement)) throw malformed('Invalid policy syntax.');
  refuseUnknown(statement, STATEMENT_FIELDS);
  const { Effect: effect } = statement;
  if (effect === undefined) throw malformed('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`);
  for (const name of ['Principal', 'Action', 'Resource']) {
    if (statement[name] === undefined && statement[`Not${name}`] === undefined) {
      throw malformed(`Missing required field ${name}`);
    }
  }
  checkPrincipal(statement['Principal'] ?? statement['NotPrincipal']);
  const actions = textsOf(statement['Action'] ?? statement['NotAction']);
  if (!actions || actions.some((action) => !/^(\*|s3:[\w*?]+|s3-object-lambda:[\w*?]+)$/i.test(action))) {
    throw malformed('Policy has invalid action');
  }
  const resources = textsOf(statement['Resource'] ?? statement['NotResource']);
  if (!resources || resources.some((resource) => !isWithin(resource, arn))) {
    throw malformed('Policy has invalid resource');
  }
  if (statement['Resource'] === undefined || statement['Action'] === undefined) return;
  const [onBucket, onObjects] = [false, true].map((slash) => resources.some((one) => one.includes('/') === slash));
  for (const action of actions) {
    if (isOnObjects(action) ? onObjects : onBucket) continue;
    // A wildcard may mean either.
    if (/[*?]/.test(action)) continue;
    throw malformed('Action does not apply to any resource(s) in statement');
  }
}

/** Actions on objects have the object's ARN as their resource. Source: Service Authorization Reference, Amazon S3. */
function isOnObjects(action: string): boolean {
  return /^s3:((Get|Put|Delete|Restore|Replicate)Object|AbortMultipartUpload|ListMultipartUploadParts|BypassGovern|ObjectOwner)/i.test(
    action,
  );
}

function checkPrincipal(principal: unknown): void {
  if (principal === '*') return;
  if (!isRecord(principal)) throw malformed('Invalid policy syntax.');
  for (const [kind, names] of Object.entries(principal)) {
    const texts = textsOf(names);
    if (!texts || !['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind)) {
      throw malformed('Invalid principal in policy');
    }
    if (kind === 'AWS' && texts.some((name) => !isPrincipal(name))) throw malformed('Invalid principal in policy');
  }
}

function isPrincipal(name: string): boolean {
  if (name === '*') return true;
  return /^(\d{12}|arn:[^:]+:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)\/.+)|A[A-Z0-9]{15,})$/.test(
    name,
  );
}

/** `arn:aws:s3:::orders`, `arn:aws:s3:::orders/*`; the bucket's own name is not a pattern, others' do not fit. */
function isWithin(resource: string, arn: string): boolean {
  return resource === arn || resource.startsWith(`${arn}/`) || resource === `${arn}*`;
}

function refuseUnknown(record: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(record).find((name) => !known.includes(name));
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
}

function textsOf(value: unknown): string[] | undefined {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const texts = values.filter((one) => typeof one === 'string');
  return texts.length === values.length && texts.length > 0 ? texts : undefined;
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedPolicy', message, { status: 400 });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
