// The stack that relays events to the topic is deployed by the test itself, with the AWS SDK and no options.
import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subscribe } from './subscribe.ts';

const cloudFormation = new CloudFormationClient({});
const env = (name: string) => process.env[name] as string;
let events: Awaited<ReturnType<typeof subscribe>>;

beforeAll(async () => {
  const parameters = {
    EventBusName: env('EVENT_BUS_NAME'),
    MomentoEndpoint: env('MOMENTO_HTTP_ENDPOINT'),
    MomentoAuthToken: env('MOMENTO_API_KEY'),
    CacheName: env('CACHE_NAME'),
    TopicName: env('TOPIC_NAME'),
  };
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: 'ear',
      TemplateBody: readFileSync(new URL('../../order-service/momento-destination.yaml', import.meta.url), 'utf8'),
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 30, minDelay: 1 }, { StackName: 'ear' });
  events = await subscribe(env('CACHE_NAME'), env('TOPIC_NAME'));
});

afterAll(async () => {
  events?.close();
  await cloudFormation.send(new DeleteStackCommand({ StackName: 'ear' }));
  await waitUntilStackDeleteComplete({ client: cloudFormation, maxWaitTime: 30, minDelay: 1 }, { StackName: 'ear' });
});

test('an order is heard with nothing but the vendors’ own SDKs', async () => {
  const response = await fetch(env('API_URL'), { method: 'POST', body: JSON.stringify({ name: 'by hand' }) });
  const order = (await response.json()) as { id: string };
  const message = await events.waitForMessageMatching({ source: 'OrderService', detail: { id: order.id } });
  expect(message).toMatchObject({ 'detail-type': 'OrderCreated', detail: { name: 'by hand' } });
});
