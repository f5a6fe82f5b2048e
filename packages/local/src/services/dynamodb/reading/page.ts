// One page of a Query or a Scan: read in order until a limit of items, a megabyte or the end; filtered, then projected.
import { type Condition, holds } from '@earwitness/protocol/internal/dynamodb/expression/condition';
import { type Projection, project } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import { keyOf, pick } from '../items/item-row.ts';
import { type Item, writeItem } from '../items/item-text.ts';
import type { Items } from '../items/items.ts';
import type { KeyRange } from '../items/sorted-keys.ts';
import { type Index, type ItemTable, keyNames } from '../table.ts';

/**
 * Source: DynamoDB developer guide, "Paginating table query results". The item that goes beyond it is the page's last.
 */
const MAX_PAGE_BYTES = 1024 * 1024;

export interface PageOrder {
  readonly table: ItemTable;
  readonly index?: Index | undefined;
  readonly range: KeyRange;
  readonly isForward: boolean;
  readonly limit: number | undefined;
  readonly filter?: Condition | undefined;
  readonly projection?: Projection | undefined;
  /** The whole item is looked at and shown, whatever the index holds. */
  readonly isWhole: boolean;
  readonly isCount: boolean;
}

export interface ReadPage {
  /** Members of the answer that are text. */
  readonly written: { readonly Items?: string; readonly LastEvaluatedKey?: string };
  readonly counts: { readonly Count: number; readonly ScannedCount: number };
  /** What was read, before filter and projection. */
  readonly bytes: number;
}

export function readPage(items: Items, order: PageOrder): ReadPage {
  const { table, index, limit = Number.POSITIVE_INFINITY, filter, projection, isWhole, isCount } = order;
  const page: string[] = [];
  let [count, scanned, bytes] = [0, 0, 0];
  let last: Item | undefined;
  for (const { held, whole } of items.read(table, order)) {
    scanned++;
    bytes += held.bytes;
    const shown = isWhole ? whole : held;
    if (!filter || holds(filter, shown.item)) {
      count++;
      if (!isCount) page.push(projection ? writeItem(project(projection, shown.item)) : shown.text);
    }
    if (scanned < limit && bytes < MAX_PAGE_BYTES) continue;
    last = { ...keyOf(table.keys, whole.item), ...(index && pick(whole.item, keyNames(index.keys))) };
    break;
  }
  return {
    written: {
      ...(!isCount && { Items: `[${page.join(',')}]` }),
      ...(last && { LastEvaluatedKey: writeItem(last) }),
    },
    counts: { Count: count, ScannedCount: scanned },
    bytes,
  };
}
