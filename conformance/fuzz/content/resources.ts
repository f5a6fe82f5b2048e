// Resources of templates, one maker a type, with properties that the type takes.
import type { Random } from '../prng.ts';
import { endpoint, openApi, resourcePolicy, schedule, trustPolicy } from './documents.ts';
import { eventPattern } from './event-pattern.ts';
import { plainText } from './text.ts';
import { type Fields, readJson, type Value } from './value.ts';

const parsed = (text: string): Value => readJson(text) ?? null;

export const FUNCTION_CODE = 'exports.handler = async (event) => event;';

const functionProperties = (): Fields => ({
  Runtime: 'nodejs20.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::000000000000:role/fuzz-role',
  Code: { ZipFile: FUNCTION_CODE },
});

const rule = (random: Random): Fields => ({
  ...(random.chance(0.7) ? { EventPattern: eventPattern(random) } : { ScheduleExpression: schedule(random) }),
  State: random.pick(['ENABLED', 'DISABLED']),
  Targets: [{ Id: 't1', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
});

const PLAIN: Readonly<Record<string, (random: Random) => Fields>> = {
  'AWS::SQS::Queue': (random) => ({
    VisibilityTimeout: random.whole(0, 100),
    ...(random.chance(0.2) && { FifoQueue: true, ContentBasedDeduplication: true }),
  }),
  'AWS::SQS::QueuePolicy': (random) => ({ Queues: [{ Ref: 'Queue' }], PolicyDocument: parsed(resourcePolicy(random)) }),
  'AWS::Events::EventBus': (random) => ({ Name: { 'Fn::Sub': `\${AWS::StackName}-bus-${random.whole(0, 9)}` } }),
  'AWS::Events::Rule': rule,
  'AWS::Events::Connection': () => ({
    AuthorizationType: 'API_KEY',
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'k', ApiKeyValue: 'v' } },
  }),
  'AWS::Events::ApiDestination': (random) => ({
    ConnectionArn: 'arn:aws:events:us-east-1:000000000000:connection/fuzz-connection/REFconnectionREF',
    HttpMethod: 'POST',
    InvocationEndpoint: endpoint(random),
  }),
  'AWS::Events::Archive': (random) => ({
    SourceArn: 'arn:aws:events:us-east-1:000000000000:event-bus/fuzz-bus',
    EventPattern: eventPattern(random),
    RetentionDays: random.whole(0, 9),
  }),
  'AWS::IAM::Role': (random) => ({
    AssumeRolePolicyDocument: parsed(trustPolicy(random)),
    Policies: [{ PolicyName: 'p', PolicyDocument: parsed(resourcePolicy(random)) }],
  }),
  'AWS::Logs::LogGroup': (random) => ({ RetentionInDays: random.pick([1, 7, 30]) }),
  'AWS::KMS::Key': (random) => ({ KeyPolicy: parsed(resourcePolicy(random)), EnableKeyRotation: random.chance(0.5) }),
  'AWS::KMS::Alias': (random) => ({ AliasName: `alias/fuzz-${random.whole(0, 9)}`, TargetKeyId: 'REFkeyIdREF' }),
  'AWS::SSM::Parameter': (random) => ({ Type: 'String', Value: plainText(random) }),
  'AWS::SecretsManager::Secret': () => ({
    GenerateSecretString: { SecretStringTemplate: '{"u":"x"}', GenerateStringKey: 'p' },
  }),
  'AWS::ApiGateway::RestApi': (random) => ({ Name: plainText(random), Body: parsed(openApi(random)) }),
  'AWS::ApiGatewayV2::Api': (random) => ({ Name: plainText(random), ProtocolType: 'HTTP' }),
  'AWS::SQS::Unknown': () => ({ A: 1 }),
  'AWS::CloudFormation::WaitConditionHandle': () => ({}),
};

/** Functions cost a thread each, so they come less often. */
const COSTLY: Readonly<Record<string, (random: Random) => Fields>> = {
  'AWS::Lambda::Function': functionProperties,
  'AWS::Lambda::Permission': () => ({
    FunctionName: 'fuzz-web',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
  }),
  'AWS::Lambda::EventSourceMapping': () => ({
    FunctionName: 'fuzz-echo',
    EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
  }),
};

const SAM: Readonly<Record<string, (random: Random) => Fields>> = {
  'AWS::Serverless::Function': (random) => ({
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    InlineCode: FUNCTION_CODE,
    Policies: random.pick<Value>([
      'AWSLambdaBasicExecutionRole',
      [{ SQSPollerPolicy: { QueueName: { 'Fn::GetAtt': ['Queue', 'QueueName'] } } }],
      [],
    ]),
    Events: random.pick<Value>([
      { Api: { Type: 'Api', Properties: { Path: '/a', Method: 'get' } } },
      { Http: { Type: 'HttpApi' } },
      { Queue: { Type: 'SQS', Properties: { Queue: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } },
      { Rule: { Type: 'EventBridgeRule', Properties: { Pattern: eventPattern(random) } } },
      { Clock: { Type: 'Schedule', Properties: { Schedule: schedule(random) } } },
    ]),
  }),
  'AWS::Serverless::Api': (random) => ({ StageName: 'prod', DefinitionBody: parsed(openApi(random)) }),
  'AWS::Serverless::HttpApi': (random) => ({ DefinitionBody: parsed(openApi(random)) }),
};

/** A resource of a random type, attributes included. */
export function resource(random: Random, { isSam }: { readonly isSam: boolean }): Fields {
  const table = isSam && random.chance(0.5) ? SAM : random.chance(0.06) ? COSTLY : PLAIN;
  const [type, properties] = random.pick(Object.entries(table));
  return {
    Type: type,
    Properties: properties(random),
    ...(random.chance(0.15) && { DependsOn: 'Queue' }),
    ...(random.chance(0.15) && { Condition: 'IsEu' }),
    ...(random.chance(0.1) && { DeletionPolicy: random.pick(['Retain', 'Delete', 'RetainExceptOnCreate']) }),
    ...(random.chance(0.1) && { Metadata: { a: { Ref: 'Name' } } }),
  };
}
