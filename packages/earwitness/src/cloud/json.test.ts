import { expect, test } from 'vitest';
import { jsonOf } from './json.ts';

const circle: { self?: object } = {};
circle.self = circle;

test.each([
  [1n, 'cloud.send(): detail cannot be written as JSON: Do not know how to serialize a BigInt'],
  [circle, 'cloud.send(): detail cannot be written as JSON: Converting circular structure to JSON'],
  [() => {}, 'cloud.send(): detail cannot be written as JSON: it is function'],
  [undefined, 'cloud.send(): detail cannot be written as JSON: it is undefined'],
])('what JSON cannot hold is refused', (value, message) => {
  expect(() => jsonOf('cloud.send(): detail', value)).toThrow(message);
});
