// Everything that can be said of a template, on one page, before anything is made.
import { afterEach, expect, test } from 'vitest';
import { assessmentPage } from '../../../assessment/page.ts';
import type { Cloud } from '../../../cloud.ts';
import { assessStack, type StackSource } from '../../../deploying/deploy.ts';
import type { StandInSettings } from '../../../stand-ins/stand-in.ts';
import { createTestCloudWith, putStack, testCall } from '../../../test-cloud.ts';
import { createEventsService } from '../../events/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createLambdaService } from '../../lambda/service.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createSsmService } from '../../ssm/service.ts';
import { createCloudFormationService } from '../service.ts';

const clouds: Cloud[] = [];
const open = (settings: StandInSettings = {}) => {
  const cloud = createTestCloudWith(
    settings,
    createSqsService,
    createSsmService,
    createSecretsManagerService,
    createIamService,
    createEventsService,
    (platform) => createLambdaService(platform, {}),
    createCloudFormationService,
  );
  clouds.push(cloud);
  return cloud;
};
afterEach(() => Promise.all(clouds.splice(0).map((cloud) => cloud.close())));

const assess = (cloud: Cloud, template: string, more: Partial<StackSource> = {}) =>
  assessStack(cloud, { name: 'orders', template, ...more }, { call: testCall, variables: async () => ({}) });
const pageOf = async (cloud: Cloud, template: string) => assessmentPage(await assess(cloud, template)).join('\n');

const EVERYTHING = `Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
  Vpc: {Type: AWS::EC2::VPC::Id}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Resources:
  Stream: {Type: AWS::KinesisFirehose::DeliveryStream}
  Other: {Type: AWS::KinesisFirehose::DeliveryStream}
  Graph: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: a}}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueName: !ImportValue Shared-Queue
      VisibilityTimeout: !Select [3, !Split [',', 'a,b']]
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: ruby3.3
      Handler: a.b
      Timeout: 1000
      Role: !GetAtt Role.Arm
      Code: {ZipFile: x}
  Other2:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: ruby3.3
      Handler: a.b
      Role: !GetAtt Role.Arn
      Code: {ZipFile: x}
      Environment: {Variables: {S: '{{resolve:ssm:/secret:1}}', T: '{{resolve:secretsmanager:db:SecretString:password}}'}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [a]}
      Targets:
        - {Id: q, Arn: !GetAtt Queue.Arn}
        - {Id: t, Arn: !GetAtt Stream.Arn}
        - {Id: m, Arn: 'arn:aws:batch:eu-west-1:123456789012:job-queue/orders', RoleArn: !GetAtt Role.Arn}
Outputs:
  Url: {Value: !GetAtt Queue.Nope}
  N: {Value: !Ref AWS::NotificationARNs}
  Ok: {Value: !GetAtt Queue.Arn}
`;

test('a page has what is served, what stands in, what is wrong and what has to be given', async () => {
  expect(await pageOf(open(), EVERYTHING)).toMatchInlineSnapshot(`
    "
      Served: 5
        2 × AWS::Lambda::Function
        1 × AWS::Events::Rule
        1 × AWS::IAM::Role
        1 × AWS::SQS::Queue

      Stands in: 6
        no service here makes it: it is made with an id and attributes, and records
          what it receives
          2 × AWS::KinesisFirehose::DeliveryStream: Stream, Other
          1 × AWS::AppSync::GraphQLApi: Graph
        the runtime ruby3.3 does not run here: invocations are recorded, and fail by
          name
          1 × AWS::Lambda::Function: Other2.Runtime
        events are not delivered to firehose: what a rule would send is recorded
          1 × AWS::Events::Rule: Rule.Targets[1]
        events are not delivered to batch: what a rule would send is recorded
          1 × AWS::Events::Rule: Rule.Targets[2]

      Wrong: 7
        line 8: Properties validation failed for resource Graph with message: #:
          required key [AuthenticationType] not found
          → give Graph the property AuthenticationType
        line 12: Encountered unsupported property QueName of resource Queue
          (AWS::SQS::Queue)
          → did you mean QueueName?
        line 13: Fn::Select cannot select nonexistent value at index 3
        line 20, Fn: 1 validation error detected: Value '1000' at 'timeout' failed
          to satisfy constraint: Member must have value less than or equal to 900
        line 21, Fn: resource Fn asks for Role.Arm, and AWS::IAM::Role has no such
          attribute
          → did you mean Role.Arn?
        line 40: output Url asks for Queue.Nope, and AWS::SQS::Queue has no such
          attribute
          → it has Arn, QueueName, QueueUrl
        line 41: Output N is malformed: its Value must be a string

      To be given: 6
        parameter Stage (line 2)
          → --parameter orders.Stage=dev
        parameter Vpc (line 3)
          → --parameter orders.Vpc=vpc-0123456789abcdef0
        export Shared-Queue (line 12)
          → --export Shared-Queue=value
        stored parameter /image
          → --ssm /image=value
        stored parameter /secret
          → --ssm /secret=value
        secret db
          → --secret 'db={"password":"value"}'
        or as variables, in the environment or in .env: STAGE, VPC"
  `);
});

