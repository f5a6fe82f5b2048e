// A Kinesis data stream as a target: the record is the payload's text. Its partition key is what KinesisParameters
// selects from the event, or the event's id. Source: EventBridge API reference, KinesisParameters, PartitionKeyPath.
import { parseJsonPath, selectValue } from '@earwitness/protocol/internal/events/json-path';
import type { Delivery, Destination } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';
import type { Platform } from '../platform.ts';
import { callTarget } from './service-call.ts';

/** Source: botocore, kinesis, PutRecord: PartitionKey. */
const MAX_KEY_LENGTH = 256;

export function createStreamDestination({ dispatch }: Platform, checkRole: RoleCheck): Destination {
  const target = { sdkName: 'AmazonKinesis', action: 'kinesis:PutRecord', checkRole };
  return {
    accepts: ({ service }) => service === 'kinesis' && dispatch.service('kinesis') !== undefined,
    attempt(delivery, input) {
      const { Arn: StreamARN } = delivery.target;
      return callTarget(delivery, target, async (origin) => {
        const record = { StreamARN, PartitionKey: partitionKeyOf(delivery), Data: Buffer.from(input) };
        return (await dispatch.call('kinesis', 'PutRecord', record, origin)).SequenceNumber;
      });
    },
  };
}

function partitionKeyOf({ event, eventId, target }: Delivery): string {
  const path = parseJsonPath(target.KinesisParameters?.PartitionKeyPath ?? '');
  const selected = path && selectValue(event, path);
  if (selected === undefined) return eventId;
  const value: unknown = JSON.parse(selected);
  return (typeof value === 'string' ? value : selected).slice(0, MAX_KEY_LENGTH) || eventId;
}
