// Schedule expressions of rules: `rate(5 minutes)`, `cron(0 12 * * ? *)`. All in UTC, on whole minutes. Source:
// EventBridge user guide; what is accepted and refused was recorded on AWS (schedule.test.ts).
import { type Cron, nextCron, readCron } from './cron.ts';

export type Schedule =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

const MINUTE_MS = 60_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
};
/** Parses an expression; `undefined` when PutRule would refuse it. */
export function parseSchedule(expression: string): Schedule | undefined {
  const [, count, unit = '', plural] = /^rate\(([0-9]+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (count !== undefined) {
    // Singular for exactly one, plural for more.
    const number = Number(count);
    if (number < 1 || (number === 1) !== (plural === '')) return undefined;
    return { kind: 'rate', everyMs: number * (UNIT_MS[unit] ?? MINUTE_MS) };
  }
  const [, fields] = /^cron\((.*)\)$/.exec(expression) ?? [];
  const cron = fields === undefined ? undefined : readCron(fields);
  return cron && { kind: 'cron', cron };
}

/**
 * The first time after `after` at which the schedule fires; `start` is when the rule was put (rates count from it).
 * Epoch ms.
 */
export function nextFiring(schedule: Schedule, { after, start }: { after: number; start: number }): number | undefined {
  if (schedule.kind === 'rate') {
    // On whole minutes; `rate(1 minute)` fires at the next one.
    const first = Math.floor(start / MINUTE_MS) * MINUTE_MS + schedule.everyMs;
    if (after < first) return first;
    return first + (Math.floor((after - first) / schedule.everyMs) + 1) * schedule.everyMs;
  }
  return nextCron(schedule.cron, after);
}