test('where what is not served is to be refused, it is wrong', async () => {
  expect(await pageOf(open({ unserved: 'refuse' }), EVERYTHING)).toMatchInlineSnapshot(`
    "
      Served: 5
        2 × AWS::Lambda::Function
        1 × AWS::Events::Rule
        1 × AWS::IAM::Role
        1 × AWS::SQS::Queue

      Wrong: 12
        Earwitness does not make resources of these types:
          2 × AWS::KinesisFirehose::DeliveryStream: Stream, Other (lines 6, 7)
            → let it stand in: unserved: { 'AWS::KinesisFirehose::DeliveryStream': 'stand-in' }
          1 × AWS::AppSync::GraphQLApi: Graph (line 8)
            → let it stand in: unserved: { 'AWS::AppSync::GraphQLApi': 'stand-in' }
        line 12: Encountered unsupported property QueName of resource Queue
          (AWS::SQS::Queue)
          → did you mean QueueName?
        line 13: Fn::Select cannot select nonexistent value at index 3
        line 20, Fn: 1 validation error detected: Value '1000' at 'timeout' failed
          to satisfy constraint: Member must have value less than or equal to 900
        line 21, Fn: resource Fn asks for Role.Arm, and AWS::IAM::Role has no such
          attribute
          → did you mean Role.Arn?
        line 26, Other2: Earwitness does not run function Other2: the runtime
          ruby3.3 does not run here.
        line 37, Rule: Earwitness does not deliver to targets of the service
          'firehose' (target t:
          arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders-Stream).
          → let it stand in: unserved: { 'firehose': 'stand-in' }
        line 38, Rule: Earwitness does not deliver to targets of the service 'batch'
          (target m: arn:aws:batch:eu-west-1:123456789012:job-queue/orders).
          → let it stand in: unserved: { 'batch': 'stand-in' }
        line 40: output Url asks for Queue.Nope, and AWS::SQS::Queue has no such
          attribute
          → it has Arn, QueueName, QueueUrl
        line 41: Output N is malformed: its Value must be a string

      To be given: 6
        parameter Stage (line 2)
          → --parameter orders.Stage=dev
        parameter Vpc (line 3)
          → --parameter orders.Vpc=vpc-0123456789abcdef0
        export Shared-Queue (line 12)
          → --export Shared-Queue=value
        stored parameter /image
          → --ssm /image=value
        stored parameter /secret
          → --ssm /secret=value
        secret db
          → --secret 'db={"password":"value"}'
        or as variables, in the environment or in .env: STAGE, VPC"
  `);
});

test('what a template needs is there when other templates leave it, and when the cloud has it', async () => {
  const cloud = open();
  const needy = `Parameters:
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue 'name', Tags: [{Key: a, Value: '{{resolve:secretsmanager:db}}'}]}}
Outputs: {Image: {Value: !Ref Image}}
`;
  const giving = `Resources:
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /image, Type: String, Value: v1}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: db, SecretString: s}}
Outputs: {Name: {Value: q, Export: {Name: name}}}
`;
  expect((await assess(cloud, needy)).toGive.map(({ give }) => give)).toEqual([
    '--export name=value',
    '--ssm /image=value',
    '--secret db=value',
  ]);
  const { leaves } = await assess(cloud, giving);
  expect(leaves).toEqual({
    outputs: { Name: 'q' },
    exports: { name: 'q' },
    stored: { '/image': 'v1' },
    secrets: ['db'],
    buses: [],
  });
  const origin = { call: testCall, variables: async () => ({}) };
  const beside = await assessStack(cloud, { name: 'orders', template: needy }, { ...origin, beside: leaves });
  expect([beside.toGive, beside.leaves.outputs]).toEqual([[], { Image: 'v1' }]);
  await putStack(cloud, 'giving', giving);
  expect((await assess(cloud, needy)).toGive).toEqual([]);
  expect((await assess(cloud, giving, { name: 'again' })).wrong).toEqual([
    { message: 'Output Name: Export with name name is already exported by stack giving.', line: 4 },
  ]);
});

test("a dynamic reference to a resource of the template's own needs nothing from outside", async () => {
  const template = `Resources:
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '{{resolve:ssm:\${Parameter}}}'
      Tags: [{Key: a, Value: !Sub '{{resolve:secretsmanager:\${Secret}:SecretString:token}}'}]
`;
  const { toGive, wrong } = await assess(open(), template);
  expect([toGive, wrong]).toEqual([[], []]);
});

