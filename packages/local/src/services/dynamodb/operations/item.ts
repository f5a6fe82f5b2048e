// One item: put, read, updated, deleted.
import { parseProjection, project } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import { updatedAttributes } from '@earwitness/protocol/internal/dynamodb/expression/update';
import { checkItem } from '@earwitness/protocol/internal/dynamodb/value/check';
import type { Call, OperationsOf } from '../../../call.ts';
import { type CapacityMode, describeCapacity, readUnits, writeUnits } from '../capacity.ts';
import { readPlaceholders } from '../expressions.ts';
import { type Item, writeItem } from '../items/item-text.ts';
import type { Written } from '../items/items.ts';
import { checkKey } from '../keys.ts';
import type { Parts } from '../parts.ts';
import { enveloped, invalid } from '../refusals.ts';
import { type ItemTable, indexesOf, tableArn } from '../table.ts';
import { type Bound, type Plan, planDelete, planPut, planUpdate } from '../write-plan.ts';
import { writeAnswer } from '../written-answer.ts';

interface Told {
  readonly ReturnConsumedCapacity?: CapacityMode;
  readonly ReturnItemCollectionMetrics?: 'SIZE' | 'NONE' | undefined;
}

export function itemOperations({ tables, items }: Parts) {
  async function write(plan: Plan, call: Call): Promise<{ readonly bound: Bound; readonly written: Written }> {
    await tables.authorize(call, plan.permission, tableArn(tables.place(plan.tableName, call)));
    const bound = plan.bind(tables.withItems(plan.tableName, call));
    return { bound, written: await items.change(bound) };
  }

  function tell({ table, key }: Bound, written: Written, input: Told) {
    const ConsumedCapacity = describeCapacity(table, writeUnits(table, written), {
      mode: input.ReturnConsumedCapacity,
    });
    return {
      ...(ConsumedCapacity && { ConsumedCapacity }),
      ...(input.ReturnItemCollectionMetrics === 'SIZE' && collectionMetrics(table, key)),
    };
  }

  return {
    async PutItem(input, call) {
      refuseReturnValues(input.ReturnValues);
      const { bound, written } = await write(
        enveloped(() => planPut(input)),
        call,
      );
      return { ...oldAttributes(input.ReturnValues, written), ...tell(bound, written, input) };
    },

    async DeleteItem(input, call) {
      refuseReturnValues(input.ReturnValues);
      const { bound, written } = await write(
        enveloped(() => planDelete(input)),
        call,
      );
      return { ...oldAttributes(input.ReturnValues, written), ...tell(bound, written, input) };
    },

    async UpdateItem(input, call) {
      const { bound, written } = await write(
        enveloped(() => planUpdate(input)),
        call,
      );
      const Attributes = updateAttributes(input.ReturnValues, bound, written);
      return {
        ...(Attributes && Object.keys(Attributes).length > 0 && { Attributes }),
        ...tell(bound, written, input),
      };
    },

    async GetItem(input, call) {
      const { ProjectionExpression } = input;
      const placeholders = readPlaceholders(input, {
        expressions: { ProjectionExpression },
        legacy: ['AttributesToGet'],
      });
      const projection =
        ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, { placeholders });
      placeholders.assertUsed();
      const key = checkItem(input.Key);
      await tables.authorize(call, 'GetItem', tableArn(tables.place(input.TableName, call)));
      const table = tables.withItems(input.TableName, call);
      checkKey(table, key);
      const found = items.find(table, key);
      const units = readUnits(found?.bytes ?? 0, input.ConsistentRead);
      const ConsumedCapacity = describeCapacity(table, { table: units }, { mode: input.ReturnConsumedCapacity });
      return writeAnswer(
        { ...(found && { Item: projection ? writeItem(project(projection, found.item)) : found.text }) },
        { ...(ConsumedCapacity && { ConsumedCapacity }) },
      );
    },
  } satisfies OperationsOf<'dynamodb'>;
}

/** Source: paritysuite/dynamodb-conformance, captured on AWS. */
function refuseReturnValues(asked: string | undefined): void {
  if (asked === undefined || asked === 'NONE' || asked === 'ALL_OLD') return;
  throw invalid('ReturnValues can only be ALL_OLD or NONE');
}

function oldAttributes(asked: string | undefined, { before }: Written): { readonly Attributes?: Item } {
  return asked === 'ALL_OLD' && before ? { Attributes: before.item } : {};
}

function updateAttributes(asked: string | undefined, bound: Bound, { before, after }: Written): Item | undefined {
  switch (asked) {
    case 'ALL_OLD':
      return before?.item;
    case 'ALL_NEW':
      return after?.item;
    case 'UPDATED_OLD':
      return before && updatedAttributes(before.item, bound.touched());
    case 'UPDATED_NEW':
      return after && updatedAttributes(after.item, bound.touched());
    default:
      return undefined;
  }
}

/** Only tables with local indexes have collections of items. Source: DynamoDB API reference, ItemCollectionMetrics. */
export function collectionMetrics(table: ItemTable, key: Item) {
  const hash = table.keys[0]?.AttributeName ?? '';
  const value = key[hash];
  if (indexesOf(table, 'local').length === 0 || !value) return {};
  return { ItemCollectionMetrics: { ItemCollectionKey: { [hash]: value }, SizeEstimateRangeGB: [0, 1] } };
}
