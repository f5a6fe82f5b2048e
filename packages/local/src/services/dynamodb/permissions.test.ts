import { expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createDynamoDbService } from './service.ts';
import { S, tableOf } from './test-tables.ts';

// Source: Service Authorization Reference, Amazon DynamoDB: actions and resources; transactions are held to the actions
// of their parts.
test('a role may do what its policies say of a table and of an index', async () => {
  const cloud = createTestCloud(createDynamoDbService, createIamService);
  const dynamodb = callerOf('dynamodb', () => cloud);
  const iam = callerOf('iam', () => cloud);
  const arn = `arn:aws:iam::${TEST_ACCOUNT}:role/worker`;
  const table = `arn:aws:dynamodb:eu-west-1:${TEST_ACCOUNT}:table/orders`;
  const call: Omit<Call, 'requestId'> = { ...testCall, principal: { kind: 'role', arn } };
  await dynamodb(
    'CreateTable',
    tableOf('orders', 'id', {
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byG',
          KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: JSON.stringify({ Statement: [trust] }) });
  await iam('PutRolePolicy', {
    RoleName: 'worker',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:Query'], Resource: table }],
    }),
  });
  const query = {
    TableName: 'orders',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': S('x') },
    IndexName: 'byG',
  };
  const Item = { id: S('1') };
  await dynamodb('PutItem', { TableName: 'orders', Item }, call);
  await dynamodb('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'orders', Item } }] }, call);
  const denied = (action: string, resource: string) =>
    `AccessDeniedException: User: ${arn} is not authorized to perform: dynamodb:${action} on resource: ${resource} because no identity-based policy allows the dynamodb:${action} action`;
  expect([
    await refusalOf(dynamodb('GetItem', { TableName: 'orders', Key: Item }, call)),
    await refusalOf(dynamodb('Query', query, call)),
    await refusalOf(
      dynamodb('TransactWriteItems', { TransactItems: [{ Delete: { TableName: 'orders', Key: Item } }] }, call),
    ),
  ]).toEqual([denied('GetItem', table), denied('Query', `${table}/index/byG`), denied('DeleteItem', table)]);
});
