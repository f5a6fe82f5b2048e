import { describe, expect, it } from 'vitest';
import { parsePattern } from '../parse.ts';
import { explain } from './explain.ts';
import { renderExplanation } from './render.ts';

const tell = (pattern: object, event: unknown): string => renderExplanation(explain(parsePattern(pattern), event));

describe('explain', () => {
  it('tells a match field by field', () => {
    const pattern = { source: ['orders'], detail: { total: [{ numeric: ['>', 100] }], coupon: [{ exists: false }] } };
    expect(tell(pattern, { source: 'orders', detail: { total: 120 } })).toMatchInlineSnapshot(`
      "The event matches the pattern:
        ✓ detail.coupon: absent
        ✓ detail.total: 120
        ✓ source: "orders""
    `);
  });

  it('names the alternative that came closest, and that only the case differs', () => {
    const pattern = { source: ['billing', 'orders'], 'detail-type': [{ prefix: 'Order' }] };
    expect(tell(pattern, { source: 'Orders', 'detail-type': 'OrderCreated' })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 2 fields failed:
        ✓ detail-type: "OrderCreated"
        ✗ source
            expected "billing" or "orders"
            found    "Orders"
            closest  "orders"
            hint     differs only in case"
    `);
  });

  it('tells a string from a number', () => {
    expect(tell({ detail: { id: [5] } }, { detail: { id: '5' } })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 1 field failed:
        ✗ detail.id
            expected 5
            found    "5"
            hint     the event has a string, the pattern asks for the number"
    `);
  });

  it('names the array element that came closest, beside the fields that match in it', () => {
    const pattern = { items: { sku: ['A1'], quantity: [5] } };
    const event = {
      items: [
        { sku: 'B2', quantity: 5 },
        { sku: 'A1', quantity: 100 },
        { sku: 'A1', quantity: 4 },
      ],
    };
    expect(tell(pattern, event)).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 2 fields failed:
        ✗ items.quantity
            expected 5
            found    4 at items[2].quantity
            hint     the match at items[0].quantity is in another array element than the other fields
        ✓ items.sku: "A1" at items[2].sku"
    `);
    expect(explain(parsePattern(pattern), event)).toMatchInlineSnapshot(`
      {
        "combination": 1,
        "combinations": 1,
        "fields": [
          {
            "closest": {
              "at": "items[2].quantity",
              "expected": "5",
              "value": "4",
            },
            "expected": [
              "5",
            ],
            "found": [
              {
                "at": "items[2].quantity",
                "value": "4",
              },
            ],
            "hint": "the match at items[0].quantity is in another array element than the other fields",
            "path": "items.quantity",
            "verdict": "elsewhere",
          },
          {
            "closest": {
              "at": "items[2].sku",
              "expected": ""A1"",
              "value": ""A1"",
            },
            "expected": [
              ""A1"",
            ],
            "found": [
              {
                "at": "items[2].sku",
                "value": ""A1"",
              },
            ],
            "path": "items.sku",
            "verdict": "matched",
          },
        ],
        "matched": false,
      }
    `);
  });

  it('says that a match lies in another array element', () => {
    const pattern = { a: { b: [1], c: [2] } };
    expect(tell(pattern, { a: [{ b: 1 }, { c: 2 }] })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 2 fields failed:
        ✓ a.b: 1 at a[0].b
        ✗ a.c
            expected 2
            found    2 at a[1].c
            hint     the match at a[1].c is in another array element than the other fields"
    `);
  });

  it('says what stands near a path that is absent', () => {
    const pattern = { detail: { orderId: [{ exists: true }], customer: { tier: ['gold'] }, tags: { x: ['y'] } } };
    expect(tell(pattern, { detail: { orderID: 1, customer: 'Ann', tags: [] } })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 3 of 3 fields failed:
        ✗ detail.customer.tier
            expected "gold"
            found    nothing
            hint     detail.customer is "Ann", not an object
        ✗ detail.orderId
            expected {"exists":true}
            found    nothing
            hint     detail has no "orderId"; did you mean "orderID"?
        ✗ detail.tags.x
            expected "y"
            found    nothing
            hint     detail.tags is an array without objects"
    `);
  });

  it('says that an object has no leaf of its own', () => {
    expect(tell({ a: [{ exists: true }] }, { a: { b: 1 } })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 1 field failed:
        ✗ a
            expected {"exists":true}
            found    nothing
            hint     a is an object, and only its leaves count"
    `);
  });

  it('tells the nearest of the $or combinations', () => {
    const pattern = {
      $or: [
        { a: [1], b: [2] },
        { c: [{ exists: false }], d: ['x'] },
      ],
    };
    expect(tell(pattern, { a: 1, b: 3, c: 1 })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 2 fields failed ($or combination 1 of 2, the closest):
        ✓ a: 1
        ✗ b
            expected 2
            found    3"
    `);
  });

  it('reads JSON text, and shows every operator as a pattern writes it', () => {
    const pattern = {
      a: [
        null,
        { 'anything-but': { wildcard: ['x*', 'y'] } },
        { numeric: ['>=', 1, '<', 2] },
        { suffix: { 'equals-ignore-case': 'Z' } },
        { cidr: '10.0.0.0/8' },
        { 'anything-but': [1] },
      ],
    };
    const told = explain(parsePattern(pattern), '{"a":"xyz"}');
    expect(told.fields[0]?.expected).toEqual([
      'null',
      '{"anything-but":{"wildcard":["x*","y"]}}',
      '{"numeric":[">=",1,"<",2]}',
      '{"suffix":{"equals-ignore-case":"Z"}}',
      '{"cidr":"10.0.0.0/8"}',
      '{"anything-but":1}',
    ]);
    expect(told.matched).toBe(true);
  });

  it('shows controls in names and values as escapes, so that an event cannot forge a line', () => {
    const name = 'a\n  ✓ b: "x"\u001b[2K\u202e';
    expect(tell({ [name]: [name] }, { [name]: 'c\u009b2J' })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 1 field failed:
        ✗ a\\n  ✓ b: "x"\\u001b[2K\\u202e
            expected "a\\n  ✓ b: \\"x\\"\\u001b[2K\\u202e"
            found    "c\\u009b2J""
    `);
    expect(tell({ c: ['x'] }, { [`C${name}`]: 'x' })).toMatchInlineSnapshot(`
      "The event does not match the pattern: 1 of 1 field failed:
        ✗ c
            expected "x"
            found    nothing
            hint     the event has no "c"; it has "Ca\\n  ✓ b: "x"\\u001b[2K\\u202e""
    `);
  });
});
