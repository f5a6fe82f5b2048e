// Rules with a schedule: each fires by the clock, for its own targets alone. Source: EventBridge user guide; events recorded on AWS.
import { formatEnvelope } from '@earwitness/protocol/internal/events/envelope';
import { nextFiring, parseSchedule } from '@earwitness/protocol/internal/events/schedule';
import type { Timer } from '../../clock/clock.ts';
import type { Delivery } from '../../delivery/destination.ts';
import type { Platform } from '../../platform.ts';
import { type Ingest, NO_HOPS } from './ingest.ts';
import type { Rule, Rules } from './rule.ts';

interface ScheduleParts {
  readonly platform: Platform;
  readonly rules: Rules;
  readonly ingest: Ingest;
  put(deliveries: readonly Delivery[]): Promise<void>;
}

/** Keeps one timer per enabled rule with a schedule. Answers how to stop. */
export function startSchedules({ platform, rules, ingest, put }: ScheduleParts): () => void {
  const { clock, ids, journal } = platform;
  const timers = new Map<string, Timer>();

  function plan(key: string, rule: Rule | undefined): void {
    timers.get(key)?.cancel();
    timers.delete(key);
    if (!rule || rule.state === 'DISABLED' || !rule.scheduleExpression) return;
    const schedule = parseSchedule(rule.scheduleExpression);
    const at = schedule && nextFiring(schedule, { after: clock.now(), start: rule.putAt });
    if (at === undefined) return;
    const timer = clock.setTimer(at, () => {
      fire(rule, at);
      plan(key, rules.table.get(key)?.value);
    });
    timers.set(key, timer);
  }

  function fire(rule: Rule, time: number): void {
    const { account, region } = rule.bus;
    const eventId = ids.uuid();
    const source = 'aws.events';
    const detailType = 'Scheduled Event';
    const resources = [rule.arn];
    const event = formatEnvelope({ id: eventId, detailType, source, account, time, region, resources, detail: '{}' });
    const deliveries = ingest({
      eventId,
      bus: rule.bus,
      source,
      detailType,
      sizeBytes: event.length,
      event,
      requestId: eventId,
      traceHeader: undefined,
      hops: NO_HOPS,
      rules: [rule],
    });
    put(deliveries).catch((error: unknown) => journal.fault(`schedule of rule ${rule.name}`, error));
  }

  const leave = rules.table.watch((key, row) => plan(key, row?.value));
  for (const { key, value } of rules.table.list()) plan(key, value);
  return () => {
    leave();
    for (const timer of timers.values()) timer.cancel();
    timers.clear();
  };
}
