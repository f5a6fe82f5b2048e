// What is sorted, each node sorts for itself: the keys of a table's rows, and those of an index's entries once the
// index is first read. Nothing here is state: it follows from the rows, which the node hears of one by one.
import { sizeOf } from '@earwitness/protocol/internal/dynamodb/value/size';
import type { Row, Table } from '../../../backbone/table.ts';
import { type Contents, type Index, type ItemTable, keyNames } from '../table.ts';
import { type ItemRow, keyTexts, pick, splitRowKey } from './item-row.ts';
import { type Item, readItem } from './item-text.ts';
import { orderText } from './order.ts';
import { SortedKeys } from './sorted-keys.ts';

/** The keys of one table. */
interface TableView {
  /** Places of rows in the table. */
  readonly places: SortedKeys;
  readonly indexes: Map<string, IndexView>;
}

export class Views {
  readonly #rows: Table<ItemRow>;
  readonly #tables = new Map<string, TableView>();
  readonly #leave: () => void;

  constructor(rows: Table<ItemRow>) {
    this.#rows = rows;
    for (const row of rows.list()) this.#hear(row.key, row);
    this.#leave = rows.watch((key, row) => this.#hear(key, row));
  }

  /** Places of a table's rows. */
  places({ id }: Pick<ItemTable, 'id'>): SortedKeys {
    return this.#view(id).places;
  }

  /** The entries of an index. */
  index(table: ItemTable, index: Index): IndexView {
    const { indexes, places } = this.#view(table.id);
    for (const name of indexes.keys()) if (!table.indexes.some((one) => viewName(one) === name)) indexes.delete(name);
    const known = indexes.get(viewName(index));
    if (known) return known;
    const view = new IndexView(table, index);
    for (const place of places.read({ from: '', until: undefined })) {
      view.hear(place, this.#rows.get(`${table.id}/${place}`)?.value);
    }
    indexes.set(viewName(index), view);
    return view;
  }

  close(): void {
    this.#leave();
  }

  #hear(key: string, row: Row<ItemRow> | undefined): void {
    const [tableId, place] = splitRowKey(key);
    const { places, indexes } = this.#view(tableId);
    if (row) places.add(place);
    else places.delete(place);
    for (const index of indexes.values()) index.hear(place, row?.value);
    if (places.size === 0 && indexes.size === 0) this.#tables.delete(tableId);
  }

  #view(tableId: string): TableView {
    let view = this.#tables.get(tableId);
    if (!view) {
      view = { places: new SortedKeys(), indexes: new Map() };
      this.#tables.set(tableId, view);
    }
    return view;
  }
}

/** An index that comes again with other keys is another one. */
function viewName({ name, keys, projection }: Index): string {
  return JSON.stringify([name, keys, projection]);
}

/** Which rows are in an index, and where. */
export class IndexView {
  readonly #table: ItemTable;
  readonly #index: Index;
  readonly order = new SortedKeys();
  /** By place in the table. */
  readonly #entries = new Map<string, { readonly order: string; readonly bytes: number }>();
  readonly #places = new Map<string, string>();
  #bytes = 0;

  constructor(table: ItemTable, index: Index) {
    this.#table = table;
    this.#index = index;
  }

  get contents(): Contents {
    return { items: this.#entries.size, bytes: this.#bytes };
  }

  /** The place in the table of what stands here in the index. */
  placeOf(order: string): string {
    return this.#places.get(order) ?? '';
  }

  hear(place: string, row: ItemRow | undefined): void {
    const before = this.#entries.get(place);
    if (before) {
      this.#entries.delete(place);
      this.#places.delete(before.order);
      this.#bytes -= before.bytes;
    }
    const item = row?.item === undefined ? undefined : readItem(row.item);
    const order = item && indexOrder(this.#table, this.#index, item, place);
    if (before && before.order !== order) this.order.delete(before.order);
    if (!item || order === undefined) return;
    const bytes = sizeOf(projected(this.#table, this.#index, item));
    this.#entries.set(place, { order, bytes });
    this.#places.set(order, place);
    this.#bytes += bytes;
    this.order.add(order);
  }
}

/** Where an item stands in an index; `undefined` where it has not all its keys. */
export function indexOrder({ types }: ItemTable, { keys }: Index, item: Item, place: string): string | undefined {
  const isIn = keyNames(keys).every((name) => {
    const type = types[name];
    return type !== undefined && item[name]?.[type] !== undefined;
  });
  return isIn ? orderText(keyTexts(keys, item)) + place : undefined;
}

/** What an index holds of an item. */
export function projected(table: ItemTable, { keys, projection }: Index, item: Item): Item {
  if (projection.ProjectionType === 'ALL') return item;
  return pick(item, projectedNames(table, { keys, projection }));
}

/** The attributes that an index holds, where it does not hold all. */
export function projectedNames(
  table: ItemTable,
  { keys, projection }: Pick<Index, 'keys' | 'projection'>,
): Set<string> {
  return new Set([...keyNames(table.keys), ...keyNames(keys), ...(projection.NonKeyAttributes ?? [])]);
}
