import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShape, schemaOf } from './json-schema.ts';
import { inferShape, joinAll, joinShapes, type Shape, shapeOfSamples } from './shape.ts';

// Few names and few texts, so that samples meet in the same fields.
const text = fc.constantFrom(
  'a',
  'b',
  '01HF3QZ2Z',
  '2026-11-22T14:02:07Z',
  '6f1c0b5e-0f6d-4b6a-9d3b-0123456789ab',
  '2026-13-45T14:02:07Z',
);
const name = fc.constantFrom('id', 'total', 'items', 'a key', '__proto__', '6f1c0b5e-0f6d-4b6a-9d3b-0123456789ab', '7');
const sample = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    // As JSON.parse makes them: `__proto__` is a field like any other.
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
const samples = fc.array(sample, { minLength: 1, maxLength: 6 });

const shapeOfAll = (all: readonly unknown[]): Shape => joinAll(all.map(inferShape)) ?? inferShape(null);
const printed = (shape: Shape) => JSON.stringify(schemaOf(shape));
const place = { file: 'events.lock.json', path: [] };

describe('of any samples', () => {
  // `strictTypes` frowns upon unions and on "properties" without "object", which are what a union of types is made of.
  const ajv = addFormats.default(new Ajv2020({ strict: true, strictTypes: false, validateFormats: true }));

  test('every one is valid for the inferred schema, as a JSON Schema validator sees it', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const validate = ajv.compile(schemaOf(shapeOfAll(all)));
        for (const one of all) expect(validate(one), ajv.errorsText(validate.errors)).toBe(true);
      }),
    );
  });

  test('order, grouping and repetition do not matter', () => {
    fc.assert(
      fc.property(sample, sample, sample, (...values) => {
        const [a, b, c] = values.map(inferShape) as [Shape, Shape, Shape];
        expect(printed(joinShapes(b, a))).toBe(printed(joinShapes(a, b)));
        expect(printed(joinShapes(a, joinShapes(b, c)))).toBe(printed(joinShapes(joinShapes(a, b), c)));
        expect(printed(joinShapes(a, a))).toBe(printed(a));
        expect(printed(joinShapes(joinShapes(a, b), b))).toBe(printed(joinShapes(a, b)));
      }),
    );
  });

  test('the shape is that of joining them one by one', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const shape = shapeOfSamples(all);
        expect(shape && printed(shape)).toBe(printed(shapeOfAll(all)));
        const again = shapeOfSamples([...all, ...all]);
        expect(again && printed(again)).toBe(printed(shapeOfAll(all)));
      }),
    );
  });

  test('the schema reads back as the shape it was', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const schema = schemaOf(shapeOfAll(all));
        expect(schemaOf(parseShape(JSON.parse(JSON.stringify(schema)), place))).toEqual(schema);
      }),
    );
  });
});

test('a field is required when every sample had it; types are united, whole numbers stay integers', () => {
  const all = [
    { id: 'a', total: 2, count: 1, note: null },
    { id: 'b', total: 2.5, count: 3 },
    { id: 'c', total: 3, count: 2, note: 'x' },
  ];
  expect(schemaOf(shapeOfAll(all))).toEqual({
    type: 'object',
    properties: {
      count: { type: 'integer' },
      id: { type: 'string' },
      note: { type: ['null', 'string'] },
      total: { type: 'number' },
    },
    required: ['count', 'id', 'total'],
  });
});

test('elements of all arrays are one shape, and an empty array says nothing about them', () => {
  expect(schemaOf(shapeOfAll([[], [{ sku: 'a' }, { sku: 'b', count: 1 }]]))).toEqual({
    type: 'array',
    items: {
      type: 'object',
      properties: { count: { type: 'integer' }, sku: { type: 'string' } },
      required: ['sku'],
    },
  });
  expect(schemaOf(inferShape([]))).toEqual({ type: 'array' });
});

test('an object whose keys are ids, numbers or dates is a dictionary: its keys are no fields', () => {
  const dictionary = { type: 'object', additionalProperties: { type: 'integer' } };
  expect(schemaOf(inferShape({ '01HF3QZ2Z8X9C0V1B2N3M4K5J6': 1 }))).toEqual(dictionary);
  expect(schemaOf(inferShape({ '2026-11-22': 1, '2026-11-23': 2 }))).toEqual(dictionary);
  expect(schemaOf(shapeOfAll([{ total: 3 }, { '42': 1 }]))).toEqual(dictionary);
});

test('a format is what every text had; one text without takes it away', () => {
  const id = '6f1c0b5e-0f6d-4b6a-9d3b-0123456789ab';
  expect(schemaOf(shapeOfAll([null, id]))).toEqual({ type: ['null', 'string'], format: 'uuid' });
  expect(schemaOf(inferShape('2026-11-22T14:02:07.120+01:00'))).toEqual({ type: 'string', format: 'date-time' });
  expect(schemaOf(shapeOfAll([id, 'order-1']))).toEqual({ type: 'string' });
  expect(schemaOf(inferShape('2026-11-22T14:02:07'))).toEqual({ type: 'string' });
});
