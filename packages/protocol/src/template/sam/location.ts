// Where a function, layer or definition lies: in S3, written `s3://bucket/key?versionId=…` or as a map. Anything else
// is a path on this machine, which whoever knows where paths start makes a location of. Source: aws-sam-translator
// 1.110, `construct_s3_location_object`.
import { asIntrinsic, isMap, type Value, type ValueMap } from '../value.ts';

/** The members of a location, as CloudFormation calls them: of code, and of definitions. */
const NAMES = {
  code: ['S3Bucket', 'S3Key', 'S3ObjectVersion'],
  definition: ['Bucket', 'Key', 'Version'],
} as const;

/** A location in S3 as CloudFormation has it; undefined for anything else. */
export function s3Location(uri: Value | undefined, kind: keyof typeof NAMES): ValueMap | undefined {
  const { Bucket: bucket, Key: key = '', Version: version } = isMap(uri) ? uri : parse(uri);
  if (bucket === undefined) return undefined;
  const [bucketName, keyName, versionName] = NAMES[kind];
  return { [bucketName]: bucket, [keyName]: key, ...(version !== undefined && { [versionName]: version }) };
}

function parse(uri: Value | undefined): ValueMap {
  const [, Bucket, Key, Version] =
    (typeof uri === 'string' && /^s3:\/\/([^/[\]]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(uri)) || [];
  if (Bucket === undefined || Key === undefined) return {};
  return { Bucket, Key, ...(Version !== undefined && { Version }) };
}

/** What keeps a property from being a location, in SAM's sentence; undefined when nothing does. */
export function locationFault(uri: Value | undefined, name: string): string | undefined {
  if (uri === undefined || (isMap(uri) && asIntrinsic(uri))) return undefined;
  if (isMap(uri)) {
    if (uri['Bucket'] && uri['Key']) return undefined;
    return `'${name}' requires Bucket and Key properties to be specified.`;
  }
  if (typeof uri !== 'string') return `'${name}' must be of type dict or string.`;
  if (/\{\{resolve:(ssm|ssm-secure|secretsmanager):[^}]*\/[^}]*\}\}/.test(uri)) {
    return `Unsupported dynamic reference detected in '${name}'. Please consider using alternative 'FunctionCode' object format.`;
  }
  // A path on this machine has no scheme.
  if (!/^[a-z][a-z0-9+.-]*:\/\//.test(uri) || s3Location(uri, 'code')) return undefined;
  return `'${name}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`;
}
