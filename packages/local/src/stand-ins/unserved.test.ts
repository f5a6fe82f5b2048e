import { expect, test } from 'vitest';
import { unservedBy } from './unserved.ts';

test.each([
  [undefined, false, 'stand-in'],
  ['stand-in', false, 'stand-in'],
  ['refuse', false, 'refuse'],
  [{}, false, 'stand-in'],
  [{ '*': 'refuse' }, false, 'refuse'],
  [{ '*': 'refuse', 'AWS::Kinesis::*': 'stand-in' }, false, 'stand-in'],
  [{ 'AWS::Kinesis::*': 'stand-in', 'AWS::Kinesis::Stream': 'refuse' }, false, 'refuse'],
  [{ 'AWS::S3::*': 'refuse' }, false, 'stand-in'],
  // With strict, only what is named counts.
  [undefined, true, 'refuse'],
  ['stand-in', true, 'refuse'],
  [{ '*': 'stand-in' }, true, 'refuse'],
  [{ 'AWS::Kinesis::*': 'stand-in' }, true, 'stand-in'],
] as const)('with %j, strict %s, a topic: %s', (setting, strict, expected) => {
  expect(unservedBy(setting, strict)('AWS::Kinesis::Stream')).toBe(expected);
});
