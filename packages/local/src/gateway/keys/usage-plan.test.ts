// Periods of quotas. Source: AWS SDKs, QuotaSettings, offset: the day that a time period starts.
import { expect, test } from 'vitest';
import { periodStart } from './usage-plan.ts';

// A Wednesday.
const at = Date.parse('2026-11-25T13:00:00Z');

test.each([
  [{ period: 'DAY' }, '2026-11-25'],
  [{ period: 'WEEK' }, '2026-11-22'],
  [{ period: 'WEEK', offset: 1 }, '2026-11-23'],
  [{ period: 'WEEK', offset: 4 }, '2026-11-19'],
  [{ period: 'MONTH' }, '2026-11-01'],
  [{ period: 'MONTH', offset: 27 }, '2026-10-28'],
] as const)('the period of %j that 25 November is in began on %s', (quota, expected) => {
  expect(new Date(periodStart(quota, at)).toISOString()).toBe(`${expected}T00:00:00.000Z`);
});
