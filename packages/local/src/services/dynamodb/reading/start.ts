// Where a page begins that goes on after another one. The key that it names need not be there (any more). Sentences:
// dynalite's tests; moto's tests verified on AWS.
import { checkItem } from '@earwitness/protocol/internal/dynamodb/value/check';
import { keyTexts } from '../items/item-row.ts';
import type { Item } from '../items/item-text.ts';
import { after, orderText } from '../items/order.ts';
import type { KeyRange } from '../items/sorted-keys.ts';
import { invalid } from '../refusals.ts';
import { type Index, type ItemTable, keyNames } from '../table.ts';

export interface StartPlace {
  readonly table: ItemTable;
  readonly index?: Index | undefined;
  readonly isForward: boolean;
}

/**
 * What is left of a range after a key.
 * @param partition of a query: every place in it begins with this text
 * @throws ValidationException
 */
export function restOf(
  range: KeyRange,
  start: Item | undefined,
  { table, index, isForward, partition }: StartPlace & { readonly partition?: string },
): KeyRange {
  if (!start) return range;
  const place = placeOf(checkItem(start), { table, index, isForward, isQuery: partition !== undefined });
  if (partition !== undefined && !place.startsWith(partition)) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (place < range.from || (range.until !== undefined && place >= range.until)) {
    throw invalid(
      partition === undefined
        ? 'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 0 Segment: 0'
        : 'The provided starting key does not match the range key predicate',
    );
  }
  return isForward ? { from: after(place), until: range.until } : { from: range.from, until: place };
}

function placeOf(start: Item, { table, index, isQuery }: StartPlace & { readonly isQuery: boolean }): string {
  const names = new Set([...keyNames(table.keys), ...keyNames(index?.keys ?? [])]);
  const isWhole = [...names].every((name) => {
    const type = table.types[name];
    return type !== undefined && start[name]?.[type] !== undefined;
  });
  if (!isWhole || Object.keys(start).length !== names.size) {
    const sentence = 'The provided starting key is invalid';
    throw invalid(isQuery ? sentence : `${sentence}: The provided key element does not match the schema`);
  }
  const own = orderText(keyTexts(table.keys, start));
  return index ? orderText(keyTexts(index.keys, start)) + own : own;
}
