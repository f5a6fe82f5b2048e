// The items of a table, for a test: put before it acts, looked at and awaited after it.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { CallSite } from '../call-site.ts';
import { EventNotReceivedError } from '../errors.ts';
import { compileExpectation } from '../expectation/compile.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { printBlock } from '../expectation/print.ts';
import { demandDuration } from '../hearing/duration.ts';
import type { WaitOptions } from '../hearing/wait.ts';
import { localUrl } from '../local-cloud.ts';
import { joinSections, type Line, line, linesOf } from '../printing/line.ts';
import { DEFAULT_TIMEOUT_MS } from '../settings.ts';
import { askLocal } from './admin.ts';
import { findNamed, type OfStack, resourcesOf, stackNames } from './find-named.ts';
import { physicalId } from './function-name.ts';
import { meets } from './meets.ts';
import { pollFor } from './polling.ts';
import { callAws, loadSdk } from './sdk.ts';

/** An item as plain values: numbers, texts, lists, objects; a set is a `Set`, a binary a `Uint8Array`. */
export type TableItem = Readonly<Record<string, unknown>>;

/** What an item has to have, as of `waitForMessageMatching`. */
export type ExpectedItem = TableItem | Expectation | ((item: TableItem) => boolean);

/**
 * The items of one table. Each verb rejects with TransportError when DynamoDB refuses (with its `code`), and with
 * ConfigurationError when several tables have the name or a package is missing.
 */
export interface TableItems {
  /** Puts items, in batches; each takes the place of one with its key. */
  put(...items: readonly TableItem[]): Promise<void>;
  /** Resolves with the item of a key (`{ id: 'o-1' }`), undefined when there is none. */
  get(key: TableItem): Promise<TableItem | undefined>;
  /** Deletes the item of a key, if there is one. */
  delete(key: TableItem): Promise<void>;
  /** Resolves with every item of the table. */
  all(): Promise<readonly TableItem[]>;
  /**
   * Resolves with an item that matches, as soon as there is one.
   * @throws EventNotReceivedError after `timeoutMs` (default 3000); the message has the items that are there
   */
  waitFor(expected: ExpectedItem, options?: WaitOptions): Promise<TableItem>;
}

const CALL = 'cloud.items()';
const TABLE_TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
/** Source: DynamoDB API reference, BatchWriteItem. */
const BATCH_SIZE = 25;
/** Ours: items that a page shows. */
const SHOWN_ITEMS = 5;

type Sdk = typeof import('@aws-sdk/lib-dynamodb');
type Client = import('@aws-sdk/lib-dynamodb').DynamoDBDocumentClient;

/** @param table name, ARN or logical id */
export function itemsOf(table: string): TableItems {
  async function ask<Output>(
    perform: (client: Client, sdk: Sdk, TableName: string) => Promise<Output>,
  ): Promise<Output> {
    const { DynamoDBClient } = await loadSdk(
      CALL,
      '@aws-sdk/client-dynamodb',
      () => import('@aws-sdk/client-dynamodb'),
    );
    const sdk = await loadSdk(CALL, '@aws-sdk/lib-dynamodb', () => import('@aws-sdk/lib-dynamodb'));
    const name = await tableName(table);
    return callAws(CALL, new DynamoDBClient({}), (client) =>
      perform(sdk.DynamoDBDocumentClient.from(client), sdk, name),
    );
  }

  const items: TableItems = {
    put: (...given) =>
      ask(async (client, sdk, TableName) => {
        let left = given.map((Item) => ({ PutRequest: { Item } }));
        while (left.length > 0) {
          const batch = new sdk.BatchWriteCommand({ RequestItems: { [TableName]: left.slice(0, BATCH_SIZE) } });
          const { UnprocessedItems = {} } = await client.send(batch);
          // What was too much at once is put with the next batch.
          const again = (UnprocessedItems[TableName] ?? []).flatMap(({ PutRequest }) =>
            PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
          );
          left = [...left.slice(BATCH_SIZE), ...again];
        }
      }),
    get: (Key) =>
      ask(async (client, sdk, TableName) => {
        return (await client.send(new sdk.GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
      }),
    delete: (Key) =>
      ask(async (client, sdk, TableName) => {
        await client.send(new sdk.DeleteCommand({ TableName, Key }));
      }),
    all: () => ask((client, sdk, TableName) => scan(client, sdk, TableName)),
    async waitFor(expected, { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = {}) {
      const site = new CallSite(items.waitFor);
      demandDuration(timeoutMs, `${CALL}.waitFor(): timeoutMs`);
      const expectation = compileExpectation(expected);
      const poll = pollFor(timeoutMs, signal);
      return ask(async (client, sdk, TableName) => {
        for (;;) {
          const all = await scan(client, sdk, TableName);
          const found = all.find((item) => meets(expectation, item));
          if (found) return found;
          if (await poll()) continue;
          const page = missedPage({ table, timeoutMs, expected: expectation.text }, all);
          throw new EventNotReceivedError(page, { frames: site.frames });
        }
      });
    },
  };
  return items;
}

async function scan(client: Client, sdk: Sdk, TableName: string): Promise<TableItem[]> {
  const all: TableItem[] = [];
  for await (const { Items = [] } of sdk.paginateScan({ client }, { TableName, ConsistentRead: true })) {
    all.push(...Items);
  }
  return all;
}

/** @throws ConfigurationError when no table has the name, or several have */
async function tableName(table: string): Promise<string> {
  const name = table.replace(/^arn:[^:]*:dynamodb:[^:]*:\d*:table\//, '');
  const url = localUrl();
  if (url !== undefined) {
    const state = (await askLocal(url, 'state')) as CloudState;
    const resources = TABLE_TYPES.flatMap((type) => resourcesOf(state, type));
    // A table that no stack made is known by its name alone.
    if (!resources.some((one) => namesOf(one).includes(name))) return name;
    return findNamed(
      { what: 'table', name, by: CALL },
      resources.map((one) => ({ thing: one.resource.physicalId ?? name, names: namesOf(one) })),
    );
  }
  const [, stack, logicalId] = /^([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z0-9]+)$/.exec(name) ?? [];
  return stack === undefined || logicalId === undefined ? name : physicalId(CALL, stack, logicalId);
}

function namesOf(one: OfStack): readonly [string, ...string[]] {
  const { physicalId: id } = one.resource;
  return id === undefined ? stackNames(one) : [...stackNames(one), id];
}

function missedPage(
  { table, timeoutMs, expected }: { readonly table: string; readonly timeoutMs: number; readonly expected: string },
  all: readonly TableItem[],
): Line[] {
  const shown = all.slice(0, SHOWN_ITEMS);
  const count = all.length === 1 ? 'one item' : `${all.length} items`;
  return joinSections(line`no item of ${table} matched within ${timeoutMs} ms`, [
    [line`expected`, ...linesOf(expected).map((one) => line`  ${one}`)],
    all.length === 0
      ? [line`the table has no items`]
      : [
          line`the table has ${count}`,
          ...shown.flatMap((item) => linesOf(printBlock(item)).map((one) => line`  ${one}`)),
          ...(all.length > shown.length ? [line`  … ${all.length - shown.length} more`] : []),
        ],
  ]);
}
