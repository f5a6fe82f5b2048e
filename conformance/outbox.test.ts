// The example with the outbox: a row and its event in one transaction, and all that comes of them, in this process. The
// clock stands still: `cloud.advance(0)` is over when what is under way in streams, pipes, rules and executions is.
import { readFileSync } from 'node:fs';
import { createClock, type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { cloud, subscribe } from 'earwitness';
import { afterEach, beforeEach, expect, test } from 'vitest';

const directory = new URL('../examples/outbox-order-service/', import.meta.url).pathname;
const template = readFileSync(`${directory}template.yaml`, 'utf8');
const DAY_MS = 24 * 60 * 60 * 1000;

let local: Local;
let before: NodeJS.ProcessEnv;
let api: string | undefined;
beforeEach(async () => {
  before = { ...process.env };
  // Functions see the time of the machine: the row's end is a day from then.
  local = await startLocal({ clock: createClock({ frozenAt: Date.now() }) });
  Object.assign(process.env, local.env);
  const parameters = {
    MomentoEndpoint: local.env.MOMENTO_HTTP_ENDPOINT,
    MomentoAuthToken: local.env.MOMENTO_API_KEY,
    CacheName: local.env.CACHE_NAME,
    TopicName: local.env.TOPIC_NAME,
  };
  ({ ApiUrl: api } = await local.deploy({ name: 'orders', template, directory, parameters }));
});
afterEach(async () => {
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

async function place(order: object): Promise<string> {
  const response = await fetch(`${api}/orders`, { method: 'POST', body: JSON.stringify(order) });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

const kinds = async (kind: Fact['kind']) => (await cloud.journal({ kind })).facts;

test('an order is confirmed when everything that is under way has come to rest, and no test has to sleep', async () => {
  const id = await place({ customer: 'Ann', total: 12.5 });
  await cloud.advance(0);
  expect(await cloud.items('orders.OrdersTable').get({ id })).toEqual({
    id,
    customer: 'Ann',
    total: 12.5,
    status: 'CONFIRMED',
  });
  expect(await kinds('execution.ended')).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(await kinds('topic.published')).toHaveLength(2);
});

test('each order is told of once; the ends of what the outbox has kept are not', async () => {
  await using events = await subscribe();
  const ids: string[] = [];
  for (const customer of ['Ann', 'Bob', 'Eve']) ids.push(await place({ customer, total: 1 }));
  await cloud.advance(0);
  const told = await events.waitFor(3, { source: 'OrderFlow', 'detail-type': 'OrderConfirmed' });
  expect(told.map(({ detail }) => detail)).toEqual(
    expect.arrayContaining(ids.map((id) => expect.objectContaining({ id }))),
  );
  expect(await cloud.items('orders.OutboxTable').all()).toHaveLength(3);
  await cloud.advance(DAY_MS + 60_000);
  expect(await cloud.items('orders.OutboxTable').all()).toEqual([]);
  expect(await kinds('item.expired')).toHaveLength(3);
  expect(await kinds('execution.started')).toHaveLength(3);
});
