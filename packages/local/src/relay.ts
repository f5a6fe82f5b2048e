// The ear for a bus that has none yet: a stack that relays every event of every bus to the topic, as examples/order-service's
// momento-destination.yaml does in a real account (rule, API destination, role, dead-letter queue). Local only: it holds the key.

import type { Cloud } from './cloud.ts';
import { deployStack } from './deploy.ts';
import type { LocalEnvironment } from './environment.ts';
import type { Call } from './service.ts';

const STACK_NAME = 'earwitness-relay';

/** Deploys the stack for the buses that there are, or brings it up to date; answers their names. */
export async function deployRelay(
  cloud: Cloud,
  env: LocalEnvironment,
  call: Omit<Call, 'requestId'>,
): Promise<readonly string[]> {
  const { EventBuses = [] } = await cloud.dispatch.call('events', 'ListEventBuses', {}, call);
  const buses = EventBuses.map(({ Name = '' }) => Name);
  const endpoint = `${env.MOMENTO_HTTP_ENDPOINT}/topics/${env.CACHE_NAME}/${env.TOPIC_NAME}`;
  await deployStack(
    cloud,
    { name: STACK_NAME, template: JSON.stringify(template(buses, endpoint, env.MOMENTO_API_KEY)) },
    { call, variables: async () => ({}) },
  );
  return buses;
}

function template(buses: readonly string[], endpoint: string, key: string): object {
  const service = { Service: 'events.amazonaws.com' };
  const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
  const rules = buses.map((bus, index) => [
    `Rule${index}`,
    {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: bus,
        EventPattern: { source: [{ prefix: '' }] },
        Targets: [
          {
            Id: 'topic',
            Arn: { 'Fn::GetAtt': 'Destination.Arn' },
            RoleArn: { 'Fn::GetAtt': 'Role.Arn' },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': 'Queue.Arn' } },
            RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 300 },
          },
        ],
      },
    },
  ]);
  return {
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      QueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: policy({
            Effect: 'Allow',
            Principal: service,
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': 'Queue.Arn' },
          }),
        },
      },
      Connection: {
        Type: 'AWS::Events::Connection',
        Properties: {
          AuthorizationType: 'API_KEY',
          AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: key } },
        },
      },
      Destination: {
        Type: 'AWS::Events::ApiDestination',
        Properties: {
          ConnectionArn: { 'Fn::GetAtt': 'Connection.Arn' },
          HttpMethod: 'POST',
          InvocationEndpoint: endpoint,
          InvocationRateLimitPerSecond: 300,
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: service, Action: 'sts:AssumeRole' }),
          Policies: [
            {
              PolicyName: 'Relay',
              PolicyDocument: policy({
                Effect: 'Allow',
                Action: 'events:InvokeApiDestination',
                Resource: { 'Fn::GetAtt': 'Destination.Arn' },
              }),
            },
          ],
        },
      },
      ...Object.fromEntries(rules),
    },
    Outputs: { DeadLetterQueueUrl: { Value: { Ref: 'Queue' } } },
  };
}
