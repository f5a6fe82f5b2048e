// A write as a request asks for it, alone, in a batch or in a transaction: first what can be said without the table (a
// plan), then what is said of its keys (bound), then what it makes of the item that is there (decide).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Condition } from '@earwitness/protocol/internal/dynamodb/expression/condition';
import { holds, parseCondition } from '@earwitness/protocol/internal/dynamodb/expression/condition';
import type { Path } from '@earwitness/protocol/internal/dynamodb/expression/path';
import { applyUpdate, parseUpdate, type Update } from '@earwitness/protocol/internal/dynamodb/expression/update';
import { checkItem } from '@earwitness/protocol/internal/dynamodb/value/check';
import { sizeOf } from '@earwitness/protocol/internal/dynamodb/value/size';
import { readPlaceholders, type WithPlaceholders } from './expressions.ts';
import { keyOf } from './items/item-row.ts';
import type { Item } from './items/item-text.ts';
import type { Action } from './items/items.ts';
import { StoredItem } from './items/stored-item.ts';
import { checkIndexKeys, checkItemKey, checkKey } from './keys.ts';
import { invalid, invalidParameter } from './refusals.ts';
import { type ItemTable, keyNames } from './table.ts';

/** Source: DynamoDB quotas, "Items". */
const MAX_ITEM_BYTES = 409_600;

export interface Plan {
  readonly tableName: string;
  /** What has to be allowed. */
  readonly permission: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';
  /** The key, or the item that has it. */
  readonly item: Item;
  /** What it brings of the 4 MB that a transaction may: the item, or the key and the values of an update. */
  bytes(): number;
  /** @throws ValidationException for keys that are not the table's */
  bind(table: ItemTable): Bound;
}

export interface Bound extends Action {
  /** Paths that an update touched, once it has been decided. */
  touched(): readonly Path[];
}

interface Conditional extends WithPlaceholders {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined;
}

interface PutInput extends Conditional {
  readonly Item: Item;
}

interface KeyInput extends Conditional {
  readonly Key: Item;
}

interface UpdateInput extends KeyInput {
  readonly UpdateExpression?: string | undefined;
}

/** Which of AWS's two layers checks values: they have other sentences. Source: paritysuite/dynamodb-conformance. */
export interface PlanOptions {
  readonly layer?: 'new' | 'old';
  /** BatchWriteItem has a sentence of its own for keys. */
  readonly isInBatch?: boolean;
}

const LEGACY = ['Expected', 'ConditionalOperator'];

export function planPut(input: PutInput, how: PlanOptions = {}): Plan {
  const item = checkItem(input.Item, how);
  const checked = conditionOf(input, LEGACY, how);
  const after = StoredItem.of(item);
  if (after.bytes > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  return {
    tableName: input.TableName,
    permission: 'PutItem',
    item,
    bytes: () => after.bytes,
    bind(table) {
      checkItemKey(table, item, how.isInBatch);
      checkIndexKeys(table, item);
      return { ...untouched(table, item), decide: (before) => checked(before, after) };
    },
  };
}

export function planDelete(input: KeyInput, how: PlanOptions = {}): Plan {
  const key = checkItem(input.Key, how);
  const checked = conditionOf(input, LEGACY, how);
  return {
    tableName: input.TableName,
    permission: 'DeleteItem',
    item: key,
    bytes: () => sizeOf(key),
    bind(table) {
      checkKey(table, key);
      return { ...untouched(table, key), decide: (before) => checked(before, undefined) };
    },
  };
}

export function planCheck(input: KeyInput, how: PlanOptions = {}): Plan {
  const key = checkItem(input.Key, how);
  const checked = conditionOf(input, [], how);
  return {
    tableName: input.TableName,
    permission: 'ConditionCheckItem',
    item: key,
    bytes: () => sizeOf(key),
    bind(table) {
      checkKey(table, key);
      return { ...untouched(table, key), decide: (before) => checked(before, before) };
    },
  };
}

export function planUpdate(input: UpdateInput, how: PlanOptions = {}): Plan {
  const key = checkItem(input.Key, how);
  const { UpdateExpression, ConditionExpression } = input;
  const expressions = { UpdateExpression, ConditionExpression };
  const placeholders = readPlaceholders(input, { expressions, legacy: ['AttributeUpdates', ...LEGACY], ...how });
  const update = UpdateExpression === undefined ? undefined : parseUpdate(UpdateExpression, { placeholders });
  const condition =
    ConditionExpression === undefined
      ? undefined
      : parseCondition(ConditionExpression, { place: 'ConditionExpression', placeholders });
  placeholders.assertUsed();
  return {
    tableName: input.TableName,
    permission: 'UpdateItem',
    item: key,
    bytes: () => sizeOf(key) + sizeOf(input.ExpressionAttributeValues ?? {}),
    bind(table) {
      checkKey(table, key);
      refuseKeyUpdate(table, update);
      let touched: readonly Path[] = [];
      return {
        ...untouched(table, key),
        touched: () => touched,
        decide(before) {
          checkCondition(condition, before, input);
          if (!update) return before ?? StoredItem.of(key);
          const made = applyUpdate(update, before?.item, key);
          touched = made.touched;
          if (!before && made.createsNothing) return undefined;
          return checkUpdated(table, StoredItem.of(made.item));
        },
      };
    },
  };
}

function untouched(table: ItemTable, item: Item) {
  return { table, key: keyOf(table.keys, item), touched: () => [] };
}

/** What returns `after`, or throws when the condition of a request does not hold. */
function conditionOf(
  input: Conditional,
  legacy: readonly string[],
  how: PlanOptions,
): (before: StoredItem | undefined, after: StoredItem | undefined) => StoredItem | undefined {
  const { ConditionExpression } = input;
  const placeholders = readPlaceholders(input, { expressions: { ConditionExpression }, legacy, ...how });
  const condition =
    ConditionExpression === undefined
      ? undefined
      : parseCondition(ConditionExpression, { place: 'ConditionExpression', placeholders });
  placeholders.assertUsed();
  return (before, after) => {
    checkCondition(condition, before, input);
    return after;
  };
}

function checkCondition(
  condition: Condition | undefined,
  before: StoredItem | undefined,
  { ReturnValuesOnConditionCheckFailure: told }: Conditional,
): void {
  if (!condition || holds(condition, before?.item)) return;
  throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', {
    fields: told === 'ALL_OLD' && before ? { Item: before.item } : {},
  });
}

function refuseKeyUpdate(table: ItemTable, update: Update | undefined): void {
  const keys = keyNames(table.keys);
  const key = update?.map(({ path }) => String(path[0])).find((name) => keys.includes(name));
  if (key !== undefined) throw invalidParameter(`Cannot update attribute ${key}. This attribute is part of the key`);
}

function checkUpdated(table: ItemTable, after: StoredItem): StoredItem {
  checkIndexKeys(table, after.item, true);
  if (after.bytes > MAX_ITEM_BYTES) throw invalid('Item size to update has exceeded the maximum allowed size');
  return after;
}
