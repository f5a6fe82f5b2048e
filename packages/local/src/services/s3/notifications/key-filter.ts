// Which keys a notification is for: at most one prefix and one suffix, compared with the key as the record writes it.
// Source: S3 user guide, "Configuring event notifications using object key name filtering".
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';

export interface KeyFilter {
  /** In the encoded form, as everything here. */
  readonly prefix?: string;
  readonly suffix?: string;
}

/**
 * A key as notification records write it, and as filters see it: form-encoded, a blank as `+`, slashes as they are.
 * Source: S3 user guide, "Event message structure" ("red flower.jpg" is "red+flower.jpg"); recorded on AWS: LocalStack,
 * tests/aws/services/s3, test_key_encoding (`a@b` is `a%40b`).
 */
export function encodeKey(key: string): string {
  return percentEncode(key)
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

export function matchesKey({ prefix = '', suffix = '' }: KeyFilter, encodedKey: string): boolean {
  return encodedKey.startsWith(prefix) && encodedKey.endsWith(suffix);
}

/**
 * Whether a key can be there that both filters mean, as S3 decides it: prefixes overlap when one begins with the other,
 * suffixes when one ends with the other.
 */
export function filtersOverlap(one: KeyFilter, other: KeyFilter): boolean {
  const [prefix = '', otherPrefix = ''] = [one.prefix, other.prefix];
  const [suffix = '', otherSuffix = ''] = [one.suffix, other.suffix];
  return (
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}
