// DynamoDB over HTTP, with AWS's SDK, its document client and the AWS CLI: an application's tables from a template, what
// it writes and reads, and what its streams tell.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  paginateScan,
  QueryCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let local: Local;
let dynamodb: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let documents: DynamoDBDocumentClient;
beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const settings = { endpoint: local.url, region: 'us-east-1', credentials };
  dynamodb = new DynamoDBClient(settings);
  streams = new DynamoDBStreamsClient(settings);
  documents = DynamoDBDocumentClient.from(dynamodb);
});
afterAll(async () => {
  dynamodb.destroy();
  streams.destroy();
  await local.close();
});
beforeEach(() => local.reset());

const TEMPLATE = {
  Resources: {
    Orders: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'number', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'customer', AttributeType: 'S' },
          { AttributeName: 'number', AttributeType: 'N' },
          { AttributeName: 'state', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byState',
            KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      },
    },
  },
  Outputs: { Table: { Value: { Ref: 'Orders' } }, Stream: { Value: { 'Fn::GetAtt': ['Orders', 'StreamArn'] } } },
};

async function deploy(template: object = TEMPLATE) {
  const outputs = await local.deploy({ name: 'shop', template: JSON.stringify(template) });
  return { TableName: outputs['Table'] ?? '', StreamArn: outputs['Stream'] ?? '' };
}

test('a document client writes, reads, updates under conditions and deletes', async () => {
  const { TableName } = await deploy();
  const Key = { customer: 'ann', number: 1 };
  await documents.send(
    new PutCommand({
      TableName,
      Item: { ...Key, state: 'NEW', tags: new Set(['a', 'b']), bytes: new Uint8Array([1]) },
    }),
  );
  const once = new PutCommand({ TableName, Item: Key, ConditionExpression: 'attribute_not_exists(customer)' });
  await expect(documents.send(once)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  const updated = await documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET #state = :paid, price = if_not_exists(price, :zero) + :more',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':paid': 'PAID', ':zero': 0, ':more': 42.5 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const order = { ...Key, state: 'PAID', price: 42.5, tags: new Set(['a', 'b']), bytes: new Uint8Array([1]) };
  expect(updated.Attributes).toEqual(order);
  expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toEqual(order);
  await documents.send(new DeleteCommand({ TableName, Key }));
  expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
});

test('paginators read a partition, an index and the whole table', async () => {
  const { TableName } = await deploy();
  for (const customer of ['ann', 'bob']) {
    const requests = Array.from({ length: 25 }, (_, number) => ({
      PutRequest: { Item: { customer, number, state: number % 2 ? 'NEW' : 'PAID' } },
    }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  }
  const numbers: number[] = [];
  const pages = paginateQuery(
    { client: documents, pageSize: 7 },
    {
      TableName,
      KeyConditionExpression: 'customer = :ann AND #number BETWEEN :a AND :b',
      ExpressionAttributeNames: { '#number': 'number' },
      ExpressionAttributeValues: { ':ann': 'ann', ':a': 3, ':b': 20 },
    },
  );
  for await (const { Items = [] } of pages) numbers.push(...Items.map(({ number }) => number));
  expect(numbers).toEqual(Array.from({ length: 18 }, (_, n) => n + 3));
  const paid = await dynamodb.send(
    new QueryCommand({
      TableName,
      IndexName: 'byState',
      KeyConditionExpression: '#state = :paid',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':paid': { S: 'PAID' } },
      Select: 'COUNT',
    }),
  );
  expect(paid.Count).toBe(26);
  let count = 0;
  for await (const page of paginateScan({ client: dynamodb, pageSize: 9 }, { TableName })) count += page.Count ?? 0;
  expect(count).toBe(50);
});

test('a transaction does all or nothing, and the error says why', async () => {
  const { TableName } = await deploy();
  const Item = { customer: 'ann', number: 1 };
  const transact = new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item } },
      {
        ConditionCheck: {
          TableName,
          Key: { customer: 'bob', number: 1 },
          ConditionExpression: 'attribute_exists(customer)',
        },
      },
    ],
  });
  const refused = await documents.send(transact).catch((error) => error);
  expect(refused).toBeInstanceOf(TransactionCanceledException);
  expect(refused.message).toBe(
    'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
  );
  expect(refused.CancellationReasons).toEqual([
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
  ]);
  expect((await documents.send(new GetCommand({ TableName, Key: Item }))).Item).toBeUndefined();
  await documents.send(new PutCommand({ TableName, Item: { customer: 'bob', number: 1 } }));
  await documents.send(transact);
  expect((await documents.send(new GetCommand({ TableName, Key: Item }))).Item).toEqual(Item);
});

