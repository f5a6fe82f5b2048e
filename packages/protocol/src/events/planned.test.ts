// What CreateSchedule accepts and refuses was recorded on AWS: LocalStack, tests/aws/services/scheduler,
// test_scheduler. The rest: EventBridge Scheduler user guide, "Schedule types", "Time zones" and "Daylight savings
// time".
import { describe, expect, test } from 'vitest';
import { nextPlanned, type Plan, parseTiming } from './planned.ts';
import { isTimeZone } from './time-zone.ts';

const START = Date.UTC(2026, 0, 1, 10, 0, 30);

describe('expressions', () => {
  test.each([
    'cron(0 1 * * * *)',
    'cron(7 20 * * NOT *)',
    'cron(INVALID)',
    'cron(0 dummy ? * MON-FRI *)',
    'cron(71 8 1 * ? *)',
    'cron()',
    'rate(10 seconds)',
    'rate(10 years)',
    'rate()',
    'rate(10)',
    'rate(10 minutess)',
    'rate(foo minutes)',
    'rate(-10 minutes)',
    'rate( 10 minutes )',
    ' rate(10 minutes)',
    'at(2021-12-31T23:59:59Z)',
    'at(2021-12-31)',
    // User guide: `#` allows one expression, a rate is positive, minutes are the smallest unit, both days are not `?`.
    'cron(0 0 ? * 3#1,6#3 *)',
    'cron(0 0 ? * ? *)',
    'rate(0 minutes)',
    'rate(1 week)',
    'at(2026-02-30T00:00:00)',
    'at(2026-01-01T00:00:00+01:00)',
    '',
  ])('refused: %s', (expression) => {
    expect(parseTiming(expression)).toBeUndefined();
  });

  test.each([
    'cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)',
    'cron(30-30 13-13 ? * 2,4,6 *)',
    'cron(1-31/30 1-1 ? * 1,7 *)',
    'cron(0 18 ? * MON-FRI *)',
    'cron(*/15 * * * ? *)',
    'cron(0-59/10 0-23/2 ? * * *)',
    'at(2022-12-31T23:59:59)',
    'rate(1 minute)',
    'rate(10 minutes)',
    'rate(7 days)',
    'cron(0 0 3W * ? *)',
    'cron(0 0 L * ? *)',
  ])('accepted: %s', (expression) => {
    expect(parseTiming(expression)).toBeDefined();
  });
});

/** The first times of a schedule, in UTC to the minute. */
function times(
  expression: string,
  count: number,
  { after = START - 1, ...plan }: Partial<Plan> & { after?: number } = {},
) {
  const timing = parseTiming(expression);
  const found: string[] = [];
  while (timing && found.length < count) {
    const next = nextPlanned({ timing, zone: 'UTC', since: START, ...plan }, after);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 19));
    after = next;
  }
  return found;
}

describe('when it fires', () => {
  test('a rate without a start fires at once, and then each time its time has passed', () => {
    expect(times('rate(5 minutes)', 3)).toEqual(['2026-01-01T10:00:30', '2026-01-01T10:05:30', '2026-01-01T10:10:30']);
  });

  test('a rate with a start is anchored there', () => {
    const start = Date.UTC(2026, 0, 1, 12);
    expect(times('rate(2 hours)', 2, { start })).toEqual(['2026-01-01T12:00:00', '2026-01-01T14:00:00']);
    expect(times('rate(2 hours)', 1, { start, after: start })).toEqual(['2026-01-01T14:00:00']);
  });

  test('start and end bound what recurs, both included, and are instants whatever the time zone', () => {
    const zone = 'America/New_York';
    const [start, end] = [Date.UTC(2026, 0, 2, 14), Date.UTC(2026, 0, 4, 14)];
    expect(times('cron(0 9 * * ? *)', 9, { zone, start, end })).toEqual([
      '2026-01-02T14:00:00',
      '2026-01-03T14:00:00',
      '2026-01-04T14:00:00',
    ]);
  });

  test('at is local time, happens once, and passes over start and end', () => {
    const plan = { zone: 'Asia/Tokyo', start: Date.UTC(2027, 0, 1), end: Date.UTC(2025, 0, 1) };
    expect(times('at(2026-03-01T09:00:00)', 2, plan)).toEqual(['2026-03-01T00:00:00']);
  });

  test('at in the past is accepted, and never fires', () => {
    expect(times('at(2022-12-31T23:59:59)', 1)).toEqual([]);
  });

  test('the first of each month, at the hour of the time zone in winter and in summer', () => {
    expect(times('cron(0 8 1 * ? *)', 5, { zone: 'Europe/Berlin' })).toEqual([
      '2026-02-01T07:00:00',
      '2026-03-01T07:00:00',
      '2026-04-01T06:00:00',
      '2026-05-01T06:00:00',
      '2026-06-01T06:00:00',
    ]);
  });

  test('days of the week count from 1, Sunday', () => {
    expect(times('cron(0 0 ? * 1 *)', 1)).toEqual(['2026-01-04T00:00:00']);
  });

  test('a range with a step, and 0/15, begin where they say', () => {
    expect(times('cron(1/20 11 * * ? *)', 3)).toEqual([
      '2026-01-01T11:01:00',
      '2026-01-01T11:21:00',
      '2026-01-01T11:41:00',
    ]);
  });

  test('the weekday nearest to the 3rd, and the third Friday', () => {
    // 3 January 2026 is a Saturday.
    expect(times('cron(0 12 3W * ? *)', 2)).toEqual(['2026-01-02T12:00:00', '2026-02-03T12:00:00']);
    expect(times('cron(0 12 ? * 6#3 *)', 1)).toEqual(['2026-01-16T12:00:00']);
  });

  test('a year that is over fires no more', () => {
    expect(times('cron(0 0 1 1 ? 2025)', 1)).toEqual([]);
    expect(times('cron(0 0 1 2 ? 2026)', 2)).toEqual(['2026-02-01T00:00:00']);
  });
});

