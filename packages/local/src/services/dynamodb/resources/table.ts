// CloudFormation: AWS::DynamoDB::Table (Ref: the name) and AWS::DynamoDB::GlobalTable, whose one replica here is that
// of the stack's region. Both are made of the same input; a global table says of its replicas what a table says of
// itself.
import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  UpdateTableInput,
} from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import type { Finding } from '../../../resources/finding.ts';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagList } from '../../../resources/tags.ts';
import { examineKeys } from './key-examination.ts';
import { changeDestination, destinationOf } from './kinesis-destination.ts';

type Context = ResourceContext<'dynamodb'>;

/** Properties that are members of CreateTable. */
const MEMBERS = [
  ...['AttributeDefinitions', 'BillingMode', 'DeletionProtectionEnabled', 'GlobalSecondaryIndexes', 'KeySchema'],
  ...['LocalSecondaryIndexes', 'OnDemandThroughput', 'ProvisionedThroughput', 'TableClass', 'Tags'],
];

/** Properties of their own form. */
const OTHERS = [
  ...['PointInTimeRecoverySpecification', 'SSESpecification', 'StreamSpecification', 'TableName'],
  ...['TimeToLiveSpecification', 'KinesisStreamSpecification'],
];

export const tableResource = serviceResource('dynamodb', {
  type: 'AWS::DynamoDB::Table',
  serves: [...MEMBERS, ...OTHERS],
  ignores: ['ContributorInsightsSpecification', 'WarmThroughput'],
  takenBy: ['CreateTable'],
  asTaken: apiProperties,
  gone: 'ResourceNotFoundException',
  attributesWith: { StreamArn: 'StreamSpecification' },
  replaces: hasOtherKeyTypes,
  examine: (properties, { parse }) => examineKeys(properties, parse),
  create: (properties, context) => create(properties, context),
  adopt: ({ TableName = '' }, context) => describe(TableName, context),
  update: (made, properties, context) => update(made, properties, context),
  delete: ({ physicalId: TableName }, { run }) => run('DeleteTable', { TableName }),
});

const REPLICA_MEMBERS = [
  ...['DeletionProtectionEnabled', 'KinesisStreamSpecification', 'PointInTimeRecoverySpecification', 'TableClass'],
  'Tags',
];

export const globalTableResource = serviceResource('dynamodb', {
  type: 'AWS::DynamoDB::GlobalTable',
  serves: [
    ...['AttributeDefinitions', 'BillingMode', 'GlobalSecondaryIndexes', 'KeySchema', 'LocalSecondaryIndexes'],
    ...['Replicas', 'SSESpecification', 'StreamSpecification', 'TableName', 'TimeToLiveSpecification'],
    ...['WriteProvisionedThroughputSettings', 'ReadProvisionedThroughputSettings'],
  ],
  ignores: ['WarmThroughput', 'ReadOnDemandThroughputSettings', 'WriteOnDemandThroughputSettings'],
  takenBy: ['CreateTable'],
  asTaken: ({ AttributeDefinitions, BillingMode, KeySchema, StreamSpecification }) =>
    apiProperties({ AttributeDefinitions, BillingMode, KeySchema, StreamSpecification }),
  gone: 'ResourceNotFoundException',
  attributesWith: { StreamArn: 'StreamSpecification' },
  replaces: hasOtherKeyTypes,
  examine: async (properties, { call, parse }) => [
    ...otherRegions(properties, call.region),
    ...(await examineKeys(properties, parse)),
  ],
  create: async (properties, context) =>
    withId(await create(tableProperties(properties, context.call.region), context), context),
  adopt: async ({ TableName = '' }, context) => withId(await describe(TableName, context), context),
  async update(made, properties, context) {
    const { region } = context.call;
    const previous = tableProperties(context.previous, region);
    return withId(await update(made, tableProperties(properties, region), { ...context, previous }), context);
  },
  delete: ({ physicalId: TableName }, { run }) => run('DeleteTable', { TableName }),
});

async function create(properties: Properties, context: Context & { began(made: Made): void }): Promise<Made> {
  const { run } = context;
  const TableName = textProperty(properties, 'TableName') ?? context.generateName({ maxLength: 255 });
  await run('CreateTable', { ...(await inputOf(properties, context)), TableName });
  const made = await describe(TableName, context);
  context.began(made);
  await changeSettings(TableName, { previous: {}, properties }, context);
  return made;
}

async function update(
  made: Made,
  properties: Properties,
  context: Context & { readonly previous: Properties },
): Promise<Made> {
  const { previous, run } = context;
  const { physicalId: TableName } = made;
  const [before, after] = [await inputOf(previous, context), await inputOf(properties, context)];
  for (const change of changesBetween(before, after)) await run('UpdateTable', { TableName, ...change });
  await changeSettings(TableName, { previous, properties }, context);
  const ResourceArn = made.attributes['Arn'] ?? '';
  await changeTags(previous, properties, {
    untag: (TagKeys) => run('UntagResource', { ResourceArn, TagKeys }),
    tag: (tags) => run('TagResource', { ResourceArn, Tags: tagList(tags) }),
  });
  return describe(TableName, context);
}

