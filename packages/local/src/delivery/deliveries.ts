// All deliveries of this cloud: due → input shaped → turn under the rate limit → attempt → done | again later | given
// up. This room does not know about kinds of target; destinations do.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Target } from '@earwitness/protocol/internal/aws/models/events.types';
import { shapeInput } from '@earwitness/protocol/internal/events/input';
import type { AttemptOutcome } from '@earwitness/protocol/internal/journal/fact';
import { taking } from '../backbone/taking.ts';
import { type Lease, workOf } from '../backbone/work.ts';
import type { Platform } from '../platform.ts';
import { failureFact, giveUp, refOf } from './dead-letter.ts';
import type { Delivery, Destination, Failure, Outcome } from './destination.ts';
import { Patience } from './patience.ts';
import { RateQueue } from './rate.ts';
import { backoffMs, expiryOf, maxRetriesOf } from './retry.ts';
import { LATE_MS } from './turns.ts';
import { deliveryOf, type Waiting, waitingOf } from './waiting.ts';

const DELIVERIES = workOf<Waiting>('events/deliveries');

/** Ours: attempts under way at once. */
const CONCURRENCY = 256;
/** Ours: far more than any attempt takes (API destinations give up after 5 s). */
const LEASE_MS = 60_000;

/** Ours: when a delivery comes back that could not be told its turn. */
const NO_TURN_MS = 1000;

/** Ours: for how long `clock.advance` waits for an attempt that itself waits for the clock. */
const DELAYED_MS = 20;

/** A delivery that is being looked at, and what its target gets. */
interface Step {
  readonly lease: Lease<Waiting>;
  readonly delivery: Delivery;
  readonly input: string;
  readonly expiresAt: number;
  /** For how long `clock.advance` waits for this look at it. */
  readonly waitMs: number;
}

export class Deliveries {
  readonly #platform: Platform;
  readonly #destinations: readonly Destination[];
  readonly #rates: RateQueue;
  readonly #patience = new Patience();
  readonly #lastFailures = new WeakMap<Target, Failure>();
  readonly #stop: () => void;
  /** Grows with each reset: an attempt that began before it ends without a trace. */
  #era = 0;
  readonly put: (deliveries: readonly Delivery[]) => Promise<void>;

  constructor(platform: Platform, destinations: readonly Destination[]) {
    this.#platform = platform;
    this.#destinations = destinations;
    this.#rates = new RateQueue(platform);
    const work = platform.backbone.work(DELIVERIES);
    this.put = (deliveries) => work.put(waitingOf(deliveries));
    const take = taking<Waiting>(
      (lease) => this.#take(lease),
      (job, error) => void this.#recordFault(deliveryOf(job), error),
    );
    this.#stop = work.consume(take, { concurrency: CONCURRENCY, leaseMs: LEASE_MS });
  }

  /**
   * Forgets who waits for which turn, and what becomes of attempts under way. (The deliveries themselves are emptied by
   * the backbone.)
   */
  reset(): void {
    this.#era++;
    this.#patience.clear();
    this.#rates.clear().catch((error: unknown) => this.#platform.journal.fault('turns under rate limits', error));
  }

  close(): void {
    this.#stop();
  }