// In Europe/Berlin, 28 March 2027 has no 02:30, and 31 October 2027 has it twice.
describe('daylight saving', () => {
  const zone = 'Europe/Berlin';
  const spring = Date.UTC(2027, 2, 27, 12);
  const autumn = Date.UTC(2027, 9, 30, 12);

  test('cron in the hour that is missing in spring is left out, not moved', () => {
    expect(times('cron(30 2 * * ? *)', 2, { zone, after: spring })).toEqual([
      '2027-03-29T00:30:00',
      '2027-03-30T00:30:00',
    ]);
  });

  test('cron in the hour that comes twice in autumn fires once, the first time', () => {
    expect(times('cron(30 2 * * ? *)', 2, { zone, after: autumn })).toEqual([
      '2027-10-31T00:30:00',
      '2027-11-01T01:30:00',
    ]);
  });

  test('each quarter of an hour: none twice in autumn, none missing but those that there are not', () => {
    expect(times('cron(0/30 1-3 * * ? *)', 6, { zone, after: autumn })).toEqual([
      '2027-10-30T23:00:00',
      '2027-10-30T23:30:00',
      '2027-10-31T00:00:00',
      '2027-10-31T00:30:00',
      '2027-10-31T02:00:00',
      '2027-10-31T02:30:00',
    ]);
    expect(times('cron(0 1-3 * * ? *)', 2, { zone, after: spring })).toEqual([
      '2027-03-28T00:00:00',
      '2027-03-28T01:00:00',
    ]);
  });

  test('a rate of a day is 24 hours of elapsed time, so that it drifts on the clock', () => {
    expect(times('rate(1 day)', 2, { zone, start: spring, after: spring })).toEqual([
      '2027-03-28T12:00:00',
      '2027-03-29T12:00:00',
    ]);
  });

  test('at in an hour that comes twice means the first; in one that is missing, an hour later on the clock', () => {
    expect(times('at(2027-10-31T02:30:00)', 2, { zone })).toEqual(['2027-10-31T00:30:00']);
    expect(times('at(2027-03-28T02:30:00)', 2, { zone })).toEqual(['2027-03-28T01:30:00']);
  });

  test('the southern hemisphere, half an hour, and a zone of three quarters', () => {
    const after = Date.UTC(2026, 3, 4, 0);
    // Lord Howe Island goes back by half an hour on 5 April 2026, at 02:00.
    expect(times('cron(45 1 * * ? *)', 2, { zone: 'Australia/Lord_Howe', after })).toEqual([
      '2026-04-04T14:45:00',
      '2026-04-05T15:15:00',
    ]);
    expect(times('cron(0 12 * * ? *)', 1, { zone: 'Asia/Kathmandu', after })).toEqual(['2026-04-04T06:15:00']);
  });
});

test('time zones are those of IANA', () => {
  expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'].every(isTimeZone)).toBe(true);
  expect(['', 'Mars/Olympus', '+02:00', 'Europe/Nowhere'].some(isTimeZone)).toBe(false);
});
