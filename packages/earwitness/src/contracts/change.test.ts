import { describe, expect, test } from 'vitest';
import { findBreaches } from './breach.ts';
import { growContracts, updateContracts } from './change.ts';
import { describeDifferences } from './difference.ts';
import { schemaOf } from './json-schema.ts';
import { type Contracts, shapeOf } from './lock.ts';
import { inferShape, joinAll } from './shape.ts';

const type = { source: 'OrderService', detailType: 'OrderCreated' };

/** The contract that these details make. */
function contract(...details: readonly unknown[]): Contracts {
  const shape = joinAll(details.map(inferShape));
  return new Map([[type.source, new Map(shape ? [[type.detailType, shape]] : [])]]);
}

function schemaIn(contracts: Contracts): unknown {
  const shape = shapeOf(contracts, type);
  return shape && schemaOf(shape);
}

function breaches(locked: Contracts, detail: unknown): string[] {
  const shape = shapeOf(locked, type);
  const found = shape ? findBreaches(shape, detail, ['detail']) : [];
  return found.map(({ path, before, after }) => `${path.join('.')}: ${before} → ${after}`);
}

describe('an event breaks its contract', () => {
  const locked = contract(
    { id: 'a', total: 2, price: 1.5, items: [{ sku: 'x' }], address: { city: 'Bonn' }, note: null },
    { id: 'b', total: 3, price: 2, items: [], address: { city: 'Ulm' }, note: 'n', coupon: 'c' },
  );
  const valid = { id: 'c', total: 4, price: 3, items: [{ sku: 'y' }], address: { city: 'Jena' }, note: 'n' };

  test('by dropping a field that every event had, at any depth', () => {
    expect(breaches(locked, { ...valid, address: {}, items: [{}] })).toEqual([
      'detail.items.0.sku: string → dropped',
      'detail.address.city: string → dropped',
    ]);
    const { id: _, ...withoutId } = valid;
    expect(breaches(locked, withoutId)).toEqual(['detail.id: string → dropped']);
  });

  test('by a value of a type that was never there', () => {
    expect(breaches(locked, { ...valid, total: 4.5, note: 7, items: 'none', address: null })).toEqual([
      'detail.total: integer → number',
      'detail.items: array → string',
      'detail.address: object → null',
      'detail.note: null | string → integer',
    ]);
  });

  test('and not by a new field, a field that was not always there, or a whole number', () => {
    expect(breaches(locked, { ...valid, currency: 'EUR', address: { city: 'Jena', zip: '07743' } })).toEqual([]);
  });
});

test('a lock grows by new types and by new fields, which are optional', () => {
  const locked = contract({ id: 'a', items: [] });
  const grown = growContracts(locked, contract({ id: 'b', currency: 'EUR', items: [{ sku: 'x' }] }));
  expect(schemaIn(grown)).toEqual({
    type: 'object',
    properties: {
      currency: { type: 'string' },
      id: { type: 'string' },
      items: {
        type: 'array',
        items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
      },
    },
    required: ['id', 'items'],
  });
  expect(describeDifferences(locked, grown)).toEqual([
    '+ OrderCreated from OrderService: detail.currency',
    '+ OrderCreated from OrderService: detail.items[]',
  ]);
  expect(describeDifferences(new Map(), grown)).toEqual(['+ OrderCreated from OrderService']);
});

test('a lock does not grow by what breaks it', () => {
  const locked = contract({ id: 'a', total: 2, address: { city: 'Bonn' } });
  expect(schemaIn(growContracts(locked, contract({ total: 'two', address: ['Bonn'] })))).toEqual(schemaIn(locked));
});

test('an update follows the run: retyped, dropped, newly required', () => {
  const locked = contract({ id: 'a', total: 2, note: null, old: true }, { id: 'b', total: 3, note: 'x', old: true });
  const updated = updateContracts(locked, contract({ id: 'c', total: '4', note: 5, currency: 'EUR' }));
  expect(schemaIn(updated)).toEqual({
    type: 'object',
    properties: {
      currency: { type: 'string' },
      id: { type: 'string' },
      note: { type: ['integer', 'null'] },
      total: { type: 'string' },
    },
    required: ['currency', 'id', 'note', 'total'],
  });
  expect(describeDifferences(locked, updated)).toEqual([
    '+ OrderCreated from OrderService: detail.currency',
    '~ OrderCreated from OrderService: detail.note null | string → integer | null',
    '- OrderCreated from OrderService: detail.old',
    '~ OrderCreated from OrderService: detail.total integer → string',
  ]);
});

test('an update keeps what the run had no sample of', () => {
  const locked = contract({ id: 'a', coupon: 'c', price: 1.5 }, { id: 'b', price: null });
  const other: Contracts = new Map([['Billing', new Map([['Paid', inferShape({})]])]]);
  const updated = updateContracts(new Map([...locked, ...other]), contract({ id: 'c', price: 2 }));
  expect(schemaIn(updated)).toEqual(schemaIn(locked));
  expect(updated.has('Billing')).toBe(true);
});

test('an event that an update has seen keeps the contract afterwards', () => {
  const locked = contract({ id: 'a', total: 2, lines: { '1': { sku: 'x' } } });
  const now = { id: 7, lines: { size: { sku: 3, count: 1 } } };
  expect(breaches(locked, now)).not.toEqual([]);
  expect(breaches(updateContracts(locked, contract(now)), now)).toEqual([]);
});
