// The stack that makes buses audible, as a person would write it (YAML): a rule on each bus sends every event over an
// API destination to a topic. The local cloud deploys this text, and `earwitness relay --print` prints it for the real
// one.
import { topicOfBus, topicOutput } from './names.ts';

/** One bus, and what its part of the stack is called. */
interface Relay {
  /** As YAML. */
  readonly bus: string;
  /** Its topic, as text for `!Sub`. */
  readonly topic: string;
  /** Behind the logical ids: nothing for the only bus, else its place. */
  readonly suffix: string;
}

/**
 * A CloudFormation template with the parameters `MomentoEndpoint`, `MomentoAuthToken`, `CacheName` and `TopicName`. Its
 * outputs `TopicName` (with several buses, a list with commas) and `TopicName<Bus>` name the topics to listen to.
 * @param buses names of the buses to hear; with several, the topic of each is `TopicName@bus`. With none, the bus is
 * the parameter `EventBusName`, and the topic that of `TopicName`
 */
export function relayTemplate(buses: readonly string[] = []): string {
  const relays = relaysOf(buses);
  return `AWSTemplateFormatVersion: "2010-09-09"
Description: >
  Relays every event of ${buses.join(', ') || 'a bus'} to a Momento Topic, so that a test can hear it: rule, API destination with
  its connection, and a dead-letter queue for what could not be delivered.

Parameters:
${buses.length > 0 ? '' : BUS_PARAMETER}  MomentoEndpoint:
    Type: String
    Description: Momento's HTTP endpoint, such as https://api.cache.cell-4-us-west-2-1.prod.a.momentohq.com
  MomentoAuthToken:
    Type: String
    NoEcho: true
    Description: A Momento API key that may publish to the topic.
  CacheName:
    Type: String
  TopicName:
    Type: String

Resources:
  DeadLetterQueue:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600

  # Without this policy EventBridge may not write to the queue, and failed events are lost without a trace.
  DeadLetterQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues:
        - !Ref DeadLetterQueue
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sqs:SendMessage
            Resource: !GetAtt DeadLetterQueue.Arn
            Condition:
              ArnEquals:
                aws:SourceArn:
${relays.map(({ suffix }) => `                  - !GetAtt RelayRule${suffix}.Arn\n`).join('')}
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters:
        ApiKeyAuthParameters:
          ApiKeyName: Authorization
          ApiKeyValue: !Ref MomentoAuthToken

  DestinationRole:
    Type: AWS::IAM::Role
    Properties:
      Path: /service-role/
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: InvokeApiDestination
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: events:InvokeApiDestination
                Resource:
${relays.map(({ suffix }) => `                  - !GetAtt Destination${suffix}.Arn\n`).join('')}
${relays.map(resources).join('\n')}
Outputs:
  DeadLetterQueueUrl:
    Description: Events that could not be delivered.
    Value: !Ref DeadLetterQueue
${buses.length === 0 ? '' : topicOutputs(buses, relays)}`;
}

const BUS_PARAMETER = `  EventBusName:
    Type: String
    Description: The bus to listen to (output EventBusName of the order service).
`;

function relaysOf(buses: readonly string[]): Relay[] {
  const topic = '${TopicName}';
  if (buses.length === 0) return [{ bus: '!Ref EventBusName', topic, suffix: '' }];
  if (buses.length === 1) return buses.map((bus) => ({ bus: JSON.stringify(bus), topic, suffix: '' }));
  return buses.map((bus, index) => ({
    bus: JSON.stringify(bus),
    topic: topicOfBus(topic, bus),
    suffix: String(index + 1),
  }));
}

function topicOutputs(buses: readonly string[], relays: readonly Relay[]): string {
  const all = relays.map(({ topic }) => topic).join(',');
  const each = buses.map((bus, index) => [topicOutput(bus), relays[index]?.topic ?? '']);
  return [['TopicName', all], ...each].map(([name, value]) => `  ${name}:\n    Value: !Sub "${value}"\n`).join('');
}

function resources({ bus, topic, suffix }: Relay): string {
  return `  Destination${suffix}:
    Type: AWS::Events::ApiDestination
    Properties:
      ConnectionArn: !GetAtt Connection.Arn
      HttpMethod: POST
      InvocationEndpoint: !Sub "\${MomentoEndpoint}/topics/\${CacheName}/${topic.replaceAll('/', '%2F')}"
      InvocationRateLimitPerSecond: 300

  RelayRule${suffix}:
    Type: AWS::Events::Rule
    Properties:
      Description: Every event of the bus
      EventBusName: ${bus}
      EventPattern:
        source:
          - prefix: ""
      Targets:
        - Id: momento-topic
          Arn: !GetAtt Destination${suffix}.Arn
          RoleArn: !GetAtt DestinationRole.Arn
          DeadLetterConfig:
            Arn: !GetAtt DeadLetterQueue.Arn
          RetryPolicy:
            MaximumRetryAttempts: 3
            MaximumEventAgeInSeconds: 300
`;
}
