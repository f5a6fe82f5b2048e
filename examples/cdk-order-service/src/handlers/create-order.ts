import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { ulid } from 'ulid';

const eventBridge = new EventBridgeClient({});

/** POST /: makes an order, tells everybody about it, and answers 201 with the order. */
export const handler: APIGatewayProxyHandler = async (request) => {
  const { name } = JSON.parse(request.body ?? '{}') as { name?: string };
  if (!name) return answer(400, { message: 'An order needs a name.' });

  const order = { id: ulid(), name };
  await publishOrderCreated(order);
  return answer(201, order);
};

async function publishOrderCreated(order: { id: string; name: string }): Promise<void> {
  const { FailedEntryCount, Entries } = await eventBridge.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: process.env['EVENT_BUS_NAME'],
          Source: 'OrderService',
          DetailType: 'OrderCreated',
          Detail: JSON.stringify(order),
        },
      ],
    }),
  );
  // PutEvents answers 200 also when an entry was refused.
  if (FailedEntryCount)
    throw new Error(`OrderCreated was refused: ${Entries?.[0]?.ErrorCode} ${Entries?.[0]?.ErrorMessage}`);
}

function answer(statusCode: number, body: object) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
