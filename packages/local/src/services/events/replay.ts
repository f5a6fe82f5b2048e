// Replays: archived events go into their bus once more, each with a new id, its old time, and the name of the replay.
import { membersOf } from '@earwitness/protocol/internal/events/json-text';
import type { Table } from '../../backbone/table.ts';
import type { Delivery } from '../../delivery/destination.ts';
import type { Call, Ground } from '../../service.ts';
import type { ArchivedEvent } from './archive.ts';
import type { BusRef } from './bus.ts';
import { type Ingest, NO_HOPS } from './ingest.ts';
import type { Router } from './router.ts';

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
  readonly state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED';
  readonly lastReplayedTime?: number;
  readonly startedAt: number;
  readonly endedAt?: number;
}

export interface ReplayParts {
  readonly ground: Ground;
  readonly router: Router;
  readonly ingest: Ingest;
  put(deliveries: readonly Delivery[]): Promise<void>;
}

export class Replays {
  readonly #table: Table<Replay>;
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#table = parts.ground.backbone.table('events/replays');
  }

  find({ account, region }: Call, name: string): Replay | undefined {
    return this.#table.get(`${account}:${region}:${name}`)?.value;
  }

  list({ account, region }: Call): Replay[] {
    return this.#table.list(`${account}:${region}:`).map(({ value }) => value);
  }

  async put(replay: Replay): Promise<void> {
    await this.#table.put(`${replay.account}:${replay.region}:${replay.name}`, replay);
  }

  /** Replays events, in their order, after the caller has had its answer. */
  start(replay: Replay, events: readonly ArchivedEvent[]): void {
    const { clock, journal } = this.#parts.ground;
    const release = clock.hold();
    this.#run(replay, events)
      .catch((error: unknown) => {
        journal.record({ kind: 'fault', about: `replay ${replay.name}`, message: String(error) });
      })
      .finally(release);
  }

  async #run(replay: Replay, events: readonly ArchivedEvent[]): Promise<void> {
    const { ground, ingest, put } = this.#parts;
    await this.put({ ...replay, state: 'RUNNING' });
    for (const archived of events) await put(ingest(this.#arrivalOf(replay, archived)));
    const last = events.at(-1);
    await this.put({
      ...replay,
      state: 'COMPLETED',
      ...(last && { lastReplayedTime: last.at }),
      endedAt: ground.clock.now(),
    });
  }

  #arrivalOf({ name, bus, destination }: Replay, { event: before, source, detailType, sizeBytes }: ArchivedEvent) {
    const { ground, router } = this.#parts;
    const eventId = ground.ids.uuid();
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
