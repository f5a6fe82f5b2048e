// Replays: archived events go into their bus once more, each with a new id, its old time, and the name of the replay.
//
//   StartReplay → STARTING ─→ RUNNING ─→ … a hundred events a step … ─→ COMPLETED
//                                └─ CancelReplay → CANCELLING ─→ CANCELLED
import { membersOf } from '@earwitness/protocol/internal/events/json-text';
import { type Table, tableOf } from '../../backbone/table.ts';
import { taking } from '../../backbone/taking.ts';
import { updateRow } from '../../backbone/update.ts';
import { type Lease, type Work, workOf } from '../../backbone/work.ts';
import type { Call } from '../../call.ts';
import type { Delivery } from '../../delivery/destination.ts';
import type { Platform } from '../../platform.ts';
import type { ArchivedEvent, Archives } from './archive.ts';
import type { BusRef } from './bus.ts';
import { type Ingest, NO_HOPS } from './ingest.ts';
import type { Router } from './router.ts';

const REPLAYS = tableOf<Replay>('events/replays');
const STEPS = workOf<Step>('events/replays');

export interface Replay {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly description?: string;
  readonly bus: BusRef;
  /** The archive's ARN. */
  readonly eventSourceArn: string;
  readonly destination: { readonly Arn: string; readonly FilterArns?: readonly string[] | undefined };
  readonly eventStartTime: number;
  readonly eventEndTime: number;
  readonly archiveName: string;
  readonly state: 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly stateReason?: string;
  readonly lastReplayedTime?: number;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** Ours: events that go back into the bus in one step. */
const STEP_EVENTS = 100;
/** Replays that run at the same time. Source: EventBridge quotas, read 2026-11-22. */
export const MAX_ACTIVE_REPLAYS = 10;

/** Ours: far more than a step takes. */
const LEASE_MS = 60_000;

/** What is left of a replay. */
interface Step {
  readonly key: string;
  /** Number of the last archived event that went back. */
  readonly after: number;
}

export interface ReplayParts {
  readonly platform: Platform;
  readonly archives: Archives;
  readonly router: Router;
  readonly ingest: Ingest;
  put(deliveries: readonly Delivery[]): Promise<void>;
}

export class Replays {
  readonly #table: Table<Replay>;
  readonly #parts: ReplayParts;
  readonly #work: Work<Step>;
  readonly #stop: () => void;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    const { backbone } = parts.platform;
    this.#table = backbone.table(REPLAYS);
    this.#work = backbone.work(STEPS);
    const take = async (lease: Lease<Step>) => {
      const step = this.#take(lease).finally(() => this.#underWay.delete(step));
      this.#underWay.add(step);
      await step;
    };
    const failed = async ({ key }: Step, error: unknown) => {
      const stateReason = parts.platform.journal.fault(`replay ${key}`, error);
      const replay = this.#table.get(key)?.value;
      if (!replay) return;
      await this.change(replay, (now) => ({
        ...now,
        state: 'FAILED',
        stateReason,
        endedAt: parts.platform.clock.now(),
      }));
    };
    this.#stop = this.#work.consume(taking(take, failed), { concurrency: MAX_ACTIVE_REPLAYS, leaseMs: LEASE_MS });
  }

  find({ account, region }: Pick<Call, 'account' | 'region'>, name: string): Replay | undefined {
    return this.#table.get(`${account}:${region}:${name}`)?.value;
  }

  list({ account, region }: Pick<Call, 'account' | 'region'>): Replay[] {
    return this.#table.list(`${account}:${region}:`).map(({ value }) => value);
  }

  /** Changes a replay as it stands now: a step of it may run on another node meanwhile. */
  async change(replay: Replay, change: (now: Replay) => Replay): Promise<void> {
    await updateRow(this.#table, keyOf(replay), (now) => change(now ?? replay));
  }

  /** Writes a replay down and begins with it. */
  async start(replay: Replay): Promise<void> {
    await this.#table.put(keyOf(replay), replay);
    await this.#work.put([{ key: keyOf(replay), after: 0 }]);
  }

  /** Forgets every replay, after the steps that are under way; what waits of them, the backbone drops. */
  async forget(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    for (const { key } of this.#table.list()) await this.#table.delete(key);
  }

  close(): void {
    this.#stop();
  }

  async #take(lease: Lease<Step>): Promise<void> {
    const { clock } = this.#parts.platform;
    const release = clock.hold();
    try {
      const next = await this.#step(lease.job);
      if (next === undefined) await lease.ack();
      else await lease.retryAt(clock.now(), { ...lease.job, after: next });
    } finally {
      release();
    }
  }

  /** Sends the next events back. Returns the number of the last one while there are more. */
  async #step({ key, after }: Step): Promise<number | undefined> {
    const { platform, archives, ingest, put } = this.#parts;
    // So that the caller sees StartReplay's response before the first event.
    await new Promise((resolve) => setImmediate(resolve));
    const replay = this.#table.get(key)?.value;
    if (!replay) return undefined;
    const end = (changes: Partial<Replay>) =>
      this.change(replay, (now) => ({ ...now, endedAt: platform.clock.now(), ...changes }));
    if (replay.state === 'CANCELLING') {
      await end({ state: 'CANCELLED' });
      return undefined;
    }
    const archive = archives.find(replay, replay.archiveName);
    if (!archive) {
      await end({ state: 'FAILED', stateReason: `Archive ${replay.archiveName} does not exist.` });
      return undefined;
    }
    await this.change(replay, (now) => (now.state === 'STARTING' ? { ...now, state: 'RUNNING' } : now));
    const { events, last } = await archives.read(archive, after, STEP_EVENTS);
    const due = events.filter(({ at }) => at >= replay.eventStartTime && at < replay.eventEndTime);
    for (const archived of due) await put(ingest(this.#arrivalOf(replay, archived)));
    const lastReplayedTime = due.at(-1)?.at;
    const reached = lastReplayedTime === undefined ? {} : { lastReplayedTime };
    const isOver = last === undefined;
    await this.change(replay, (now) => ({
      ...now,
      ...reached,
      ...(isOver && { state: now.state === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED', endedAt: platform.clock.now() }),
    }));
    return last;
  }

  #arrivalOf({ name, bus, destination }: Replay, { event: before, source, detailType, sizeBytes }: ArchivedEvent) {
    const { platform, router } = this.#parts;
    const eventId = platform.ids.uuid();
    const event = renew(before, eventId, name);
    const { FilterArns } = destination;
    return {
      eventId,
      bus,
      source,
      detailType,
      sizeBytes,
      event,
      requestId: name,
      traceHeader: undefined,
      hops: NO_HOPS,
      isReplay: true,
      ...(FilterArns?.length && { rules: router.match(bus, event).filter(({ arn }) => FilterArns.includes(arn)) }),
    };
  }
}

/** The name of the replay stands between region and resources. Source: recorded on AWS. */
function renew(event: string, id: string, replayName: string): string {
  const parts = membersOf(event).map(({ key, value }) => {
    if (key === 'id') return `"id":"${id}"`;
    const member = `${JSON.stringify(key)}:${value}`;
    return key === 'region' ? `${member},"replay-name":${JSON.stringify(replayName)}` : member;
  });
  return `{${parts.join(',')}}`;
}

function keyOf({ account, region, name }: Pick<Replay, 'account' | 'region' | 'name'>): string {
  return `${account}:${region}:${name}`;
}
