// The transport of AppSync Events, beside what every transport owes (transports.test.ts): its settings, its signs of life, and the whole
// road from an event bus of the local cloud over an API destination, its events put together by an input transformer.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { startLocal } from '@earwitness/local';
import { createAppSyncTransport, type Gap, subscribe } from 'earwitness';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AppSyncServer, startAppSync } from './support/appsync-server.ts';

let server: AppSyncServer;

beforeEach(async () => {
  server = await startAppSync();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

test('the environment says where to listen, and what is missing is named', async () => {
  vi.stubEnv('EARWITNESS_TRANSPORT', 'appsync-events');
  vi.stubEnv('APPSYNC_EVENTS_ENDPOINT', server.endpoint);
  vi.stubEnv('TOPIC_NAME', 'default/e2e');
  await expect(subscribe()).rejects.toThrow(
    'subscribe() does not know its appSyncApiKey (or APPSYNC_EVENTS_API_KEY in the environment).',
  );
  vi.stubEnv('APPSYNC_EVENTS_API_KEY', server.apiKey);
  await using events = await subscribe();
  server.broadcast({ type: 'data', id: 'any', event: ['{"detail-type":"Tick"}', '"text"'] });
  await events.waitFor(2);
  expect(events.received()).toMatchObject([
    { message: { 'detail-type': 'Tick' }, route: 'appsync /default/e2e' },
    { message: 'text' },
  ]);
});

test('an event that AppSync could not deliver is a hole', async () => {
  await using events = await subscribe({ transport: createAppSyncTransport({ ...server, channel: 'default/e2e' }) });
  server.broadcast({ type: 'ka' });
  server.broadcast({ type: 'broadcast_error', id: 'any', errors: [{ errorType: 'MessageProcessingError' }] });
  server.broadcast({ type: 'data', id: 'any', event: '{"detail-type":"Tick"}' });
  await events.waitFor(1);
  await expect(events.exactly(1, { 'detail-type': 'Tick' }, { timeoutMs: 10 })).rejects.toThrow(
    'messages were lost (AppSync could not deliver: MessageProcessingError)',
  );
});

test('a connection that says nothing for longer than AppSync promised is dead, and opened again', async () => {
  await using silent = await startAppSync({ connectionTimeoutMs: 20 });
  const gap = await new Promise<Gap>((resolve, reject) => {
    const listener = { item: () => {}, interrupted: () => {}, resumed: () => {}, lost: reject };
    const transport = createAppSyncTransport({ ...silent, channel: 'default/*' });
    const opening = transport.open({
      ...listener,
      gap: (told) => void opening.then((route) => route.close()).then(() => resolve(told)),
    });
    opening.catch(reject);
  });
  expect(gap.reason).toMatch(/^the connection was away for \d+ ms, and AppSync keeps nothing meanwhile$/);
});

test('an event on a bus of the local cloud is heard over an API destination and AppSync', async () => {
  await using local = await startLocal();
  await local.deploy({
    name: 'ear',
    template: `Parameters:
  Endpoint: { Type: String }
  ApiKey: { Type: String, NoEcho: true }
Resources:
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: x-api-key, ApiKeyValue: !Ref ApiKey } }
  Destination:
    Type: AWS::Events::ApiDestination
    Properties: { ConnectionArn: !GetAtt Connection.Arn, HttpMethod: POST, InvocationEndpoint: !Ref Endpoint }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: invoke
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: events:InvokeApiDestination, Resource: !GetAtt Destination.Arn }]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [{ prefix: '' }] }
      Targets:
        - Id: appsync
          Arn: !GetAtt Destination.Arn
          RoleArn: !GetAtt Role.Arn
          InputTransformer:
            # An object inside a string would break the document, on AWS as here: the event is put together of its fields.
            InputPathsMap: { id: $.id, source: $.source, type: $.detail-type, order: $.detail.id }
            InputTemplate: >-
              {"channel": "/default/e2e", "events":
              ["{\\"id\\":\\"<id>\\",\\"source\\":\\"<source>\\",\\"detail-type\\":\\"<type>\\",\\"detail\\":{\\"id\\":\\"<order>\\"}}"]}
`,
    parameters: { Endpoint: server.endpoint, ApiKey: server.apiKey },
  });
  const credentials = { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'any' };
  const bus = new EventBridgeClient({ endpoint: local.url, region: local.env.AWS_REGION, credentials });
  await using events = await subscribe({ transport: createAppSyncTransport({ ...server, channel: 'default/e2e' }) });
  const Detail = JSON.stringify({ id: 'o-1' });
  await bus.send(new PutEventsCommand({ Entries: [{ Source: 'OrderService', DetailType: 'OrderCreated', Detail }] }));
  bus.destroy();
  const event = await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }, { timeoutMs: 100_000 });
  expect(event).toMatchObject({ source: 'OrderService', detail: { id: 'o-1' } });
});
