// Where a template says that a function's code is.
import { isRecord } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';

interface CodeLocation {
  readonly ImageUri?: string;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
}

/** Of an image that `sam build` would build there is no address yet: it is named so. */
export function locationOf(code: unknown, { PackageType: packageType }: Properties): CodeLocation {
  const { ImageUri, S3Bucket, S3Key, S3ObjectVersion: version } = isRecord(code) ? code : {};
  const image = ImageUri ?? (packageType === 'Image' ? 'built-by-sam' : undefined);
  return {
    ...(image !== undefined && { ImageUri: String(image) }),
    ...(S3Bucket !== undefined && { S3Bucket: String(S3Bucket) }),
    ...(S3Key !== undefined && { S3Key: String(S3Key) }),
    ...(version !== undefined && { S3ObjectVersion: String(version) }),
  };
}