test('a stream tells of what was written and of what time to live removed', async () => {
  const { TableName, StreamArn } = await deploy();
  expect((await streams.send(new ListStreamsCommand({ TableName }))).Streams?.[0]?.StreamArn).toBe(StreamArn);
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const now = Math.floor((await local.clock.now()) / 1000);
  const item = { customer: { S: 'ann' }, number: { N: '1' }, expires: { N: String(now + 3600) } };
  await dynamodb.send(new PutItemCommand({ TableName, Item: item }));
  await local.clock.advance(3_601_000);
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator })).catch(async () => {
    // The iterator has expired meanwhile, as it does in AWS.
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
    const { ShardIterator: fresh } = await streams.send(new GetShardIteratorCommand(input));
    return streams.send(new GetRecordsCommand({ ShardIterator: fresh }));
  });
  expect(Records.map(({ eventName, userIdentity }) => [eventName, userIdentity?.PrincipalId])).toEqual([
    ['INSERT', undefined],
    ['REMOVE', 'dynamodb.amazonaws.com'],
  ]);
  expect(Records[0]?.dynamodb?.NewImage).toEqual(item);
  const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(ttl.TimeToLiveDescription?.TimeToLiveStatus).toBe('ENABLED');
});

test('waiters wait for one answer', async () => {
  const TableName = 'orders';
  const wait = { client: dynamodb, maxWaitTime: 10, minDelay: 1, maxDelay: 1 };
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists(wait, { TableName });
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists(wait, { TableName });
  const gone = dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: '1' } } }));
  await expect(gone).rejects.toBeInstanceOf(ResourceNotFoundException);
});

// Source: CloudFormation's schema of AWS::DynamoDB::Table; template reference, update behaviours.
test('a stack changes a table in place, replaces it when its keys change, and deletes it', async () => {
  const { TableName } = await deploy();
  await documents.send(new PutCommand({ TableName, Item: { customer: 'ann', number: 1, state: 'NEW' } }));
  const { GlobalSecondaryIndexes: _, StreamSpecification: __, ...rest } = TEMPLATE.Resources.Orders.Properties;
  const properties = {
    ...rest,
    AttributeDefinitions: rest.AttributeDefinitions.slice(0, 2),
    TimeToLiveSpecification: { AttributeName: 'until', Enabled: true },
    DeletionProtectionEnabled: false,
    Tags: [{ Key: 'team', Value: 'shop' }],
  };
  const withProperties = (Properties: object) => ({
    Resources: { Orders: { Type: 'AWS::DynamoDB::Table', Properties } },
    Outputs: { Table: { Value: { Ref: 'Orders' } } },
  });
  expect((await deploy(withProperties(properties))).TableName).toBe(TableName);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  expect([Table?.GlobalSecondaryIndexes, Table?.StreamSpecification, Table?.ItemCount]).toEqual([
    undefined,
    undefined,
    1,
  ]);
  const other = {
    ...properties,
    KeySchema: properties.KeySchema.slice(0, 1),
    AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
  };
  const replaced = await deploy(withProperties(other));
  expect(replaced.TableName).not.toBe(TableName);
  expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([replaced.TableName]);
});

test("SAM's SimpleTable has a key id and is on demand; a global table is the table of its region", async () => {
  await local.deploy({
    name: 'simple',
    template: JSON.stringify({
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: {
        Simple: { Type: 'AWS::Serverless::SimpleTable', Properties: { TableName: 'simple' } },
        Global: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            TableName: 'global',
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            BillingMode: 'PAY_PER_REQUEST',
            Replicas: [{ Region: 'us-east-1', DeletionProtectionEnabled: true }],
          },
        },
      },
    }),
  });
  const described = async (TableName: string) => (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  expect(await described('simple')).toMatchObject({
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  expect(await described('global')).toMatchObject({ DeletionProtectionEnabled: true });
});

test('the AWS CLI creates a table, waits for it, and checks the checksum of each answer', async () => {
  const aws = async (...args: string[]) => {
    const env = { ...process.env, ...local.env, AWS_PAGER: '' };
    const { stdout } = await promisify(execFile)('aws', ['dynamodb', ...args], { env });
    return stdout === '' ? {} : JSON.parse(stdout);
  };
  await aws(
    ...['create-table', '--table-name', 'orders', '--billing-mode', 'PAY_PER_REQUEST'],
    ...['--attribute-definitions', 'AttributeName=id,AttributeType=S', '--key-schema', 'AttributeName=id,KeyType=HASH'],
  );
  await aws('wait', 'table-exists', '--table-name', 'orders');
  await aws('put-item', '--table-name', 'orders', '--item', '{"id":{"S":"1"},"name":{"S":"Zoë"}}');
  const { Item } = await aws('get-item', '--table-name', 'orders', '--key', '{"id":{"S":"1"}}');
  expect(Item).toEqual({ id: { S: '1' }, name: { S: 'Zoë' } });
});