  async #take(lease: Lease<Waiting>): Promise<void> {
    const delivery = deliveryOf(lease.job);
    const { faults } = this.#platform;
    const waitMs = faults.isDelaying(delivery.target.Arn) ? DELAYED_MS : this.#patience.for(delivery.target.Arn);
    const release = this.#platform.clock.hold(waitMs);
    try {
      await this.#advance(lease, delivery, waitMs);
    } finally {
      release();
    }
  }

  async #advance(lease: Lease<Waiting>, delivery: Delivery, waitMs: number): Promise<void> {
    const { target, event, rule, ruleArn, acceptedAt } = delivery;
    const shaped = shapeInput(target, event, { ruleName: rule, ruleArn, ingestionTime: acceptedAt });
    const step: Step = { lease, delivery, input: shaped.text, expiresAt: expiryOf(target, acceptedAt), waitMs };
    if (!shaped.valid) {
      this.#show(step);
      return this.#giveUp(step, { code: 'INVALID_JSON', message: 'Invalid input for target.' });
    }
    const { clock } = this.#platform;
    if (clock.now() >= step.expiresAt) {
      const failure = lease.job.failure ?? {
        code: 'UNKNOWN',
        message: 'The event grew too old while it waited under the rate limit.',
      };
      return this.#giveUp(step, failure, 'MaximumEventAgeInSeconds');
    }
    const arn = parseArn(target.Arn);
    const destination = arn && this.#destinations.find((one) => one.accepts(arn));
    if (!destination) {
      const message = `Earwitness does not deliver to ${target.Arn}.`;
      return this.#giveUp(step, { code: 'NO_RESOURCE', message });
    }
    if (lease.job.turnAt + LATE_MS < clock.now() && (await this.#waitsForTurn(step, destination))) return;
    await this.#attempt(step, destination);
  }

  /** Sends a delivery that is too early under its rate limit back to wait. */
  async #waitsForTurn({ lease, delivery, expiresAt }: Step, destination: Destination): Promise<boolean> {
    const limit = destination.limit?.(delivery);
    if (!limit) return false;
    const { clock, journal } = this.#platform;
    const at = await this.#rates.take(limit.key, limit.ratePerSecond).catch((error: unknown) => {
      this.#recordFault(delivery, error);
    });
    if (at === undefined) {
      await lease.retryAt(clock.now() + NO_TURN_MS, lease.job);
      return true;
    }
    if (at <= clock.now()) return false;
    journal.record({
      kind: 'delivery.delayed',
      ...refOf(delivery),
      until: at,
      reason: `rate limit of ${limit.ratePerSecond} per second`,
    });
    await lease.retryAt(Math.min(at, expiresAt), { ...lease.job, turnAt: at });
    return true;
  }

  /** Tells those who look on what the target gets, once. */
  #show({ lease, delivery, input }: Step): Pick<Waiting, 'isShown'> {
    const { journal } = this.#platform;
    if (!journal.isWatched || lease.job.isShown) return {};
    journal.record({ kind: 'delivery.shaped', ...refOf(delivery), ...(input !== delivery.event && { input }) });
    return { isShown: true };
  }

  async #attempt(step: Step, destination: Destination): Promise<void> {
    const { clock, journal } = this.#platform;
    const shown = this.#show(step);
    const attempt = step.delivery.attempts + 1;
    const delivery: Delivery = { ...step.delivery, attempts: attempt };
    const started = clock.elapsed();
    const era = this.#era;
    const outcome = await destination
      .attempt(delivery, step.input)
      .catch((error: unknown) => this.#recordFault(delivery, error));
    if (era !== this.#era) return;
    const timedOut = outcome.kind === 'retry' && outcome.timedOut === true;
    this.#patience.learn(delivery.target.Arn, { waitMs: step.waitMs, timedOut });
    const durationMs = clock.elapsed() - started;
    const record = (ending: AttemptOutcome) =>
      journal.record({
        kind: 'delivery.attempted',
        ...refOf(delivery),
        attempt,
        durationMs,
        ...(outcome.status !== undefined && { status: outcome.status }),
        ...(outcome.url !== undefined && { url: outcome.url }),
        ...(outcome.isInjected && { isInjected: true as const }),
        ...ending,
      });
    if (outcome.kind === 'delivered') {
      const { takenAs } = outcome;
      record({ outcome: 'delivered', ...(takenAs !== undefined && { takenAs }) });
      return step.lease.ack();
    }
    const { code, message, hint, cause } = outcome;
    const known: Failure = {
      code,
      message,
      ...(hint !== undefined && { hint }),
      ...(cause !== undefined && { cause }),
    };
    const doubt = outcome.kind === 'retry' && outcome.inDoubt ? [attempt] : [];
    const attemptsInDoubt = [...(step.lease.job.failure?.attemptsInDoubt ?? []), ...doubt];
    const failure = attemptsInDoubt.length > 0 ? { ...known, attemptsInDoubt } : this.#share(delivery.target, known);
    const told = failureFact({ ...known, attemptsInDoubt: doubt });
    const retryAt = this.#retryAt(step, outcome, attempt);
    if (retryAt === undefined) {
      record({ outcome: 'failed', ...told });
      const exhausted = outcome.kind === 'retry' ? 'MaximumRetryAttempts' : undefined;
      return this.#giveUp({ ...step, delivery }, failure, exhausted);
    }
    record({ outcome: 'retry', ...told, retryAt });
    return step.lease.retryAt(retryAt, { ...step.lease.job, attempts: attempt, turnAt: 0, failure, ...shown });
  }

  /**
   * The same failure as the target's last one, if it is: the deliveries that wait for a target that is down then share
   * it.
   */
  #share(target: Target, failure: Failure): Failure {
    const last = this.#lastFailures.get(target);
    if (last?.code === failure.code && last.message === failure.message && last.hint === failure.hint) return last;
    this.#lastFailures.set(target, failure);
    return failure;
  }

  /** A fault of our own in an attempt counts as one of the target's: it is tried again. */
  #recordFault({ deliveryId }: Delivery, error: unknown): Outcome {
    const message = this.#platform.journal.fault(`delivery ${deliveryId}`, error);
    return { kind: 'retry', code: 'INTERNAL_ERROR', message };
  }

  /** When the next attempt is, or when the event expires if that is earlier; `undefined` when there is none. */
  #retryAt({ delivery, expiresAt }: Step, outcome: Outcome, attempt: number): number | undefined {
    if (outcome.kind !== 'retry' || attempt > maxRetriesOf(delivery.target)) return undefined;
    const waitMs = Math.max(backoffMs(attempt, delivery.deliveryId), outcome.afterMs ?? 0);
    return Math.min(this.#platform.clock.now() + waitMs, expiresAt);
  }

  async #giveUp(
    { lease, delivery, input }: Step,
    failure: Failure,
    exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds',
  ): Promise<void> {
    await giveUp(this.#platform, delivery, { input, failure, ...(exhausted && { exhausted }) });
    await lease.ack();
  }
}
