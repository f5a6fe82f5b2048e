// Rules with a schedule: each fires by the clock, for its own targets alone. Source: EventBridge user guide; events
// recorded on AWS.
//
//   timer of each node ─→ Work: a firing is one job ─→ one node sends the event, or another when that one died

import { formatEnvelope } from '@earwitness/protocol/internal/events/envelope';
import { nextFiring, parseSchedule } from '@earwitness/protocol/internal/events/schedule';
import { taking } from '../../backbone/taking.ts';
import { isUnavailable } from '../../backbone/unavailable.ts';
import { type Lease, workOf } from '../../backbone/work.ts';
import type { Timer } from '../../clock/clock.ts';
import type { Delivery } from '../../delivery/destination.ts';
import type { Platform } from '../../platform.ts';
import { type Ingest, NO_HOPS } from './ingest.ts';
import type { Rule, Rules } from './rule.ts';

/** A rule's turn. */
interface Firing {
  /** The rule's. */
  readonly key: string;
  /** Epoch ms; also says that it is the same rule still. */
  readonly putAt: number;
  /** The schedule's time, epoch ms. */
  readonly at: number;
  readonly eventId: string;
}

const FIRINGS = workOf<Firing>('events/schedules', { idOf: ({ key, at }) => `${at} ${key}` });
/** Ours: firings that are sent at once by a node, and for how long a node may be busy with one. */
const CONCURRENCY = 100;
const LEASE_MS = 60_000;
/** Ours: when a firing is put again that the backbone could not take. */
const AGAIN_MS = 1000;

interface ScheduleParts {
  readonly platform: Platform;
  readonly rules: Rules;
  readonly ingest: Ingest;
  put(deliveries: readonly Delivery[]): Promise<void>;
}

/** Keeps one timer per enabled rule with a schedule. Returns a function that stops them. */
export function startSchedules({ platform, rules, ingest, put }: ScheduleParts): () => void {
  const { backbone, clock, ids, journal } = platform;
  const work = backbone.work(FIRINGS);
  const timers = new Map<string, Timer>();

  function plan(key: string, rule: Rule | undefined): void {
    timers.get(key)?.cancel();
    timers.delete(key);
    if (!rule || rule.state === 'DISABLED' || !rule.scheduleExpression) return;
    const schedule = parseSchedule(rule.scheduleExpression);
    const at = schedule && nextFiring(schedule, { after: clock.now(), start: rule.putAt });
    if (at === undefined) return;
    const { putAt } = rule;
    const timer = clock.setTimer(at, () => {
      fireAt(rule, { key, putAt, at, eventId: ids.uuid() });
      plan(key, rules.table.get(key)?.value);
    });
    timers.set(key, timer);
  }

  /** While the backbone is away, again and again. Each node does it: jobs of one firing are one. */
  function fireAt(rule: Rule, firing: Firing): void {
    work.put([firing]).catch((error: unknown) => {
      if (!isUnavailable(error)) tellFault(rule.name, error);
      else clock.setTimer(clock.now() + AGAIN_MS, () => fireAt(rule, firing));
    });
  }

  async function take({ job, ack }: Lease<Firing>): Promise<void> {
    const rule = rules.table.get(job.key)?.value;
    if (rule && rule.state !== 'DISABLED' && rule.putAt === job.putAt) await put(fire(rule, job));
    await ack();
  }

  function fire(rule: Rule, { at: time, eventId }: Firing): Delivery[] {
    const { account, region } = rule.bus;
    const source = 'aws.events';
    const detailType = 'Scheduled Event';
    const resources = [rule.arn];
    const event = formatEnvelope({ id: eventId, detailType, source, account, time, region, resources, detail: '{}' });
    return ingest({
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
  }

  function tellFault(rule: string, error: unknown): void {
    journal.fault(`schedule of rule ${rule}`, error);
  }

  const failed = ({ key }: Firing, error: unknown) => tellFault(key, error);
  const stop = work.consume(taking(take, failed), { concurrency: CONCURRENCY, leaseMs: LEASE_MS });
  const leave = rules.table.watch((key, row) => plan(key, row?.value));
  for (const { key, value } of rules.table.list()) plan(key, value);
  return () => {
    leave();
    stop();
    for (const timer of timers.values()) timer.cancel();
    timers.clear();
  };
}
