// Tables: made, described, changed, deleted, listed. A table is ACTIVE when its making is answered, though the answer
// says CREATING as AWS's does: whoever waits for it waits for one DescribeTable.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateTableInput,
  ProvisionedThroughput,
  StreamSpecification,
  TableDescription,
  UpdateTableInput,
} from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { invalid, invalidParameter, refuseUnserved } from '../refusals.ts';
import { checkSchema, indexOf, refuseOtherTypes, typesOf } from '../schema.ts';
import { type Billing, describeTable, type Index, type ItemTable, keyNames, tableArn } from '../table.ts';

const UNSERVED = [
  'ResourcePolicy',
  'GlobalTableSourceArn',
  'GlobalTableSettingsReplicationMode',
  'MultiRegionConsistency',
  'GlobalTableWitnessUpdates',
];

/** Source: DynamoDB API reference, ListTables. */
const PAGE_SIZE = 100;

export function tableOperations({ platform, tables, items, streams }: Parts) {
  const describe = (table: ItemTable): TableDescription =>
    describeTable(table, (index) => items.contents(table, index));

  /** The stream's part of a table's row as a request changes it. */
  async function changeStream(table: ItemTable, asked: StreamSpecification): Promise<ItemTable['stream']> {
    const { StreamEnabled: isOn, StreamViewType: view } = asked;
    if (isOn && table.stream?.isOn) {
      throw invalid(`Table already has an enabled stream: TableName: ${table.name}`);
    }
    if (!isOn && !table.stream?.isOn) throw invalid(`Table has no stream to disable: TableName: ${table.name}`);
    if (!isOn) {
      await streams.end(table);
      return table.stream && { ...table.stream, isOn: false };
    }
    if (view === undefined) throw invalidParameter('StreamEnabled is true, but StreamViewType is not specified');
    return streams.begin(table, view);
  }

  return {
    async CreateTable(input, call) {
      refuseUnserved(input, UNSERVED);
      const made = newTable(input, call);
      await tables.authorize(call, 'CreateTable', tableArn(made));
      const taken = new ServiceError('ResourceInUseException', `Table already exists: ${made.name}`);
      if (tables.find(made)) throw taken;
      const stream = input.StreamSpecification?.StreamEnabled
        ? await changeStream(made, input.StreamSpecification)
        : undefined;
      const table = await tables.change(made, (there) => {
        if (there) throw taken;
        return { ...made, ...(stream && { stream }) };
      });
      return { TableDescription: asAnswered(describe(table), 'CREATING', input) };
    },

    async DescribeTable({ TableName: name }, call) {
      return { Table: describe(await tables.open(name, call, 'DescribeTable')) };
    },

    async DeleteTable({ TableName: name }, call) {
      const table = await tables.open(name, call, 'DeleteTable');
      if (table.isProtected) {
        throw invalid(
          'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
        );
      }
      const described = describe(table);
      await tables.remove(table);
      await streams.end(table);
      await items.removeAll(table);
      const {
        AttributeDefinitions: _,
        KeySchema: __,
        CreationDateTime: ___,
        WarmThroughput: ____,
        ...told
      } = described;
      return { TableDescription: { ...told, TableStatus: 'DELETING' } };
    },

    async UpdateTable(input, call) {
      refuseUnserved(input, UNSERVED);
      if (input.ReplicaUpdates) {
        throw invalid(
          'Earwitness does not serve ReplicaUpdates of tables: this cloud has no other regions of one table.',
        );
      }
      const table = await tables.open(input.TableName, call, 'UpdateTable');
      const asked = changesOf(input);
      const changed = asked(table, platform.clock.now());
      const stream = input.StreamSpecification && (await changeStream(table, input.StreamSpecification));
      const saved = await tables.change(table, (row) => {
        if (!row)
          throw new ServiceError(
            'ResourceNotFoundException',
            `Requested resource not found: Table: ${table.name} not found`,
          );
        return { ...(row === table ? changed : asked(row, platform.clock.now())), ...(stream && { stream }) };
      });
      return { TableDescription: asAnswered(describe(saved), 'UPDATING', input) };
    },

    async ListTables({ Limit: limit = PAGE_SIZE, ExclusiveStartTableName: start = '' }, call) {
      await tables.authorizeAny(call, 'ListTables');
      const names = tables.list(call).map(({ name }) => name);
      const rest = names.filter((name) => name > start);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        TableNames: page,
        ...(last !== undefined && rest.length > page.length && { LastEvaluatedTableName: last }),
      };
    },
  } satisfies OperationsOf<'dynamodb'>;

  function newTable(input: CreateTableInput, call: Call): ItemTable {
    const place = tables.place(input.TableName, call);
    const now = platform.clock.now();
    const { KeySchema: keys = [], AttributeDefinitions: definitions = [], Tags: tags = [] } = input;
    refuseEmptyLists(input);
    if (input.StreamSpecification?.StreamEnabled === false && input.StreamSpecification.StreamViewType) {
      throw invalidParameter('Table is being created with a stream disabled, UpdateViewType should not be specified');
    }
    const mode = input.BillingMode ?? 'PROVISIONED';
    const table: ItemTable = {
      ...place,
      id: platform.ids.uuid(),
      keys,
      types: typesOf(definitions),
      indexes: [
        ...(input.LocalSecondaryIndexes ?? []).map((index) => indexOf(index, false)),
        ...(input.GlobalSecondaryIndexes ?? []).map((index) => indexOf(index, true)),
      ],
      createdAt: now,
      billing: {
        mode,
        ...(input.ProvisionedThroughput && { throughput: input.ProvisionedThroughput }),
        ...(input.OnDemandThroughput && { onDemand: input.OnDemandThroughput }),
        ...(mode === 'PAY_PER_REQUEST' && { onDemandSince: now }),
      },
      isProtected: input.DeletionProtectionEnabled ?? false,
      tags,
      ...(input.TableClass && { tableClass: input.TableClass }),
      ...encryption(input.SSESpecification, call),
    };
    checkSchema(table);
    return table;
  }
}

