import { expect, test } from 'vitest';
import type { Row } from '../journal/row.ts';
import { parseFilter } from './filter.ts';

const row: Row = {
  id: 'e-1',
  kind: 'event',
  at: 0,
  seq: 1,
  title: 'OrderCreated',
  source: 'shop',
  bus: 'orders',
  event: '{"id":"e-1","source":"shop","detail-type":"OrderCreated","detail":{"order":{"id":"o-17"},"price":12.5}}',
  facts: [],
  outcome: { tone: 'good', text: 'delivered to 1' },
};

test.each([
  ['', true],
  ['order', true],
  ['ORDERCREATED shop', true],
  ['order refund', false],
  ['o-17', true],
  ['type:order', true],
  ['source:warehouse', false],
  ['outcome:delivered', true],
  ['kind:request', false],
  ['id:o-17', true],
  ['order.id:o-17', true],
  ['detail.order.id:o-1', true],
  ['price:12.5', true],
  ['price:13', false],
  ['colour:red', false],
  ['{"source":["shop"]}', true],
  ['{"detail":{"price":[{"numeric":[">",20]}]}}', false],
])('%s', (text, passes) => {
  const filter = parseFilter(text);
  expect(filter.problem).toBeUndefined();
  expect(filter.passes(row)).toBe(passes);
});

test('a pattern that is not finished says why, and hides nothing', () => {
  const filter = parseFilter('{"source":["sh');
  expect(filter.problem).toMatch(/\S/);
  expect(filter.passes(row)).toBe(true);
});

test('a pattern passes only what is an event', () => {
  const { event: _, ...request } = row;
  expect(parseFilter('{"source":["shop"]}').passes(request)).toBe(false);
});
