// Time to live: an item is deleted when the clock has passed the second that its attribute says. Each node keeps a heap
// of what will end, which follows from the rows it hears of; when the time has come, every node tries, and one
// succeeds.
import type { Timer } from '../../clock/clock.ts';
import { TimerHeap } from '../../clock/timer-heap.ts';
import type { Platform } from '../../platform.ts';
import { type Item, writeItem } from './items/item-text.ts';
import type { Items } from './items/items.ts';
import { type ItemTable, tableArn } from './table.ts';
import type { Tables } from './tables.ts';

/** What is older than this is no time to live. Source: DynamoDB developer guide, "Using time to live". */
const MAX_AGE_MS = 5 * 365 * 24 * 60 * 60 * 1000;

interface Ending {
  readonly tableId: string;
  readonly key: Item;
}

export class TimeToLive {
  readonly #platform: Platform;
  readonly #items: Items;
  readonly #heap = new TimerHeap<Ending>();
  /** Tables with a time to live, by id. */
  readonly #tables = new Map<string, ItemTable>();
  readonly #stops: (() => void)[];
  #alarm: Timer | undefined;
  /** What `#alarm` is set to. */
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(platform: Platform, { tables, items }: { readonly tables: Tables; readonly items: Items }) {
    this.#platform = platform;
    this.#items = items;
    for (const table of tables.all()) this.#know(table);
    this.#stops = [
      tables.watch((table, isGone) => (isGone ? this.#tables.delete(table.id) : this.#know(table))),
      items.watch((tableId, read) => {
        const table = this.#tables.get(tableId);
        const item = table && read();
        if (item) this.#plan(table, item);
      }),
    ];
  }

  clear(): void {
    this.#heap.clear();
    this.#tables.clear();
    this.#setAlarm();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#alarm?.cancel();
  }

  #know(table: ItemTable): void {
    const known = this.#tables.get(table.id);
    if (table.ttl === undefined) {
      this.#tables.delete(table.id);
      return;
    }
    this.#tables.set(table.id, table);
    if (known?.ttl === table.ttl) return;
    for (const { item } of this.#items.readAll(table)) this.#plan(table, item);
  }

  #plan(table: ItemTable, item: Item): void {
    const at = endOf(table, item);
    if (at === undefined || at + MAX_AGE_MS < this.#platform.clock.now()) return;
    this.#heap.add(at, { tableId: table.id, key: this.#items.keyOf(table, item) });
    if (at < this.#alarmAt) this.#setAlarm();
  }

  #setAlarm(): void {
    this.#alarm?.cancel();
    const isIdle = this.#heap.size === 0;
    this.#alarmAt = isIdle ? Number.POSITIVE_INFINITY : this.#heap.firstAt;
    this.#alarm = isIdle ? undefined : this.#platform.clock.setTimer(this.#alarmAt, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    const { clock, journal } = this.#platform;
    const release = clock.hold();
    try {
      while (this.#heap.firstAt <= clock.now()) {
        const ending = this.#heap.takeFirst();
        const table = ending && this.#tables.get(ending.tableId);
        if (table) await this.#end(table, ending.key);
      }
    } catch (error) {
      journal.fault('time to live', error);
    } finally {
      this.#setAlarm();
      release();
    }
  }

  async #end(table: ItemTable, key: Item): Promise<void> {
    const { clock, journal } = this.#platform;
    const now = clock.now();
    const { before, after } = await this.#items.change(
      {
        table,
        key,
        decide(before) {
          const at = before && endOf(table, before.item);
          return at !== undefined && at <= now ? undefined : before;
        },
      },
      true,
    );
    // Another node may have been first, and the item may have been given more time.
    if (before && !after) journal.record({ kind: 'item.expired', tableArn: tableArn(table), key: writeItem(key) });
  }
}

/** The first millisecond at which an item is past its end. */
function endOf({ ttl = '' }: ItemTable, item: Item): number | undefined {
  const text = Object.hasOwn(item, ttl) ? item[ttl]?.N : undefined;
  const seconds = Number(text);
  return text === undefined || !Number.isFinite(seconds) ? undefined : Math.floor(seconds * 1000) + 1;
}
