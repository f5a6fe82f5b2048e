import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyHandlerV2 } from 'aws-lambda';
import { ulid } from 'ulid';

const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** An event that was told of is of no more use; DynamoDB deletes it. */
const KEPT_SECONDS = 24 * 60 * 60;

/** POST /orders: keeps an order and what is to be told of it, both or neither, and answers 201 with the order's id. */
export const handler: APIGatewayProxyHandlerV2 = async (request) => {
  const { customer, total } = JSON.parse(request.body ?? '{}') as { customer?: string; total?: number };
  if (!customer || total === undefined) return answer(400, { message: 'An order needs a customer and a total.' });

  const id = ulid();
  const order = { id, customer, total, status: 'PLACED' };
  const event = { id: ulid(), type: 'OrderPlaced', orderId: id, expires: Math.floor(Date.now() / 1000) + KEPT_SECONDS };
  await tables.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Put: {
            TableName: process.env['ORDERS_TABLE'],
            Item: order,
            ConditionExpression: 'attribute_not_exists(id)',
          },
        },
        { Put: { TableName: process.env['OUTBOX_TABLE'], Item: event } },
      ],
    }),
  );
  return answer(201, { id });
};

function answer(statusCode: number, body: object) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
