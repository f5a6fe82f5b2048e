// What the tests of tables and items stand on: a cloud with both services, and tables in few words. Used by tests only.
import type { AttributeValue, Operations } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud } from '../../test-cloud.ts';
import { createDynamoDbService } from './service.ts';
import { createDynamoDbStreamsService } from './streams/service.ts';

export const createTablesCloud = () => createTestCloud(createDynamoDbService, createDynamoDbStreamsService);

export type CreateTable = Operations['CreateTable']['input'];

export const S = (S: string): AttributeValue => ({ S });
export const N = (N: number | string): AttributeValue => ({ N: String(N) });

/** A table on demand: `pk` alone or `pk` and `sk`, `name:TYPE` where the type is not S. */
export function tableOf(TableName: string, keys: string, more: Partial<CreateTable> = {}): CreateTable {
  const parts = keys.split(' ').map((key) => key.split(':'));
  return {
    TableName,
    KeySchema: parts.map(([AttributeName = ''], index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
    AttributeDefinitions: [
      ...parts.map(([AttributeName = '', type]) => ({ AttributeName, AttributeType: typeOf(type) })),
      ...(more.AttributeDefinitions ?? []),
    ],
  };
}

function typeOf(text: string | undefined): 'S' | 'N' | 'B' {
  return text === 'N' || text === 'B' ? text : 'S';
}

/** Callers of both services. */
export function callersOf(cloud: () => Cloud) {
  return { dynamodb: callerOf('dynamodb', cloud), streams: callerOf('dynamodbstreams', cloud) };
}
