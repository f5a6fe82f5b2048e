// What PutRule accepts and refuses was recorded on AWS; see also the EventBridge user guide, "Cron expressions".
import { describe, expect, test } from 'vitest';
import { nextFiring, parseSchedule } from './schedule.ts';

const START = Date.UTC(2026, 0, 1, 10, 0, 30);

describe('expressions', () => {
  test.each([
    'rate(1 minute)',
    'rate(2 minutes)',
    'rate(1 hour)',
    'rate(7 days)',
    'cron(0 12 * * ? *)',
    'cron(0/15 8-17 ? * MON-FRI *)',
    'cron(0 10 L * ? *)',
    'cron(0 10 15W * ? 2026-2030)',
    'cron(0 10 ? JAN,JUL 6L *)',
    'cron(0 10 ? * 2#1 *)',
  ])('accepted: %s', (expression) => {
    expect(parseSchedule(expression)).toBeDefined();
  });

  test.each([
    '',
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(-1 minutes)',
    'rate(1.5 hours)',
    'rate(10 seconds)',
    'rate( 1 minute)',
    'rate(5 minutes',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(0 12 * * ?)',
    'cron(60 12 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 12 32 * ? *)',
    'cron(0 12 ? 13 MON *)',
    'cron(0 12 ? * 8 *)',
    'cron(0 12 ? * 2#6 *)',
    'cron(5-1 12 * * ? *)',
    'at(2026-01-01T00:00:00)',
  ])('refused: %s', (expression) => {
    expect(parseSchedule(expression)).toBeUndefined();
  });
});

describe('the next time', () => {
  const firings = (expression: string, count: number) => {
    const schedule = parseSchedule(expression);
    const times: string[] = [];
    let after = START;
    while (schedule && times.length < count) {
      const next = nextFiring(schedule, { after, start: START });
      if (next === undefined) break;
      times.push(new Date(next).toISOString().slice(0, 16));
      after = next;
    }
    return times;
  };

  test.each([
    ['rate(5 minutes)', ['2026-01-01T10:05', '2026-01-01T10:10']],
    ['cron(0/15 * * * ? *)', ['2026-01-01T10:15', '2026-01-01T10:30']],
    ['cron(0 8 ? * MON-FRI *)', ['2026-01-02T08:00', '2026-01-05T08:00']],
    ['cron(0 0 L * ? *)', ['2026-01-31T00:00', '2026-02-28T00:00']],
    ['cron(0 0 LW * ? *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(0 0 ? * 6#3 *)', ['2026-01-16T00:00', '2026-02-20T00:00']],
    ['cron(0 0 ? * 6L *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(30 6 29 2 ? *)', ['2028-02-29T06:30', '2032-02-29T06:30']],
    ['cron(0 0 1 1 ? 2025)', []],
  ])('%s', (expression, times) => {
    expect(firings(expression, 2)).toEqual(times);
  });
});
