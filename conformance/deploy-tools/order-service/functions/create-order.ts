import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const bridge = new EventBridgeClient({});

/** POST /orders: makes an order and tells everybody about it. */
export async function handler(request: { readonly body?: string }) {
  const { name } = JSON.parse(request.body ?? '{}') as { name?: string };
  const order = { id: randomUUID(), name, greeting: process.env['GREETING'] };
  const { FailedEntryCount } = await bridge.send(
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
  if (FailedEntryCount) throw new Error('OrderCreated was refused');
  return { statusCode: 201, body: JSON.stringify(order) };
}
