// Archives keep the events of a bus, all or those that match a pattern, to be replayed. An archive's events stand in a
// log of its own.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createMatcher, type Matcher, parsePattern } from '@earwitness/protocol/pattern';
import { type Log, logOf } from '../../backbone/log.ts';
import { type Table, tableOf } from '../../backbone/table.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { type BusRef, busKey } from './bus.ts';
import type { Arrival } from './ingest.ts';

const ARCHIVES = tableOf<Archive>('events/archives');

export interface Archive {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  /** A UUID: stands in the archive's rule. */
  readonly id: string;
  readonly bus: BusRef;
  readonly eventSourceArn: string;
  readonly eventPattern?: string;
  readonly description?: string;
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly createdAt: number;
}

export interface ArchivedEvent {
  readonly event: string;
  readonly source: string;
  readonly detailType: string;
  /** When it was put, epoch ms. */
  readonly at: number;
  readonly sizeBytes: number;
}

const DAY_MS = 86_400_000;
/** Ours: what one archive keeps; the oldest events go first. */
const EVENTS = logOf<ArchivedEvent>('events/archive', {
  maxEntries: 100_000,
  maxBytes: 256 * 1_048_576,
  sizeBytes: ({ event }) => event.length,
});

export class Archives {
  readonly #table: Table<Archive>;
  readonly #platform: Platform;
  /**
   * Bus → matcher over its archives, which says which of them want an event. An archive without a pattern wants all.
   */
  readonly #routes = new Map<string, Matcher<string>>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#table = platform.backbone.table(ARCHIVES);
    this.#table.watch((key, row) => this.#update(key, row?.value));
    for (const { key, value } of this.#table.list()) this.#update(key, value);
  }

  find({ account, region }: Pick<Call, 'account' | 'region'>, name: string): Archive | undefined {
    return this.#table.get(`${account}:${region}:${name}`)?.value;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(call: Call, name: string): Archive {
    const archive = this.find(call, name);
    if (!archive) throw new ServiceError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return archive;
  }

  list({ account, region }: Call): Archive[] {
    return this.#table.list(`${account}:${region}:`).map(({ value }) => value);
  }

  async put(archive: Archive): Promise<void> {
    await this.#table.put(keyOf(archive), archive);
  }

  async delete(archive: Archive): Promise<void> {
    await this.#table.delete(keyOf(archive));
    await this.#platform.backbone.removeLog(EVENTS, keyOf(archive));
  }

  /** Keeps an event in every archive of its bus that wants it. */
  keep({ bus, event, source, detailType, sizeBytes, isReplay }: Arrival): void {
    const route = this.#routes.get(busKey(bus));
    if (!route || isReplay) return;
    const at = this.#platform.clock.now();
    for (const key of route.matchJson(event)) {
      this.#log(key)
        .append({ event, source, detailType, at, sizeBytes })
        .catch((error: unknown) => this.#platform.journal.fault(`archive ${key}`, error));
    }
  }

  /** The events that an archive has, oldest first; those past its retention are not among them. */
  async eventsOf(archive: Archive): Promise<ArchivedEvent[]> {
    return (await this.read(archive, 0, EVENTS.retention.maxEntries)).events;
  }

  /**
   * The same in parts: what is left of up to `limit` entries after number `after`, and the last number, if there may be
   * more.
   */
  async read(archive: Archive, after: number, limit: number): Promise<{ events: ArchivedEvent[]; last?: number }> {
    const log = this.#log(keyOf(archive));
    const { retentionDays } = archive;
    const oldest = retentionDays === 0 ? 0 : this.#platform.clock.now() - retentionDays * DAY_MS;
    const entries = await log.read(after + 1, limit);
    const last = entries.length === limit ? entries.at(-1)?.sequence : undefined;
    return {
      events: entries.map(({ value }) => value).filter(({ at }) => at >= oldest),
      ...(last !== undefined && { last }),
    };
  }

  #log(key: string): Log<ArchivedEvent> {
    return this.#platform.backbone.log(EVENTS, key);
  }

  #update(key: string, archive: Archive | undefined): void {
    for (const [bus, matcher] of this.#routes) {
      if (matcher.remove(key) && matcher.size === 0) this.#routes.delete(bus);
    }
    if (!archive) return;
    const bus = busKey(archive.bus);
    const matcher = this.#routes.get(bus) ?? createMatcher<string>();
    this.#routes.set(bus, matcher);
    matcher.add(key, parsePattern(archive.eventPattern ?? '{"version":["0"]}'));
  }
}

export function archiveArn({ account, region }: Call, name: string): string {
  return formatArn({ service: 'events', region, account, resource: `archive/${name}` });
}

function keyOf({ account, region, name }: Archive): string {
  return `${account}:${region}:${name}`;
}
