// How the stored schemas of CloudFormation's resource types become text.
import { inflateRawSync } from 'node:zlib';

/** @see Inflate of protocol's resource schemas */
export function inflate(base64: string): string {
  return inflateRawSync(Buffer.from(base64, 'base64')).toString('latin1');
}
