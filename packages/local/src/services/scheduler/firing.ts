// When schedules fire. Every node has a timer for each; a firing is one job of the cluster, which stands in the
// backbone until its target has it or it is given up.
//
//   timer of each node ─→ Work: due now, or within the flexible window ─→ attempt ─→ done
//                                                                           ├─→ again later
//                                                                           └─→ dead letter, or gone

import { nextPlanned } from '@earwitness/protocol/internal/events/planned';
import { taking } from '../../backbone/taking.ts';
import { isUnavailable } from '../../backbone/unavailable.ts';
import { type Lease, workOf } from '../../backbone/work.ts';
import type { Timer } from '../../clock/clock.ts';
import type { Failure } from '../../delivery/destination.ts';
import { backoffMs, fractionOf } from '../../delivery/retry.ts';
import { giveUp } from './dead-letter.ts';
import { invoke, originOf } from './invocation.ts';
import type { Parts } from './parts.ts';
import { requestOf } from './request.ts';
import { planOf, type Schedule, scheduleArn, scheduleKey } from './schedule.ts';

/** A schedule's turn. Times are epoch ms. */
interface Firing {
  /** As it is called: as it stood at the first attempt. */
  readonly schedule: Schedule;
  /** The time that was planned. */
  readonly at: number;
  /** When its target is called first: later only within a flexible window. Its age counts from here. */
  readonly dueAt: number;
  /** Attempts made. */
  readonly attempts: number;
  /** How the last one failed. */
  readonly failure?: Failure;
}

const FIRINGS = workOf<Firing>('scheduler/firings', {
  idOf: ({ schedule, at }) => `${at} ${schedule.life} ${scheduleKey(schedule)}`,
});
/** Ours: firings that a node has in hand at once, and for how long it may be busy with one. */
const CONCURRENCY = 100;
const LEASE_MS = 60_000;
/** Ours: when a firing is put again that the backbone could not take. */
const AGAIN_MS = 1000;
/** Source: Scheduler user guide, "Adding context attributes": 16 signs. */
const EXECUTION_ID_LENGTH = 16;
const EXECUTION_ID_SIGNS = '0123456789abcdef';
const MINUTE_MS = 60_000;

