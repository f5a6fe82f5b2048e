// Failure pages of a stack whose story goes on behind the stream of a table: no trace leads over it. What is told as
// certain is true, and the culprit is found on the other side.
import { type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { cloud, subscribe } from 'earwitness';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { factOf } from './fact-of.ts';
import { pageOf } from './page-of.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: bookings}}
  Bookings:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Book:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Bookings}}]
      Environment: {Variables: {TABLE: !Ref Bookings}}
      Events: {Api: {Type: HttpApi, Properties: {Path: /bookings, Method: post}}}
      InlineCode: |
        const {DynamoDBClient, PutItemCommand} = require('@aws-sdk/client-dynamodb');
        exports.handler = async ({body}) => {
          const {id, how} = JSON.parse(body);
          const Item = {id: {S: id}, how: {S: how}};
          await new DynamoDBClient().send(new PutItemCommand({TableName: process.env.TABLE, Item}));
          return {statusCode: 202};
        };
  Tell:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Policies:
      - Statement: [{Effect: Allow, Action: 'events:PutEvents', Resource: !GetAtt Bus.Arn}]
      Events:
        Stream:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Bookings.StreamArn
            StartingPosition: TRIM_HORIZON
            MaximumRetryAttempts: 0
            FilterCriteria: {Filters: [{Pattern: '{"dynamodb":{"NewImage":{"how":{"S":[{"anything-but":"skip"}]}}}}'}]}
      InlineCode: |
        const {EventBridgeClient, PutEventsCommand} = require('@aws-sdk/client-eventbridge');
        exports.handler = async ({Records}) => {
          for (const {dynamodb: {NewImage}} of Records) {
            console.log('telling of ' + NewImage.id.S);
            if (NewImage.how.S === 'throw') throw new Error('no seat');
            const EventBusName = NewImage.how.S === 'deny' ? 'default' : 'bookings';
            const Detail = JSON.stringify({id: NewImage.id.S});
            const Entries = [{EventBusName, Source: 'booking', DetailType: 'Booked', Detail}];
            await new EventBridgeClient().send(new PutEventsCommand({Entries}));
          }
        };
Outputs:
  Url: {Value: !Sub "https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/bookings"}
