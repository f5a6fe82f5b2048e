import { expect, test } from 'vitest';
import { checkMessageAttributes } from './message-attributes.ts';

const check = (StringValue: string) => () => checkMessageAttributes({ n: { DataType: 'Number', StringValue } });

test.each(['1', '-1.5', '+.5', '5.', '1e9', ' 1E-9 '])('%j is a number', (value) => {
  expect(check(value)).not.toThrow();
});

// Of the last, every split into whole and fraction would be tried: 10^12 steps.
test.each(['', '.', '1.2.3', 'e9', '1 2', `${'0'.repeat(1_000_000)}E`])('%.20s is none', (value) => {
  expect(check(value)).toThrow(value === '' ? 'must contain a non-empty value of type' : "Can't cast the value");
});
