// Whether a policy lets the public in, which GetBucketPolicyStatus tells and BlockPublicPolicy prevents. Source: S3
// user guide, "The meaning of public".
import { type PolicyDocument, parsePolicy, type Statement } from '@earwitness/protocol/internal/aws/policy/policy';

/** Condition keys that, with a fixed value, keep the public out. */
const NARROWING: ReadonlySet<string> = new Set(
  [
    ...['aws:SourceIp', 'aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOwner', 'aws:SourceVpc', 'aws:SourceVpce'],
    ...['aws:SourceOrgID', 'aws:SourceOrgPaths', 'aws:PrincipalOrgID', 'aws:PrincipalOrgPaths', 'aws:PrincipalArn'],
    ...['aws:PrincipalAccount', 'aws:userid', 's3:DataAccessPointArn', 's3:DataAccessPointAccount'],
    ...['s3:x-amz-server-side-encryption-aws-kms-key-id'],
  ].map((key) => key.toLowerCase()),
);

/** Operators that name what is let in; those that name what is kept out let the rest in. */
const OPERATORS = /^(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/i;

export function isPublicPolicy(policy: string | PolicyDocument): boolean {
  const document = typeof policy === 'string' ? parsePolicy(policy) : policy;
  return document.statements.some(letsPublicIn);
}

function letsPublicIn({ effect, principals, conditions }: Statement): boolean {
  if (effect !== 'Allow' || !principals) return false;
  // Everybody but a few is the public, too.
  if (!principals.negated && !principals.anybody) return false;
  return !conditions.some(
    ({ operator, key, values }) =>
      OPERATORS.test(operator) && NARROWING.has(key.toLowerCase()) && values.every((value) => isFixed(key, value)),
  );
}

/** A value that names somebody: no wildcard alone, and no range of addresses that is half of the internet. */
function isFixed(key: string, value: string): boolean {
  if (/^[*?]*$/.test(value) || value.includes('${')) return false;
  if (key.toLowerCase() !== 'aws:sourceip') return true;
  const bits = Number(value.split('/')[1] ?? 32);
  // Source: the same page: ranges broader than /8 (IPv4) and /32 (IPv6) count as public.
  return bits >= (value.includes(':') ? 32 : 8);
}
