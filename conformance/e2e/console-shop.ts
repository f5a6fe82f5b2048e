// An application of every kind of resource, for the pages of the console that show it as a whole: orders come in over
// HTTP, from a schedule and through a bucket; a state machine charges and ships them; a partner takes them; what goes
// wrong lies in dead-letter queues.
import { type Local, startLocal } from '@earwitness/local';
import type { Page } from 'playwright-core';

const fn = (name: string, code: string, more = '') => `
  ${name.replaceAll('-', '')}:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: ${name}
      Role: !GetAtt Role.Arn
      InlineCode: |
        ${code}
      ${more}`;

const PUT = `const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
        const client = new EventBridgeClient({});
        const put = (type, detail) => client.send(new PutEventsCommand({
          Entries: [{ EventBusName: 'shop-orders', Source: 'shop.orders', DetailType: type, Detail: JSON.stringify(detail) }],
        }));`;

/** Parameters: Partner and Topic (URLs), and Momento's key. Outputs: ApiUrl. The bus is called `shop-orders`, its dead letters lie in `shop-dead`. */
export const CONSOLE_SHOP = `Transform: AWS::Serverless-2016-10-31
Parameters:
  Partner: { Type: String }
  Topic: { Type: String }
  MomentoKey: { Type: String }
Globals:
  Function: { Runtime: nodejs20.x, Handler: index.handler, Timeout: 30 }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: [lambda.amazonaws.com, events.amazonaws.com, states.amazonaws.com, scheduler.amazonaws.com, pipes.amazonaws.com] }, Action: sts:AssumeRole }]
      Policies: [{ PolicyName: all, PolicyDocument: { Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] } }]
  Orders: { Type: AWS::Events::EventBus, Properties: { Name: shop-orders } }
${fn(
  'shop-place-order',
  `${PUT}
        exports.handler = async ({ body }) => {
          const order = JSON.parse(body);
          await put('OrderPlaced', order);
          return { statusCode: 202, body: order.id };
        };`,
  `Events:
        Post: { Type: HttpApi, Properties: { Path: /orders, Method: POST } }
        Put: { Type: HttpApi, Properties: { Path: '/orders/{id}', Method: PUT } }`,
)}
${fn('shop-list-orders', 'exports.handler = async () => ({ statusCode: 200 });', `Events: { Get: { Type: HttpApi, Properties: { Path: /orders, Method: GET } } }`)}
${fn(
  'shop-charge',
  `exports.handler = async ({ price }) => {
          console.log('charging', price);
          if (price > 1000) throw new Error('card declined: limit is 1000');
          return { charged: price };
        };`,
)}
${fn('shop-ship', 'exports.handler = async () => ({ shipped: true });')}
${fn('shop-refund', 'exports.handler = async () => ({ refunded: true });')}
${fn(
  'shop-mail',
  `exports.handler = async ({ Records }) => ({
          batchItemFailures: Records.filter(({ body }) => body.includes('bounce')).map(({ messageId }) => ({ itemIdentifier: messageId })),
        });`,
  `Events: { Mail: { Type: SQS, Properties: { Queue: !GetAtt MailQueue.Arn, FunctionResponseTypes: [ReportBatchItemFailures] } } }`,
)}
${fn(
  'shop-project',
  'exports.handler = async () => {};',
  `Events: { Changes: { Type: DynamoDB, Properties: { Stream: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON } } }`,
)}
${fn(
  'shop-clicks',
  'exports.handler = async () => {};',
  `Events: { Clicks: { Type: Kinesis, Properties: { Stream: !GetAtt Clicks.Arn, StartingPosition: TRIM_HORIZON } } }`,
)}
${fn('shop-report', 'exports.handler = async () => {};')}
${fn('shop-audit', 'exports.handler = async () => {};')}
  MailQueue: { Type: AWS::SQS::Queue, Properties: { QueueName: shop-mail-jobs, VisibilityTimeout: 30, RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 } } }
  BillingQueue: { Type: AWS::SQS::Queue, Properties: { QueueName: shop-billing.fifo, FifoQueue: true, ContentBasedDeduplication: true } }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: shop-dead } }
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref MailQueue, !Ref BillingQueue, !Ref Dead]
      PolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: [events.amazonaws.com, sns.amazonaws.com] }, Action: sqs:SendMessage, Resource: '*' }] }
  Key:
    Type: AWS::Events::Connection
    Properties: { AuthorizationType: API_KEY, AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: Authorization, ApiKeyValue: !Ref MomentoKey } } }
  PartnerApi: { Type: AWS::Events::ApiDestination, Properties: { Name: shop-partner, ConnectionArn: !GetAtt Key.Arn, HttpMethod: POST, InvocationEndpoint: !Ref Partner } }
  Hear: { Type: AWS::Events::ApiDestination, Properties: { Name: shop-hear, ConnectionArn: !GetAtt Key.Arn, HttpMethod: POST, InvocationEndpoint: !Ref Topic } }
  PlacedRule:
    Type: AWS::Events::Rule
    Properties:
      Name: shop-placed
      EventBusName: !Ref Orders
      EventPattern: { detail-type: [OrderPlaced] }
      Targets:
        - { Id: fulfil, Arn: !Ref Fulfil, RoleArn: !GetAtt Role.Arn }
        - { Id: billing, Arn: !GetAtt BillingQueue.Arn, SqsParameters: { MessageGroupId: orders } }
  PartnerRule:
    Type: AWS::Events::Rule
    Properties:
      Name: shop-to-partner
      EventBusName: !Ref Orders
      EventPattern: { detail-type: [OrderPlaced], detail: { partner: [true] } }
      Targets:
        - Id: partner
          Arn: !GetAtt PartnerApi.Arn
          RoleArn: !GetAtt Role.Arn
          DeadLetterConfig: { Arn: !GetAtt Dead.Arn }
          RetryPolicy: { MaximumRetryAttempts: 2 }
  HearRule:
    Type: AWS::Events::Rule
    Properties:
      Name: shop-hear-all
      EventBusName: !Ref Orders
      EventPattern: { source: [{ prefix: '' }] }
      Targets: [{ Id: hear, Arn: !GetAtt Hear.Arn, RoleArn: !GetAtt Role.Arn }]
  ShippedRule:
    Type: AWS::Events::Rule
    Properties:
      Name: shop-shipped
      EventBusName: !Ref Orders
      EventPattern: { detail-type: [OrderShipped] }
      Targets:
        - { Id: news, Arn: !Ref News }
        - { Id: audit, Arn: !GetAtt AuditJobs.JobQueueArn, RoleArn: !GetAtt Role.Arn, BatchParameters: { JobDefinition: audit, JobName: audit } }
  UploadRule:
    Type: AWS::Events::Rule
    Properties:
      Name: shop-uploads
      EventPattern: { source: [aws.s3] }
      Targets: [{ Id: report, Arn: !GetAtt shopreport.Arn }]
  AuditJobs: { Type: AWS::Batch::JobQueue, Properties: { JobQueueName: shop-audit-jobs, Priority: 1, ComputeEnvironmentOrder: [] } }
  News: { Type: AWS::SNS::Topic, Properties: { TopicName: shop-news, Subscription: [{ Protocol: sqs, Endpoint: !GetAtt MailQueue.Arn }, { Protocol: lambda, Endpoint: !GetAtt shopaudit.Arn }] } }
  NewsPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref News]
      PolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sns:Publish, Resource: '*' }] }
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties: { Name: shop-nightly, ScheduleExpression: rate(1 day), FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: !GetAtt shopreport.Arn, RoleArn: !GetAtt Role.Arn } }
  Pipe: { Type: AWS::Pipes::Pipe, Properties: { Name: shop-bill, RoleArn: !GetAtt Role.Arn, Source: !GetAtt BillingQueue.Arn, Target: !GetAtt shopcharge.Arn, TargetParameters: { InputTemplate: '{"price":1}' } } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: shop-orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Clicks: { Type: AWS::Kinesis::Stream, Properties: { Name: shop-clicks, ShardCount: 1 } }
  Uploads: { Type: AWS::S3::Bucket, Properties: { BucketName: shop-uploads, NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } } }
  Fulfil:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: shop-fulfil
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Remember
        States:
          Remember: { Type: Task, Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName: shop-orders, Item: { id: { 'S.$': $.detail.id } } }, ResultPath: $.remembered, Next: Charge }
          Charge: { Type: Task, Resource: !GetAtt shopcharge.Arn, InputPath: $.detail, ResultPath: $.charged, Catch: [{ ErrorEquals: [Refundable], Next: Refund }], Next: Is it a gift? }
          Is it a gift?: { Type: Choice, Choices: [{ Variable: $.detail.gift, IsPresent: true, Next: Wrap and ship }], Default: Ship }
          Wrap and ship:
            Type: Parallel
            Branches:
              - { StartAt: Wrap, States: { Wrap: { Type: Pass, End: true } } }
              - { StartAt: Write a card, States: { Write a card: { Type: Pass, End: true } } }
            Next: Ship
          Ship: { Type: Task, Resource: !GetAtt shopship.Arn, Next: Tell }
          Tell: { Type: Task, Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries: [{ EventBusName: shop-orders, Source: shop.orders, DetailType: OrderShipped, Detail: { 'shipped.$': $.shipped } }] }, End: true }
          Refund: { Type: Task, Resource: !GetAtt shoprefund.Arn, Next: Refunded }
          Refunded: { Type: Fail, Error: Refunded }
Outputs:
  ApiUrl: { Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/orders' }
`;

