// What the console tells where a way leads from service to service: a state machine calls a function, which writes into
// a table, whose stream invokes another, which puts an event.
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type Local, startLocal } from '@earwitness/local';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';
import { CONSOLE_PAGE } from './console-shop.ts';

const PUT = `const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
        const client = new EventBridgeClient({});`;
const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs20.x, Handler: index.handler, Timeout: 30 }
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Bookings:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Publish:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        ${PUT}
        exports.handler = async ({ Records }) => { await client.send(new PutEventsCommand({ Entries: [{ EventBusName: 'shop', Source: 'book', DetailType: 'Booked', Detail: '{}' }] })); };
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]
      Events: { Changes: { Type: DynamoDB, Properties: { Stream: !GetAtt Bookings.StreamArn, StartingPosition: TRIM_HORIZON } } }
  Book:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { TABLE: !Ref Bookings } }
      InlineCode: |
        const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
        const client = new DynamoDBClient({});
        exports.handler = async () => { await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: '1' } } })); return {}; };
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Policies: [{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]
      Definition:
        StartAt: Book
        States:
          Book: { Type: Task, Resource: !GetAtt Book.Arn, Next: Tell }
          Tell: { Type: Task, Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries: [{ EventBusName: shop, Source: flow, DetailType: Told, Detail: {} }] }, End: true }
Outputs: { Flow: { Value: !Ref Flow } }
`;

describe.skipIf(!hasChromium)('from service to service', () => {
  let local: Local;
  let browser: Browser;
  let page: Page;
  let machine: string;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    local = await startLocal({ console: CONSOLE_PAGE });
    const { Flow = '' } = await local.deploy({ name: 'hotel', template: TEMPLATE });
    machine = Flow;
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${local.url}/_earwitness`);
    await page.getByText('live', { exact: true }).waitFor();
    return async () => {
      await page.close();
      await local.close();
    };
  });

  const start = async () => {
    const client = new SFNClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
    });
    const { executionArn = '' } = await client.send(
      new StartExecutionCommand({ stateMachineArn: machine, input: '{}' }),
    );
    client.destroy();
    return executionArn;
  };

  test('the road of a state leads to the event that it put, that of an invocation by a stream to its event, and back', async () => {
    const executionArn = await start();
    await page.locator('.rows li', { hasText: 'Booked' }).waitFor();
    await page.goto(`${local.url}/_earwitness#/request/${encodeURIComponent(executionArn)}`);
    await page.getByRole('link', { name: 'event Told' }).click();
    await page.getByRole('heading', { name: 'event Told' }).waitFor();
    await page.getByRole('link', { name: 'put by execution Flow' }).click();
    await page.getByRole('heading', { name: 'execution Flow' }).waitFor();
    await page.getByRole('link', { name: 'List' }).click();
    await page.locator('.rows li', { hasText: 'Booked' }).getByRole('link').click();
    await page.getByRole('link', { name: 'put by invocation Publish' }).click();
    await page.getByRole('heading', { name: 'invocation Publish' }).waitFor();
    await page.getByRole('link', { name: 'event Booked' }).click();
    await page.getByRole('heading', { name: 'event Booked' }).waitFor();
  });

  test('the map has what functions did, also behind a stream, and calls a state machine as its template does', async () => {
    await start();
    await page.locator('.rows li', { hasText: 'Booked' }).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Map').click();
    await page
      .locator('.drawing')
      .getByRole('link', { name: /^Flow state machine/ })
      .waitFor();
    const titles = async () =>
      (
        await page.locator('.drawing .count').evaluateAll((all) => all.map((one) => one.getAttribute('title') ?? ''))
      ).sort();
    await expect
      .poll(titles)
      .toEqual([
        'Book → Bookings (seen, not declared): 1',
        'Bookings → Publish (batches of 100): 1',
        'Flow → Book (Book): 1',
        'Flow → shop (Tell): 1',
        'Publish → shop (seen, not declared): 1',
      ]);
  });

  test('a task that a test answered is said to be mocked, on its road and with its machine', async () => {
    const { status } = await fetch(`${local.url}/_earwitness/task-results`, {
      method: 'POST',
      headers: { 'x-earwitness': '1' },
      body: JSON.stringify({ stateMachines: { [machine]: { Book: { Return: { id: 1 } } } } }),
    });
    expect(status).toBe(200);
    const executionArn = await start();
    await page.goto(`${local.url}/_earwitness#/request/${encodeURIComponent(executionArn)}`);
    await page.getByText('Book succeeded, mocked').first().waitFor();
    await page.getByRole('link', { name: 'Its way through the states of' }).click();
    await page.locator('.state', { hasText: 'Task, mocked' }).waitFor();
    await page.locator('.executions li', { hasText: 'mocked: Book' }).waitFor();
  });
});