/** A key of a table keeps its type: with another one it is another table. */
function hasOtherKeyTypes(previous: Properties, properties: Properties): boolean {
  const [before, after] = [attributeTypes(previous), attributeTypes(properties)];
  const indexes = previous['LocalSecondaryIndexes'];
  const keys = [previous, ...(Array.isArray(indexes) ? indexes.filter(isRecord) : [])].flatMap(({ KeySchema: keys }) =>
    Array.isArray(keys) ? keys.filter(isRecord) : [],
  );
  return keys.some(({ AttributeName }) => before.get(AttributeName) !== after.get(AttributeName));
}

function attributeTypes({ AttributeDefinitions: definitions }: Properties): Map<unknown, unknown> {
  if (!Array.isArray(definitions)) return new Map();
  return new Map(
    definitions.filter(isRecord).map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
}

/** What the properties are as an input of CreateTable. */
async function inputOf(properties: Properties, { parse }: Context): Promise<CreateTableInput> {
  return parse('CreateTable', apiProperties(properties));
}

/** The properties in the form that CreateTable has. */
function apiProperties(properties: Properties): Properties {
  const members = Object.fromEntries(MEMBERS.flatMap((name) => (name in properties ? [[name, properties[name]]] : [])));
  const stream = properties['StreamSpecification'];
  const encryption = properties['SSESpecification'];
  const indexes = members['GlobalSecondaryIndexes'];
  return {
    ...members,
    ...(Array.isArray(indexes) && { GlobalSecondaryIndexes: indexes.map(withoutInsights) }),
    ...(isRecord(stream) && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream['StreamViewType'] },
    }),
    ...(isRecord(encryption) && { SSESpecification: apiEncryption(encryption) }),
  };
}

function withoutInsights(index: unknown): unknown {
  if (!isRecord(index)) return index;
  const { ContributorInsightsSpecification: _, WarmThroughput: __, ...rest } = index;
  return rest;
}

function apiEncryption({ SSEEnabled, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, Enabled: SSEEnabled };
}

/** Calls of UpdateTable that lead from one input to the other. AWS takes one index at a time. */
function changesBetween(before: CreateTableInput, after: CreateTableInput): Omit<UpdateTableInput, 'TableName'>[] {
  const changed = (name: keyof CreateTableInput) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const changes: Omit<UpdateTableInput, 'TableName'>[] = [];
  const [old, now] = [before, after].map(({ GlobalSecondaryIndexes: indexes = [] }) => indexes) as [
    readonly GlobalSecondaryIndex[],
    readonly GlobalSecondaryIndex[],
  ];
  const shape = ({ IndexName, KeySchema, Projection }: GlobalSecondaryIndex, of: CreateTableInput) =>
    JSON.stringify([IndexName, KeySchema, Projection, definitionsOf(KeySchema, of)]);
  const isSame = (one: GlobalSecondaryIndex, other: GlobalSecondaryIndex) => shape(one, before) === shape(other, after);
  for (const index of old) {
    if (now.some((one) => isSame(index, one))) continue;
    changes.push({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index.IndexName } }] });
  }
  const billing = ['BillingMode', 'ProvisionedThroughput', 'OnDemandThroughput'] as const;
  if (billing.some(changed)) {
    changes.push({
      BillingMode: after.BillingMode ?? 'PROVISIONED',
      ProvisionedThroughput: after.ProvisionedThroughput,
      OnDemandThroughput: after.OnDemandThroughput,
    });
  }
  for (const Create of now) {
    if (old.some((one) => isSame(one, Create))) continue;
    const AttributeDefinitions = definitionsOf(Create.KeySchema, after);
    changes.push({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] });
  }
  if (changed('StreamSpecification')) {
    if (before.StreamSpecification) changes.push({ StreamSpecification: { StreamEnabled: false } });
    if (after.StreamSpecification) changes.push({ StreamSpecification: after.StreamSpecification });
  }
  if (changed('DeletionProtectionEnabled')) {
    changes.push({ DeletionProtectionEnabled: after.DeletionProtectionEnabled ?? false });
  }
  if (changed('TableClass')) changes.push({ TableClass: after.TableClass ?? 'STANDARD' });
  if (changed('SSESpecification')) changes.push({ SSESpecification: after.SSESpecification ?? { Enabled: false } });
  return changes;
}

