// The row of an item, and what its key is made of.
import { setMember } from '@earwitness/protocol/internal/aws/json/member';
import type { AttributeValue, KeySchemaElement } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { keyText } from '@earwitness/protocol/internal/dynamodb/value/order';
import { tableOf } from '../../../backbone/table.ts';
import { type ItemTable, keyNames } from '../table.ts';
import type { Item } from './item-text.ts';
import { type KeyTexts, orderText } from './order.ts';

/** The row: an item, or the place of one that an open transaction may put there. */
export interface ItemRow {
  /** As text; left out where there is no item (yet). */
  readonly item?: string;
  /** The item's size. */
  readonly bytes: number;
  readonly mark?: Mark;
}

/** What a transaction makes of the item once it is committed. */
export interface Mark {
  readonly transaction: string;
  /** Left out: the item is removed. */
  readonly next?: string;
  readonly bytes: number;
}

export const ITEMS = tableOf<ItemRow>('dynamodb/items');

/** The row's key of the item that has these key attributes. */
export function rowKeyOf(table: ItemTable, item: Item): string {
  return rowPrefix(table) + orderText(keyTexts(table.keys, item));
}

/** What the keys of all rows of a table begin with. */
export function rowPrefix({ id }: Pick<ItemTable, 'id'>): string {
  return `${id}/`;
}

/** A row's table and its place among the table's rows. */
export function splitRowKey(rowKey: string): readonly [tableId: string, order: string] {
  const end = rowKey.indexOf('/');
  return [rowKey.slice(0, end), rowKey.slice(end + 1)];
}

/** Key values of an item that has all of them. */
export function keyTexts(keys: readonly KeySchemaElement[], item: Item): KeyTexts {
  const texts = (type: string) =>
    keys.filter(({ KeyType }) => KeyType === type).map(({ AttributeName }) => keyText(item[AttributeName] ?? {}));
  return { partition: texts('HASH'), sort: texts('RANGE') };
}

/** The key attributes of an item: those of the table, or of an index too. */
export function keyOf(keys: readonly KeySchemaElement[], item: Item): Item {
  return pick(item, keyNames(keys));
}

/** Those of some attributes that an item has. */
export function pick(item: Item, names: Iterable<string>): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (value) setMember(picked, name, value);
  }
  return picked;
}
