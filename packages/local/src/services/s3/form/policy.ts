// The policy of a form: a document that whoever handed out the form signed, and which says what may be posted with
// it. The signature itself is not verified: any secret works in this cloud.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { invalidArgument } from '../refusals.ts';
import { entityTooLarge } from '../upload/receive.ts';
import type { FormFields } from './form.ts';

/** What a form may do, when its policy lets it post at all. */
export interface FormPermit {
  /** Who signed the form; `undefined` for one without a policy: then the bucket decides what anybody may. */
  readonly signer: { readonly accessKeyId: string; readonly securityToken: string | undefined } | undefined;
  readonly key: string;
  /** Bytes that the file may have. */
  readonly size: { readonly minBytes: number; readonly maxBytes: number } | undefined;
}

/** The fields of a signature, as S3 names them when one is missing. */
const V4_FIELDS = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'] as const;
const V2_FIELDS = ['Signature', 'AWSAccessKeyId'] as const;

/** Fields that no condition need name. Source: S3 user guide, "Creating a POST policy", conditions. */
const FREE_FIELDS = new Set(['policy', 'x-amz-signature', 'signature', 'awsaccesskeyid', 'file']);

/**
 * Holds a form against its policy.
 * @throws ServiceError `InvalidArgument` for a missing field, `InvalidPolicyDocument`, `AccessDenied`.
 */
export function checkPolicy(form: {
  readonly fields: FormFields;
  readonly bucket: string;
  readonly nowMs: number;
}): FormPermit {
  const { fields, bucket, nowMs } = form;
  const key = fields.get('key');
  if (key === undefined) throw missingField('key');
  if (key === '') throw invalidArgument('User key must have a length greater than 0.', 'key', '');
  const signer = readSigner(fields);
  const policy = fields.get('policy');
  if (policy === undefined) {
    if (signer) throw missingField('policy');
    return { signer: undefined, key, size: undefined };
  }
  if (!signer) throw denied('Access Denied');
  const { expiresAtMs, conditions } = parsePolicy(policy);
  if (expiresAtMs <= nowMs) throw violation('Policy expired.');
  const values = new Map(fields).set('bucket', bucket);
  const named = new Set<string>();
  let size: FormPermit['size'];
  for (const condition of conditions) {
    if (condition.kind === 'content-length-range') {
      const [minBytes, maxBytes] = [Number(condition.from), Number(condition.to)];
      if (!/^\d+$/.test(condition.from) || !/^\d+$/.test(condition.to)) {
        throw failed([condition.kind, condition.from, condition.to]);
      }
      size = {
        minBytes: Math.max(size?.minBytes ?? 0, minBytes),
        maxBytes: Math.min(size?.maxBytes ?? Number.POSITIVE_INFINITY, maxBytes),
      };
      continue;
    }
    if (!condition.field.startsWith('$') || !holds(condition, values.get(condition.field.slice(1).toLowerCase()))) {
      throw failed([condition.kind, condition.field, condition.value]);
    }
    named.add(condition.field.slice(1).toLowerCase());
  }
  const extra = [...fields.keys()].find(
    (name) => !named.has(name) && !FREE_FIELDS.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra !== undefined) throw violation(`Extra input fields: ${extra}`);
  return { signer, key, size };
}

/**
 * The refusal of a file that has more or fewer bytes than the policy lets it; `undefined` when it has not.
 * `isWhole` is false while it is read: then it may only be too large.
 */
export function sizeRefusal(
  size: FormPermit['size'],
  fileBytes: number,
  { isWhole }: { readonly isWhole: boolean },
): ServiceError | undefined {
  if (size && fileBytes > size.maxBytes) return entityTooLarge(fileBytes, size.maxBytes);
  if (size && isWhole && fileBytes < size.minBytes) {
    const fields = { ProposedSize: String(fileBytes), MinSizeAllowed: String(size.minBytes) };
    const message = 'Your proposed upload is smaller than the minimum allowed size';
    return new ServiceError('EntityTooSmall', message, { status: 400, fields });
  }
  return undefined;
}

function readSigner(fields: FormFields): FormPermit['signer'] {
  const names = [V4_FIELDS, V2_FIELDS].find((all) => all.some((name) => fields.has(name.toLowerCase())));
  if (names === undefined) return undefined;
  for (const name of names) if (!fields.has(name.toLowerCase())) throw missingField(name);
  const credential = fields.get('x-amz-credential') ?? fields.get('awsaccesskeyid') ?? '';
  return { accessKeyId: credential.split('/')[0] ?? '', securityToken: fields.get('x-amz-security-token') };
}

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly from: string; readonly to: string };

function parsePolicy(policy: string): { expiresAtMs: number; conditions: readonly Condition[] } {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(policy, 'base64').toString());
  } catch {
    throw invalidPolicy('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw invalidPolicy('Invalid JSON.');
  const { expiration, conditions }: { expiration?: unknown; conditions?: unknown } = document;
  if (typeof expiration !== 'string') throw invalidPolicy("Policy missing 'expiration' value.");
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(expiration);
  const expiresAtMs = isTime ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expiresAtMs)) throw invalidPolicy(`Invalid 'expiration' value: '${expiration}'`);
  if (!isList(conditions)) throw invalidPolicy("Policy missing 'conditions' value.");
  return { expiresAtMs, conditions: conditions.map(parseCondition) };
}

function parseCondition(condition: unknown): Condition {
  if (isList(condition)) {
    const [kind, first, second, ...more] = condition;
    const name = typeof kind === 'string' ? kind.toLowerCase() : kind;
    const isPlain = (value: unknown) => typeof value === 'string' || typeof value === 'number';
    if (more.length === 0 && isPlain(first) && isPlain(second)) {
      if (name === 'content-length-range') return { kind: name, from: String(first), to: String(second) };
      if (name === 'eq' || name === 'starts-with') return { kind: name, field: String(first), value: String(second) };
    }
    throw invalidPolicy(`Invalid Condition: ${JSON.stringify(condition)}`);
  }
  if (typeof condition !== 'object' || condition === null) {
    throw invalidPolicy(`Invalid Condition: ${JSON.stringify(condition)}`);
  }
  const [property, ...others] = Object.entries(condition);
  if (property === undefined || others.length > 0) {
    throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  const [name, value] = property;
  if (typeof value !== 'string') throw invalidPolicy(`Invalid Simple-Condition: value of ${name} must be a string.`);
  return { kind: 'eq', field: `$${name}`, value };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A condition on a field that the form has not is held against the empty text. */
function holds(condition: Extract<Condition, { field: string }>, value = ''): boolean {
  if (condition.kind === 'eq') return value === condition.value;
  // "Content-Type" may be a list: each of it has to start so. Source: S3 API reference, "POST policy", condition
  // matching.
  const values =
    condition.field.toLowerCase() === '$content-type' ? value.split(',').map((one) => one.trim()) : [value];
  return values.every((one) => one.startsWith(condition.value));
}

function missingField(name: string): ServiceError {
  const order = 'If it is specified, please check the order of the fields.';
  // Two blanks: S3's own.
  return invalidArgument(`Bucket POST must contain a field named '${name}'.  ${order}`, name, '');
}

function failed(condition: readonly string[]): ServiceError {
  return violation(`Policy Condition failed: [${condition.map((text) => JSON.stringify(text)).join(', ')}]`);
}

function violation(what: string): ServiceError {
  return denied(`Invalid according to Policy: ${what}`);
}

function denied(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, { status: 403 });
}

function invalidPolicy(what: string): ServiceError {
  return new ServiceError('InvalidPolicyDocument', `Invalid Policy: ${what}`, { status: 400 });
}