function definitionsOf(
  keys: GlobalSecondaryIndex['KeySchema'],
  { AttributeDefinitions: definitions = [] }: CreateTableInput,
): NonNullable<CreateTableInput['AttributeDefinitions']> {
  return definitions.filter(({ AttributeName }) => keys.some((key) => key.AttributeName === AttributeName));
}

/** Time to live, backups and a data stream of Kinesis, which have operations of their own. */
async function changeSettings(
  TableName: string,
  { previous, properties }: { readonly previous: Properties; readonly properties: Properties },
  context: Context,
): Promise<void> {
  const { parse, run } = context;
  const ttl = (of: Properties) => parse('UpdateTimeToLive', { TimeToLiveSpecification: of['TimeToLiveSpecification'] });
  const [old, now] = [await ttl(previous), await ttl(properties)].map(({ TimeToLiveSpecification: asked }) =>
    asked?.Enabled ? asked : undefined,
  );
  if (old && old.AttributeName !== now?.AttributeName) {
    await run('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { ...old, Enabled: false } });
  }
  if (now && now.AttributeName !== old?.AttributeName) {
    await run('UpdateTimeToLive', { TableName, TimeToLiveSpecification: now });
  }
  const name = 'PointInTimeRecoverySpecification';
  if (JSON.stringify(previous[name]) !== JSON.stringify(properties[name])) {
    const asked = properties[name] ?? { PointInTimeRecoveryEnabled: false };
    await run('UpdateContinuousBackups', {
      ...(await parse('UpdateContinuousBackups', { [name]: asked })),
      TableName,
    });
  }
  await changeDestination(TableName, { old: destinationOf(previous), now: destinationOf(properties) }, context);
}

async function describe(TableName: string, { run }: Context): Promise<Made> {
  const { Table: table = {} } = await run('DescribeTable', { TableName });
  const { TableArn: Arn = '', LatestStreamArn: StreamArn, StreamSpecification: stream } = table;
  return { physicalId: TableName, attributes: { Arn, ...(stream && StreamArn !== undefined && { StreamArn }) } };
}

async function withId(made: Made, { run }: Context): Promise<Made> {
  const { Table: { TableId = '' } = {} } = await run('DescribeTable', { TableName: made.physicalId });
  return { ...made, attributes: { ...made.attributes, TableId } };
}

function replicasOf({ Replicas: replicas }: Properties): Record<string, unknown>[] {
  return Array.isArray(replicas) ? replicas.filter(isRecord) : [];
}

/** A global table as the table that its replica in this region is. */
function tableProperties(properties: Properties, region: string): Properties {
  const replica = replicasOf(properties).find(({ Region }) => Region === region) ?? {};
  const {
    Replicas: _,
    WriteProvisionedThroughputSettings: write,
    ReadProvisionedThroughputSettings: read,
    ...own
  } = properties;
  const indexes = own['GlobalSecondaryIndexes'];
  return {
    ...own,
    ...(Array.isArray(indexes) && { GlobalSecondaryIndexes: indexes.map((index) => tableIndex(index)) }),
    ...Object.fromEntries(REPLICA_MEMBERS.flatMap((name) => (name in replica ? [[name, replica[name]]] : []))),
    ...(own['BillingMode'] !== 'PAY_PER_REQUEST' && {
      ProvisionedThroughput: {
        ReadCapacityUnits: units(read ?? replica['ReadProvisionedThroughputSettings'], 'Read'),
        WriteCapacityUnits: units(write, 'Write'),
      },
    }),
  };
}

function tableIndex(index: unknown): unknown {
  if (!isRecord(index)) return index;
  const { WriteProvisionedThroughputSettings: write, ReadProvisionedThroughputSettings: read, ...own } = index;
  const { WriteOnDemandThroughputSettings: _, ReadOnDemandThroughputSettings: __, ...rest } = own;
  if (!write && !read) return rest;
  const ProvisionedThroughput = { ReadCapacityUnits: units(read, 'Read'), WriteCapacityUnits: units(write, 'Write') };
  return { ...rest, ProvisionedThroughput };
}

/** Where capacity scales by itself it stays what it is at least. */
function units(settings: unknown, kind: 'Read' | 'Write'): unknown {
  if (!isRecord(settings)) return 5;
  const scaling = settings[`${kind}CapacityAutoScalingSettings`];
  return settings[`${kind}CapacityUnits`] ?? (isRecord(scaling) ? scaling['MinCapacity'] : undefined) ?? 5;
}

function otherRegions(properties: Properties, region: string): Finding[] {
  const others = replicasOf(properties).flatMap(({ Region }) => (Region === region ? [] : [String(Region)]));
  if (others.length === 0) return [];
  const why = `this cloud keeps one table, in ${region}, and no replica in ${others.join(', ')}`;
  return [{ kind: 'stands in', path: ['Replicas'], why, means: 'nothing that is written reaches other regions' }];
}
