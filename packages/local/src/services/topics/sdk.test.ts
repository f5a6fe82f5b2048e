// Momento's own SDK against the topics service, over plaintext HTTP/2 as `forMomentoLocal` speaks it.
import {
  CacheClient,
  Configurations,
  CreateCache,
  CredentialProvider,
  DeleteCache,
  ListCaches,
  TopicClient,
  TopicConfigurations,
  type TopicItem,
  TopicPublish,
  TopicSubscribe,
} from '@gomomento/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { createTopicsService } from './service.ts';

let local: Local;
let topics: TopicClient;
let caches: CacheClient;

beforeAll(async () => {
  local = await startLocalWith([createTopicsService({ secret: 's3cret', caches: ['orders'] })]);
  const { hostname, port } = new URL(local.url);
  const credentialProvider = CredentialProvider.forMomentoLocal({ hostname, port: Number(port) });
  topics = new TopicClient({ configuration: TopicConfigurations.Default.latest(), credentialProvider });
  caches = await CacheClient.create({
    configuration: Configurations.Laptop.latest(),
    credentialProvider,
    defaultTtlSeconds: 60,
  });
});

afterAll(async () => {
  caches.close();
  await local.close();
});

/** Subscribes, and hands out items one by one. */
async function subscribe(topic: string) {
  const items: TopicItem[] = [];
  let wake = () => {};
  const subscription = await topics.subscribe('orders', topic, {
    onItem: (item) => {
      items.push(item);
      wake();
    },
  });
  if (!(subscription instanceof TopicSubscribe.Subscription)) throw subscription;
  return {
    items,
    subscription,
    async count(n: number): Promise<TopicItem[]> {
      while (items.length < n)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return items;
    },
  };
}

test('text and bytes arrive as they were published, numbered from 1', async () => {
  const heard = await subscribe('created');
  expect(await topics.publish('orders', 'created', '{"id":1}')).toBeInstanceOf(TopicPublish.Success);
  expect(await topics.publish('orders', 'created', new Uint8Array([0, 255, 1]))).toBeInstanceOf(TopicPublish.Success);
  const items = await heard.count(2);
  expect(items.map((item) => [item.value(), item.sequenceNumber(), item.tokenId()])).toEqual([
    ['{"id":1}', 1, ''],
    [new Uint8Array([0, 255, 1]), 2, ''],
  ]);
  heard.subscription.unsubscribe();
});

test('a cache that does not exist is NOT_FOUND for publish and subscribe', async () => {
  const published = await topics.publish('nowhere', 'created', 'x');
  const subscribed = await topics.subscribe('nowhere', 'created', {});
  if (!(published instanceof TopicPublish.Error) || !(subscribed instanceof TopicSubscribe.Error)) throw published;
  expect([published.errorCode(), subscribed.errorCode()]).toEqual(['NOT_FOUND_ERROR', 'NOT_FOUND_ERROR']);
});

test('caches are created, listed and deleted; a second create says that it exists', async () => {
  expect(await caches.createCache('temporary')).toBeInstanceOf(CreateCache.Success);
  expect(await caches.createCache('temporary')).toBeInstanceOf(CreateCache.AlreadyExists);
  const listed = await caches.listCaches();
  if (!(listed instanceof ListCaches.Success)) throw listed;
  expect(listed.getCaches().map((cache) => cache.getName())).toEqual(['orders', 'temporary']);
  expect(await caches.deleteCache('temporary')).toBeInstanceOf(DeleteCache.Success);
  const again = await caches.deleteCache('temporary');
  expect(again instanceof DeleteCache.Error && again.errorCode()).toBe('NOT_FOUND_ERROR');
});

test('a message over the limit is LIMIT_EXCEEDED and the journal says why', async () => {
  const published = await topics.publish('orders', 'large', 'x'.repeat(4097));
  expect(published instanceof TopicPublish.Error && published.errorCode()).toBe('LIMIT_EXCEEDED_ERROR');
  const refused = local.journal.read().find((fact) => fact.kind === 'topic.refused' && fact.topic === 'large');
  expect(refused).toMatchObject({
    code: 'MESSAGE_SIZE_LIMIT_EXCEEDED',
    message: 'The message has 4097 bytes, over the request limit of 4096 bytes that a topic takes.',
    via: 'grpc',
  });
});
