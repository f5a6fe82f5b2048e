import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInRange } from './ip-range.ts';

test.each([
  ['203.0.113.0/24', '203.0.113.7', true],
  ['203.0.113.0/24', '203.0.114.7', false],
  ['203.0.113.7', '203.0.113.7', true],
  ['0.0.0.0/0', '203.0.113.7', true],
  ['2001:DB8:1234:5678::/64', '2001:db8:1234:5678::1', true],
  ['2001:DB8:1234:5678::/64', '2001:db8:1234:5679::1', false],
  ['::/0', '203.0.113.7', false],
  ['::ffff:203.0.113.0/120', '::ffff:203.0.113.7', true],
  ['203.0.113.0/33', '203.0.113.0', false],
  ['203.0.113.0/', '203.0.113.0', false],
  ['203.0.113', '203.0.113.0', false],
  ['2001:db8::1::2', '2001:db8::1', false],
  ['office', '203.0.113.7', false],
  ['', '', false],
])('%s holds %s: %s', (range, address, expected) => {
  expect(isInRange(range, address)).toBe(expected);
});

test('decides as node:net does', () => {
  const kinds = [
    { address: fc.ipV4(), family: 'ipv4', bits: 32 },
    { address: fc.ipV6(), family: 'ipv6', bits: 128 },
  ] as const;
  for (const { address, family, bits } of kinds) {
    fc.assert(
      fc.property(address, address, fc.nat(bits), (start, given, shared) => {
        fc.pre(isIP(start) !== 0 && isIP(given) !== 0);
        const judge = new BlockList();
        judge.addSubnet(start, shared, family);
        expect(isInRange(`${start}/${shared}`, given)).toBe(judge.check(given, family));
        expect(isInRange(`${start}/${shared}`, start)).toBe(true);
      }),
    );
  }
});
