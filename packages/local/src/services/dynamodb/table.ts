// A table: its row, how it is named, and how it is described. What its items are is in items/.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  ProvisionedThroughputDescription,
  TableDescription,
  Tag,
} from '@earwitness/protocol/internal/aws/models/dynamodb.types';

export type KeyType = 'S' | 'N' | 'B';
export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** The row. Times are epoch ms. */
export interface ItemTable {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** A UUID: rows of items begin with it, so that a table of the same name that comes later has none of them. */
  readonly id: string;
  readonly keys: readonly KeySchemaElement[];
  /** Types of the key attributes of table and indexes, in the order in which they were defined. */
  readonly types: Readonly<Record<string, KeyType>>;
  readonly indexes: readonly Index[];
  readonly createdAt: number;
  readonly billing: Billing;
  readonly isProtected: boolean;
  readonly tags: readonly Tag[];
  /** Of the stream that is on, or was on last. */
  readonly stream?: { readonly label: string; readonly view: StreamView; readonly isOn: boolean };
  /** The attribute that says when an item ends. */
  readonly ttl?: string;
  readonly backup?: { readonly since: number; readonly days: number };
  readonly tableClass?: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  readonly kmsKeyArn?: string;
  /** Data streams of Kinesis; one of them is ACTIVE at most. */
  readonly destinations?: readonly KinesisDestination[];
}

export interface KinesisDestination {
  readonly streamArn: string;
  readonly status: 'ACTIVE' | 'DISABLED' | 'ENABLE_FAILED';
  readonly precision?: 'MILLISECOND' | 'MICROSECOND';
}

export interface Index {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly keys: readonly KeySchemaElement[];
  readonly projection: Projection;
  readonly throughput?: ProvisionedThroughput;
  readonly onDemand?: OnDemandThroughput;
}

export interface Billing {
  readonly mode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly throughput?: ProvisionedThroughput;
  readonly onDemand?: OnDemandThroughput;
  /** When it was switched to on demand last. */
  readonly onDemandSince?: number;
}

type Place = Pick<ItemTable, 'account' | 'region' | 'name'>;

export function tableArn({ account, region, name }: Place): string {
  return formatArn({ service: 'dynamodb', region, account, resource: `table/${name}` });
}

export function streamArn(table: Place, label: string): string {
  return `${tableArn(table)}/stream/${label}`;
}

export function keyNames(keys: readonly KeySchemaElement[]): string[] {
  return keys.map(({ AttributeName }) => AttributeName);
}

export function indexesOf(table: ItemTable, kind: 'global' | 'local'): Index[] {
  return table.indexes.filter(({ isGlobal }) => isGlobal === (kind === 'global'));
}

/** What a part of a table holds: itself, or an index. */
export interface Contents {
  readonly items: number;
  readonly bytes: number;
}

/** @param contentsOf what the table holds, or its index */
export function describeTable(table: ItemTable, contentsOf: (index?: Index) => Contents): TableDescription {
  const { billing, stream, kmsKeyArn } = table;
  const { items, bytes } = contentsOf();
  const [globals, locals] = [indexesOf(table, 'global'), indexesOf(table, 'local')];
  return {
    AttributeDefinitions: Object.entries(table.types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: table.name,
    KeySchema: table.keys,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdAt,
    ProvisionedThroughput: describeThroughput(billing.throughput),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: tableArn(table),
    TableId: table.id,
    ...describeBilling(billing),
    ...(locals.length > 0 && {
      LocalSecondaryIndexes: locals.map((index) => describeLocal(table, index, contentsOf(index))),
    }),
    ...(globals.length > 0 && {
      GlobalSecondaryIndexes: globals.map((index) => describeGlobal(table, index, contentsOf(index))),
    }),
    ...(stream?.isOn && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view } }),
    ...(stream && { LatestStreamLabel: stream.label, LatestStreamArn: streamArn(table, stream.label) }),
    ...(kmsKeyArn !== undefined && {
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: kmsKeyArn },
    }),
    ...(table.tableClass && { TableClassSummary: { TableClass: table.tableClass } }),
    DeletionProtectionEnabled: table.isProtected,
    ...(billing.onDemand && { OnDemandThroughput: billing.onDemand }),
    WarmThroughput: warmth(billing.throughput),
  };
}

function describeBilling({ mode, onDemandSince }: Billing): Pick<TableDescription, 'BillingModeSummary'> {
  if (onDemandSince === undefined) return {};
  return { BillingModeSummary: { BillingMode: mode, LastUpdateToPayPerRequestDateTime: onDemandSince } };
}

function describeThroughput(throughput?: ProvisionedThroughput): ProvisionedThroughputDescription {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = throughput ?? {};
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits, WriteCapacityUnits };
}

/** Recorded on AWS: what is on demand is warm for this much. LocalStack, test_gsi_with_billing_mode. */
function warmth(throughput?: ProvisionedThroughput) {
  const { ReadCapacityUnits = 12_000, WriteCapacityUnits = 4000 } = throughput ?? {};
  return { ReadUnitsPerSecond: ReadCapacityUnits, WriteUnitsPerSecond: WriteCapacityUnits, Status: 'ACTIVE' } as const;
}

function describeGlobal(table: ItemTable, index: Index, contents: Contents): GlobalSecondaryIndexDescription {
  return {
    ...describeLocal(table, index, contents),
    IndexStatus: 'ACTIVE',
    ProvisionedThroughput: describeThroughput(index.throughput),
    ...(index.onDemand && { OnDemandThroughput: index.onDemand }),
    WarmThroughput: warmth(index.throughput),
  };
}

function describeLocal(table: ItemTable, index: Index, { items, bytes }: Contents): LocalSecondaryIndexDescription {
  return {
    IndexName: index.name,
    KeySchema: index.keys,
    Projection: index.projection,
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: `${tableArn(table)}/index/${index.name}`,
  };
}