// Nobody but AWS may put an entry whose name begins with /aws: a flag could not give it.
// Met in aws-samples/serverless-samples, terraform-sam-integration: the queue of a mapping is named by a parameter.
test('what a dynamic reference leads to is looked at as what it is, and the value to give has its form', async () => {
  const template = `Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs20.x, Handler: index.handler, Role: !GetAtt Role.Arn, Code: {ZipFile: x}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Fn, EventSourceArn: '{{resolve:ssm:jobs-queue-arn:1}}'}`;
  const { standsIn, wrong, toGive } = await assess(open(), template);
  expect([...standsIn, ...wrong]).toEqual([]);
  expect(toGive.map(({ give }) => give)).toEqual(['--ssm jobs-queue-arn=arn:aws:sqs:us-east-1:000000000000:value']);
});

test('an unknown condition is told once, wherever it is used', async () => {
  const template = `Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !If [Nope, 1, 2]}}
  Other: {Type: AWS::SQS::Queue, Condition: Gone}
Outputs:
  Out: {Value: !If [Lost, a, b]}
  More: {Value: x, Condition: Left}`;
  const { wrong } = await assess(open(), template);
  expect(wrong.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '2: Template error: unresolved condition dependency Nope in Fn::If',
    '3: Template format error: Unresolved condition dependency [Gone] in the Resources block of the template',
    '5: Template error: unresolved condition dependency Lost in Fn::If',
    '6: Template format error: Unresolved condition dependency [Left] in the Outputs block of the template',
  ]);
});

test('of a template with a loop that cannot be written out, that alone is said', async () => {
  const template = `Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Stage: {Type: String}}
Resources:
  Fn::ForEach::Queues: [Name, !Ref Stage, {'Queue\${Name}': {Type: AWS::SQS::Queue}}]
Outputs:
  Fn::ForEach::Names: [Name, [A], {'Out\${Name}': {Value: !Ref QueueA}}]`;
  const { wrong, toGive } = await assess(open(), template);
  expect(wrong.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '4: Template error: the collection of Fn::ForEach::Queues is neither a list nor leads to one',
  ]);
  expect(toGive.map(({ name }) => name)).toEqual(['Stage']);
});

test("a dynamic reference to AWS's own parameters needs nothing from outside", async () => {
  const template = `Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: '{{resolve:ssm:/aws/service/global-infrastructure/regions/us-east-1}}'}}
`;
  const { toGive, wrong } = await assess(open(), template);
  expect([toGive, wrong]).toEqual([[], []]);
});

