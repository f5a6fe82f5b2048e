// DynamoDB's streams: a service of its own name in AWS's models, whose state is the tables'. So it stands in their
// room.
import type { Platform } from '../../../platform.ts';
import type { Service } from '../../../service.ts';
import { streamOperations } from './operations.ts';

export function createDynamoDbStreamsService(platform: Platform): Service {
  return { name: 'dynamodbstreams', operations: streamOperations(platform) };
}