`;

let local: Local;
let outputs: Record<string, string>;
beforeAll(async () => {
  local = await startLocal();
  outputs = await local.deploy({
    name: 'shop',
    template: TEMPLATE,
  });
  await local.relay();
  for (const [name, value] of Object.entries(await local.environment())) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await local.close();
});

const transport = 'momento-http';

async function book(order: object, fits: (fact: Fact) => boolean): Promise<void> {
  const recorded = factOf(local, fits);
  const answer = await fetch(outputs['Url'] ?? '', { method: 'POST', body: JSON.stringify(order) });
  expect(answer.status).toBe(202);
  await recorded;
}

const limits = { timeoutMs: 50 };

test('a typo in the expectation: the closest event stands first', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await book({ id: 'b-1', how: 'tell' }, ({ kind }) => kind === 'subscription.received');
  const page = await pageOf(events.waitForMessageMatching({ source: 'booking', 'detail-type': 'Bookd' }, limits));
  expect(page).toMatchInlineSnapshot(`
    "no event matched within 50 ms: 1 received, the closest differs in 1 of 2 fields

      Closest event   1/2 fields   id ID  +TIME
        - detail-type  "Bookd"   expected
        + detail-type  "Booked"   received
          source       "booking"

      Test       a typo in the expectation: the closest event stands first
                 stream-pages.test.ts:LINE
      Expected   Bookd from booking
        { source: "booking", "detail-type": "Bookd" }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP), no gap in sequence (N)
        ! 1 event was published; it is not what was expected
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('the function on the stream threw', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await book({ id: 'b-2', how: 'throw' }, ({ kind }) => kind === 'records.discarded');
  expect(await pageOf(events.waitForMessageMatching({ 'detail-type': 'Booked' }, limits))).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: function Tell threw

      Cause   function Tell threw Error: no seat
              at /var/task/index.js:5
              its last log line: telling of b-2

      Test       the function on the stream threw   stream-pages.test.ts:LINE
      Expected   Booked
        { "detail-type": "Booked" }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ! 1 record of Bookings for function Tell given up (1 attempt), nothing is
          told of it
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('it has no permission for the bus', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await book({ id: 'b-3', how: 'deny' }, ({ kind }) => kind === 'records.discarded');
  expect(await pageOf(events.waitForMessageMatching({ 'detail-type': 'Booked' }, limits))).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: function Tell lacks a permission: events:PutEvents

      Cause   function Tell lacks a permission: events:PutEvents
              User:
                arn:aws:sts::000000000000:assumed-role/shop-TellRole-SUFFIX/shop-Tell-SUFFIX
                is not authorized to perform: events:PutEvents on resource:
                arn:aws:events:us-east-1:000000000000:event-bus/default because no
                identity-based policy allows the events:PutEvents action. AWS
                would refuse, too. The role
                arn:aws:iam::000000000000:role/shop-TellRole-SUFFIX needs a
                policy statement {"Effect": "Allow", "Action": "events:PutEvents",
                "Resource":
                "arn:aws:events:us-east-1:000000000000:event-bus/default"}.
              at /var/task/index.js:9
              its last log line: telling of b-3

      Test       it has no permission for the bus   stream-pages.test.ts:LINE
      Expected   Booked
        { "detail-type": "Booked" }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ! 1 record of Bookings for function Tell given up (1 attempt), nothing is
          told of it
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('a filter of its mapping passed the record over', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await book({ id: 'b-4', how: 'skip' }, ({ kind }) => kind === 'records.filtered');
  expect(await pageOf(events.waitForMessageMatching({ 'detail-type': 'Booked' }, limits))).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: a filter passes over what stands in Bookings

      Cause   no filter of function Tell lets 1 of 1 record of Bookings through:
              passed over

      Test       a filter of its mapping passed the record over
                 stream-pages.test.ts:LINE
      Expected   Booked
        { "detail-type": "Booked" }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});

test('what a filter passed over stands beside the closest event', async () => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  await book({ id: 'b-5', how: 'skip' }, ({ kind }) => kind === 'records.filtered');
  await book({ id: 'b-6', how: 'tell' }, ({ kind }) => kind === 'subscription.received');
  const page = await pageOf(events.waitForMessageMatching({ 'detail-type': 'Booked', detail: { id: 'b-5' } }, limits));
  expect(page).toMatch(
    /^no event matched within 50 ms: 1 received, the closest differs in 1 of 2 fields\n\n {2}Closest/,
  );
  expect(page).toContain('· no filter of function Tell lets 1 of 1 record of Bookings through:');
});

test('the page of an item that does not come names the function that threw', async () => {
  const bookings = cloud.items('Bookings');
  const recorded = factOf(local, ({ kind }) => kind === 'records.discarded');
  await bookings.put({ id: 'b-7', how: 'throw' });
  await recorded;
  expect(await pageOf(bookings.waitFor({ id: 'b-7', state: 'told' }, limits))).toMatchInlineSnapshot(`
    "no item of Bookings matched within 50 ms: function Tell threw

      Cause   function Tell threw Error: no seat
              at /var/task/index.js:5
              its last log line: telling of b-7

      Closest item   1/2 fields
        - state  "told"   expected
        + state  (absent)   received
          id     "b-7"

      Expected
        { id: "b-7", state: "told" }

      Other items   6, the closest first
        { id: "b-3", how: "deny" }
        { id: "b-1", how: "tell" }
        { id: "b-6", how: "tell" }
        { id: "b-4", how: "skip" }
        … 2 more"
  `);
});

test.concurrent('beside other tests, an id in what a function wrote settles whose it is', async ({ expect }) => {
  await using events = await subscribe({ transport, timeoutMs: 100_000 });
  const id = 'booking-0190f3c2';
  const recorded = factOf(local, ({ kind }) => kind === 'records.discarded');
  await cloud.items('Bookings').put({ id, how: 'throw' });
  await recorded;
  const waiting = events.waitForMessageMatching({ 'detail-type': 'Booked', detail: { id } }, limits);
  expect(await pageOf(waiting)).toMatchInlineSnapshot(`
    "no event arrived within 50 ms: function Tell threw

      Cause   function Tell threw Error: no seat
              at /var/task/index.js:5
              its last log line: telling of booking-0190f3c2

      Expected   Booked   stream-pages.test.ts:LINE
        { "detail-type": "Booked", detail: { id: "booking-0190f3c2" } }

      Checked for you
        ✓ connected to momento earwitness/events (HTTP)
        ! 1 record of Bookings for function Tell given up (1 attempt), nothing is
          told of it
        ✓ dead-letter queue DeadLetterQueue is empty"
  `);
});
