// The items of a table, for a test: put before it acts, looked at and awaited after it.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { CallSite } from '../../call-site.ts';
import { compileExpectation } from '../../expectation/compile.ts';
import type { Expectation } from '../../expectation/expectation.ts';
import { meets } from '../../expectation/expectation.ts';
import { printValue } from '../../expectation/print.ts';
import { wallClock } from '../../hearing/clock.ts';
import { demandDuration } from '../../hearing/duration.ts';
import { observeRequests } from '../../hearing/own-requests.ts';
import type { WaitOptions } from '../../hearing/wait.ts';
import { localUrl } from '../../local-cloud.ts';
import { DEFAULT_TIMEOUT_MS } from '../../settings.ts';
import { askLocal } from '../admin.ts';
import { demandName, findNamed, type OfStack, resourcesOf, stackNames } from '../find-named.ts';
import { physicalId } from '../function-name.ts';
import { pollFor } from '../polling.ts';
import { callAws, loadSdk } from '../sdk.ts';

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

type Sdk = typeof import('@aws-sdk/lib-dynamodb');
type Client = import('@aws-sdk/lib-dynamodb').DynamoDBDocumentClient;

/** @param table name, ARN or logical id */
export function itemsOf(table: string): TableItems {
  async function ask<Output>(
    perform: (asking: Asking) => Promise<Output>,
    given: readonly TableItem[] = [],
  ): Promise<Output> {
    // What it puts is known for the test's own, should a page have to say why something did not come.
    if (localUrl() !== undefined) observeRequests();
    const dynamo = await loadSdk(CALL, '@aws-sdk/client-dynamodb', () => import('@aws-sdk/client-dynamodb'));
    const { DynamoDBClient } = dynamo;
    const sdk = await loadSdk(CALL, '@aws-sdk/lib-dynamodb', () => import('@aws-sdk/lib-dynamodb'));
    const name = await tableName(table, () =>
      callAws(CALL, new DynamoDBClient({}), (client) => listTables(client, dynamo)),
    );
    return callAws(CALL, new DynamoDBClient({}), async (plain) => {
      try {
        const client = sdk.DynamoDBDocumentClient.from(plain);
        return await perform({ client, plain, sdk, dynamo, TableName: name });
      } catch (cause) {
        throw given.length === 0 ? cause : await explainKey(cause, { client: plain, dynamo, given, name });
      }
    });
  }

  const items: TableItems = {
    put: (...given) =>
      ask(async ({ client, sdk, TableName }) => {
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
      }, given),
    get: (Key) =>
      ask(
        async ({ client, sdk, TableName }) => {
          return (await client.send(new sdk.GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
        },
        [Key],
      ),
    delete: (Key) =>
      ask(
        async ({ client, sdk, TableName }) => {
          await client.send(new sdk.DeleteCommand({ TableName, Key }));
        },
        [Key],
      ),
    all: () => ask(({ client, sdk, TableName }) => scan(client, sdk, TableName)),
    async waitFor(expected, { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = {}) {
      const site = new CallSite(items.waitFor);
      demandDuration(timeoutMs, `${CALL}.waitFor(): timeoutMs`);
      const expectation = compileExpectation(expected);
      const startedAt = wallClock.now();
      const poll = pollFor(timeoutMs, signal);
      return ask(async ({ client, plain, sdk, dynamo, TableName }) => {
        for (;;) {
          const all = await scan(client, sdk, TableName);
          const found = all.find((item) => meets(expectation, item));
          if (found) return found;
          if (await poll()) continue;
          const keys = (await keysOf(plain, dynamo, TableName)).map(({ name }) => name);
          const { missedItemError } = await import('./missed-item.ts');
          throw await missedItemError({ table, timeoutMs, expectation, startedAt, frames: site.frames }, all, keys);
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

type Dynamo = typeof import('@aws-sdk/client-dynamodb');
/** What a verb works with. */
interface Asking {
  readonly client: Client;
  readonly plain: PlainClient;
  readonly sdk: Sdk;
  readonly dynamo: Dynamo;
  readonly TableName: string;
}

type PlainClient = import('@aws-sdk/client-dynamodb').DynamoDBClient;

async function listTables(client: PlainClient, dynamo: Dynamo): Promise<string[]> {
  const all: string[] = [];
  for await (const { TableNames = [] } of dynamo.paginateListTables({ client }, {})) all.push(...TableNames);
  return all;
}

/** An attribute of a table's key. */
interface KeyAttribute {
  readonly name: string;
  readonly type: keyof typeof KEY_TYPES;
}

/** None when the table cannot be described. */
async function keysOf(client: PlainClient, dynamo: Dynamo, TableName: string): Promise<KeyAttribute[]> {
  const described = await client.send(new dynamo.DescribeTableCommand({ TableName })).catch(() => undefined);
  const { AttributeDefinitions: types = [], KeySchema: keys = [] } = described?.Table ?? {};
  return keys.map(({ AttributeName: name = '' }) => ({
    name,
    type: types.find((one) => one.AttributeName === name)?.AttributeType ?? 'S',
  }));
}

/**
 * DynamoDB says of a key that it "does not match the schema", and not what the schema is.
 * @returns what is to be thrown
 */
async function explainKey(cause: unknown, { client, dynamo, given, name }: Explaining): Promise<unknown> {
  if (!(cause instanceof Error) || cause.name !== 'ValidationException') return cause;
  const keys = await keysOf(client, dynamo, name);
  const wrong = given.find((item) => !keys.every(({ name: attribute, type }) => isOfType(item[attribute], type)));
  // A key has its attributes and no other ones; of an item only its key is at fault.
  const got = wrong ?? given[0];
  if (keys.length === 0 || got === undefined) return cause;
  const shown = keys.map(({ name: attribute, type }) => `${attribute}: ${KEY_TYPES[type]}`);
  cause.message = `${cause.message}: the key of ${name} is { ${shown.join(', ')} }, but got ${printValue(got)}`;
  return cause;
}

interface Explaining {
  readonly client: PlainClient;
  readonly dynamo: Dynamo;
  /** Keys or items that the call was given. */
  readonly given: readonly TableItem[];
  readonly name: string;
}

function isOfType(value: unknown, type: KeyAttribute['type']): boolean {
  if (type === 'S') return typeof value === 'string' && value !== '';
  return type === 'N' ? typeof value === 'number' || typeof value === 'bigint' : value instanceof Uint8Array;
}

/** Of attributes of keys, as a test writes them. */
const KEY_TYPES = { S: 'text', N: 'number', B: 'binary' } as const;

/** @throws ConfigurationError when no table has the name, or several have */
async function tableName(table: string, tableNames: () => Promise<readonly string[]>): Promise<string> {
  const name = demandName({ what: 'table', name: table, by: CALL }).replace(
    /^arn:[^:]*:dynamodb:[^:]*:\d*:table\//,
    '',
  );
  const url = localUrl();
  if (url !== undefined) {
    const state = (await askLocal(url, 'state')) as CloudState;
    const resources = TABLE_TYPES.flatMap((type) => resourcesOf(state, type));
    const made = resources.map((one) => ({ thing: one.resource.physicalId ?? name, names: namesOf(one) }));
    // A table that no stack made is known by its name alone.
    const isMade = made.some(({ names }) => names.includes(name));
    const all = isMade ? [] : (await tableNames()).filter((one) => made.every(({ thing }) => thing !== one));
    return findNamed({ what: 'table', name, by: CALL }, [
      ...made,
      ...all.map((one) => ({ thing: one, names: [one] as const })),
    ]);
  }
  const [, stack, logicalId] = /^([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z0-9]+)$/.exec(name) ?? [];
  return stack === undefined || logicalId === undefined ? name : physicalId(CALL, stack, logicalId);
}

function namesOf(one: OfStack): readonly [string, ...string[]] {
  const { physicalId: id } = one.resource;
  return id === undefined ? stackNames(one) : [...stackNames(one), id];
}
