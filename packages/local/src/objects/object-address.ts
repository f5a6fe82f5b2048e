// Where an object in S3 lies, in each form in which templates and tools write it. Keys are taken as they stand in a
// URL: no dots are resolved and no slashes are joined, as a URL parser would do.
//   s3://bucket/key                                    https://bucket.s3.eu-west-1.amazonaws.com/key
//   https://s3.amazonaws.com/bucket/key                https://s3-eu-west-1.amazonaws.com/bucket/key
//   http://127.0.0.1:4566/bucket/key (our own)         …?versionId=… behind each
// Source: S3 user guide, "Virtual hosting of buckets" and "Making requests to dual-stack endpoints".

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

const HOST = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;

/**
 * @param isOurs whether an authority (`127.0.0.1:4566`) is one under which the local S3 is asked
 * @returns undefined for what is no address of an object
 */
export function parseObjectAddress(text: string, isOurs: (authority: string) => boolean): ObjectAddress | undefined {
  const [, scheme = '', authority = '', path = '', query = ''] =
    /^(s3|https?):\/\/([^/?#]+)\/([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i.exec(text) ?? [];
  const named = scheme.toLowerCase() === 's3' ? { bucket: authority, key: path } : inUrl(authority, path, isOurs);
  const key = scheme.toLowerCase() === 's3' ? named?.key : decoded(named?.key);
  if (!named?.bucket || !key) return undefined;
  const versionId = /(?:^|&)versionId=([^&]+)/.exec(query)?.[1];
  return { bucket: named.bucket, key, ...(versionId !== undefined && { versionId }) };
}

interface Named {
  readonly bucket: string;
  readonly key: string;
}

function inUrl(authority: string, path: string, isOurs: (authority: string) => boolean): Named | undefined {
  const host = authority.toLowerCase().replace(/:(80|443)$/, '');
  const onAws = HOST.exec(host);
  if (onAws) return onAws[1] === undefined ? inPath(path) : { bucket: onAws[1], key: path };
  if (isOurs(host)) return inPath(path);
  const [, bucket, ours] = /^([^.]+)\.(localhost(?::\d+)?)$/.exec(host) ?? [];
  return bucket !== undefined && ours !== undefined && isOurs(ours) ? { bucket, key: path } : undefined;
}

function inPath(path: string): Named | undefined {
  const slash = path.indexOf('/');
  return slash < 1 ? undefined : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function decoded(key: string | undefined): string | undefined {
  try {
    return key === undefined ? undefined : decodeURIComponent(key);
  } catch {
    return undefined;
  }
}
