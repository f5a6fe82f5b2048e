// Items: read, written under conditions, several at once or none. What reads and writes mean when a transaction has
// marked a row is decided here; what an operation makes of an item is not.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { equalValues } from '@earwitness/protocol/internal/dynamodb/value/order';
import { RevisionConflict, type Row, type Table } from '../../../backbone/table.ts';
import { MAX_TRIES } from '../../../backbone/update.ts';
import type { Platform } from '../../../platform.ts';
import type { Contents, Index, ItemTable } from '../table.ts';
import { ITEMS, type ItemRow, keyOf, rowKeyOf, rowPrefix, splitRowKey } from './item-row.ts';
import { type Item, readItem } from './item-text.ts';
import type { KeyRange } from './sorted-keys.ts';
import { StoredItem } from './stored-item.ts';
import { TRANSACTIONS, Transactions } from './transaction.ts';
import { indexOrder, projected, Views } from './views.ts';

/** An item's change; where `before` or `after` is left out, there was or is none. */
export interface Change {
  readonly key: Item;
  readonly before?: string;
  readonly after?: string;
  /** Whoever changed it, where that was DynamoDB itself. */
  readonly byTtl?: boolean;
}

/** What is told of each change that is one. */
export type ChangeListener = (table: ItemTable, change: Change) => Promise<void>;

/** One action of a transaction: what it makes of the item as it is; the same item where it only looks. */
export interface Action {
  readonly table: ItemTable;
  readonly key: Item;
  readonly decide: (before: StoredItem | undefined) => StoredItem | undefined;
}

export class Items {
  readonly #platform: Platform;
  readonly #rows: Table<ItemRow>;
  readonly #views: Views;
  readonly #transactions: Transactions;
  readonly #tell: ChangeListener;

  /** @param tell hears of each change; what it does is done before the write is answered */
  constructor(platform: Platform, tell: ChangeListener) {
    const { backbone, clock } = platform;
    this.#platform = platform;
    this.#rows = backbone.table(ITEMS);
    this.#views = new Views(this.#rows);
    this.#transactions = new Transactions(backbone.table(TRANSACTIONS), clock);
    this.#tell = tell;
  }

  find(table: ItemTable, key: Item): StoredItem | undefined {
    return this.#visible(this.#rows.get(rowKeyOf(table, key))?.value);
  }

  /** Items of a range of the table, or of an index as the index holds them; in order, or backwards. */
  *read(table: ItemTable, { index, range, isForward }: ReadOrder): Generator<Entry> {
    const prefix = rowPrefix(table);
    if (!index) {
      for (const place of this.#views.places(table).read(range, isForward)) {
        const found = this.#visible(this.#rows.get(prefix + place)?.value);
        if (found) yield { held: found, whole: found };
      }
      return;
    }
    const view = this.#views.index(table, index);
    for (const order of view.order.read(range, isForward)) {
      const place = view.placeOf(order);
      const whole = this.#visible(this.#rows.get(prefix + place)?.value);
      // A transaction that is committed, and not finished, may have taken it elsewhere.
      if (!whole || indexOrder(table, index, whole.item, place) !== order) continue;
      const held = projected(table, index, whole.item);
      yield { held: held === whole.item ? whole : StoredItem.of(held), whole };
    }
  }

  contents(table: ItemTable, index?: Index): Contents {
    if (index) return this.#views.index(table, index).contents;
    let [items, bytes] = [0, 0];
    for (const place of this.#views.places(table).read({ from: '', until: undefined })) {
      const row = this.#rows.get(rowPrefix(table) + place)?.value;
      if (row?.item === undefined) continue;
      items++;
      bytes += row.bytes;
    }
    return { items, bytes };
  }