/** A second stack, beside the first. */
export const CONSOLE_REPORTS = `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: reports } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: reports-queue } }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: reports-made
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [ReportMade] }
      Targets: [{ Id: queue, Arn: !GetAtt Queue.Arn }]
`;

export const CONSOLE_PAGE = new URL('../../packages/earwitness/dist/bin/console.html', import.meta.url);

export interface Shop {
  readonly local: Local;
  /** Orders are posted there. */
  readonly apiUrl: string;
}

/** @param partner URL of who takes orders; by default nobody. Port 9: IANA, discard. */
export async function startShop(partner = 'http://127.0.0.1:9/ship'): Promise<Shop> {
  const local = await startLocal({ console: CONSOLE_PAGE });
  const parameters = {
    Partner: partner,
    Topic: `${local.url}/topics/earwitness/events`,
    MomentoKey: local.env.MOMENTO_API_KEY,
  };
  const { ApiUrl = '' } = await local.deploy({ name: 'shop', template: CONSOLE_SHOP, parameters });
  return { local, apiUrl: ApiUrl };
}

export interface Order {
  readonly id: string;
  readonly price: number;
  readonly gift?: boolean;
  readonly partner?: boolean;
}

export async function placeOrder({ apiUrl }: Shop, order: Order): Promise<void> {
  const response = await fetch(apiUrl, { method: 'POST', body: JSON.stringify(order) });
  if (response.status !== 202) throw new Error(`The shop answered ${response.status}: ${await response.text()}`);
}

/** From now on: how often the reader clicked, or pressed Enter on a link, since the page was opened. */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript({
    content:
      'let clicks = 0; addEventListener("click", () => document.documentElement.dataset.clicks = ++clicks, true);',
  });
  return async () => Number((await page.locator('html').getAttribute('data-clicks')) ?? 0);
}

/** What of the page stands beyond its right edge, where nobody sees it and nothing scrolls there. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`{
    const scrolls = (element) =>
      element !== null && (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    [...document.querySelectorAll('#console *')]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .filter((one) => !scrolls(one.parentElement))
      .map((one) => one.outerHTML.slice(0, 100));
  }`);
}
