import { expect, test } from 'vitest';
import { printBlock, printValue, redact } from './print.ts';

test('values print as one would write them, on one line', () => {
  expect(printValue({ source: 'a', 'detail-type': 'b', detail: { n: [1, null, true] } })).toBe(
    '{ source: "a", "detail-type": "b", detail: { n: [1, null, true] } }',
  );
  expect(printValue([/x/, expect.any(String), undefined, new Date(0)])).toBe(
    '[/x/, Any<String>, (absent), 1970-01-01T00:00:00.000Z]',
  );
  expect(printValue('x'.repeat(20), { maxChars: 10 })).toBe('"xxxxxxxx…');
});

test('what is too long for a line is broken at its fields', () => {
  expect(printBlock({ detail: { one: 'x'.repeat(40), other: 'y'.repeat(40) } })).toBe(
    `{\n  detail: {\n    one: "${'x'.repeat(40)}",\n    other: "${'y'.repeat(40)}",\n  },\n}`,
  );
});

test('a token is found wherever it stands in a text, and nothing else is lost', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';
  for (const before of ['', 'a b ', 'key-', 'a.b.', 'x=']) {
    expect(redact(`${before}${jwt} c`)).toBe(`${before}[redacted] c`);
  }
  for (const text of ['eyJ.a.b', 'xeyJhbGciOiJI.a.b', 'eyJhbGciOiJIUzI1NiJ9.a', 'a.b.c'])
    expect(redact(text)).toBe(text);
});

// From each beginning anew it would be 10^11 steps.
test('a long text of beginnings of tokens is searched once', () => {
  const text = 'eyJ-'.repeat(250_000);
  expect(redact(text)).toBe(text);
});

test('secrets are not printed, whether their name or their form gives them away', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';
  const secret = {
    apiKey: 'abc',
    nested: [{ Authorization: 'Bearer abc' }],
    note: `see ${jwt}`,
    aws: 'AKIAIOSFODNN7EXAMPLE',
  };
  expect(printValue(secret)).toBe(
    '{ apiKey: [redacted], nested: [{ Authorization: [redacted] }], note: "see [redacted]", aws: "[redacted]" }',
  );
  expect(redact(secret)).toEqual({
    apiKey: '[redacted]',
    nested: [{ Authorization: '[redacted]' }],
    note: 'see [redacted]',
    aws: '[redacted]',
  });
});
