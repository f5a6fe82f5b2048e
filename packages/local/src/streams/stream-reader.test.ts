import { expect, test } from 'vitest';
import { createPromise } from '../backbone/shared/promise.ts';
import { createDynamoDbService } from '../services/dynamodb/service.ts';
import { createDynamoDbStreamsService } from '../services/dynamodb/streams/service.ts';
import { createTestCloud, testCall } from '../test-cloud.ts';
import type { Origin, StreamFeed } from './feed.ts';
import { StreamReader } from './stream-reader.ts';

const TableName = 'orders';

test('a consumer that is stopped while its stream is looked at gets nothing more', async () => {
  const { clock, dispatch, ...cloud } = createTestCloud(createDynamoDbService, createDynamoDbStreamsService);
  const table = {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  } as const;
  const { TableDescription } = await dispatch.call('dynamodb', 'CreateTable', table, testCall);
  const streamArn = TableDescription?.LatestStreamArn ?? '';
  const asked = createPromise<void>();
  const origin = createPromise<Origin>();
  let taken = 0;
  const feed: StreamFeed = {
    ...{ id: 'feed', about: 'a feed', consumerArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f', streamArn },
    ...{ form: 'function', batchSize: 3, windowSeconds: 0, filters: [], halves: 'never' },
    ...{ maximumRetries: -1, maximumAge: -1, discard: async () => undefined },
    origin() {
      asked.resolve();
      return origin.promise;
    },
    async take() {
      taken++;
      return { outcome: 'done' };
    },
  };
  const reader = new StreamReader({ clock, dispatch, ...cloud });
  await reader.begin(feed, { type: 'TRIM_HORIZON' }, testCall);
  await dispatch.call('dynamodb', 'PutItem', { TableName, Item: { id: { S: '7' } } }, testCall);
  reader.start(feed);
  await asked.promise;
  reader.stop(feed.id);
  origin.resolve(testCall);
  // It waits for whatever is still being done.
  await clock.advance(1);
  expect(taken).toBe(0);
  reader.start(feed);
  await clock.advance(1);
  expect(taken).toBe(1);
  reader.reset();
  await cloud.close();
});