/** Keeps one timer for each enabled schedule. Returns a function that stops them. */
export function startFiring({ platform, schedules: { table } }: Parts): () => void {
  const { backbone, clock, ids, journal } = platform;
  const work = backbone.work(FIRINGS);
  const timers = new Map<string, Timer>();

  function plan(key: string, schedule: Schedule | undefined, after?: number): void {
    timers.get(key)?.cancel();
    timers.delete(key);
    const planned = schedule && planOf(schedule);
    if (!planned) return;
    // A rate fires at the very moment at which it is made.
    const from = after ?? clock.now() - (planned.timing.kind === 'cron' ? 0 : 1);
    const at = nextPlanned(planned, from);
    if (at === undefined) return;
    const fire = () => {
      const dueAt = at + Math.floor((schedule.windowMinutes ?? 0) * MINUTE_MS * fractionOf(`${key} ${at}`));
      put({ schedule, at, dueAt, attempts: 0 });
      // What a machine slept through is left out, as with rules.
      plan(key, table.get(key)?.value, Math.max(at, clock.now()));
    };
    timers.set(key, clock.setTimer(at, fire));
  }

  /** While the backbone is away, again and again. Each node does it: jobs of one firing are one. */
  function put(firing: Firing): void {
    work.put([firing], { notBefore: firing.dueAt }).catch((error: unknown) => {
      if (!isUnavailable(error)) journal.fault(`schedule ${firing.schedule.name}`, error);
      else clock.setTimer(clock.now() + AGAIN_MS, () => put(firing));
    });
  }

  async function take(lease: Lease<Firing>): Promise<void> {
    const release = clock.hold();
    try {
      await advance(lease);
    } finally {
      release();
    }
  }

  async function advance({ job, ack, retryAt }: Lease<Firing>): Promise<void> {
    const { at, attempts } = job;
    const schedule = attempts === 0 ? current(job.schedule) : job.schedule;
    // It was deleted, switched off, or given another time within its window.
    if (!schedule) return ack();
    const executionId = ids.signs(EXECUTION_ID_SIGNS, EXECUTION_ID_LENGTH);
    const attempt = attempts + 1;
    const about = { scheduleArn: scheduleArn(schedule), targetArn: schedule.target.Arn, scheduledAt: at };
    const request = await requestOf(platform, schedule, { ...about, executionId, attempt });
    const { MaximumEventAgeInSeconds: age = 0, MaximumRetryAttempts: retries = 0 } = schedule.target.RetryPolicy ?? {};
    const expiresAt = job.dueAt + age * 1000;
    const dead = { schedule, scheduledAt: at, executionId, text: request.text };
    const origin = originOf(schedule);
    if (job.failure && clock.now() >= expiresAt) {
      const { failure } = job;
      await giveUp(platform, { ...dead, attempts, failure, exhausted: 'MaximumEventAgeInSeconds' }, origin);
      return finish(schedule, at, ack);
    }
    const started = clock.elapsed();
    const outcome = await invoke(platform, schedule, request);
    const fact = { kind: 'schedule.attempted', ...about, executionId, attempt } as const;
    const durationMs = clock.elapsed() - started;
    if (outcome.kind === 'delivered') {
      const { takenAs } = outcome;
      const taken = takenAs !== undefined && { takenAs };
      journal.record({ ...fact, durationMs, outcome: 'delivered', ...taken });
      return finish(schedule, at, ack);
    }
    const { code, message, hint } = outcome;
    const failure: Failure = { code, message, ...(hint !== undefined && { hint }) };
    if (outcome.kind === 'retry' && attempt <= retries) {
      const next = Math.min(clock.now() + backoffMs(attempt, `${at} ${about.scheduleArn}`), expiresAt);
      journal.record({ ...fact, durationMs, code, message, outcome: 'retry', retryAt: next });
      return retryAt(next, { ...job, schedule, attempts: attempt, failure });
    }
    journal.record({ ...fact, durationMs, code, message, outcome: 'failed' });
    const exhausted = attempt > retries ? 'MaximumRetryAttempts' : undefined;
    await giveUp(platform, { ...dead, attempts: attempt, failure, exhausted }, origin);
    return finish(schedule, at, ack);
  }

  /** The schedule as it is by now, when its turn still is one. */
  function current(schedule: Schedule): Schedule | undefined {
    const row = table.get(scheduleKey(schedule))?.value;
    return row?.isEnabled && row.life === schedule.life ? row : undefined;
  }

  /**
   * Deletes a schedule after its last invocation, if it says so: the one of `at`, or the last before its end. What
   * recurs without an end is never deleted. Source: Scheduler user guide, "Deleting a schedule".
   */
  async function finish(schedule: Schedule, at: number, ack: () => Promise<void>): Promise<void> {
    const row = current(schedule);
    const planned = row && planOf(row);
    const ends = planned?.timing.kind === 'at' || row?.end !== undefined;
    if (row?.deletesItself && planned && ends && nextPlanned(planned, at) === undefined) {
      await table.delete(scheduleKey(row));
      journal.record({ kind: 'schedule.completed', scheduleArn: scheduleArn(row) });
    }
    await ack();
  }

  const failed = ({ schedule }: Firing, error: unknown) => void journal.fault(`schedule ${schedule.name}`, error);
  const stop = work.consume(taking(take, failed), { concurrency: CONCURRENCY, leaseMs: LEASE_MS });
  const leave = table.watch((key, row) => plan(key, row?.value));
  for (const { key, value } of table.list()) plan(key, value);
  return () => {
    leave();
    stop();
    for (const timer of timers.values()) timer.cancel();
    timers.clear();
  };
}
