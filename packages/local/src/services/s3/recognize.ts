// Which requests are for S3, by what is in their head alone: this file is read at the start of every cloud, the rest of
// the room when there is such a request. A request without any signature is for S3 when its host names a bucket; what
// else comes without one is for nobody, until there is a bucket of the name that its path begins with (`door.ts`).
import type { HttpRequest } from '../../http/door.ts';

const SIGNED = /^AWS4-HMAC-SHA256 .*\/s3\/aws4_request/;
const SIGNED_V2 = /^AWS [^:]+:/;

export function isForS3({ headers, url = '/' }: Pick<HttpRequest, 'headers' | 'url'>): boolean {
  const { authorization } = headers;
  if (authorization !== undefined) return SIGNED.test(authorization) || SIGNED_V2.test(authorization);
  const query = url.slice(url.indexOf('?') + 1);
  if (url.includes('?') && /(^|&)(X-Amz-Credential=[^&]*(%2F|\/)s3(%2F|\/)|AWSAccessKeyId=)/.test(query)) return true;
  return bucketOfHost(headers.host ?? String(headers[':authority'] ?? '')) !== undefined;
}

/** `orders` of `orders.s3.eu-west-1.amazonaws.com`, `orders.s3.localhost` and `orders.localhost`. */
export function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '');
  const [, bucket] = /^(.+?)\.s3(?:[.-][a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|localhost)$/.exec(name) ?? [];
  if (bucket !== undefined) return bucket;
  const [, direct] = /^([a-z0-9][a-z0-9.-]+[a-z0-9])\.localhost$/.exec(name) ?? [];
  return direct === undefined || /^s3([.-]|$)/.test(direct) ? undefined : direct;
}
