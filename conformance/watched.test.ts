// What is written down only while somebody looks on, as the console does: which calls policies let through, and what
// targets get of an event.
import { type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { afterAll, beforeAll, expect, test } from 'vitest';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:copies';
const PARTNER = 'arn:aws:events:us-east-1:000000000000:api-destination/partner';

const service = (name: string) => ({ Effect: 'Allow', Principal: { Service: name } });
const TEMPLATE = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'copies' } },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Statement: { ...service('events.amazonaws.com'), Action: 'sqs:SendMessage', Resource: QUEUE },
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'caller',
        AssumeRolePolicyDocument: { Statement: { ...service('events.amazonaws.com'), Action: 'sts:AssumeRole' } },
        Policies: [
          { PolicyName: 'all', PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } },
        ],
      },
    },
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'k' } },
      },
    },
    Partner: {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: 'partner',
        ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
        InvocationEndpoint: 'http://127.0.0.1:9/nobody',
        HttpMethod: 'POST',
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'placed',
        EventPattern: { source: ['shop'] },
        Targets: [
          { Id: 'whole', Arn: QUEUE },
          {
            Id: 'shaped',
            Arn: { 'Fn::GetAtt': ['Partner', 'Arn'] },
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"order":<id>}' },
          },
        ],
      },
    },
  },
};

let local: Local;
beforeAll(async () => {
  local = await startLocal();
  await local.deploy({ name: 'shop', template: JSON.stringify(TEMPLATE) });
  const refused = { target: 'partner', fault: 'refused' };
  await post('faults', refused);
});
afterAll(() => local.close());

const post = (path: string, body: unknown) =>
  fetch(`${local.url}/_earwitness/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !isSo(); turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(isSo()).toBe(true);
}

const countOf = (kind: Fact['kind']) => local.journal.read().filter((fact) => fact.kind === kind).length;

/** Sends an event, and waits for the attempts at both of its deliveries. */
async function send(id: number): Promise<void> {
  const attempts = countOf('delivery.attempted') + 2;
  await post('events', { source: 'shop', 'detail-type': 'Placed', detail: { id } });
  await until(() => countOf('delivery.attempted') >= attempts);
}

const extra = () =>
  local.journal
    .read()
    .flatMap((fact) => (fact.kind === 'access.allowed' || fact.kind === 'delivery.shaped' ? fact : []));

test('what policies let through and what targets get is told while somebody watches, and never else', async () => {
  await send(1);
  const listening = new AbortController();
  await fetch(`${local.url}/_earwitness/journal/stream`, { signal: listening.signal });
  await send(2);
  expect(extra()).toEqual([]);

  const watching = new AbortController();
  await fetch(`${local.url}/_earwitness/journal/stream?watch=true`, { signal: watching.signal });
  await send(3);
  const eventId = local.journal.read().findLast((fact) => fact.kind === 'event.accepted')?.eventId;
  const place = { seq: expect.any(Number), at: expect.any(Number), eventId };
  const delivery = {
    ...place,
    kind: 'delivery.shaped',
    deliveryId: expect.any(String),
    bus: 'default',
    rule: 'placed',
  };
  const facts = extra();
  expect(facts).toHaveLength(4);
  expect(facts).toContainEqual({ ...delivery, targetId: 'whole', targetArn: QUEUE });
  const targetArn = expect.stringContaining(PARTNER);
  expect(facts).toContainEqual({ ...delivery, targetId: 'shaped', targetArn, input: '{"order":3}' });
  expect(facts).toContainEqual({
    ...place,
    kind: 'access.allowed',
    principal: 'events.amazonaws.com',
    action: 'sqs:sendmessage',
    resource: QUEUE,
    by: 'resource policy',
  });
  expect(facts).toContainEqual({
    ...place,
    kind: 'access.allowed',
    principal: 'arn:aws:iam::000000000000:role/caller',
    action: 'events:InvokeApiDestination',
    resource: targetArn,
    by: 'identity policy',
  });

  // A delivery that is tried again is told of once, unless its first attempt was before.
  await post('clock/advance', { ms: 1000 });
  await until(() => countOf('delivery.attempted') >= 9);
  const shaped = extra().flatMap((fact) => (fact.kind === 'delivery.shaped' ? [fact.input] : []));
  expect(shaped.sort()).toEqual(['{"order":1}', '{"order":2}', '{"order":3}', undefined]);

  watching.abort();
  await until(() => !local.journal.isWatched);
  const before = extra().length;
  await send(4);
  expect(extra()).toHaveLength(before);
  listening.abort();
});

test('watch is true or false', async () => {
  const response = await fetch(`${local.url}/_earwitness/journal/stream?watch=yes`);
  expect([response.status, await response.json()]).toEqual([400, { error: "watch is true or false, not 'yes'." }]);
});
