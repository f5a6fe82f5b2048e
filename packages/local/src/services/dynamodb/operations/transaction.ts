// Transactions: up to a hundred actions, all of them or none; a token makes one act once. Shapes of refusals:
// paritysuite/dynamodb-conformance, captured on AWS in 2026.
import { createHash } from 'node:crypto';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CancellationReason, TransactWriteItem } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { parseProjection, project } from '@earwitness/protocol/internal/dynamodb/expression/projection';
import { checkItem } from '@earwitness/protocol/internal/dynamodb/value/check';
import { type Table, tableOf } from '../../../backbone/table.ts';
import type { Call, OperationsOf } from '../../../call.ts';
import { doubled, readUnits, type Units, writeUnits } from '../capacity.ts';
import { readPlaceholders } from '../expressions.ts';
import { rowKeyOf } from '../items/item-row.ts';
import { checkKey, refuseEmptyKeys } from '../keys.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../refusals.ts';
import { type ItemTable, tableArn } from '../table.ts';
import { type Bound, type Plan, planCheck, planDelete, planPut, planUpdate } from '../write-plan.ts';
import { add, collectionsOf, consumed, refuseDuplicates } from './batch.ts';

/** A transaction that was done, by its token. */
interface Done {
  readonly request: string;
  /** Epoch ms from which the token is forgotten. */
  readonly until: number;
}

const TOKENS = tableOf<Done>('dynamodb/transaction-tokens');

/** Source: DynamoDB API reference, TransactWriteItems, ClientRequestToken. */
const TOKEN_MS = 10 * 60_000;
const MAX_BYTES = 4 * 1024 * 1024;
/** Transactions have the old layer's sentences. */
const OLD = { layer: 'old' } as const;
const TWICE = 'Transaction request cannot include multiple operations on one item';

export function transactionOperations({ platform, tables, items }: Parts) {
  const tokens: Table<Done> = platform.backbone.table(TOKENS);

  /** Whether the token's request was done already. @throws IdempotentParameterMismatchException */
  function isDone(key: string, request: string): boolean {
    const done = tokens.get(key)?.value;
    if (!done || done.until <= platform.clock.now()) return false;
    if (done.request === request) return true;
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'The request used the same client token as a previous request, but with different parameters.',
    );
  }

  let sweepAt = 0;

  async function remember(key: string, request: string): Promise<void> {
    const now = platform.clock.now();
    if (now >= sweepAt) {
      sweepAt = now + TOKEN_MS;
      for (const row of tokens.list()) if (row.value.until <= now) await tokens.delete(row.key);
    }
    await tokens.put(key, { request, until: now + TOKEN_MS });
  }

  return {
    async TransactWriteItems(input, call) {
      const plans = input.TransactItems.map(planOf);
      const token = input.ClientRequestToken;
      const key = `${call.account}/${call.region}/${token}`;
      const request = digest(input.TransactItems);
      for (const { tableName, permission } of plans) {
        await tables.authorize(call, permission, tableArn(tables.place(tableName, call)));
      }
      const known = plans.map(({ tableName }) => tables.withItems(tableName, call));
      if (token !== undefined && isDone(key, request)) return {};
      const bound = bindAll(plans, known);
      const units = new Map<ItemTable, Units>();
      const counted = bound.map((action) => ({
        ...action,
        decide(before: Parameters<Bound['decide']>[0]) {
          const after = action.decide(before);
          add(units, action.table, doubled(writeUnits(action.table, { before, after })));
          return after;
        },
      }));
      await items.changeAll(counted, cancelled);
      if (token !== undefined) await remember(key, request);
      return {
        ...consumed(units, input.ReturnConsumedCapacity, 'Write'),
        ...(input.ReturnItemCollectionMetrics === 'SIZE' && collectionsOf(bound)),
      };
    },

    async TransactGetItems({ TransactItems: gets, ReturnConsumedCapacity: mode }, call) {
      const reads = gets.map(({ Get: get }) => {
        const { ProjectionExpression } = get;
        const placeholders = readPlaceholders(get, { expressions: { ProjectionExpression }, ...OLD });
        const projection =
          ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, { placeholders });
        placeholders.assertUsed();
        return { name: get.TableName, projection, key: checkItem(get.Key, OLD) };
      });
      await authorizeReads(reads, call);
      const bound = reads.map((read) => ({ ...read, table: tables.withItems(read.name, call) }));
      const problems = bound.map(({ table, key }) => problemOf(() => checkKey(table, key)));
      if (problems.some(Boolean)) throw cancelled(problems);
      refuseDuplicates(
        bound.map(({ table, key }) => rowKeyOf(table, key)),
        TWICE,
      );
      const units = new Map<ItemTable, Units>();
      const answer = bound.map(({ table, key, projection }) => {
        const found = items.find(table, key);
        add(units, table, { table: readUnits(found?.bytes ?? 0, true) * 2 });
        const item = found && (projection ? project(projection, found.item) : found.item);
        return item && Object.keys(item).length > 0 ? { Item: item } : {};
      });
      return { Responses: answer, ...consumed(units, mode, 'Read') };
    },
  } satisfies OperationsOf<'dynamodb'>;

  async function authorizeReads(reads: readonly { readonly name: string }[], call: Call): Promise<void> {
    for (const { name } of reads) await tables.authorize(call, 'GetItem', tableArn(tables.place(name, call)));
  }
}

function planOf({ ConditionCheck: check, Put: put, Delete: gone, Update: update }: TransactWriteItem): Plan {
  if ([check, put, gone, update].filter(Boolean).length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (check) return planCheck(check, OLD);
  if (put) return planPut(put, OLD);
  return gone ? planDelete(gone, OLD) : planUpdate(update ?? { TableName: '', Key: {} }, OLD);
}

function bindAll(plans: readonly Plan[], tables: readonly ItemTable[]): Bound[] {
  const pairs = plans.flatMap((plan, index) => {
    const table = tables[index];
    return table ? [{ plan, table }] : [];
  });
  for (const { plan, table } of pairs) refuseEmptyKeys(table, plan.item);
  const bound: Bound[] = [];
  const problems = pairs.map(({ plan, table }) => problemOf(() => bound.push(plan.bind(table))));
  if (problems.some(Boolean)) throw cancelled(problems);
  refuseDuplicates(
    bound.map(({ table, key }) => rowKeyOf(table, key)),
    TWICE,
  );
  if (plans.reduce((sum, plan) => sum + plan.bytes(), 0) > MAX_BYTES) {
    throw invalid('Transaction request is too large: all items together have at most 4 MB');
  }
  return bound;
}

function problemOf(check: () => unknown): unknown {
  try {
    check();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  return undefined;
}

/** @param problems by action; `undefined` for those that nothing is wrong with */
function cancelled(problems: readonly unknown[]): ServiceError {
  const reasons = problems.map(reasonOf);
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new ServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

const CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  TransactionConflictException: 'TransactionConflict',
  ValidationException: 'ValidationError',
};

function reasonOf(problem: unknown): CancellationReason {
  if (!(problem instanceof ServiceError)) return { Code: 'None' };
  return { Code: CODES[problem.code] ?? problem.code, Message: problem.message, ...problem.fields };
}

/** What tells one request from another, which the order of members does not. */
function digest(actions: readonly TransactWriteItem[]): string {
  const text = JSON.stringify(actions, (_, value) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(text).digest('base64');
}
