// A data stream of Kinesis that a table tells of its changes, beside its own stream. Times are milliseconds, or
// microseconds where that was asked for; both images are always there.
import { createHash } from 'node:crypto';
import { sizeOf } from '@earwitness/protocol/internal/dynamodb/value/size';
import type { Platform } from '../../../platform.ts';
import { readItem, writeItem } from '../items/item-text.ts';
import type { Change } from '../items/items.ts';
import type { ItemTable, KinesisDestination } from '../table.ts';

/** The one that gets records. A table has one at most; others failed, or were switched off. */
export function activeDestination(table: ItemTable): KinesisDestination | undefined {
  return table.destinations?.find(({ status }) => status === 'ACTIVE');
}

/**
 * The table's row with the destination in another state; one that is new stands first.
 * Source: ack-api-quirks, DDB-TABLE-268, verified on AWS on 2026-10-09.
 */
export function withDestination(table: ItemTable, changed: KinesisDestination): ItemTable {
  const { destinations = [] } = table;
  const isKnown = destinations.some(({ streamArn }) => streamArn === changed.streamArn);
  const others = destinations.map((one) => (one.streamArn === changed.streamArn ? changed : one));
  return { ...table, destinations: isKnown ? others : [changed, ...others] };
}

/** What a role that may not put records, or a stream that is not there, comes to. Source: the same. */
export const ENABLE_FAILED = 'User does not have a permission to use kinesis stream';

/** Tells the table's destination of a change. What cannot be put is lost, and the journal says so. */
export async function tellDestination(platform: Platform, table: ItemTable, change: Change): Promise<void> {
  const destination = activeDestination(table);
  if (!destination) return;
  const { account, region } = table;
  const { dispatch, journal } = platform;
  const Data = Buffer.from(JSON.stringify(recordOf(platform, { table, destination }, change)));
  const asked = { StreamARN: destination.streamArn, PartitionKey: partitionKey(change), Data };
  // A service-linked role does it. Source: DynamoDB developer guide, "Using service-linked roles".
  const origin = { account, region, principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` } } as const;
  await dispatch.call('kinesis', 'PutRecord', asked, origin).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    const message = `A change of table ${table.name} did not get into ${destination.streamArn}: ${why}`;
    journal.record({ kind: 'warning', about: 'DynamoDB', message });
  });
}

/** Captured on AWS in 2022 and 2024 (public repositories): the members and their order. */
function recordOf(
  { clock, ids }: Platform,
  { table, destination }: Told,
  { key, before, after, byTtl }: Change,
): object {
  const images = [after, before].flatMap((text) => (text === undefined ? [] : [readItem(text)]));
  const { precision } = destination;
  return {
    awsRegion: table.region,
    eventID: ids.uuid(),
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    userIdentity: byTtl ? { type: 'Service', principalId: 'dynamodb.amazonaws.com' } : null,
    recordFormat: 'application/json',
    tableName: table.name,
    dynamodb: {
      ApproximateCreationDateTime: clock.now() * (precision === 'MICROSECOND' ? 1000 : 1),
      Keys: JSON.parse(writeItem(key)),
      ...(after !== undefined && { NewImage: JSON.parse(after) }),
      ...(before !== undefined && { OldImage: JSON.parse(before) }),
      SizeBytes: [key, ...images].reduce((sum, item) => sum + sizeOf(item), 0),
      ...(precision && { ApproximateCreationDateTimePrecision: precision }),
    },
    eventSource: 'aws:dynamodb',
  };
}

interface Told {
  readonly table: ItemTable;
  readonly destination: KinesisDestination;
}

/** 32 hexadecimal digits, as on AWS; which ones is ours: those of the item's key, so that an item keeps its order. */
function partitionKey({ key }: Change): string {
  return createHash('md5').update(writeItem(key)).digest('hex').toUpperCase();
}
