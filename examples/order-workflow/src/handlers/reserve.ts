import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** What was ordered cannot be read. */
class OrderInvalid extends Error {
  override readonly name = 'OrderInvalid';
}

/** Another order has this item; there is one of each. */
class ItemReserved extends Error {
  override readonly name = 'ItemReserved';
}

/** Reserves an item for an order. The same order may ask again. */
export async function handler({ orderId, order }: { orderId: string; order: { item?: string; total?: number } }) {
  const { item, total } = order;
  if (!item || typeof total !== 'number') throw new OrderInvalid('An order needs an item and a total.');
  try {
    await tables.send(
      new PutCommand({
        TableName: process.env['RESERVATIONS_TABLE'],
        Item: { id: item, orderId },
        ConditionExpression: 'attribute_not_exists(id) OR orderId = :orderId',
        ExpressionAttributeValues: { ':orderId': orderId },
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw new ItemReserved(`${item} is another order's.`);
    throw error;
  }
  return { item };
}
