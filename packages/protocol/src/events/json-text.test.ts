import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactJson, elementsOf, findJsonFault, memberOf, membersOf, textOf } from './json-text.ts';

test('white space between tokens goes, number spelling and key order stay', () => {
  expect(compactJson(' { "b" : 1.0 , "a" : [ 1e3 , -0 , " x " ] , "c" : { } } ')).toBe(
    '{"b":1.0,"a":[1e3,-0," x "],"c":{}}',
  );
});

test.each([
  '',
  '{',
  '{a:1}',
  '{"a":1,}',
  '[1,]',
  '01',
  '1.',
  '+1',
  '"\n"',
  '"\\x"',
  '"\\u12"',
  'nul',
  '1 2',
  "{'a':1}",
])('is no JSON: %s', (text) => {
  expect(compactJson(text)).toBeUndefined();
});

test('a thousand levels are JSON, one more is not', () => {
  expect(compactJson('['.repeat(1000) + ']'.repeat(1000))).toBeDefined();
  expect(compactJson('['.repeat(1001) + ']'.repeat(1001))).toBeUndefined();
});

test('what JSON.stringify writes with any indentation becomes what it writes with none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\t'), (value, indent) => {
      expect(compactJson(JSON.stringify(value, undefined, indent))).toBe(JSON.stringify(value));
    }),
  );
});

test('compactJson accepts exactly what JSON.parse accepts', () => {
  const text = fc.string({ unit: fc.constantFrom(...'{}[]",:0123.eE+-truefalsn \\u') });
  fc.assert(
    fc.property(text, (json) => {
      let parses = true;
      try {
        JSON.parse(json);
      } catch {
        parses = false;
      }
      expect(compactJson(json) !== undefined).toBe(parses);
    }),
    { numRuns: 1000 },
  );
});

test('members and elements are read as they stand', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const json = JSON.stringify(value);
      const entries = membersOf(json).map((member) => [member.key, JSON.parse(member.value)]);
      expect(entries).toEqual(Object.entries(JSON.parse(json)));
      const list = JSON.stringify(Object.values(value));
      expect(elementsOf(list).map((element) => JSON.parse(element))).toEqual(JSON.parse(list));
    }),
  );
});

test('of a key that is given twice the last counts', () => {
  expect(memberOf('{"a":1,"\\u0061":2}', 'a')).toBe('2');
  expect(memberOf('{"a":"\\\\","b":"\\\\\\"","c":["]\\""],"d":3}', 'd')).toBe('3');
});

test('the text of a string, and of anything else', () => {
  expect([textOf('"a\\nb"'), textOf('1.0'), textOf('{"a":"b"}')]).toEqual(['a\nb', '1.0', '{"a":"b"}']);
});

test('a fault is found at the start of its token', () => {
  expect([findJsonFault('{"a": nul}'), findJsonFault('1 2'), findJsonFault('1 2', { sequence: true })]).toEqual([
    6, 2, -1,
  ]);
});
