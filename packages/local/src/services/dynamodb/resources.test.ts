// CloudFormation: tables whose keys or whose data stream a template changes.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAssessor } from '../../assessment/assessor.ts';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud } from '../../test-cloud.ts';
import { createCloudFormationService } from '../cloudformation/service.ts';
import { createIamService } from '../iam/service.ts';
import { createKinesisService } from '../kinesis/service.ts';
import { createDynamoDbService } from './service.ts';
import { createDynamoDbStreamsService } from './streams/service.ts';
import { N, S } from './test-tables.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(
    createDynamoDbService,
    createDynamoDbStreamsService,
    createKinesisService,
    createIamService,
    createCloudFormationService,
  );
});
afterEach(() => cloud.close());

const dynamodb = callerOf('dynamodb', () => cloud);
const kinesis = callerOf('kinesis', () => cloud);
const cfn = callerOf('cloudformation', () => cloud);
const StackName = 'shop';

/** Puts the stack and waits for the end of the work; returns how it ended and why. */
async function put(operation: 'CreateStack' | 'UpdateStack', TemplateBody: string) {
  let leave = () => {};
  const end = new Promise<void>((resolve) => {
    leave = cloud.journal.listen((fact) => {
      if (fact.kind !== 'stack' || fact.stack !== StackName || fact.logicalId !== StackName) return;
      if (!fact.status.endsWith('_IN_PROGRESS')) resolve();
    });
  });
  await cfn(operation, { StackName, TemplateBody });
  await end;
  leave();
  const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName });
  const { StackEvents: events = [] } = await cfn('DescribeStackEvents', { StackName });
  const why = events.filter(({ ResourceStatus: status }) => status?.endsWith('_FAILED'));
  return {
    status: stack?.StackStatus,
    why: why.map(({ ResourceStatusReason: reason }) => reason),
    table: stack?.Outputs?.[0]?.OutputValue ?? '',
  };
}

const template = (properties: string, type = 'S', indexType = 'S') => `
Resources:
  Changes: {Type: AWS::Kinesis::Stream, Properties: {Name: changes, ShardCount: 1}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: ${type}}, {AttributeName: g, AttributeType: ${indexType}}]
      GlobalSecondaryIndexes:
        - {IndexName: byG, KeySchema: [{AttributeName: g, KeyType: HASH}], Projection: {ProjectionType: ALL}}
      ${properties}
Outputs:
  Table: {Value: !Ref Table}`;

const definitions = async (TableName: string) =>
  (await dynamodb('DescribeTable', { TableName })).Table?.AttributeDefinitions?.map(
    ({ AttributeName: name, AttributeType: type }) => `${name} ${type}`,
  );

// Source: DynamoDB API reference, UpdateTable: nothing in it changes the type of a key.
describe('the type of a key in a template', () => {
  test('of the table: another one makes a new table, and the old one goes', async () => {
    const { table: old } = await put('CreateStack', template(''));
    await dynamodb('PutItem', { TableName: old, Item: { id: S('a') } });
    const made = await cfn('CreateChangeSet', { StackName, ChangeSetName: 'c', TemplateBody: template('', 'N') });
    const { Changes: [change] = [] } = await cfn('DescribeChangeSet', { ChangeSetName: made.Id ?? '' });
    expect(change?.ResourceChange?.Replacement).toBe('True');
    const { status, table } = await put('UpdateStack', template('', 'N'));
    expect(status).toBe('UPDATE_COMPLETE');
    expect(table).not.toBe(old);
    expect(await definitions(table)).toEqual(['id N', 'g S']);
    await dynamodb('PutItem', { TableName: table, Item: { id: N(1) } });
    expect((await dynamodb('ListTables', {})).TableNames).toEqual([table]);
  });

  test('of a table with a name of its own: another one is refused, and the table stays', async () => {
    await put('CreateStack', template('TableName: orders'));
    await dynamodb('PutItem', { TableName: 'orders', Item: { id: S('a') } });
    const { status, why } = await put('UpdateStack', template('TableName: orders', 'N'));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(why).toEqual([expect.stringContaining('Table already exists: orders')]);
    expect((await dynamodb('Scan', { TableName: 'orders' })).Items).toEqual([{ id: S('a') }]);
  });

  test('of an index: another one makes the index anew, and the table stays', async () => {
    const { table: old } = await put('CreateStack', template(''));
    await dynamodb('PutItem', { TableName: old, Item: { id: S('a'), x: S('b') } });
    const { status, table } = await put('UpdateStack', template('', 'S', 'N'));
    expect([status, table, await definitions(table)]).toEqual(['UPDATE_COMPLETE', old, ['id S', 'g N']]);
    expect((await dynamodb('Scan', { TableName: table })).Count).toBe(1);
  });
});

