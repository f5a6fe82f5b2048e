import { parseTree } from '@earwitness/protocol/internal/pattern/tree';
import { expect, test } from 'vitest';
import { indentTree, isShallow } from './json-text.ts';

test('JSON is set out as it was written: its numbers keep their digits, its keys their order, and repeated ones stay', () => {
  expect(indentTree(parseTree('{"b":1.0,"a":12345678901234567890,"b":[],"c":[{"d":null}]}'))).toBe(`{
  "b": 1.0,
  "a": 12345678901234567890,
  "b": [],
  "c": [
    {
      "d": null
    }
  ]
}`);
});

test('signs that cannot be seen are shown, in names and in values', () => {
  expect(indentTree(parseTree('{"\u202Ea":"\u2066x\\u0000"}'))).toBe('{\n  "\\u202ea": "\\u2066x\\u0000"\n}');
});

test('what is nested a thousand levels deep is not indented', () => {
  expect(isShallow(parseTree(`${'['.repeat(1000)}${']'.repeat(1000)}`), 20)).toBe(false);
  expect(isShallow(parseTree('{"a":[{"b":1}]}'), 3)).toBe(true);
  expect(isShallow(parseTree('{"a":[{"b":1}]}'), 2)).toBe(false);
});
