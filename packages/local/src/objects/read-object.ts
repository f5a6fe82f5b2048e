// Reads an object of the local S3 as a whole, on behalf of a service that is given its address: code, layers,
// templates.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, Caller } from '../call.ts';
import type { Address } from '../platform.ts';
import type { ObjectAddress } from './object-address.ts';

export type ReadObject =
  | { readonly kind: 'object'; readonly bytes: Uint8Array }
  /** The bucket is not of this cloud: it may be in the real one. */
  | { readonly kind: 'no bucket' }
  /** S3's own words. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** @param call on whose behalf: who may not read the object is refused */
export async function readObject(
  dispatch: Caller,
  { bucket: Bucket, key: Key, versionId: VersionId }: ObjectAddress,
  call: Call,
): Promise<ReadObject> {
  if (!dispatch.serves('s3')) return { kind: 'no bucket' };
  try {
    const { Body: body } = await dispatch.call('s3', 'GetObject', { Bucket, Key, VersionId }, call);
    return { kind: 'object', bytes: await bytesOf(body) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'NoSuchBucket') return { kind: 'no bucket' };
    return { kind: 'refused', code: error.code, message: error.message };
  }
}

async function bytesOf(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) return body ?? new Uint8Array();
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * Whether a URL's authority is this cloud: its port, under whatever name (in another container it has one of its own).
 */
export function isOwnAuthority(address: Address, authority: string): boolean {
  const port = /:\d+$/.exec(authority)?.[0];
  return port !== undefined && [address.http, address.https].some((url) => url.endsWith(port));
}