describe('the data stream of a template', () => {
  const arnOf = (name: string) => `arn:aws:kinesis:eu-west-1:123456789012:stream/${name}`;
  const to = (name: string) => template(`KinesisStreamSpecification: {StreamArn: '${arnOf(name)}'}`);
  const destinations = async (TableName: string) =>
    ((await dynamodb('DescribeKinesisStreamingDestination', { TableName })).KinesisDataStreamDestinations ?? []).map(
      ({ StreamArn = '', DestinationStatus: status }) => `${StreamArn.split('/')[1]} ${status}`,
    );

  test('is left for another one', async () => {
    const { table } = await put('CreateStack', to('changes'));
    await dynamodb('PutItem', { TableName: table, Item: { id: S('a') } });
    await kinesis('CreateStream', { StreamName: 'others', ShardCount: 1 });
    expect((await put('UpdateStack', to('others'))).status).toBe('UPDATE_COMPLETE');
    expect(await destinations(table)).toEqual(['others ACTIVE', 'changes DISABLED']);
    expect((await put('UpdateStack', to('changes'))).status).toBe('UPDATE_COMPLETE');
    expect((await put('UpdateStack', template(''))).status).toBe('UPDATE_COMPLETE');
    expect(await destinations(table)).toEqual(['others DISABLED', 'changes DISABLED']);
  });

  test('is not left for one that is not there; the update is taken back', async () => {
    const { table } = await put('CreateStack', to('changes'));
    const { status, why } = await put('UpdateStack', to('none'));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(why).toEqual([
      expect.stringContaining(`User does not have a permission to use kinesis stream: ${arnOf('none')}`),
    ]);
    expect(await destinations(table)).toContain('changes ACTIVE');
    expect(await destinations(table)).not.toContain('none ACTIVE');
    expect((await put('UpdateStack', template(''))).status).toBe('UPDATE_COMPLETE');
  });

  test('that is not there, where there was none before, is taken back', async () => {
    const { table } = await put('CreateStack', template(''));
    expect((await put('UpdateStack', to('none'))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await put('UpdateStack', to('changes'))).status).toBe('UPDATE_COMPLETE');
    expect(await destinations(table)).toContain('changes ACTIVE');
  });

  test('is taken back when something else fails after it was changed', async () => {
    const { table } = await put('CreateStack', to('changes'));
    await kinesis('CreateStream', { StreamName: 'others', ShardCount: 1 });
    const more =
      '\n  Bad: {Type: AWS::Kinesis::Stream, DependsOn: Table, Properties: {Name: others, ShardCount: 1}}\nOutputs:';
    const { status } = await put('UpdateStack', to('others').replace('\nOutputs:', more));
    expect([status, await destinations(table)]).toEqual([
      'UPDATE_ROLLBACK_COMPLETE',
      ['others DISABLED', 'changes ACTIVE'],
    ]);
  });
});

/** What is wrong with the table and with who uses it, before anything is made. */
async function wrongIn(table: string, output = '!Ref Table') {
  await using assessor = createAssessor();
  const template = `
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, ${table}}}
Outputs:
  Out: {Value: ${output}}`;
  const { wrong } = await assessor.assess({ name: StackName, template });
  return wrong.map(({ message, mend }) => [message, ...(mend === undefined ? [] : [mend])].join(' → '));
}

describe('what is said of a table before it is made', () => {
  const ID = '{AttributeName: id, KeyType: HASH}';
  const index = (name: string) =>
    `GlobalSecondaryIndexes: [{IndexName: byG, KeySchema: [{AttributeName: ${name}, KeyType: HASH}], Projection: {ProjectionType: ALL}}]`;

  // Sentences: paritysuite/dynamodb-conformance, captured on AWS.
  test.each([
    [
      `KeySchema: [${ID}, {AttributeName: at, KeyType: RANGE}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}]`,
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [id, at], AttributeDefinitions: [id]',
    ],
    [
      `KeySchema: [${ID}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: at, AttributeType: N}]`,
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    ],
    [
      `KeySchema: [${ID}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}], ${index('g')}`,
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [g], AttributeDefinitions: [id]',
    ],
  ])('%s', async (table, message) => {
    expect(await wrongIn(table)).toEqual([message]);
  });

  test('a table has a StreamArn with a StreamSpecification alone', async () => {
    const table = `KeySchema: [${ID}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}]`;
    expect(await wrongIn(table, '!GetAtt Table.StreamArn')).toEqual([
      'output Out asks for Table.StreamArn, and Table has no StreamSpecification → give Table a StreamSpecification',
    ]);
    const streaming = `${table}, StreamSpecification: {StreamViewType: NEW_IMAGE}`;
    expect(await wrongIn(streaming, '!GetAtt Table.StreamArn')).toEqual([]);
  });
});
