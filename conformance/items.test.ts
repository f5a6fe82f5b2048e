// The test kit's cloud.items(), beside tables that run here.
import { type Local, startLocal } from '@earwitness/local';
import { ConfigurationError, cloud, EventNotReceivedError } from 'earwitness';
import { afterAll, beforeAll, expect, test } from 'vitest';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: { Type: AWS::Serverless::SimpleTable }
  Lines:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{ AttributeName: order, KeyType: HASH }, { AttributeName: line, KeyType: RANGE }]
      AttributeDefinitions: [{ AttributeName: order, AttributeType: S }, { AttributeName: line, AttributeType: N }]
Outputs:
  Table: { Value: !Ref Lines }
`;

let local: Local;
let before: NodeJS.ProcessEnv;
let outputs: Readonly<Record<string, string>>;
beforeAll(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  outputs = await local.deploy({ name: 'shop', template: TEMPLATE });
});
afterAll(async () => {
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

test('items are put, read, listed and deleted, by any name of the table', async () => {
  const orders = cloud.items('Orders');
  const order = { id: 'o-1', total: 12.5, tags: new Set(['a', 'b']), lines: [{ sku: 'x', count: 2 }] };
  await orders.put(order);
  expect(await orders.get({ id: 'o-1' })).toEqual(order);
  expect(await cloud.items('shop.Orders').all()).toEqual([order]);
  await orders.delete({ id: 'o-1' });
  expect(await orders.get({ id: 'o-1' })).toBeUndefined();
});

test('more than a batch holds is put in several', async () => {
  const lines = cloud.items(outputs['Table'] ?? '');
  await lines.put(...Array.from({ length: 60 }, (_, line) => ({ order: 'o-1', line })));
  expect(await lines.all()).toHaveLength(60);
});

test('an item is awaited: one that is there, and one that comes', async () => {
  const orders = cloud.items('Orders');
  const awaited = orders.waitFor({ id: 'o-2', state: 'PAID' });
  await orders.put({ id: 'o-2', state: 'PLACED' });
  await orders.put({ id: 'o-2', state: 'PAID', at: 7 });
  expect(await awaited).toEqual({ id: 'o-2', state: 'PAID', at: 7 });
  expect(await orders.waitFor((item) => item['at'] === 7)).toMatchObject({ id: 'o-2' });
});

test('one that does not come is a page with the closest item, field by field, and others', async () => {
  const orders = cloud.items('Orders');
  await orders.put({ id: 'o-3', state: 'SHIPPED' });
  const missed = orders.waitFor({ id: 'o-2', state: 'SHIPPED' }, { timeoutMs: 50 });
  await expect(missed).rejects.toThrow(EventNotReceivedError);
  await expect(missed).rejects.toThrowErrorMatchingInlineSnapshot(`
    [EventNotReceivedError: no item of Orders matched within 50 ms: the closest differs in 1 of 2 fields

      Closest item   1/2 fields
        - state  "SHIPPED"   expected
        + state  "PAID"   received
          id     "o-2"

      Expected
        { id: "o-2", state: "SHIPPED" }

      Other items   one
        { id: "o-3", state: "SHIPPED" }]
  `);
});

test('what DynamoDB refuses is told in its own words, with the key that the table has', async () => {
  const orders = cloud.items('Orders');
  const refused = { name: 'TransportError', code: 'ValidationException' };
  await expect(orders.put({ key: 'without an id' })).rejects.toMatchObject(refused);
  const wrong = orders.get({ key: 'o-1' });
  await expect(wrong).rejects.toMatchObject(refused);
  // What the service answered with is thousands of lines of sockets, which a runner would print.
  await expect(wrong).rejects.toHaveProperty('cause.name', 'ValidationException');
  await expect(wrong).rejects.not.toHaveProperty('cause.$response');
  await expect(wrong).rejects.toThrow(
    /does not match the schema: the key of \S+ is \{ id: text \}, but got \{ key: "o-1" \}$/,
  );
});

test('a table that is not there is told with the one that was meant', async () => {
  const unknown = cloud.items('Oders').all();
  await expect(unknown).rejects.toThrow(ConfigurationError);
  await expect(unknown).rejects.toThrow('cloud.items(): there is no table Oders. Did you mean Orders?');
  // @ts-expect-error -- a name is a text
  await expect(cloud.items(undefined).all()).rejects.toThrow(
    'cloud.items(): the name of a table is a text, but got undefined.',
  );
  // @ts-expect-error -- a time is a number
  const misused = cloud.items('Orders').waitFor({ id: '1' }, { timeoutMs: 'soon' });
  await expect(misused).rejects.toThrow(ConfigurationError);
});
