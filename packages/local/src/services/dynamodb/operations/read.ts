// Query and Scan: many items of a table or an index, page by page.
import { parseCondition } from '@earwitness/protocol/internal/dynamodb/expression/condition';
import { matchKeys, readKeyTests } from '@earwitness/protocol/internal/dynamodb/expression/key-condition';
import { parseProjection } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import type { Call, OperationsOf } from '../../../call.ts';
import { type CapacityMode, describeCapacity, readUnits } from '../capacity.ts';
import { type ExpressionUse, readPlaceholders, type WithPlaceholders } from '../expressions.ts';
import type { Item } from '../items/item-text.ts';
import { segmentRange } from '../items/order.ts';
import type { Parts } from '../parts.ts';
import { type ReadPage, readPage } from '../reading/page.ts';
import { rangeOf } from '../reading/range.ts';
import { attributesOf, checkSelect, findIndex, needsWhole, type Selecting } from '../reading/select.ts';
import { restOf } from '../reading/start.ts';
import { enveloped, invalid } from '../refusals.ts';
import { type Index, type ItemTable, keyNames, tableArn } from '../table.ts';
import { writeAnswer } from '../written-answer.ts';

interface Reading extends Selecting, WithPlaceholders {
  readonly TableName: string;
  readonly FilterExpression?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly Limit?: number | undefined;
  readonly ExclusiveStartKey?: Item | undefined;
  readonly ReturnConsumedCapacity?: CapacityMode;
}

const LEGACY = ['AttributesToGet', 'ConditionalOperator'];

export function readOperations({ tables, items }: Parts) {
  /** The expressions that Query and Scan share. */
  function parse(input: Reading, { expressions, legacy = [], layer = 'new' }: Partial<ExpressionUse>) {
    const { FilterExpression, ProjectionExpression } = input;
    const placeholders = readPlaceholders(input, {
      expressions: { FilterExpression, ...expressions, ProjectionExpression },
      legacy: [...LEGACY, ...legacy],
      layer,
    });
    const filter =
      FilterExpression === undefined
        ? undefined
        : parseCondition(FilterExpression, { place: 'FilterExpression', placeholders });
    const projection =
      ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, { placeholders });
    return { placeholders, filter, projection };
  }

  async function open(input: Reading, call: Call, action: string) {
    const place = tables.place(input.TableName, call);
    const arn = tableArn(place);
    await tables.authorize(call, action, input.IndexName === undefined ? arn : `${arn}/index/${input.IndexName}`);
    const table = tables.withItems(input.TableName, call);
    return { table, index: findIndex(table, input) };
  }

  function answer({ written, counts, bytes }: ReadPage, input: Reading, { table, index }: Opened) {
    const units = readUnits(bytes, input.ConsistentRead);
    const spent = index ? { table: 0, indexes: { [index.name]: units } } : { table: units };
    const ConsumedCapacity = describeCapacity(table, spent, { mode: input.ReturnConsumedCapacity });
    return writeAnswer(written, { ...counts, ...(ConsumedCapacity && { ConsumedCapacity }) });
  }

  return {
    async Query(input, call) {
      enveloped(() => checkSelect(input));
      const { KeyConditionExpression: text } = input;
      const { placeholders, filter, projection } = parse(input, {
        expressions: { KeyConditionExpression: text },
        legacy: ['KeyConditions', 'QueryFilter'],
      });
      if (text === undefined) {
        throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
      }
      const tests = readKeyTests(text, { placeholders });
      placeholders.assertUsed();
      const { table, index } = await open(input, call, 'Query');
      const keys = index?.keys ?? table.keys;
      const condition = matchKeys(tests, { keys, types: table.types });
      const key = keyNames(keys).find((name) => filter?.attributes.has(name));
      if (key !== undefined) {
        throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
      }
      const isForward = input.ScanIndexForward ?? true;
      const { range, partition } = rangeOf(condition);
      const page = readPage(items, {
        table,
        index,
        range: restOf(range, input.ExclusiveStartKey, { table, index, isForward, partition }),
        isForward,
        limit: input.Limit,
        filter,
        projection,
        isWhole: needsWhole(table, index, { select: input.Select, attributes: attributesOf(projection) }),
        isCount: input.Select === 'COUNT',
      });
      return answer(page, input, { table, index });
    },

    async Scan(input, call) {
      checkSelect(input);
      const { Segment: segment, TotalSegments: total } = input;
      checkSegments(segment, total);
      const { placeholders, filter, projection } = parse(input, { legacy: ['ScanFilter'], layer: 'old' });
      placeholders.assertUsed();
      const { table, index } = await open(input, call, 'Scan');
      const all = segment === undefined || total === undefined ? WHOLE : segmentRange(segment, total);
      const page = readPage(items, {
        table,
        index,
        range: restOf(all, input.ExclusiveStartKey, { table, index, isForward: true }),
        isForward: true,
        limit: input.Limit,
        filter,
        projection,
        isWhole: needsWhole(table, index, { select: input.Select, attributes: attributesOf(projection) }),
        isCount: input.Select === 'COUNT',
      });
      return answer(page, input, { table, index });
    },
  } satisfies OperationsOf<'dynamodb'>;
}

const WHOLE = { from: '', until: undefined };

interface Opened {
  readonly table: ItemTable;
  readonly index: Index | undefined;
}

/** Source: paritysuite/dynamodb-conformance, captured on AWS. */
function checkSegments(segment: number | undefined, total: number | undefined): void {
  if (segment === undefined && total === undefined) return;
  if (total === undefined) {
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (segment === undefined) {
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (segment >= total) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
}
