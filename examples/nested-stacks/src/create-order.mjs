import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const events = new EventBridgeClient();

export async function handler({ body }) {
  const order = { id: randomUUID(), ...JSON.parse(body) };
  const entry = {
    EventBusName: process.env.EVENT_BUS_NAME,
    Source: 'OrderService',
    DetailType: 'OrderCreated',
    Detail: JSON.stringify(order),
  };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
  return { statusCode: 201, body: JSON.stringify({ id: order.id }) };
}
