// What `earwitness dev` and `tail` print when a function fails: whole journeys, at 80 columns, of a project as a user has it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { earwitness } from './run.ts';
import { type Staying, stay } from './staying.ts';

const handler = (file: string, more = '') =>
  `Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: ${file}.handler
      Runtime: nodejs20.x${more}
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [${file}.ts] } }`;

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Parameters: { Partner: { Type: String, Default: 'http://127.0.0.1:9/ship' } }
Resources:
  CreateOrder:
    ${handler(
      'create-order',
      `
      Timeout: 1
      Events:
        Post: { Type: HttpApi, Properties: { Path: /orders, Method: POST } }`,
    )}
  TakePayment:
    ${handler(
      'take-payment',
      `
      EventInvokeConfig: { MaximumRetryAttempts: 0 }
      Events:
        Placed: { Type: EventBridgeRule, Properties: { Pattern: { source: [shop.orders] } } }`,
    )}
  ReserveStock:
    ${handler(
      'reserve-stock',
      `
      Events:
        Batch: { Type: SQS, Properties: { Queue: !GetAtt StockQueue.Arn, FunctionResponseTypes: [ReportBatchItemFailures] } }`,
    )}
  # Nothing comes twice while the tests run.
  StockQueue: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 900 } }
  StockQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref StockQueue]
      PolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: '*' }]
  StockRule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [shop.stock] }
      Targets: [{ Id: queue, Arn: !GetAtt StockQueue.Arn }]
  Key:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: x-api-key, ApiKeyValue: secret } }
  Shipping:
    Type: AWS::Events::ApiDestination
    Properties: { ConnectionArn: !GetAtt Key.Arn, HttpMethod: POST, InvocationEndpoint: !Ref Partner }
  ShippingRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: ship
          PolicyDocument: { Statement: [{ Effect: Allow, Action: events:InvokeApiDestination, Resource: '*' }] }
  ShippingRule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [shop.shipping] }
      Targets:
        - Id: ship
          Arn: !GetAtt Shipping.Arn
          RoleArn: !GetAtt ShippingRole.Arn
          RetryPolicy: { MaximumRetryAttempts: 0 }
Outputs:
  ApiUrl: { Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/orders' }
`;

const CREATE_ORDER = `interface Order { readonly items: readonly { readonly sku: string }[] }

export async function handler(event: { readonly body: string }) {
  console.log('received', event.body);
  const order: Order = JSON.parse(event.body);
  if (order.items.length === 0) await new Promise(() => setInterval(() => {}, 1000));
  return { statusCode: 201, body: skusOf(order).join() };
}

function skusOf({ items }: Order): string[] {
  return items.map(({ sku }) => sku);
}
`;
const TAKE_PAYMENT = `export async function handler(event: { readonly detail: { readonly total: number } }) {
  console.error('about to take', event.detail.total);
  throw new RangeError(\`no card takes \${event.detail.total}\`);
}
`;
const RESERVE_STOCK = `export async function handler({ Records }: { Records: { messageId: string; body: string }[] }) {
  const { detail } = JSON.parse(Records[0]!.body);
  if (detail.fail === 'throw') throw new Error('the warehouse is closed');
  console.log('nothing left of', detail.sku);
  return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
`;

let folder: string;
let dev: Staying;
let kill: () => void;
let env: NodeJS.ProcessEnv;
let port: string;
let bus: EventBridgeClient;
let seen = 0;

beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'earwitness-throws-')), 'shop');
  mkdirSync(join(folder, 'src'), { recursive: true });
  write('template.yaml', TEMPLATE);
  write('src/create-order.ts', CREATE_ORDER);
  write('src/take-payment.ts', TAKE_PAYMENT);
  write('src/reserve-stock.ts', RESERVE_STOCK);
  dev = stay(['dev', '--port', '0', '--template', 'shop=template.yaml'], {
    cwd: folder,
    atEnd(end) {
      kill = end;
    },
  });
  const printed = await dev.until('Ctrl-C stops.');
  [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(printed) ?? [];
  env = { API_URL: /ApiUrl\s+(http\S+)/.exec(printed)?.[1] };
  seen = printed.length;
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  bus = new EventBridgeClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
});

