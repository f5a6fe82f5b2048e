// Batches: many items written or read in one call, each for itself. Sentences: paritysuite/dynamodb-conformance and
// moto's tests verified on AWS.
import type {
  AttributeValue,
  ItemCollectionMetrics,
  WriteRequest,
} from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { parseProjection, project } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import { checkItem } from '@earwitness/protocol/internal/dynamodb/value/check';
import type { OperationsOf } from '../../../call.ts';
import { addUnits, describeCapacity, readUnits, type Units, writeUnits } from '../capacity.ts';
import { readPlaceholders } from '../expressions.ts';
import { rowKeyOf } from '../items/item-row.ts';
import type { Item } from '../items/item-text.ts';
import type { Action } from '../items/items.ts';
import { checkKey } from '../keys.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../refusals.ts';
import { type ItemTable, tableArn } from '../table.ts';
import { type Plan, planDelete, planPut } from '../write-plan.ts';
import { collectionMetrics } from './item.ts';

/** Source: DynamoDB API reference, BatchGetItem, BatchWriteItem. */
const MAX_WRITES = 25;
const MAX_READS = 100;
const MAX_BYTES = 16 * 1024 * 1024;

export function batchOperations({ tables, items }: Parts) {
  return {
    async BatchWriteItem(input, call) {
      const requests = Object.entries(input.RequestItems);
      const count = requests.reduce((sum, [, list]) => sum + list.length, 0);
      if (count > MAX_WRITES) throw tooMany('BatchWriteItem');
      const plans = requests.flatMap(([name, list]) => list.map((request) => planOf(name, request)));
      for (const [name] of requests) {
        await tables.authorize(call, 'BatchWriteItem', tableArn(tables.place(name, call)));
      }
      const bound = plans.map((plan) => plan.bind(tables.withItems(plan.tableName, call)));
      refuseDuplicates(bound.map(({ table, key }) => rowKeyOf(table, key)));
      const units = new Map<ItemTable, Units>();
      for (const action of bound) {
        const written = await items.change(action);
        add(units, action.table, writeUnits(action.table, written));
      }
      return {
        UnprocessedItems: {},
        ...(input.ReturnItemCollectionMetrics === 'SIZE' && collectionsOf(bound)),
        ...consumed(units, input.ReturnConsumedCapacity),
      };
    },

    async BatchGetItem(input, call) {
      const requests = Object.entries(input.RequestItems);
      if (requests.reduce((sum, [, { Keys }]) => sum + Keys.length, 0) > MAX_READS) {
        throw tooMany('BatchGetItem');
      }
      const reads = requests.map(([name, request]) => {
        const { ProjectionExpression } = request;
        const placeholders = readPlaceholders(request, {
          expressions: { ProjectionExpression },
          legacy: ['AttributesToGet'],
        });
        const projection =
          ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, { placeholders });
        placeholders.assertUsed();
        return {
          name,
          projection,
          keys: request.Keys.map((key) => checkItem(key)),
          isConsistent: request.ConsistentRead,
        };
      });
      for (const { name } of reads) {
        await tables.authorize(call, 'BatchGetItem', tableArn(tables.place(name, call)));
      }
      const bound = reads.map((read) => ({ ...read, table: tables.withItems(read.name, call) }));
      for (const { table, keys } of bound) for (const key of keys) checkKey(table, key);
      refuseDuplicates(bound.flatMap(({ table, keys }) => keys.map((key) => rowKeyOf(table, key))));
      const units = new Map<ItemTable, Units>();
      const unprocessed: Record<string, object> = {};
      const answer: Record<string, Item[]> = {};
      let bytes = 0;
      for (const { name, table, keys, projection, isConsistent } of bound) {
        const found: Item[] = [];
        answer[name] = found;
        for (const [index, key] of keys.entries()) {
          const one = items.find(table, key);
          bytes += one?.bytes ?? 0;
          if (bytes > MAX_BYTES) {
            unprocessed[name] = { ...input.RequestItems[name], Keys: keys.slice(index) };
            break;
          }
          add(units, table, { table: readUnits(one?.bytes ?? 0, isConsistent) });
          if (one) found.push(projection ? project(projection, one.item) : one.item);
        }
      }
      return {
        Responses: answer,
        UnprocessedKeys: unprocessed as Readonly<
          Record<string, { readonly Keys: readonly Record<string, AttributeValue>[] }>
        >,
        ...consumed(units, input.ReturnConsumedCapacity),
      };
    },
  } satisfies OperationsOf<'dynamodb'>;
}

function planOf(TableName: string, { PutRequest: put, DeleteRequest: gone }: WriteRequest): Plan {
  if (put && gone) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (put) return planPut({ TableName, Item: put.Item }, { layer: 'old', isInBatch: true });
  if (gone) return planDelete({ TableName, Key: gone.Key }, { layer: 'old' });
  throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

export function refuseDuplicates(
  rowKeys: readonly string[],
  sentence = 'Provided list of item keys contains duplicates',
) {
  if (new Set(rowKeys).size < rowKeys.length) throw invalid(sentence);
}

function tooMany(operation: string) {
  return invalid(`Too many items requested for the ${operation} call`);
}

export function add(units: Map<ItemTable, Units>, table: ItemTable, more: Units): void {
  const known = units.get(table);
  units.set(table, known ? addUnits(known, more) : more);
}

export function consumed(
  units: ReadonlyMap<ItemTable, Units>,
  mode: 'INDEXES' | 'TOTAL' | 'NONE' | undefined,
  kind?: 'Read' | 'Write',
) {
  const list = [...units].flatMap(
    ([table, one]) => describeCapacity(table, one, { mode, ...(kind && { kind }) }) ?? [],
  );
  return list.length > 0 ? { ConsumedCapacity: list } : {};
}

/** The collections of the items of several actions, by table; nothing where there are none. */
export function collectionsOf(bound: readonly Pick<Action, 'table' | 'key'>[]) {
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  for (const { table, key } of bound) {
    const { ItemCollectionMetrics: one } = collectionMetrics(table, key);
    if (one) metrics[table.name] = [...(metrics[table.name] ?? []), one];
  }
  return Object.keys(metrics).length > 0 ? { ItemCollectionMetrics: metrics } : {};
}