function encryption(
  asked: CreateTableInput['SSESpecification'],
  { account, region }: Pick<Call, 'account' | 'region'>,
): Pick<ItemTable, 'kmsKeyArn'> {
  if (!asked?.Enabled) return {};
  const { KMSMasterKeyId: key = 'alias/aws/dynamodb' } = asked;
  const resource = key.startsWith('alias/') ? key : `key/${key}`;
  return { kmsKeyArn: key.startsWith('arn:') ? key : `arn:aws:kms:${region}:${account}:${resource}` };
}

function refuseEmptyLists(input: CreateTableInput): void {
  for (const name of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'] as const) {
    if (input[name]?.length === 0) throw invalidParameter(`List of ${name} is empty`);
  }
}

/** What is on its way on AWS, when a call that changes it is answered. Recorded on AWS: LocalStack, test_table_crud. */
function asAnswered(
  { WarmThroughput: warm, BillingModeSummary: billing, ...described }: TableDescription,
  status: 'CREATING' | 'UPDATING',
  asked: { readonly WarmThroughput?: object | undefined },
): TableDescription {
  return {
    ...described,
    TableStatus: status,
    ...(billing && {
      BillingModeSummary: status === 'CREATING' ? { BillingMode: billing.BillingMode } : billing,
    }),
    ...(asked.WarmThroughput && warm && { WarmThroughput: { ...warm, ...asked.WarmThroughput, Status: 'UPDATING' } }),
    ...(described.GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: described.GlobalSecondaryIndexes.map(({ WarmThroughput: _, ...index }) => ({
        ...index,
        ...(status === 'CREATING' && { IndexStatus: 'CREATING' as const }),
      })),
    }),
  };
}

/**
 * Reads what an UpdateTable asks for; returns what makes it of a row.
 * @throws ValidationException, LimitExceededException
 */