// Its operation would refuse the value, once other resources are made. What is known only later is not looked at.
test('a value that the resource cannot have is wrong before anything is made', async () => {
  const template = `Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 99999}}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs99.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/r
      Architectures: [arm65]
      Environment: {Variables: {A: a}}
      Code: {ZipFile: ''}
  Rule: {Type: AWS::Events::Rule, Properties: {Name: a b, State: 'ON', ScheduleExpression: rate(1 day)}}
  Later: {Type: AWS::Events::Rule, Properties: {Name: !Sub 'a \${Queue}', ScheduleExpression: rate(1 day)}}
  Read: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: '{{resolve:ssm:/aws/service/a/b}}', Value: a}}
`;
  const { wrong } = await assess(open(), template);
  const told = wrong.map(({ line, message }) => [line, message.replace(/(enum value set: )\[.*$/, '$1…')]);
  expect(told).toEqual([
    [2, 'Invalid value for the parameter VisibilityTimeout.'],
    [
      6,
      "1 validation error detected: Value 'nodejs99.x' at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: …",
    ],
    [
      9,
      "1 validation error detected: Value '[arm65]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: …",
    ],
    [
      10,
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    ],
    [
      12,
      'Properties validation failed for resource Rule with message: #/State: failed validation constraint for keyword [enum]',
    ],
    [
      12,
      "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
  ]);
});

// CloudFormation spells the key KafkaBootstrapServers, and the operation KAFKA_BOOTSTRAP_SERVERS. Source:
// CloudFormation user guide, AWS::Lambda::EventSourceMapping Endpoints; Lambda API reference, SelfManagedEventSource.
test('a mapping of self-managed Kafka names its servers as CloudFormation does', async () => {
  const cloud = open();
  const template = `Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs22.x, Handler: index.handler, Role: 'arn:aws:iam::000000000000:role/r', Code: {ZipFile: ''}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Fn
      SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['kafka.example.com:9092']}}
      Topics: [orders]
      StartingPosition: LATEST
`;
  expect((await assess(cloud, template)).wrong).toEqual([]);
  await putStack(cloud, 'orders', template);
  const { EventSourceMappings: [made] = [] } = await cloud.dispatch.call(
    'lambda',
    'ListEventSourceMappings',
    {},
    testCall,
  );
  expect(made?.SelfManagedEventSource).toEqual({ Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka.example.com:9092'] } });
});

test('a mapping of a table itself names what was meant', async () => {
  const template = `Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: KEYS_ONLY}
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs22.x, Handler: index.handler, Role: 'arn:aws:iam::000000000000:role/r', Code: {ZipFile: ''}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Fn, EventSourceArn: !GetAtt Orders.Arn, StartingPosition: LATEST}
`;
  expect((await assess(open(), template)).wrong).toMatchObject([
    {
      message: expect.stringContaining('Unrecognized event source.'),
      mend: "a function reads the table's stream: did you mean its StreamArn (!GetAtt Table.StreamArn)?",
    },
  ]);
});

// A condition on a parameter that is missing is decided by the value that the page proposes.
test('after the flags of the page nothing is wrong or missing any more', async () => {
  const cloud = open();
  const template = `Parameters: {Stage: {Type: String, AllowedValues: [prod, dev]}, Code: {Type: String, AllowedPattern: '[A-Z]+'}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Queue: {Type: AWS::SQS::Queue, Condition: IsProd, Properties: {QueueName: !Ref Code}}
`;
  const { toGive } = await assess(cloud, template);
  expect(toGive.map(({ give }) => give)).toEqual(['--parameter orders.Stage=prod', '--parameter orders.Code=VALUE']);
  const after = await assess(cloud, template, { parameters: { Stage: 'prod', Code: 'VALUE' } });
  expect([after.served, after.wrong, after.toGive]).toEqual([{ 'AWS::SQS::Queue': 1 }, [], []]);
});

test("what SAM finds is told one by one, beside what is wrong with the template's other resources", async () => {
  const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {Nonsense: 1, InlineCode: exports.handler = x, Handler: index.handler, Runtime: nodejs22.x}}
  Other: {Type: AWS::Serverless::Function, Properties: {InlineCode: exports.handler = x, Handler: index.handler, Runtime: nodejs22.x}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Gone}}
`;
  expect(await pageOf(open(), template)).toMatchInlineSnapshot(`
    "
      Served: 5
        2 × AWS::IAM::Role
        2 × AWS::Lambda::Function
        1 × AWS::SQS::Queue

      Wrong: 2
        line 3: Fn: property Nonsense not defined for resource of type
          AWS::Serverless::Function
        line 5: Unresolved resource dependencies [Gone] in the Resources block of
          the template"
  `);
});

test('text that is no template is wrong, and nothing else can be said', async () => {
  expect(await pageOf(open(), 'Resources:\n  - a\n b: c')).toMatchInlineSnapshot(`
    "
      Wrong: 1
        YAML not well-formed. (line 3, column 2): bad indentation of a mapping entry"
  `);
});

test('an event bus that nobody makes has to be given; one of the template, or that is there, has not', async () => {
  const cloud = open();
  await cloud.dispatch.call('events', 'CreateEventBus', { Name: 'there' }, testCall);
  const { toGive } = await assess(
    cloud,
    `Resources:
  Own: {Type: AWS::Events::EventBus, Properties: {Name: own}}
  A: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Own, EventPattern: {source: [a]}}}
  N: {Type: AWS::Events::Rule, Properties: {EventBusName: !GetAtt Own.Name, EventPattern: {source: [a]}}}
  B: {Type: AWS::Events::Rule, Properties: {EventBusName: there, EventPattern: {source: [a]}}}
  C: {Type: AWS::Events::Rule, Properties: {EventBusName: central, EventPattern: {source: [a]}}}
  D: {Type: AWS::Events::Rule, Properties: {EventBusName: central, EventPattern: {source: [b]}}}
`,
  );
  expect(toGive).toEqual([{ kind: 'event bus', name: 'central', line: 6, give: '--bus central' }]);
});

test('a bus of an earlier stack has not to be given, by whichever of its outputs a rule names it', async () => {
  const cloud = open();
  const origin = { call: testCall, variables: async () => ({}) };
  const values = ['!Ref Bus', '!GetAtt Bus.Name', '!GetAtt Bus.Arn', 'shop'];
  const { leaves } = await assess(
    cloud,
    `Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: shop}}
Outputs:
${values.map((value, index) => `  Out${index}: {Value: ${value}}\n`).join('')}`,
  );
  const rules = Object.values(leaves.outputs).map((bus, index) => [
    `Rule${index}`,
    { Type: 'AWS::Events::Rule', Properties: { EventBusName: bus, EventPattern: { source: ['a'] } } },
  ]);
  const template = JSON.stringify({ Resources: Object.fromEntries(rules) });
  const { toGive, wrong } = await assessStack(cloud, { name: 'listening', template }, { ...origin, beside: leaves });
  expect([rules.length, toGive, wrong]).toEqual([4, [], []]);
});
