// What calls cost. Nothing is throttled; who asks is told what AWS would have counted. Source: DynamoDB developer
// guide, "Capacity unit consumption"; dynoxide's changelog, captured on AWS.
import type { ConsumedCapacity } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { equalValues } from '@earwitness/protocol/internal/dynamodb/value/order';
import { sizeOf } from '@earwitness/protocol/internal/dynamodb/value/size';
import { pick } from './items/item-row.ts';
import type { Item } from './items/item-text.ts';
import type { Written } from './items/items.ts';
import { projected } from './items/views.ts';
import { type Index, type ItemTable, keyNames } from './table.ts';

/** Units of a call: of the table, and of its indexes by name. */
export interface Units {
  readonly table: number;
  readonly indexes?: Readonly<Record<string, number>>;
}

export type CapacityMode = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

/** Reading `bytes`, in one go. */
export function readUnits(bytes: number, isConsistent: boolean | undefined): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (isConsistent ? 1 : 0.5);
}

export function writeUnits(table: ItemTable, { before, after }: Written): Units {
  const largest = Math.max(before?.bytes ?? 0, after?.bytes ?? 0);
  const indexes = table.indexes.map(
    (index) => [index.name, indexUnits(table, index, before?.item, after?.item)] as const,
  );
  return { table: unitsOf(largest), indexes: Object.fromEntries(indexes.filter(([, units]) => units > 0)) };
}

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** An entry that comes, goes or changes costs a write, one that moves two. */
function indexUnits(table: ItemTable, index: Index, before: Item | undefined, after: Item | undefined): number {
  const entry = (item: Item | undefined) =>
    item && keyNames(index.keys).every((name) => Object.hasOwn(item, name)) ? projected(table, index, item) : undefined;
  const [old, now] = [entry(before), entry(after)];
  if (!old || !now) return old || now ? unitsOf(sizeOf(old ?? now ?? {})) : 0;
  if (equalValues({ M: old }, { M: now })) return 0;
  const keys = keyNames(index.keys);
  const stays = equalValues({ M: pick(old, keys) }, { M: pick(now, keys) });
  return stays ? unitsOf(Math.max(sizeOf(old), sizeOf(now))) : unitsOf(sizeOf(old)) + unitsOf(sizeOf(now));
}

export function addUnits(one: Units, other: Units): Units {
  const names = new Set([...Object.keys(one.indexes ?? {}), ...Object.keys(other.indexes ?? {})]);
  const of = ({ indexes = {} }: Units, name: string) => indexes[name] ?? 0;
  return {
    table: one.table + other.table,
    indexes: Object.fromEntries([...names].map((name) => [name, of(one, name) + of(other, name)])),
  };
}

/** Transactions cost twice. */
export function doubled(units: Units): Units {
  return addUnits(units, units);
}

/** @param kind where a transaction says which kind of units it were */
export function describeCapacity(
  table: ItemTable,
  { table: own, indexes = {} }: Units,
  { mode, kind }: { readonly mode: CapacityMode; readonly kind?: 'Read' | 'Write' },
): ConsumedCapacity | undefined {
  if (mode === undefined || mode === 'NONE') return undefined;
  const told = (units: number) => ({ CapacityUnits: units, ...(kind && { [`${kind}CapacityUnits`]: units }) });
  const total = Object.values(indexes).reduce((sum, units) => sum + units, own);
  const some = (isGlobal: boolean) => {
    const names = table.indexes.filter((index) => index.isGlobal === isGlobal && Object.hasOwn(indexes, index.name));
    return names.length === 0
      ? undefined
      : Object.fromEntries(names.map(({ name }) => [name, told(indexes[name] ?? 0)]));
  };
  const [globals, locals] = [some(true), some(false)];
  return {
    TableName: table.name,
    ...told(total),
    ...(mode === 'INDEXES' && {
      Table: told(own),
      ...(globals && { GlobalSecondaryIndexes: globals }),
      ...(locals && { LocalSecondaryIndexes: locals }),
    }),
  };
}
