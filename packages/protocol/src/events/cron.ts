// Cron expressions of EventBridge: six fields, one of the two days `?`. Rules read them in UTC, Scheduler on the clock
// of a time zone; here a time is a date and an hour of any clock, written as if it were UTC. Source: EventBridge user
// guide; what is accepted and refused was recorded on AWS (schedule.test.ts, planned.test.ts).

export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether a day (its UTC date) is meant. */
  readonly isDay: (year: number, month: number, day: number) => boolean;
}

const MINUTE_MS = 60_000;
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** Parses what stands between `cron(` and `)`; `undefined` when AWS would refuse it. */
export function readCron(fields: string): Cron | undefined {
  return parseCron(fields.split(/ +/));
}

/** The first time after `after` that is meant, on the clock on which the expression is read. */
export function nextCron({ minutes, hours, months, years, isDay }: Cron, after: number): number | undefined {
  const date = new Date(Math.floor(after / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
  const lastYear = Math.max(...years);
  while (date.getUTCFullYear() <= lastYear) {
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    if (!years.has(year)) date.setTime(Date.UTC(year + 1, 0));
    else if (!months.has(month)) date.setTime(Date.UTC(year, month));
    else if (!isDay(year, month, day)) date.setTime(Date.UTC(year, month - 1, day + 1));
    else if (!hours.has(date.getUTCHours())) date.setUTCHours(date.getUTCHours() + 1, 0);
    else if (!minutes.has(date.getUTCMinutes())) date.setUTCMinutes(date.getUTCMinutes() + 1);
    else return date.getTime();
  }
  return undefined;
}

function parseCron(fields: readonly string[]): Cron | undefined {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || !minute || !hour || !dayOfMonth || !month || !dayOfWeek || !year) return undefined;
  // One of the two days is said, the other is `?`.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = parseField(minute, { from: 0, to: 59 });
  const hours = parseField(hour, { from: 0, to: 23 });
  const months = parseField(month, { from: 1, to: 12, names: MONTHS, firstName: 1 });
  const years = parseField(year, { from: 1970, to: 2199 });
  const isDay = dayOfWeek === '?' ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
  return minutes && hours && months && years && isDay && { minutes, hours, months, years, isDay };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
  /** The number that the first name stands for. */
  readonly firstName?: number;
}

/** `*`, `5`, `1-5`, `1,3`, `0/15`, `10-30/5`; undefined when it is none of these or out of range. */
function parseField(text: string, range: Range): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, body = '', step] = /^([^/]+)(?:\/([0-9]+))?$/.exec(part) ?? [];
    const every = step === undefined ? 1 : Number(step);
    const [first, last = step === undefined || body === '*' ? first : String(range.to), ...more] =
      body === '*' ? [String(range.from), String(range.to)] : body.split('-');
    const [low, high] = [numberOf(first, range), numberOf(last, range)];
    if (low === undefined || high === undefined || low > high || every < 1 || more.length > 0) return undefined;
    for (let value = low; value <= high; value += every) values.add(value);
  }
  return values;
}

function numberOf(text: string | undefined, { from, to, names, firstName = 0 }: Range): number | undefined {
  if (text === undefined) return undefined;
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + firstName;
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= from && value <= to ? value : undefined;
}

/** Days of the month: as every field, `L` (the last day), `LW`, `15W` (the weekday nearest to the 15th). */
function parseDayOfMonth(text: string): Cron['isDay'] | undefined {
  if (text === 'L') return (year, month, day) => day === lastDay(year, month);
  if (text === 'LW') return (year, month, day) => day === nearestWeekday(year, month, lastDay(year, month));
  const [, near] = /^([0-9]{1,2})W$/.exec(text) ?? [];
  if (near !== undefined) {
    const wanted = Number(near);
    if (wanted < 1 || wanted > 31) return undefined;
    return (year, month, day) => wanted <= lastDay(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const days = parseField(text, { from: 1, to: 31 });
  return days && ((_year, _month, day) => days.has(day));
}

/** Days of the week, 1 = Sunday: as every field, `L` (Saturday), `6L` (the last Friday), `6#3` (the third Friday). */
function parseDayOfWeek(text: string): Cron['isDay'] | undefined {
  const range = { from: 1, to: 7, names: DAYS, firstName: 1 };
  const [, last] = /^([1-7]|[A-Z]{3})L$/i.exec(text) ?? [];
  if (last !== undefined) {
    const wanted = numberOf(last, range);
    if (wanted === undefined) return undefined;
    return (year, month, day) => dayOfWeek(year, month, day) === wanted && day > lastDay(year, month) - 7;
  }
  const [, nth, ordinal] = /^([1-7]|[A-Z]{3})#([1-5])$/i.exec(text) ?? [];
  if (nth !== undefined) {
    const wanted = numberOf(nth, range);
    if (wanted === undefined) return undefined;
    return (year, month, day) => dayOfWeek(year, month, day) === wanted && Math.ceil(day / 7) === Number(ordinal);
  }
  const days = text === 'L' ? new Set([7]) : parseField(text, range);
  return days && ((year, month, day) => days.has(dayOfWeek(year, month, day)));
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 = Sunday. */
function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** The weekday nearest to a day, within the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = dayOfWeek(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}
