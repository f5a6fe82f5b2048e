// DynamoDB's streams. Nothing is served yet.
import type { Platform } from '../../../platform.ts';
import type { Service } from '../../../service.ts';

export function createDynamoDbStreamsService(_platform: Platform): Service {
  return { name: 'dynamodbstreams', operations: {} };
}
