// EventBridge's resources, deployed by CloudFormation from templates as users write them.
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { deployStack } from '../../../deploying/deploy.ts';
import { createTestCloud, testCall } from '../../../test-cloud.ts';
import { createCloudFormationService } from '../../cloudformation/service.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createEventsService } from '../service.ts';

const TEMPLATE = `
Parameters:
  Endpoint: { Type: String }
  Key: { Type: String, NoEcho: true }
  Rate: { Type: Number, Default: 300 }
Resources:
  Bus:
    Type: AWS::Events::EventBus
    Properties: { Name: orders }
  BusPolicy:
    Type: AWS::Events::EventBusPolicy
    Properties:
      EventBusName: !Ref Bus
      StatementId: other
      Action: events:PutEvents
      Principal: '111111111111'
  DLQ:
    Type: AWS::SQS::Queue
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters:
        ApiKeyAuthParameters: { ApiKeyName: Authorization, ApiKeyValue: !Ref Key }
  Destination:
    Type: AWS::Events::ApiDestination
    Properties:
      ConnectionArn: !GetAtt Connection.Arn
      HttpMethod: POST
      InvocationEndpoint: !Sub '\${Endpoint}/topics/cache/topic'
      InvocationRateLimitPerSecond: !Ref Rate
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern:
        source: [{ prefix: '' }]
        detail: { price: [1.0] }
      Targets:
        - Id: topic
          Arn: !GetAtt Destination.Arn
          RoleArn: !Sub 'arn:aws:iam::\${AWS::AccountId}:role/service-role/invoke'
          DeadLetterConfig: { Arn: !GetAtt DLQ.Arn }
          RetryPolicy: { MaximumRetryAttempts: '3' }
Outputs:
  Rule: { Value: !Ref Rule }
  RuleArn: { Value: !GetAtt Rule.Arn }
  Bus: { Value: !GetAtt Bus.Arn }
  Destination: { Value: !Ref Destination }
  ForPolicy: { Value: !GetAtt Destination.ArnForPolicy }
  Secret: { Value: !GetAtt Connection.SecretArn }
`;

test('an event reaches the API destination of a stack; updates and deletion are followed', async () => {
  await using cloud = openCloud();
  const { dispatch, clock } = cloud;
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    bodies.push(`${request.url} ${request.headers.authorization}`);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const Endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

  const deploy = (parameters: Record<string, string>) =>
    deployStack(
      cloud,
      { name: 'shop', template: TEMPLATE, parameters: { Endpoint, ...parameters } },
      { call: testCall, variables: async () => ({}) },
    );
  const outputs = await deploy({ Key: 'first' });
  expect(outputs).toEqual({
    Rule: expect.stringMatching(/^orders\|shop-Rule-[A-Z0-9]{12}$/),
    RuleArn: expect.stringMatching(/^arn:aws:events:eu-west-1:123456789012:rule\/orders\/shop-Rule-[A-Z0-9]{12}$/),
    Bus: 'arn:aws:events:eu-west-1:123456789012:event-bus/orders',
    Destination: expect.stringMatching(/^shop-Destination-[A-Z0-9]{12}$/),
    ForPolicy: `arn:aws:events:eu-west-1:123456789012:api-destination/${outputs['Destination']}`,
    Secret: expect.stringMatching(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:events!connection\//),
  });
  const { Policy } = await dispatch.call('events', 'DescribeEventBus', { Name: 'orders' }, testCall);
  expect(JSON.parse(Policy ?? '')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'other',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:root' },
        Action: 'events:PutEvents',
        Resource: outputs['Bus'],
      },
    ],
  });

  const put = async () => {
    const entry = { EventBusName: 'orders', Source: 'shop', DetailType: 'x', Detail: '{"price":1}' };
    await dispatch.call('events', 'PutEvents', { Entries: [entry] }, testCall);
    await clock.advance(0);
  };
  await put();
  await deploy({ Key: 'second', Rate: '1' });
  await put();
  expect(bodies).toEqual(['/topics/cache/topic first', '/topics/cache/topic second']);

  await dispatch.call('cloudformation', 'DeleteStack', { StackName: 'shop' }, testCall);
  await clock.advance(1000);
  const { EventBuses } = await dispatch.call('events', 'ListEventBuses', {}, testCall);
  expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default']);
  expect(await dispatch.call('events', 'ListConnections', {}, testCall)).toEqual({ Connections: [] });
  expect(await dispatch.call('events', 'ListApiDestinations', {}, testCall)).toEqual({ ApiDestinations: [] });
  expect(JSON.stringify(cloud.journal.read())).not.toMatch(/first|second/);
  server.close();
});

function openCloud() {
  const cloud = createTestCloud(
    createEventsService,
    createSqsService,
    createSecretsManagerService,
    createCloudFormationService,
  );
  return { ...cloud, [Symbol.asyncDispose]: () => cloud.close() };
}
