// Tells of changes: to EventBridge at once, to queues, topics and functions by way of the backbone's work port, so that
// no notification of a change that was acknowledged is lost. One after the other, oldest first: who listens hears of a
// key's changes in the order of their sequencers, except for one that had to be sent again.

import { taking } from '../../../backbone/taking.ts';
import { isUnavailable } from '../../../backbone/unavailable.ts';
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { formatBridgeEvent } from './bridge-event.ts';
import { filterOf, type NotificationRule, type Notifications } from './configuration.ts';
import { meansEvent } from './event-name.ts';
import { encodeKey, matchesKey } from './key-filter.ts';
import type { Notice } from './notice.ts';
import { formatRecord, formatTestEvent } from './record.ts';
import { type Sent, type Source, sendTo } from './sender.ts';

/** One notification to one destination. */
interface Job {
  readonly rule: Pick<NotificationRule, 'kind' | 'id' | 'arn'>;
  readonly source: Source;
  /** `ObjectCreated:Put`, `s3:TestEvent` */
  readonly event: string;
  readonly key?: string;
  readonly text: string;
  /** From 1. */
  readonly attempt: number;
}

const NOTIFICATIONS = workOf<Job>('s3/notifications');

/** Ours: AWS does not say how often it tries again, nor when. Waits double from one second. */
const MAX_ATTEMPTS = 8;
/** Ours: far more than a call to a service of this cloud takes. */
const LEASE_MS = 60_000;

export class Notifier {
  readonly #platform: Platform;
  readonly #work: Work<Job>;
  readonly #stop: () => void;
  /** Grows with each reset: an attempt that began before it has no consequences. */
  #era = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#work = platform.backbone.work(NOTIFICATIONS);
    // One at a time: that keeps their order.
    const take = taking<Job>(
      (lease) => this.#take(lease),
      ({ source }, error) => void platform.journal.fault(`a notification of bucket ${source.bucket}`, error),
    );
    this.#stop = this.#work.consume(take, { concurrency: 1, leaseMs: LEASE_MS });
  }

  /**
   * Tells everybody whom a bucket's configuration names of a change. Resolves when no notification of it can be lost
   * any more.
   */
  async tell(notice: Notice, { rules, toEventBridge }: Notifications, call: Call): Promise<void> {
    const { bucket, event, object, traceId } = notice;
    const key = encodeKey(object.key);
    const meant = rules.filter(
      (rule) => rule.events.some((one) => meansEvent(one, event)) && matchesKey(filterOf(rule), key),
    );
    const source = sourceOf(bucket, traceId);
    const jobs = meant.map(({ kind, id, arn }): Job => {
      const text = formatRecord(notice, id);
      return { rule: { kind, id, arn }, source, event, key: object.key, text, attempt: 1 };
    });
    if (jobs.length > 0) await this.#work.put(jobs);
    if (toEventBridge) await this.#emit(notice, call);
  }

  /** Sends the test event to the queues and topics of a configuration that was put. */
  async test(
    bucket: Notice['bucket'],
    { rules }: Notifications,
    ids: Pick<Notice, 'requestId' | 'hostId'>,
  ): Promise<void> {
    const text = formatTestEvent({ ...ids, bucket: bucket.name, at: this.#platform.clock.now() });
    const tested = rules.filter(({ kind }) => kind !== 'function');
    const arns = [...new Set(tested.map(({ arn }) => arn))];
    const jobs = arns.flatMap((wanted): Job[] => {
      const rule = tested.find(({ arn }) => arn === wanted);
      if (!rule) return [];
      const { kind, id, arn } = rule;
      return [{ rule: { kind, id, arn }, source: sourceOf(bucket), event: 's3:TestEvent', text, attempt: 1 }];
    });
    if (jobs.length > 0) await this.#work.put(jobs);
  }

  /** Lets an attempt under way end without a further one and without a trace. */
  reset(): void {
    this.#era++;
  }

  close(): void {
    this.#stop();
  }

  async #emit(notice: Notice, { requestId }: Pick<Call, 'requestId'>): Promise<void> {
    const { account, region } = notice.bucket;
    const take = this.#platform.dispatch.service('events')?.emit;
    const principal = { kind: 'service', service: 's3.amazonaws.com', sourceAccount: account } as const;
    const { traceId } = notice;
    const call = { account, region, principal, requestId, ...(traceId !== undefined && { traceId }) };
    await take?.([formatBridgeEvent(notice)], call);
  }

  async #take(lease: Lease<Job>): Promise<void> {
    const { clock } = this.#platform;
    const release = clock.hold();
    try {
      const era = this.#era;
      const started = clock.elapsed();
      const sent = await this.#send(lease.job);
      if (era !== this.#era) return;
      const isLast = lease.job.attempt >= MAX_ATTEMPTS;
      const retryAt = sent.kind === 'again' && !isLast ? clock.now() + 1000 * 2 ** (lease.job.attempt - 1) : undefined;
      this.#record(lease.job, { sent, retryAt, durationMs: clock.elapsed() - started });
      if (retryAt === undefined) await lease.ack();
      else await lease.retryAt(retryAt, { ...lease.job, attempt: lease.job.attempt + 1 });
    } finally {
      release();
    }
  }

  async #send({ rule, source, text }: Job): Promise<Sent> {
    try {
      return await sendTo(this.#platform, rule, { text, source });
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.#platform.journal.fault(`notification of bucket ${source.bucket} to ${rule.arn}`, error);
      return { kind: 'never', code: 'InternalError', message: error instanceof Error ? error.message : String(error) };
    }
  }

  #record(job: Job, { sent, retryAt, durationMs }: Attempt): void {
    const { attempt, event, key, rule, source } = job;
    const { traceId } = source;
    const about = {
      kind: 'bucket.notified',
      ...{ bucket: source.bucket, event, configurationId: rule.id, targetArn: rule.arn, attempt, durationMs },
      ...(key !== undefined && { key }),
      ...(traceId !== undefined && { traceId }),
    } as const;
    const { journal } = this.#platform;
    if (sent.kind === 'delivered') {
      const { takenAs } = sent;
      journal.record({ ...about, outcome: 'delivered', ...(takenAs !== undefined && { takenAs }) });
      return;
    }
    const { code, message } = sent;
    journal.record({
      ...about,
      ...(retryAt === undefined ? { outcome: 'failed' } : { outcome: 'retry', retryAt }),
      ...{ code, message },
    });
  }
}

interface Attempt {
  readonly sent: Sent;
  /** Epoch ms of the next attempt; `undefined` when there is none. */
  readonly retryAt: number | undefined;
  readonly durationMs: number;
}

function sourceOf({ name, account, region }: Notice['bucket'], traceId?: string): Source {
  return { bucket: name, account, region, ...(traceId !== undefined && { traceId }) };
}
