// Which requests are for S3, by what is in their head alone: this file is read at the start of every cloud, the rest of
// the room when there is such a request. A request without any signature is for S3 when its host names a bucket; what
// else comes without one is for nobody, until there is a bucket of the name that its path begins with (`door.ts`).
import type { RequestHead } from '../../http/door.ts';

const SIGNED = /^AWS4-HMAC-SHA256 .*\/s3\/aws4_request/;
const SIGNED_V2 = /^AWS [^:]+:/;
const SIGNED_QUERY = /(^|&)(X-Amz-Credential=[^&]*(%2F|\/)s3(%2F|\/)|AWSAccessKeyId=)/;

export function isForS3(request: Head): boolean {
  return (
    isSigned(request) || (request.headers.authorization === undefined && bucketOfName(hostOf(request)) !== undefined)
  );
}

type Head = Pick<RequestHead, 'headers' | 'url'>;

/** Whether a signature, in a header or in the query, is one for S3. */
function isSigned({ headers, url = '/' }: Head): boolean {
  const { authorization } = headers;
  if (authorization !== undefined) return SIGNED.test(authorization) || SIGNED_V2.test(authorization);
  const mark = url.indexOf('?');
  return mark >= 0 && SIGNED_QUERY.test(url.slice(mark + 1));
}

function hostOf({ headers }: Head): string {
  return (headers.host ?? String(headers[':authority'] ?? '')).replace(/:\d+$/, '');
}

/** `orders` of `orders.s3.eu-west-1.amazonaws.com` and `orders.s3.localhost`. */
function bucketOfName(host: string): string | undefined {
  return /^(.+?)\.s3(?:[.-][a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|localhost)$/.exec(host)?.[1];
}

/**
 * The bucket that a request's host names. SDKs that were told `http://localhost` ask for `orders.localhost`; without a
 * signature for S3 such a name is an application's own.
 */
export function bucketOfHost(request: Head): string | undefined {
  const host = hostOf(request);
  const direct = isSigned(request) ? /^([a-z0-9][a-z0-9.-]+[a-z0-9])\.localhost$/.exec(host)?.[1] : undefined;
  return bucketOfName(host) ?? (direct !== undefined && /^s3([.-]|$)/.test(direct) ? undefined : direct);
}
