// A shop for the console's road: an order is paid for or not, shipped by a partner, counted by a function that gets what
// an input transformer leaves of it, and handled by a state machine that does not know every country.

const publish = `await events.send(new PutEventsCommand({ Entries: [{ EventBusName: order.bus ?? 'shop', Source: 'shop', DetailType: 'OrderCreated', Detail: JSON.stringify({ orderId, ...order }) }] }));`;
const allow = (action: string) =>
  `{ PolicyName: may, PolicyDocument: { Statement: [{ Effect: Allow, Action: '${action}', Resource: '*' }] } }`;
const assumedBy = (service: string) =>
  `{ Statement: [{ Effect: Allow, Principal: { Service: ${service}.amazonaws.com }, Action: sts:AssumeRole }] }`;

/** Outputs: ApiUrl, Machine. The bus is called `shop`. @param partner URL of who ships */
export const roadTemplate = (partner: string) => `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs20.x, Handler: index.handler, Timeout: 30 }
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
        const events = new EventBridgeClient({});
        exports.handler = async ({ body }) => {
          const { orderId = 'o-' + Date.now(), ...order } = JSON.parse(body);
          console.log('taking order ' + orderId);
          if (order.isBroken) throw new TypeError('no price for ' + orderId);
          ${publish}
          return { statusCode: 201, body: JSON.stringify({ orderId }) };
        };
      Policies: [{ EventBridgePutEventsPolicy: { EventBusName: !Ref Bus } }]
      Events:
        Post: { Type: HttpApi, Properties: { Path: /orders, Method: POST } }
  Paid:
    Type: AWS::Events::Rule
    Properties:
      Name: paid
      EventBusName: !Ref Bus
      EventPattern: { source: [shop], detail-type: [OrderCreated], detail: { isPaid: [true] } }
      Targets: [{ Id: ship, Arn: !GetAtt Partner.Arn, RoleArn: !GetAtt PartnerRole.Arn }]
  Counted:
    Type: AWS::Events::Rule
    Properties:
      Name: counted
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [OrderCreated] }
      Targets:
        - Id: count
          Arn: !GetAtt Count.Arn
          InputTransformer: { InputPathsMap: { id: $.detail.orderId }, InputTemplate: '{"counted": "<id>"}' }
  Count:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        exports.handler = async ({ counted }) => console.log('counted ' + counted);
  CountPermission:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref Count, Principal: events.amazonaws.com, SourceArn: !GetAtt Counted.Arn }
  Key:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: x-api-key, ApiKeyValue: of-no-use } }
  Partner:
    Type: AWS::Events::ApiDestination
    Properties: { Name: partner, ConnectionArn: !GetAtt Key.Arn, HttpMethod: POST, InvocationEndpoint: '${partner}' }
  PartnerRole:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: ${assumedBy('events')}, Policies: [${allow('events:InvokeApiDestination')}] }
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt MachineRole.Arn
      Definition:
        StartAt: Prepare
        States:
          Prepare: { Type: Pass, Next: Country }
          Country:
            Type: Choice
            Choices: [{ Variable: $.country, StringEquals: NZ, Next: Done }]
            Default: Unknown
          Unknown: { Type: Fail, Error: UnknownCountry, Cause: 'no rates for it' }
          Done: { Type: Succeed }
  MachineRole:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: ${assumedBy('states')} }
Outputs:
  ApiUrl: { Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/orders' }
  Machine: { Value: !Ref Machine }
`;
