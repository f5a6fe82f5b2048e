// What a clock on the wall shows somewhere, and when it shows it: IANA time zones by the platform's own data (Intl). A
// time on the wall is written as if it were UTC, in epoch milliseconds. In spring an hour is missing there, in autumn
// one comes twice.

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether there is a time zone of this name. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What the clock on the wall shows at an instant (epoch ms). @throws RangeError when there is no such zone */
export function wallTime(instant: number, zone: string): number {
  return instant + offsetAt(instant, zone);
}

/**
 * When the clock on the wall shows this: once, not at all (the hour that is missing in spring) or twice (the hour that
 * comes again in autumn). Epoch ms, the earlier first.
 */
export function instantsOf(wall: number, zone: string): readonly number[] {
  const offsets = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const instants = [...new Set(offsets)].map((offset) => wall - offset);
  return instants.filter((instant) => wallTime(instant, zone) === wall).sort((a, b) => a - b);
}

/** The same, once: the first of two, and for a time that is missing as far behind the change as it would have been. */
export function firstInstantOf(wall: number, zone: string): number {
  return instantsOf(wall, zone)[0] ?? wall - offsetAt(wall - DAY_MS, zone);
}

const DAY_MS = 86_400_000;

/** By how much the clock on the wall is ahead of UTC, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const second = Math.floor(instant / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(second)) parts[type] = Number(value);
  const { year = 0, month = 1, day, hour, minute, second: seconds } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  // `+02:00` is a zone to Intl, and none of IANA's names.
  if (!/^[A-Za-z]/.test(zone)) throw new RangeError(`Invalid time zone specified: ${zone}`);
  const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en-US', {
    ...digits,
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
    timeZone: zone,
  });
  formats.set(zone, format);
  return format;
}
