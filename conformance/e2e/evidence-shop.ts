// A shop on which much goes wrong at once, for the evidence of a failing run. POST publishes OrderPlaced, which three
// rules match: a function takes the payment and publishes what came of it, a queue's consumer gives its message back,
// and the partner of an API destination does not listen.

/** Port 9, which nobody listens on. Source: IANA, discard. */
const PARTNER = 'http://127.0.0.1:9/ship';

const publish = (source: string, type: string) =>
  `await client.send(new PutEventsCommand({ Entries: [{ EventBusName: process.env.BUS, Source: '${source}', DetailType: '${type}', Detail: JSON.stringify({ id }) }] }));`;
const clients = `const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
        const client = new EventBridgeClient({});`;

/** The bus is called `shop-bus`. Outputs: ApiUrl. */
export const SHOP_TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs20.x, Handler: index.handler, Timeout: 30, Environment: { Variables: { BUS: !Ref Bus } } }
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop-bus } }
  PlaceOrder:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        ${clients}
        exports.handler = async ({ body }) => {
          const { id } = JSON.parse(body);
          ${publish('shop.orders', 'OrderPlaced')}
          return { statusCode: 202 };
        };
      Policies: [{ EventBridgePutEventsPolicy: { EventBusName: !Ref Bus } }]
      Events:
        Post: { Type: HttpApi, Properties: { Path: /orders, Method: POST } }
  TakePayment:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        ${clients}
        exports.handler = async ({ detail: { id } }) => {
          ${publish('shop.payments', 'PaymentTaken')}
        };
      Policies: [{ EventBridgePutEventsPolicy: { EventBusName: !Ref Bus } }]
      Events:
        Placed: { Type: EventBridgeRule, Properties: { EventBusName: !Ref Bus, Pattern: { detail-type: [OrderPlaced] } } }
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
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [OrderPlaced] }
      Targets: [{ Id: queue, Arn: !GetAtt StockQueue.Arn }]
  ReserveStock:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        exports.handler = async ({ Records }) => {
          console.error('out of stock: ' + JSON.parse(Records[0].body).detail.id);
          return { batchItemFailures: [{ itemIdentifier: Records[0].messageId }] };
        };
      Events:
        Stock: { Type: SQS, Properties: { Queue: !GetAtt StockQueue.Arn, FunctionResponseTypes: [ReportBatchItemFailures] } }
  Key:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: x-api-key, ApiKeyValue: of-no-use } }
  Shipping:
    Type: AWS::Events::ApiDestination
    Properties: { ConnectionArn: !GetAtt Key.Arn, HttpMethod: POST, InvocationEndpoint: '${PARTNER}' }
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
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [OrderPlaced] }
      Targets:
        - Id: ship
          Arn: !GetAtt Shipping.Arn
          RoleArn: !GetAtt ShippingRole.Arn
          RetryPolicy: { MaximumRetryAttempts: 0 }
Outputs:
  ApiUrl: { Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/orders' }
`;