  /**
   * Writes what `decide` makes of the item as it is by then.
   * @throws what `decide` throws; TransactionConflictException
   */
  async change({ table, key, decide }: Action, byTtl?: boolean): Promise<Written> {
    const rowKey = rowKeyOf(table, key);
    for (let tries = 1; ; tries++) {
      const row = this.#rows.get(rowKey);
      if (row?.value.mark) {
        await this.#settle(table, row);
        continue;
      }
      const before = this.#visible(row?.value);
      const after = decide(before);
      try {
        return await this.#write({ table, key, row, before, after, ...(byTtl && { byTtl }) });
      } catch (error) {
        if (!(error instanceof RevisionConflict) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /**
   * Does all actions or none.
   * @param refuse makes the refusal of what went wrong, by action
   */
  async changeAll(actions: readonly Action[], refuse: (problems: readonly unknown[]) => unknown): Promise<void> {
    const id = this.#platform.ids.uuid();
    await this.#transactions.begin(id);
    const marked: [Action, string][] = [];
    try {
      await this.#markAll(id, actions, { marked, refuse });
      if (!(await this.#transactions.end(id, 'committed'))) throw conflict();
    } finally {
      // What was not committed is undone; what was is finished. Another node may have done either.
      await this.#transactions.end(id, 'undone');
      for (const [{ table }, rowKey] of marked) await this.#finish(table, rowKey, id);
      await this.#transactions.forget(id);
    }
  }

  /** The key attributes of an item. */
  keyOf(table: ItemTable, item: Item): Item {
    return keyOf(table.keys, item);
  }

  /** Every item of a table. */
  *readAll(table: ItemTable): Generator<StoredItem> {
    for (const { whole } of this.read(table, { range: { from: '', until: undefined }, isForward: true })) yield whole;
  }

  /** Calls `listener` after each write of an item, by whichever node, with its table's id and what reads it. */
  watch(listener: (tableId: string, read: () => Item | undefined) => void): () => void {
    return this.#rows.watch((key, row) => {
      const text = row?.value.item;
      listener(splitRowKey(key)[0], () => (text === undefined ? undefined : readItem(text)));
    });
  }

  /** Removes every item of a table that is gone, and tells nobody. */
  async removeAll(table: ItemTable): Promise<void> {
    const places = [...this.#views.places(table).read({ from: '', until: undefined })];
    for (const place of places) await this.#rows.delete(rowPrefix(table) + place);
  }

  close(): void {
    this.#views.close();
  }

  /** What a reader sees of a row. */
  #visible(row: ItemRow | undefined): StoredItem | undefined {
    if (!row) return undefined;
    const { item, bytes } = row;
    const seen = row.mark && this.#transactions.isCommitted(row.mark.transaction) ? row.mark : { next: item, bytes };
    return seen.next === undefined ? undefined : StoredItem.read(seen.next, seen.bytes);
  }

  async #write({ table, key, row, before, after, byTtl }: Write): Promise<Written> {
    const written = { before, after };
    if (after === before || after?.text === before?.text) return written;
    const isTold = table.stream?.isOn || table.destinations?.some(({ status }) => status === 'ACTIVE');
    if (isTold && before && after && equalValues({ M: before.item }, { M: after.item })) return written;
    await this.#put(rowKeyOf(table, key), row, after && { item: after.text, bytes: after.bytes });
    await this.#tell(table, {
      key,
      ...(before && { before: before.text }),
      ...(after && { after: after.text }),
      ...(byTtl && { byTtl }),
    });
    return written;
  }

  /** @throws RevisionConflict when the row is not what it was */
  async #put(rowKey: string, row: Row<ItemRow> | undefined, value: ItemRow | undefined): Promise<void> {
    const ifRevision = row?.revision ?? 0;
    if (value) await this.#rows.put(rowKey, value, { ifRevision });
    else if (row) await this.#rows.delete(rowKey, { ifRevision });
  }

  /** Gets a mark out of a writer's way. @throws TransactionConflictException when it is of an open transaction */
  async #settle(table: ItemTable, row: Row<ItemRow>): Promise<void> {
    const id = row.value.mark?.transaction ?? '';
    if (await this.#transactions.isOpen(id)) throw conflict();
    await this.#finish(table, row.key, id);
  }

  async #markAll(
    id: string,
    actions: readonly Action[],
    { marked, refuse }: { marked: [Action, string][]; refuse: (problems: readonly unknown[]) => unknown },
  ): Promise<void> {
    const problems: unknown[] = [];
    for (const [index, action] of actions.entries()) {
      try {
        marked.push([action, await this.#mark(id, action)]);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        problems[index] = error;
      }
    }
    if (problems.length > 0) throw refuse(actions.map((_, index) => problems[index]));
  }

  /** Marks the row of an action; all that may be refused is refused here. */
  async #mark(id: string, { table, key, decide }: Action): Promise<string> {
    const rowKey = rowKeyOf(table, key);
    const row = this.#rows.get(rowKey);
    if (row?.value.mark) {
      await this.#settle(table, row);
      return this.#mark(id, { table, key, decide });
    }
    const before = this.#visible(row?.value);
    const after = decide(before);
    const mark = { transaction: id, bytes: after?.bytes ?? 0, ...(after && { next: after.text }) };
    try {
      await this.#put(rowKey, row, { bytes: 0, ...row?.value, mark });
      return rowKey;
    } catch (error) {
      if (error instanceof RevisionConflict) throw conflict();
      throw error;
    }
  }

  /** Takes a mark away that counts, or does not. */
  async #finish(table: ItemTable, rowKey: string, id: string): Promise<void> {
    const row = this.#rows.get(rowKey);
    const { mark, ...before } = row?.value ?? { bytes: 0 };
    if (!row || mark?.transaction !== id) return;
    const isDone = this.#transactions.isCommitted(id);
    const after = isDone ? { item: mark.next, bytes: mark.bytes } : before;
    try {
      await this.#put(rowKey, row, after.item === undefined ? undefined : { item: after.item, bytes: after.bytes });
    } catch (error) {
      // Another node has finished it.
      if (error instanceof RevisionConflict) return;
      throw error;
    }
    const image = after.item ?? before.item;
    if (image === undefined || after.item === before.item) return;
    if (after.item !== undefined && before.item !== undefined) {
      if (equalValues({ M: readItem(before.item) }, { M: readItem(after.item) })) return;
    }
    await this.#tell(table, {
      key: keyOf(table.keys, readItem(image)),
      ...(before.item !== undefined && { before: before.item }),
      ...(after.item !== undefined && { after: after.item }),
    });
  }
}

interface ReadOrder {
  readonly index?: Index | undefined;
  readonly range: KeyRange;
  readonly isForward: boolean;
}

/** What stands in an order: what the table or the index holds of an item, and all of it. */
interface Entry {
  readonly held: StoredItem;
  readonly whole: StoredItem;
}

/** The item as it was and as it is. */
export interface Written {
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
}

interface Write extends Written {
  readonly table: ItemTable;
  readonly key: Item;
  readonly row: Row<ItemRow> | undefined;
  readonly byTtl?: boolean;
}

/** Source: DynamoDB API reference, TransactionConflictException, TransactionCanceledException. */
function conflict(): ServiceError {
  return new ServiceError('TransactionConflictException', 'Transaction is ongoing for the item');
}
