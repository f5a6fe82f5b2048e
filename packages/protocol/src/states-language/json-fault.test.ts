// What the service's parser says of a text that is no JSON, and where. Source of the sentences: jackson-core 2.15.
import { expect, test } from 'vitest';
import { findJsonFault, placeIn } from './json-fault.ts';

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

test.each([
  ['{"a": 1 "b": 2}', `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`, 8],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 3],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 5],
  ['{"a": 1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 8],
  [`{'a': 1}`, "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1],
  ['[1,]', `Unexpected character (']' (code 93)): expected a valid value ${TOKENS}`, 3],
  ['{"a": yes}', `Unrecognized token 'yes': was expecting ${TOKENS}`, 6],
  ['{"a": 01}', `Unrecognized token '01': was expecting ${TOKENS}`, 6],
  ['{"a": [1, 2}', "Unexpected character ('}' (code 125)): was expecting comma to separate Array entries", 11],
  ['{"a": 1', 'Unexpected end-of-input: expected close marker for Object', 7],
  ['', 'Unexpected end-of-input', 0],
  ['{"a', 'Unexpected end-of-input: was expecting closing quote for a string value', 1],
  [
    '"a\nb"',
    'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
    2,
  ],
  ['"\\x"', "Unrecognized character escape 'x' (code 120)", 1],
  // The parser of the service stops behind the value; ours looks on.
  ['{} {}', "Unexpected character ('{' (code 123)): nothing may follow the value", 3],
])('%s', (text, message, at) => {
  expect(findJsonFault(text)).toEqual({ message, at });
});

test('it finds a fault in just the texts that are no JSON', () => {
  const parts = ['{', '}', '[', ']', ',', ':', '"a"', '1', '-', 'null', ' ', '\\', '"', '1e5', '0.', '\n'];
  let seed = 1;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed;
  };
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + (random() % 7) }, () => parts[random() % parts.length]).join('');
    let isJson = true;
    try {
      JSON.parse(text);
    } catch {
      isJson = false;
    }
    expect([text, findJsonFault(text) === undefined]).toEqual([text, isJson]);
  }
});

test('the place of a sign is told by line and column', () => {
  expect(placeIn('{\n  "a" 1', 8)).toEqual({ line: 2, column: 7 });
});