afterAll(async () => {
  bus?.destroy();
  kill?.();
  rmSync(join(folder, '..'), { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const post = (body: string) => fetch(env['API_URL'] ?? '', { method: 'POST', body });
const publish = (Source: string, detail: object) =>
  bus.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'OrderPlaced', Detail: JSON.stringify(detail) }] }));

/** What dev has printed since this was last asked, up to the end of the journey with this text. */
async function printed(text: string): Promise<string> {
  const all = await dev.until(text, seen);
  const place = all.indexOf(text, seen);
  // A journey ends with an empty line.
  const whole = await dev.until('\n\n', place);
  const end = whole.indexOf('\n\n', place) + 1;
  const said = whole.slice(seen, end);
  seen = end + 1;
  return withoutTimes(said);
}

/** Times are of the machine, ids of the run. */
function withoutTimes(text: string): string {
  return text
    .replace(/^ *\d+\.\d(?= {2})/gm, '     0.0')
    .replace(/\d+\.\d ms(?=$| {2})/gm, '0.0 ms')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID');
}

test('bad JSON: the error with its line, the last output, the answer', async () => {
  expect((await post('not json')).status).toBe(500);
  expect(await printed('POST /orders')).toMatchInlineSnapshot(`
    "  POST /orders → 500  0.0 ms
         0.0  request       POST /orders
         0.0  function      CreateOrder
         0.0  function      CreateOrder threw: SyntaxError: Unexpected token 'o',
                            "not json" is not valid JSON
                            at handler (src/create-order.ts:5:29)
                            last output:
                              received not json
         0.0  answer        500 Internal Server Error
                            {"message":"Internal Server Error"}
    "
  `);
});

test('a null item', async () => {
  await post('{"items":[null]}');
  expect(await printed('POST /orders')).toMatchInlineSnapshot(`
    "  POST /orders → 500  0.0 ms
         0.0  request       POST /orders
         0.0  function      CreateOrder
         0.0  function      CreateOrder threw: TypeError: Cannot destructure
                            property 'sku' of 'object null' as it is null.
                            at src/create-order.ts:11:23
                            at skusOf (src/create-order.ts:11:16)
                            at handler (src/create-order.ts:7:35)
                            last output:
                              received {"items":[null]}
         0.0  answer        500 Internal Server Error
                            {"message":"Internal Server Error"}
    "
  `);
});

test('a time-out', async () => {
  await post('{"items":[]}');
  expect(await printed('POST /orders')).toMatchInlineSnapshot(`
    "  POST /orders → 500  0.0 ms
         0.0  request       POST /orders
         0.0  function      CreateOrder
         0.0  function      CreateOrder timed out: Task timed out after 1.00 seconds
                            last output:
                              received {"items":[]}
         0.0  answer        500 Internal Server Error
                            {"message":"Internal Server Error"}
    "
  `);
});

test('a syntax error that is saved into the handler, and the next request when it is mended', async () => {
  write(
    'src/create-order.ts',
    CREATE_ORDER.replace("console.log('received', event.body);", "console.log('received' event.body);"),
  );
  await post('{"items":[]}');
  expect(await printed('POST /orders')).toMatchInlineSnapshot(`
    "  POST /orders → 500  0.0 ms
         0.0  request       POST /orders
         0.0  function      CreateOrder
         0.0  function      CreateOrder failed to load: Runtime.UserCodeSyntaxError:
                            create-order.ts:4:26: Expected ")" but found "event"
                                console.log('received' event.body);
         0.0  answer        500 Internal Server Error
                            {"message":"Internal Server Error"}
    "
  `);
  write('src/create-order.ts', CREATE_ORDER);
  expect((await post('{"items":[{"sku":"a"}]}')).status).toBe(201);
});

test('a route that is not there, after a request that went well', async () => {
  await fetch(`${env['API_URL']}/typo`);
  expect(await printed('/typo')).toMatchInlineSnapshot(`
    "  POST /orders → 201  0.0 ms  CreateOrder

      GET /orders/typo → 404  0.0 ms
         0.0  request       GET /orders/typo
         0.0  answer        404 Not Found  the HTTP API has no route for GET
                            /orders/typo
                            {"message":"Not Found"}
    "
  `);
});

