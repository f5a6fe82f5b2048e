// The console's live list as a person uses it: the page that the cloud serves, in Chromium.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Local, startLocal } from '@earwitness/local';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../chromium.ts';

const CONSOLE = new URL('../../packages/earwitness/dist/bin/console.html', import.meta.url);

const TEMPLATE = `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Queue: { Type: AWS::SQS::Queue }
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [OrderCreated] }
      Targets: [{ Id: queue, Arn: !GetAtt Queue.Arn }]
`;

const MACHINE = `Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::000000000000:role/made-up
      Definition: { StartAt: Charge, States: { Charge: { Type: Fail, Error: Declined } } }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: shop
      EventPattern: { detail-type: [Charge] }
      Targets: [{ Id: flow, Arn: !Ref Flow, RoleArn: !GetAtt Role.Arn }]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sts:AssumeRole }] }
      Policies: [{ PolicyName: all, PolicyDocument: { Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] } }]
`;

describe.skipIf(!hasChromium)('the live list', () => {
  let local: Local;
  let browser: Browser;
  let page: Page;
  let bus: EventBridgeClient;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    local = await startLocal({ console: CONSOLE });
    await local.deploy({ name: 'shop', template: TEMPLATE });
    bus = new EventBridgeClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${local.url}/_earwitness`);
    return async () => {
      await page.close();
      bus.destroy();
      await local.close();
    };
  });

  const put = (detailType: string, detail: object) =>
    bus.send(
      new PutEventsCommand({
        Entries: [{ EventBusName: 'shop', Source: 'orders', DetailType: detailType, Detail: JSON.stringify(detail) }],
      }),
    );
  /** The rows in the document, without their times: newest first. */
  const rows = async () =>
    (await page.locator('.rows li').allInnerTexts()).map((text) => text.replace(/^\S+\s+/, '').replace(/\s+/g, ' '));
  const says = (text: string) => page.locator('#filter-says').getByText(text, { exact: true }).waitFor();

  test('Was my event published? It is there as it comes, with what it came to', async () => {
    await put('OrderCreated', { id: 'o-1' });
    await page.getByText('delivered to 1').waitFor();
    await put('OrderShipped', { id: 'o-1' });
    await page.getByText('none of 1 on shop matched').waitFor();
    expect(await rows()).toEqual([
      'event OrderShipped orders shop 30 B none of 1 on shop matched',
      'event OrderCreated orders shop 30 B delivered to 1',
    ]);
  });

  test('words, fields and a pattern filter while they are typed, and an unfinished pattern hides nothing', async () => {
    await put('OrderCreated', { id: 'o-1', price: 10 });
    await put('OrderCreated', { id: 'o-2', price: 30 });
    await says('2 rows');
    await page.keyboard.press('/');
    await page.keyboard.type('id:o-2');
    await says('1 of 2 rows');
    await page.locator('#filter').fill('{"detail":{"price":[{"numeric":[">",');
    await page.getByText('Not a pattern yet:').waitFor();
    expect(await rows()).toHaveLength(2);
    await page.locator('#filter').fill('{"detail":{"price":[{"numeric":[">",20]}]}}');
    await says('1 of 2 rows');
    await page.locator('#filter').fill('nothing like it');
    await page.getByText('None of 2 rows passes the filter.').waitFor();
  });

  test('Escape empties a filter with what it hides; in an empty one it goes back to the list', async () => {
    await put('OrderCreated', { id: 'o-1' });
    await put('OrderShipped', { id: 'o-1' });
    await says('2 rows');
    const filter = page.locator('#filter');
    const isFocused = async () => (await page.locator('#filter:focus').count()) === 1;
    await page.keyboard.press('/');
    await page.keyboard.type('Shipped');
    await says('1 of 2 rows');
    await page.keyboard.press('Escape');
    await says('2 rows');
    expect([await filter.inputValue(), await isFocused()]).toEqual(['', true]);
    await page.keyboard.press('Escape');
    expect(await isFocused()).toBe(false);
    await page.keyboard.press('/');
    await page.keyboard.type('Created');
    await says('1 of 2 rows');
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Map').click();
    await page.keyboard.press('1');
    await says('1 of 2 rows');
    expect(await filter.inputValue()).toBe('Created');
  });

  test('only failures are shown when they are asked for, those too that fail later', async () => {
    await page.getByLabel('only failures').check();
    await put('OrderCreated', { id: 'o-1' });
    await put('OrderShipped', { id: 'o-1' });
    await says('1 of 2 rows');
    expect(await rows()).toEqual(['event OrderShipped orders shop 30 B none of 1 on shop matched']);
  });

  test('a list that is paused stands still, and catches up', async () => {
    await put('OrderCreated', { id: 'o-1' });
    await says('1 rows');
    await page.getByRole('button', { name: 'Pause' }).click();
    await put('OrderCreated', { id: 'o-2' });
    await page.getByRole('button', { name: 'Go on' }).click();
    await says('2 rows');
  });

  test('of thousands of rows the document has those that can be seen, and what is read stays where it is', async () => {
    const entries = Array.from({ length: 10 }, () => ({ Source: 'orders', DetailType: 'Many', Detail: '{}' }));
    for (let call = 0; call < 300; call++) await bus.send(new PutEventsCommand({ Entries: entries }));
    await says('3000 rows');
    expect(await page.locator('.rows li').count()).toBeLessThan(60);
    await page.locator('.rows').evaluate((element) => element.scrollTo(0, 30_000));
    const first = page.locator('.rows li[aria-posinset="1001"]');
    const time = await first.locator('time').textContent();
    await put('OrderCreated', { id: 'o-1' });
    await says('3001 rows');
    expect(await page.locator('.rows li[aria-posinset="1002"] time').textContent()).toBe(time);
    expect(await page.locator('.rows').evaluate((element) => element.scrollTop)).toBe(30_030);
  });

  test('j goes to the first row of a fresh page, and on to the next', async () => {
    await put('OrderCreated', { id: 'o-1' });
    await put('OrderShipped', { id: 'o-1' });
    await says('2 rows');
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    await page.keyboard.press('j');
    expect(await focused()).toContain('OrderShipped');
    await page.keyboard.press('j');
    expect(await focused()).toContain('OrderCreated');
  });

  test('an address that leads nowhere says so; a queue is found by its name in the template', async () => {
    const goTo = (hash: string) => page.goto(`${local.url}/_earwitness${hash}`);
    for (const hash of ['#/queue', '#/execution/x']) {
      await goTo(hash);
      await page.getByRole('heading', { name: `There is no page ${hash}` }).waitFor();
      await page.getByRole('main').getByRole('link', { name: 'The queues' }).waitFor();
    }
    await goTo('#/map/nope');
    await page.getByText('There is no nope in this cloud').waitFor();
    await goTo('#/map/Rule');
    await page.getByRole('complementary', { name: 'rule Rule' }).waitFor();
    await goTo('#/queues/Nope');
    await page.getByText('There is no queue Nope in this cloud').waitFor();
    await goTo('#/queues/Queue');
    await page.getByRole('heading', { name: 'Queue', exact: true }).waitFor();
    await page.getByText('Nothing lies in it.').waitFor();
  });

  test('an execution that failed is in the list, whatever led to it; what AWS tells of itself is no failure', async () => {
    await local.deploy({ name: 'flow', template: MACHINE });
    await page.getByLabel('only failures').check();
    await put('Charge', { id: 'o-1' });
    const row = page.locator('.rows li', { hasText: /execution\s+Flow/ });
    await row.getByText('failed in Charge: Declined').waitFor();
    await page.locator('.rows li', { hasText: 'Charge' }).nth(1).waitFor();
    expect((await rows()).filter((text) => text.includes('Status Change'))).toEqual([]);
    await page.getByLabel('only failures').uncheck();
    const told = page.locator('.rows li', { hasText: 'Step Functions Execution Status Change' }).first();
    expect(await told.locator('.outcome').getAttribute('class')).toBe('outcome plain');
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: 'execution Flow' }).waitFor();
    await page.getByRole('link', { name: 'Its way through the states of' }).waitFor();
  });

  test('names are text, whoever chose them', async () => {
    const hostile = '<img src=x onerror="document.title=1">\u202eevil';
    await put(hostile, {});
    await page.getByText(hostile).waitFor();
    expect(await page.title()).toBe('Earwitness');
  });

  test('a cloud that has gone is told of, and what was known stays', async () => {
    await put('OrderCreated', { id: 'o-1' });
    await says('1 rows');
    await local.close();
    await page.getByText('The local cloud does not answer.', { exact: false }).waitFor();
    expect(await rows()).toHaveLength(1);
  });
});