function changesOf(input: UpdateTableInput): (table: ItemTable, now: number) => ItemTable {
  const { BillingMode, ProvisionedThroughput, GlobalSecondaryIndexUpdates: updates = [], TableClass } = input;
  const { DeletionProtectionEnabled: isProtected, OnDemandThroughput, SSESpecification } = input;
  const asked = [BillingMode, ProvisionedThroughput, input.StreamSpecification, TableClass, isProtected];
  const more = [OnDemandThroughput, SSESpecification, input.GlobalSecondaryIndexUpdates, input.WarmThroughput];
  if ([...asked, ...more].every((one) => one === undefined)) {
    throw invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  if (updates.filter(({ Create, Delete }) => Create || Delete).length > 1) {
    throw new ServiceError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  const defined = typesOf(input.AttributeDefinitions ?? []);
  return (table, now) => {
    refuseSame(table.billing, ProvisionedThroughput);
    const indexes = updates.reduce(changeIndexes, table.indexes);
    const kept = indexes.filter(({ name }) => table.indexes.some((index) => index.name === name));
    refuseOtherTypes({ ...table, indexes: kept }, defined);
    const types = { ...table.types, ...defined };
    const used = new Set([...keyNames(table.keys), ...indexes.flatMap(({ keys }) => keyNames(keys))]);
    const changed: ItemTable = {
      ...table,
      indexes,
      types: input.AttributeDefinitions
        ? types
        : Object.fromEntries(Object.entries(types).filter(([name]) => used.has(name))),
      billing: changeBilling(table.billing, input, now),
      ...(isProtected !== undefined && { isProtected }),
      ...(TableClass && { tableClass: TableClass }),
      ...encryption(SSESpecification, table),
    };
    const isOnDemand = changed.billing.mode === 'PAY_PER_REQUEST';
    const stripped = isOnDemand
      ? { ...changed, indexes: indexes.map(({ throughput: _, ...index }) => index) }
      : changed;
    if (updates.some(({ Create }) => Create) || BillingMode) checkSchema(stripped);
    return stripped;
  };
}

/** Source: dynalite's tests. */
function refuseSame({ mode, throughput }: Billing, asked: ProvisionedThroughput | undefined): void {
  if (mode !== 'PROVISIONED' || !asked || !throughput) return;
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = asked;
  if (throughput.ReadCapacityUnits !== read || throughput.WriteCapacityUnits !== write) return;
  throw invalid(
    `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${read}. Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
  );
}

function changeBilling(billing: Billing, input: UpdateTableInput, now: number): Billing {
  const { BillingMode: mode = billing.mode, ProvisionedThroughput, OnDemandThroughput } = input;
  const throughput = ProvisionedThroughput ?? (mode === 'PROVISIONED' ? billing.throughput : undefined);
  const onDemand = OnDemandThroughput ?? billing.onDemand;
  const isSwitched = mode === 'PAY_PER_REQUEST' && billing.mode !== mode;
  const onDemandSince = isSwitched ? now : billing.onDemandSince;
  return {
    mode,
    ...(throughput && { throughput }),
    ...(onDemand && { onDemand }),
    ...(onDemandSince !== undefined && { onDemandSince }),
  };
}

type IndexUpdate = NonNullable<UpdateTableInput['GlobalSecondaryIndexUpdates']>[number];

function changeIndexes(indexes: readonly Index[], { Create, Update, Delete }: IndexUpdate): readonly Index[] {
  const named = Update?.IndexName ?? Delete?.IndexName;
  if (named !== undefined && !indexes.some(({ name, isGlobal }) => isGlobal && name === named)) {
    throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
  }
  if (Delete) return indexes.filter(({ name }) => name !== Delete.IndexName);
  if (Create) return [...indexes, indexOf(Create, true)];
  const { ProvisionedThroughput: throughput, OnDemandThroughput: onDemand } = Update ?? {};
  return indexes.map((index) =>
    index.name === named ? { ...index, ...(throughput && { throughput }), ...(onDemand && { onDemand }) } : index,
  );
}