test('a function that a rule set off stands in the journey of its event', async () => {
  await publish('shop.orders', { total: 99 });
  expect(await printed('OrderPlaced')).toMatchInlineSnapshot(`
    "  OrderPlaced from shop.orders  0.0 ms
         0.0  PutEvents     OrderPlaced from shop.orders on default
         0.0  rule          TakePaymentPlaced matched, 1 target
         0.0  attempt       TakePayment
         0.0  function      TakePayment
         0.0  function      TakePayment threw: RangeError: no card takes 99
                            at handler (src/take-payment.ts:3:9)
                            last output:
                              about to take 99
    "
  `);
});

test('a consumer of a queue that throws, and one that gives its message back', async () => {
  // Whether it comes before the event's journey is printed or after it is a matter of speed.
  const consumerIn = (text: string) => text.slice(text.lastIndexOf('\n', text.indexOf('ReserveStock')) + 1);
  await publish('shop.stock', { fail: 'throw' });
  expect(consumerIn(await printed('warehouse'))).toMatchInlineSnapshot(`
    "     0.0  function      ReserveStock, 1 message of StockQueue
         0.0  function      ReserveStock threw: Error: the warehouse is closed
                            at handler (src/reserve-stock.ts:3:38)
    "
  `);
  await publish('shop.stock', { sku: 'a-1' });
  expect(consumerIn(await printed('gave back'))).toMatchInlineSnapshot(`
    "     0.0  function      ReserveStock, 1 message of StockQueue
         0.0  function      ReserveStock gave back 1 of 1 message to StockQueue
                            last output:
                              nothing left of a-1
    "
  `);
});

test('a destination that is down is told by its name and its cause', async () => {
  await publish('shop.shipping', { id: 'o-1' });
  expect(await printed('Shipping')).toMatchInlineSnapshot(`
    "  OrderPlaced from shop.shipping  0.0 ms
         0.0  PutEvents     OrderPlaced from shop.shipping on default
         0.0  rule          ShippingRule matched, 1 target
         0.0  attempt       Shipping  connection refused  http://127.0.0.1:9/ship
         0.0  dead letter   dropped after 1 attempt at Shipping, connection refused
                            (SDK_CLIENT_ERROR: Unable to invoke ApiDestination
                            endpoint: API destination endpoint cannot be reached.
                            (connect ECONNREFUSED 127.0.0.1:9) The target has no
                            dead-letter queue, so the event is gone.)
    "
  `);
});

test('a function that an SDK invoked, beside any event', async () => {
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const lambda = new LambdaClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const FunctionName = Functions.flatMap(({ FunctionName = '' }) => FunctionName.match(/.*TakePayment.*/) ?? [])[0];
  await lambda.send(new InvokeCommand({ FunctionName, Payload: '{"detail":{"total":7}}' }));
  lambda.destroy();
  expect(await printed('function TakePayment')).toMatchInlineSnapshot(`
    "  function TakePayment  0.0 ms
         0.0  function      TakePayment
         0.0  function      TakePayment threw: RangeError: no card takes 7
                            at handler (src/take-payment.ts:3:9)
                            last output:
                              about to take 7
    "
  `);
});

test('tail --logs prints all output of functions, and with --all what failed before', async () => {
  const tail = stay(['tail', '--all', '--logs', '--port', port]);
  const text = await tail.until('listening');
  expect(text).toContain('  CreateOrder  received not json\n');
  expect(text).toContain('  POST /orders → 500  ');
  await post('{"items":[{"sku":"later"}]}');
  await tail.until('  CreateOrder  received {"items":[{"sku":"later"}]}\n');
  expect((await tail.interrupt()).code).toBe(0);
});

test('the help of dev says that handlers are picked up on change, and how to see all output', async () => {
  const { stdout } = await earwitness(['dev', '--help']);
  expect(stdout).toContain('Handlers and templates are picked up on change (hot reload): save, ask again.\n');
  expect(stdout).toMatch(/^ +--logs +print all that functions write, too$/m);
});
