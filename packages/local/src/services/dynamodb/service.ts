// DynamoDB: tables, their items and indexes, transactions, time to live. PartiQL, backups, replicas, exports and
// imports are not served (501, or refused by name); legacy parameters are refused by name.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { tableMap } from './map.ts';
import { batchOperations } from './operations/batch.ts';
import { flagOperations } from './operations/flag.ts';
import { itemOperations } from './operations/item.ts';
import { kinesisDestinationOperations } from './operations/kinesis-destination.ts';
import { readOperations } from './operations/read.ts';
import { tableOperations } from './operations/table.ts';
import { tagOperations } from './operations/tag.ts';
import { timeToLiveOperations } from './operations/time-to-live.ts';
import { transactionOperations } from './operations/transaction.ts';
import { createParts } from './parts.ts';
import { DYNAMODB_RESOURCES } from './resources/list.ts';
import { validateDynamoDb } from './validate.ts';

export function createDynamoDbService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'dynamodb',
    operations: {
      ...tableOperations(parts),
      ...itemOperations(parts),
      ...readOperations(parts),
      ...batchOperations(parts),
      ...transactionOperations(parts),
      ...timeToLiveOperations(parts),
      ...tagOperations(parts),
      ...flagOperations(parts),
      ...kinesisDestinationOperations(parts),
    },
    validate: validateDynamoDb,
    map: () => tableMap(parts),
    resources: DYNAMODB_RESOURCES,
    reset: () => parts.timeToLive.clear(),
    close() {
      parts.timeToLive.close();
      parts.items.close();
    },
  };
}
