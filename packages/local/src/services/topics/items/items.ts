// The items of all caches, in a table that all nodes share. Memory is bounded: when items take more than their share,
// those that were written longest ago make room, whichever cache they are in. An item whose time is over is not found
// any more; its row goes when it is read or when room is needed.

import { RevisionConflict, type Row, type Table } from '../../../backbone/table.ts';
import { isUnavailable } from '../../../backbone/unavailable.ts';
import { updateRow } from '../../../backbone/update.ts';
import type { Platform } from '../../../platform.ts';
import { rowPrefix } from '../caches.ts';
import { bytesOf, type Item, type ItemPlace, rowKey } from './item.ts';

/** Ours: what all items take together, about. The cloud evicts, too, at 100 MB of hot storage a region. */
export const ITEMS_MAX_BYTES = 64 * 1024 * 1024;

/** Thrown inside an update to leave the row as it is. */
const UNCHANGED = new Error('unchanged');

export class Items {
  readonly #platform: Pick<Platform, 'clock' | 'journal'>;
  readonly #table: Table<Item>;
  readonly #maxBytes: number;
  /** Bytes of each row, in the order in which rows were written. */
  readonly #sizes = new Map<string, number>();
  #totalBytes = 0;
  #hasWarned = false;

  constructor(platform: Pick<Platform, 'clock' | 'journal'>, table: Table<Item>, maxBytes: number = ITEMS_MAX_BYTES) {
    this.#platform = platform;
    this.#table = table;
    this.#maxBytes = maxBytes;
    table.watch((key, row) => this.#account(key, row?.value));
  }

  get(place: ItemPlace): Item | undefined {
    const row = this.#table.get(rowKey(place));
    const item = this.#living(row?.value);
    if (row && !item) void this.#drop(row);
    return item;
  }

  /**
   * Writes what `change` makes of the item that is there; undefined leaves it as it is. Asked again when another writer
   * came between. Returns what was written.
   * @throws what `change` throws
   */
  async update(place: ItemPlace, change: (item: Item | undefined) => Item | undefined): Promise<Item | undefined> {
    try {
      const { value } = await updateRow(this.#table, rowKey(place), (row) => {
        const next = change(this.#living(row));
        if (!next) throw UNCHANGED;
        return next;
      });
      await this.#makeRoom();
      return value;
    } catch (error) {
      if (error === UNCHANGED) return undefined;
      throw error;
    }
  }

  async delete(place: ItemPlace): Promise<void> {
    await this.#table.delete(rowKey(place));
  }

  /** Deletes every item of a cache; of all caches when none is named. */
  async flush(cache?: string): Promise<void> {
    const rows = this.#table.list(cache === undefined ? '' : rowPrefix(cache));
    await Promise.all(rows.map(({ key }) => this.#table.delete(key)));
  }

  reset(): void {
    this.#hasWarned = false;
  }

  /** Removes a row whose time is over, unless another node has written it anew. */
  async #drop({ key, revision }: Row<Item>): Promise<void> {
    try {
      await this.#table.delete(key, { ifRevision: revision });
    } catch (error) {
      // While the backbone is away, the next one who reads it tries again.
      if (!(error instanceof RevisionConflict || isUnavailable(error))) throw error;
    }
  }

  #living(item: Item | undefined): Item | undefined {
    return item && item.expiresAt > this.#platform.clock.now() ? item : undefined;
  }

  #account(key: string, item: Item | undefined): void {
    this.#totalBytes -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
    if (!item) return;
    const bytes = bytesOf(key, item);
    this.#sizes.set(key, bytes);
    this.#totalBytes += bytes;
  }

  async #makeRoom(): Promise<void> {
    if (this.#totalBytes <= this.#maxBytes) return;
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      this.#platform.journal.record({
        kind: 'warning',
        about: 'items of caches',
        message: `They take more than ${this.#maxBytes} bytes. The items that were written longest ago make room, here and from now on.`,
      });
    }
    for (const key of [...this.#sizes.keys()]) {
      if (this.#totalBytes <= this.#maxBytes) return;
      await this.#table.delete(key);
    }
  }
}
