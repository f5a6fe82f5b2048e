// Buckets and whom they tell of their objects.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { delivers, type MapShare } from '../../map/share.ts';
import type { Bucket } from './bucket.ts';
import type { Parts } from './parts.ts';

export function bucketMap({ buckets }: Parts): MapShare {
  const all = buckets.list().map(({ value }) => value);
  return {
    nodes: all.map(({ name }) => ({
      id: arnOf(name),
      kind: 'bucket',
      name,
      made: [`AWS::S3::Bucket ${name}`],
      facts: [],
    })),
    edges: all.flatMap(({ name, account, region, notifications }: Bucket) => [
      ...notifications.rules.map(({ arn, events }) =>
        delivers(arnOf(name), arn, events.map((event) => event.replace(/^s3:/, '')).join(', ')),
      ),
      ...(notifications.toEventBridge
        ? [delivers(arnOf(name), formatArn({ service: 'events', account, region, resource: 'event-bus/default' }))]
        : []),
    ]),
  };
}

function arnOf(name: string): string {
  return formatArn({ service: 's3', region: '', account: '', resource: name });
}
