// The events of a bucket, as notification configurations name them (`s3:ObjectCreated:*`) and as records carry them
// (`ObjectCreated:Put`).

/** What has happened to an object, as a record's `eventName` says it. */
export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete'
  | 'ObjectAcl:Put';

/**
 * What a configuration may name. Source: S3 user guide, "Supported event types for SQS, SNS, and Lambda"; the model's
 * enumeration `Event` (botocore 1.43).
 */
const CONFIGURABLE: ReadonlySet<string> = new Set(
  [
    'ReducedRedundancyLostObject',
    ...group('ObjectCreated', 'Put', 'Post', 'Copy', 'CompleteMultipartUpload'),
    ...group('ObjectRemoved', 'Delete', 'DeleteMarkerCreated'),
    ...group('ObjectRestore', 'Post', 'Completed', 'Delete'),
    ...group(
      'Replication',
      ...['OperationFailedReplication', 'OperationNotTracked'],
      ...['OperationMissedThreshold', 'OperationReplicatedAfterThreshold'],
    ),
    ...group('LifecycleExpiration', 'Delete', 'DeleteMarkerCreated'),
    ...['LifecycleTransition', 'IntelligentTiering', 'ObjectAcl:Put'],
    ...group('ObjectTagging', 'Put', 'Delete'),
  ].map((name) => `s3:${name}`),
);

function group(name: string, ...members: readonly string[]): string[] {
  return ['*', ...members].map((member) => `${name}:${member}`);
}

export function isConfigurableEvent(name: string): boolean {
  return CONFIGURABLE.has(name);
}

/** Whether an event that a configuration names means this one. */
export function meansEvent(configured: string, name: EventName): boolean {
  return overlaps(configured, `s3:${name}`);
}

/** Whether two events that configurations name have one in common: `s3:ObjectCreated:*` and `s3:ObjectCreated:Put`. */
export function overlaps(one: string, other: string): boolean {
  if (one === other) return true;
  if (one.endsWith(':*')) return other.startsWith(one.slice(0, -1));
  return other.endsWith(':*') && one.startsWith(other.slice(0, -1));
}
