// When a schedule of EventBridge Scheduler fires: `at(2026-12-24T18:00:00)`, `rate(5 minutes)`, `cron(0 2 * * ? *)`, in
// a time zone, between a start and an end. Rules have schedules of their own (schedule.ts): cron means the same in
// both, rates begin otherwise, and a rule knows neither time zone nor `at`. Source: EventBridge Scheduler user guide,
// "Schedule types"; what is accepted and refused was recorded on AWS (planned.test.ts).
import { type Cron, nextCron, readCron } from './cron.ts';
import { firstInstantOf, instantsOf, wallTime } from './time-zone.ts';

export type Timing =
  /** `wall`: on the clock of the schedule's time zone, written as if it were UTC, epoch ms. */
  | { readonly kind: 'at'; readonly wall: number }
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

/** All that decides when a schedule fires. Times are epoch ms. */
export interface Plan {
  readonly timing: Timing;
  /** IANA name. */
  readonly zone: string;
  /** Where a rate counts from when it has no start: it fires there for the first time. */
  readonly since: number;
  /** Instants, whatever the time zone. `at` passes over both. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** The last instant that a date can be. Source: ECMAScript, "Time Values and Time Range". */
const LAST_INSTANT = 8.64e15;

/** Parses an expression; `undefined` when CreateSchedule would refuse it. */
export function parseTiming(expression: string): Timing | undefined {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'at') return parseAt(inner);
  if (kind === 'rate') return parseRate(inner);
  const cron = kind === 'cron' ? readCron(inner) : undefined;
  return cron && { kind: 'cron', cron };
}

/** Local time, to the second: no zone, no date alone, and a day that there is. */
function parseAt(text: string): Timing | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const wall = Date.parse(`${text}Z`);
  const isReal = !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(text);
  return isReal ? { kind: 'at', wall } : undefined;
}

function parseRate(text: string): Timing | undefined {
  const [, count, unit = ''] = /^(\d{1,9}) (minute|hour|day)s?$/.exec(text) ?? [];
  const everyMs = Number(count) * (UNIT_MS[unit] ?? 0);
  return everyMs > 0 ? { kind: 'rate', everyMs } : undefined;
}

/** The first time after `after` at which the schedule fires; `undefined` when there is none any more. Epoch ms. */
export function nextPlanned({ timing, zone, since, start, end }: Plan, after: number): number | undefined {
  if (timing.kind === 'at') {
    const at = firstInstantOf(timing.wall, zone);
    return at > after ? at : undefined;
  }
  const from = start === undefined ? after : Math.max(after, start - 1);
  const next = timing.kind === 'rate' ? nextRate(timing.everyMs, start ?? since, from) : nextInZone(timing, zone, from);
  return next === undefined || next > (end ?? LAST_INSTANT) ? undefined : next;
}

/** A rate fires where it begins, and then counts elapsed time: a day is 24 hours, on the day of a change too. */
function nextRate(everyMs: number, first: number, after: number): number {
  return after < first ? first : first + (Math.floor((after - first) / everyMs) + 1) * everyMs;
}

/** What falls into the hour that is missing in spring is left out; the hour that comes twice in autumn counts once. */
function nextInZone({ cron }: Timing & { kind: 'cron' }, zone: string, after: number): number | undefined {
  let wall: number | undefined = wallTime(after, zone);
  for (;;) {
    wall = nextCron(cron, wall);
    if (wall === undefined) return undefined;
    const [first] = instantsOf(wall, zone);
    if (first !== undefined && first > after) return first;
  }
}
