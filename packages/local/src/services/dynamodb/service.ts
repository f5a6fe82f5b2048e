// DynamoDB: tables and their items. Nothing is served yet.
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';

export function createDynamoDbService(_platform: Platform): Service {
  return { name: 'dynamodb', operations: {} };
}
