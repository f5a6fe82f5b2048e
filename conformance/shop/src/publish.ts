import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const client = new EventBridgeClient({});

export async function publish(
  Source: string,
  DetailType: string,
  detail: object,
  EventBusName = process.env['BUS_NAME'],
): Promise<void> {
  const entry = { EventBusName, Source, DetailType, Detail: JSON.stringify(detail) };
  await client.send(new PutEventsCommand({ Entries: [entry] }));
}
