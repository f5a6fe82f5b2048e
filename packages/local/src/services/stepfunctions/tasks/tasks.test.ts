// What tasks call, without executions around them. Recordings: LocalStack's snapshots of AWS, tests/aws/services/
// stepfunctions/v2, read 2026-11-28.
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import type { StandInSettings } from '../../../stand-ins/stand-in.ts';
import { callerOf, createTestCloudWith, TEST_ACCOUNT, TEST_REGION } from '../../../test-cloud.ts';
import { createDynamoDbService } from '../../dynamodb/service.ts';
import { createEventsService } from '../../events/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createLambdaService } from '../../lambda/service.ts';
import { createLogsService } from '../../logs/service.ts';
import { createS3Service } from '../../s3/service.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createSnsService } from '../../sns/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createStsService } from '../../sts/service.ts';
import type { Outcome, TaskOwner } from './task.ts';
import { createTasks, type Tasks } from './tasks.ts';

let cloud: Cloud;
let tasks: Tasks;
const lambda = callerOf('lambda', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const iam = callerOf('iam', () => cloud);

function open(settings: StandInSettings = {}): void {
  cloud = createTestCloudWith(
    settings,
    ...[createEventsService, createIamService, createLambdaService, createLogsService, createS3Service],
    ...[createSecretsManagerService, createSnsService, createSqsService, createStsService, createDynamoDbService],
  );
  tasks = createTasks(cloud);
}
beforeEach(() => open());
afterEach(async () => {
  tasks.close();
  await cloud.close();
});

const arnOf = (service: string, resource: string) => `arn:aws:${service}:${TEST_REGION}:${TEST_ACCOUNT}:${resource}`;
const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const owner: TaskOwner = {
  account: TEST_ACCOUNT,
  region: TEST_REGION,
  executionArn: arnOf('states', 'execution:orders:one'),
  executionId: 'a',
  stateMachineArn: arnOf('states', 'stateMachine:orders'),
  roleArn,
};

function perform(resource: string, input: Json, more: { roleArn?: string; owner?: TaskOwner } = {}): Promise<Outcome> {
  const ask = { kind: 'task' as const, task: '1', state: 'Charge', resource, input, retryCount: 0 };
  return tasks.perform({ ...ask, ...(more.roleArn !== undefined && { roleArn: more.roleArn }) }, more.owner ?? owner);
}

const states = (name: string) => `arn:aws:states:::${name}`;
const refusalOfResource = async (resource: string) => {
  const problem = await tasks.findProblem(resource);
  return problem?.severity === 'ERROR' ? problem.message : undefined;
};

const createFunction = (body: string) => createHandler(`async (event) => { ${body} }`);

async function createHandler(handler: string): Promise<string> {
  const { FunctionArn = '' } = await lambda('CreateFunction', {
    ...{ FunctionName: 'charge', Runtime: 'nodejs22.x', Role: roleArn, Handler: 'index.handler' },
    Code: { ZipFile: await zipOf(`exports.handler = ${handler};`) },
  });
  return FunctionArn;
}

// The smallest archive: one file, stored. Source: PKWARE, APPNOTE 6.3.10.
async function zipOf(source: string, file = 'index.js'): Promise<Buffer> {
  const { crc32 } = await import('node:zlib');
  const name = Buffer.from(file);
  const content = Buffer.from(source);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, content]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

// Source: recorded on AWS, services/test_lambda_task.
test("a function's ARN takes the payload and gives the result as they are", async () => {
  const arn = await createFunction('return { got: event };');
  expect(await perform(arn, { id: 7 })).toEqual({
    kind: 'answered',
    output: { got: { id: 7 } },
    // The id of the invocation.
    takenAs: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(await perform(arn, null)).toMatchObject({ output: { got: null } });
  expect(await perform(arn, 'text')).toMatchObject({ output: { got: 'text' } });
});

// Source: recorded on AWS, services/test_lambda_task_service.
test('lambda:invoke answers with the payload as JSON, its status, and what the SDK says of HTTP', async () => {
  await createFunction('return { got: event };');
  const outcome = await perform(states('lambda:invoke'), { FunctionName: 'charge', Payload: { id: 7 } });
  const RequestId = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(outcome).toEqual({
    kind: 'answered',
    takenAs: RequestId,
    output: {
      ExecutedVersion: '$LATEST',
      Payload: { got: { id: 7 } },
      SdkHttpMetadata: {
        AllHttpHeaders: {
          Connection: ['keep-alive'],
          'Content-Length': ['16'],
          'Content-Type': ['application/json'],
          'x-amzn-RequestId': [RequestId],
        },
        HttpHeaders: {
          Connection: 'keep-alive',
          'Content-Length': '16',
          'Content-Type': 'application/json',
          'x-amzn-RequestId': RequestId,
        },
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId },
      StatusCode: 200,
    },
  });
});

// Source: recorded on AWS, services/test_lambda_task_service: test_invoke_json_values.
test.each(['null', '"HelloWorld"', '0', 'true', '[]', '{}'])(
  'a payload of lambda:invoke that is a text is the JSON that is in it: %s',
  async (Payload) => {
    await createFunction('return event;');
    const outcome = await perform(states('lambda:invoke'), { FunctionName: 'charge', Payload });
    expect(outcome).toMatchObject({ kind: 'answered', output: { Payload: JSON.parse(Payload) } });
  },
);

// Source: Lambda API reference, Invoke: 202, and no payload.
test('an asynchronous invocation is answered with 202 and an empty payload', async () => {
  await createFunction('return 1;');
  const outcome = await perform(states('lambda:invoke'), { FunctionName: 'charge', InvocationType: 'Event' });
  expect(outcome).toMatchObject({ kind: 'answered', output: { Payload: {}, StatusCode: 202 } });
});

// Source: recorded on AWS, error_handling/test_task_lambda: error is the payload's errorType, cause the payload's text.
test('a function that throws fails the task by the name of its error, with the whole payload as cause', async () => {
  const arn = await createFunction(
    'class Declined extends Error { name = "Declined" } throw new Declined("no money");',
  );
  for (const outcome of [
    await perform(arn, {}),
    await perform(states('lambda:invoke'), { FunctionName: arn, Payload: {} }),
  ]) {
    expect(outcome).toMatchObject({ kind: 'failed', error: 'Declined' });
    const { cause } = outcome as Extract<Outcome, { kind: 'failed' }>;
    expect(cause).toMatch(/^\{"errorType":"Declined","errorMessage":"no money","trace":\[/);
  }
});

// Source: recorded on AWS, error_handling/test_task_service_lambda and test_task_lambda, of the same Python function.
test('lambda:invoke writes the cause without the spaces that Python wrote, an ARN leaves it as it is', async () => {
  const { FunctionArn: arn = '' } = await lambda('CreateFunction', {
    ...{ FunctionName: 'declines', Runtime: 'python3.12', Role: roleArn, Handler: 'index.handler' },
    Code: { ZipFile: await zipOf('def handler(event, context):\n    raise Exception("no money")\n', 'index.py') },
  });
  expect(await perform(arn, {})).toMatchObject({ cause: expect.stringMatching(/^\{"errorMessage": "no money", "er/) });
  expect(await perform(states('lambda:invoke'), { FunctionName: arn, Payload: {} })).toMatchObject({
    ...{ kind: 'failed', error: 'Exception' },
    cause: expect.stringMatching(
      /^\{"errorMessage":"no money","errorType":"Exception","requestId":"[0-9a-f-]{36}","stack/,
    ),
  });
});

// Source: recorded on AWS, error_handling/test_task_service_lambda.
test('a function that does not exist is told of in the form of version 1 of the SDK for Java', async () => {
  const outcome = await perform(states('lambda:invoke'), { FunctionName: 'nobody', Payload: {} });
  expect(outcome).toEqual({
    kind: 'failed',
    error: 'Lambda.ResourceNotFoundException',
    cause: expect.stringMatching(
      /^Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nobody:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    ),
  });
});

async function receive(url: string) {
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl: url, MessageAttributeNames: ['All'] });
  return Messages.map(({ Body, MessageAttributes }) => ({ Body, ...(MessageAttributes && { MessageAttributes }) }));
}

// Source: recorded on AWS, services/test_sqs_task_service; Step Functions developer guide, "Amazon SQS".
test('sqs:sendMessage sends an object as JSON text and leaves out what SQS does not know', async () => {
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: 'orders' });
  const outcome = await perform(states('sqs:sendMessage'), {
    ...{ QueueUrl, MessageBody: { id: 7 }, Nonsense: true },
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'new' } },
  });
  expect(outcome).toMatchObject({
    kind: 'answered',
    output: {
      MD5OfMessageBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      MessageId: expect.any(String),
      SdkHttpMetadata: { HttpStatusCode: 200 },
    },
  });
  const [message] = await receive(QueueUrl);
  expect(message).toMatchObject({ Body: '{"id":7}', MessageAttributes: { kind: { StringValue: 'new' } } });
});

// Source: recorded on AWS, error_handling/test_task_service_sqs.
test('what is no URL of a queue is a host that nobody knows', async () => {
  expect(await perform(states('sqs:sendMessage'), { QueueUrl: 'no-such-queue', MessageBody: 'x' })).toEqual({
    kind: 'failed',
    error: 'SQS.SdkClientException',
    cause: 'Unable to execute HTTP request: no-such-queue: Name or service not known',
  });
});

// Source: recorded on AWS, error_handling/test_task_service_sqs: test_send_message_empty_body.
test('a message without a body is refused in the words of SQS', async () => {
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: 'orders' });
  for (const body of [{}, { MessageBody: '' }]) {
    expect(await perform(states('sqs:sendMessage'), { QueueUrl, ...body })).toMatchObject({
      error: 'SQS.AmazonSQSException',
      cause: expect.stringMatching(
        /^The request must contain the parameter MessageBody\. \(Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; /,
      ),
    });
  }
});

// Source: recorded on AWS, services/test_sns_task_service: test_fifo_message.
test('a FIFO topic wants a group', async () => {
  const { TopicArn = '' } = await callerOf('sns', () => cloud)('CreateTopic', {
    Name: 'orders.fifo',
    Attributes: { FifoTopic: 'true' },
  });
  expect(await perform(states('sns:publish'), { TopicArn, Message: { Message: 'HelloWorld!' } })).toMatchObject({
    error: 'SNS.InvalidParameterException',
    cause: expect.stringMatching(
      /^Invalid parameter: The MessageGroupId parameter is required for FIFO topics \(Service: AmazonSNS; Status Code: 400; Error Code: InvalidParameter; /,
    ),
  });
});

// Source: recorded on AWS, services/test_sns_task_service.
test('sns:publish to a topic that does not exist is SNS.NotFoundException', async () => {
  const outcome = await perform(states('sns:publish'), { TopicArn: arnOf('sns', 'nobody'), Message: { a: 1 } });
  expect(outcome).toMatchObject({
    error: 'SNS.NotFoundException',
    cause: expect.stringMatching(
      /^Topic does not exist \(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; /,
    ),
  });
});

// Source: recorded on AWS, services/test_events_task_service: test_put_events_base.
test('events:putEvents appends the state machine and the execution to the resources of every entry', async () => {
  const outcome = await perform(states('events:putEvents'), {
    Entries: [
      { Source: 'shop', DetailType: 'Paid', Detail: { id: 7 }, Resources: ['own'] },
      { Source: 'shop', DetailType: 'Paid', Detail: '{"id":8}' },
    ],
  });
  expect(outcome).toEqual({
    kind: 'answered',
    output: { Entries: [{ EventId: expect.any(String) }, { EventId: expect.any(String) }], FailedEntryCount: 0 },
  });
  const events = cloud.journal
    .read()
    .flatMap((fact) => (fact.kind === 'event.accepted' ? [JSON.parse(fact.event)] : []));
  const both = [owner.stateMachineArn, owner.executionArn];
  expect(events.map(({ resources, detail }) => ({ resources, detail }))).toEqual([
    { resources: ['own', ...both], detail: { id: 7 } },
    { resources: both, detail: { id: 8 } },
  ]);
});

// Source: recorded on AWS, services/test_events_task_service: test_put_events_mixed_malformed_detail.
test('an entry that EventBridge does not take fails the task with its answer as cause', async () => {
  const outcome = await perform(states('events:putEvents'), {
    Entries: [{ Source: 'shop', DetailType: 'Paid', Detail: '"jsonstring"' }],
  });
  expect(outcome).toEqual({
    kind: 'failed',
    error: 'EventBridge.FailedEntry',
    cause: '{"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}],"FailedEntryCount":1}',
  });
});

// Source: recorded on AWS, error_handling/test_states_errors, of a function that answers bytes:
// test_task_lambda_data_limit_exceeded_on_large_utf8_response. What is told of a token is Jackson's.
test('an answer that is no JSON fails the task; one that is too large fails it by that', async () => {
  const answering = (text: string) =>
    createHandler(`awslambda.streamifyResponse(async (event, stream) => { stream.end(${text}.repeat(event.times)); })`);
  const arn = await answering("'a'");
  expect(await perform(arn, { times: 1000 })).toMatchObject({
    error: 'Lambda.Unknown',
    cause: expect.stringContaining(`Unrecognized token '${'a'.repeat(256)}...': was expecting`),
  });
  const tooLarge = (subject: string) => ({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  });
  expect(await perform(arn, { times: 263_168 })).toMatchObject(tooLarge(arn));
  expect(await perform(states('lambda:invoke'), { FunctionName: arn, Payload: { times: 263_168 } })).toMatchObject(
    tooLarge('lambda'),
  );
});

// Source: recorded on AWS, services/test_aws_sdk_task_service: test_s3_put_object, test_s3_get_object.
test('aws-sdk calls have members in PascalCase and nothing of HTTP; a body that is an object is its JSON text', async () => {
  await perform(states('aws-sdk:s3:createBucket'), {
    Bucket: 'docs',
    CreateBucketConfiguration: { LocationConstraint: TEST_REGION },
  });
  const put = await perform(states('aws-sdk:s3:putObject'), { Bucket: 'docs', Key: 'a', Body: { Dict: 'Value' } });
  expect(put).toMatchObject({
    ...{ kind: 'answered' },
    output: { ETag: '"49e31cee5aec8faf3345893addb14346"', ChecksumCRC32: 'hnEfWw==', ChecksumType: 'FULL_OBJECT' },
  });
  const got = await perform(states('aws-sdk:s3:getObject'), { Bucket: 'docs', Key: 'a' });
  expect(got).toMatchObject({
    output: { Body: '{"Dict":"Value"}', ContentLength: 16, ContentType: 'text/plain; charset=UTF-8' },
  });
  const { output } = got as { output: Record<string, unknown> };
  expect(output['LastModified']).toMatch(/^2026-01-01T00:00:00/);
  expect(Object.keys(output).filter((name) => name.startsWith('Sdk'))).toEqual([]);
});

// The same: also of a text, a number and a boolean. A type that is given stays.
test.each<[Json, string, string]>([
  ['text data', '"text data"', 'KUmHvQ=='],
  [['List', 'Data'], '["List","Data"]', '1F2MPA=='],
  [false, 'false', 'K81oMA=='],
  [0, '0', '9NvfIQ=='],
])('the body %j of an object is stored as %s', async (body, stored, sum) => {
  await perform(states('aws-sdk:s3:createBucket'), {
    Bucket: 'docs',
    CreateBucketConfiguration: { LocationConstraint: TEST_REGION },
  });
  const object = { Bucket: 'docs', Key: 'a' };
  const put = await perform(states('aws-sdk:s3:putObject'), { ...object, Body: body, ContentType: 'text/csv' });
  expect(put).toMatchObject({ output: { ChecksumCRC32: sum } });
  expect(put).not.toHaveProperty('output.Size');
  expect(await perform(states('aws-sdk:s3:getObject'), object)).toMatchObject({
    output: { Body: stored, ContentType: 'text/csv' },
  });
});

// Source: recorded on AWS, services/test_aws_sdk_task_service: test_list_secrets.
test('members that a service writes small are large in a state machine, both ways', async () => {
  const created = await perform(states('aws-sdk:cloudwatchlogs:createLogGroup'), { LogGroupName: 'orders' });
  expect(created).toEqual({ kind: 'answered', output: {} });
  const listed = await perform(states('aws-sdk:cloudwatchlogs:describeLogGroups'), { LogGroupNamePrefix: 'ord' });
  expect(listed).toMatchObject({ output: { LogGroups: [{ LogGroupName: 'orders' }] } });
  expect(await perform(states('aws-sdk:secretsmanager:listSecrets'), {})).toEqual({
    kind: 'answered',
    output: { SecretList: [] },
  });
});

// Source: recorded on AWS, error_handling/test_aws_sdk.
test('a refusal of an SDK call is told in the form of version 2 of the SDK for Java', async () => {
  const id = '[0-9a-f-]{36}';
  expect(await perform(states('aws-sdk:s3:getObject'), { Bucket: 'nobody', Key: 'a' })).toMatchObject({
    error: 'S3.NoSuchBucketException',
    cause: expect.stringMatching(
      new RegExp(`^The specified bucket does not exist \\(Service: S3, Status Code: 404, Request ID: ${id}, Extended `),
    ),
  });
  const wrongName = await perform(states('aws-sdk:secretsmanager:createSecret'), { Name: 'a b', SecretString: 'x' });
  expect(wrongName).toMatchObject({
    error: 'SecretsManager.SecretsManagerException',
    cause: expect.stringMatching(
      /^Invalid name\. Must be .* \(Service: SecretsManager, Status Code: 400, Request ID: /,
    ),
  });
});

// Ours; on AWS CreateStateMachine refuses it already where the name is constant.
test('a member that an SDK operation does not have fails the task before anything is called', async () => {
  expect(await perform(states('aws-sdk:sqs:sendMessage'), { queueUrl: 'x' })).toEqual({
    kind: 'failed',
    error: 'States.Runtime',
    cause:
      'The Parameters \'{"queueUrl":"x"}\' could not be used to start the Task: [The field "queueUrl" is not supported by Step Functions]',
  });
});

// Source: recorded on AWS, services/test_events_task_service: test_put_events_no_source.
test('some entries may be taken, and the cause tells of each', async () => {
  const outcome = await perform(states('events:putEvents'), {
    Entries: [
      { Source: 'some.source', DetailType: 'T', Detail: { a: 1 } },
      { DetailType: 'T', Detail: { a: 2 } },
    ],
  });
  expect(outcome).toMatchObject({ kind: 'failed', error: 'EventBridge.FailedEntry' });
  const { cause } = outcome as Extract<Outcome, { kind: 'failed' }>;
  expect(JSON.parse(cause)).toEqual({
    Entries: [
      { EventId: expect.any(String) },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
      },
    ],
    FailedEntryCount: 1,
  });
});

async function createRole(RoleName: string, statement: object | undefined, trusted: object): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' },
  });
  const { Role } = await iam('CreateRole', { RoleName, AssumeRolePolicyDocument });
  if (statement) {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    await iam('PutRolePolicy', { RoleName, PolicyName: 'own', PolicyDocument });
  }
  return Role.Arn;
}
const STATES = { Service: 'states.amazonaws.com' };

// Source: AWS's sentences, as people quote them for missing permissions of execution roles.
test('a role that may not call fails the task with the sentence of the service', async () => {
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: 'orders' });
  await createFunction('return 1;');
  const role = await createRole('orders', undefined, STATES);
  const asRole = { owner: { ...owner, roleArn: role } };
  expect(await perform(states('lambda:invoke'), { FunctionName: 'charge' }, asRole)).toMatchObject({
    error: 'Lambda.AWSLambdaException',
    cause: expect.stringMatching(
      /^User: .* is not authorized to perform: lambda:InvokeFunction on resource: .* \(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; /,
    ),
  });
  expect(await perform(states('aws-sdk:sqs:sendMessage'), { QueueUrl, MessageBody: 'x' }, asRole)).toMatchObject({
    error: 'Sqs.SqsException',
  });
});

// Source: Step Functions developer guide, "IAM policies for calling Lambda".
test('a policy may name the function without a version', async () => {
  const Resource = await createFunction('return 1;');
  const role = await createRole('plain', { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource }, STATES);
  const asRole = { owner: { ...owner, roleArn: role } };
  const outcome = await perform(states('lambda:invoke'), { FunctionName: Resource }, asRole);
  expect(outcome).toMatchObject({ kind: 'answered', output: { Payload: 1 } });
});

// Source: recorded on AWS, credentials/test_credentials_base.
test('Credentials name the role that calls; it has to trust the role of the execution', async () => {
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: 'orders' });
  const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
  const own = await createRole('orders', assume, STATES);
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
  const trusting = await createRole('sender', send, { AWS: own });
  const distrusting = await createRole('stranger', send, { AWS: `arn:aws:iam::${TEST_ACCOUNT}:role/other` });
  const as = { owner: { ...owner, roleArn: own } };
  const input = { QueueUrl, MessageBody: 'x' };
  const sent = await perform(states('sqs:sendMessage'), input, { ...as, roleArn: trusting });
  expect(sent).toMatchObject({ kind: 'answered', output: { MessageId: expect.any(String) } });
  expect(await perform(states('sqs:sendMessage'), input, { ...as, roleArn: distrusting })).toEqual({
    kind: 'failed',
    error: 'States.TaskFailed',
    cause: `The role ${own} is not authorized to assume the task state's role, ${distrusting}.`,
  });
});

test.each([
  ['arn:aws:states:::dynamodb:getItem', undefined],
  ['arn:aws:states:::aws-sdk:bedrockruntime:invokeModel', undefined],
  ['arn:aws:states:::ecs:runTask.waitForTaskToken', undefined],
  ['arn:aws:states:::states:startExecution.sync:2', undefined],
  [arnOf('states', 'activity:pack'), undefined],
  [arnOf('lambda', 'function:charge:live'), undefined],
  // Source: recorded on AWS, test_sfn_api: the sentence.
  ['arn:aws:states:::dynamodb:query', 'unknown'],
  ['arn:aws:states:::sqs:sendMessage.sync', 'unknown'],
  ['arn:aws:states:::aws-sdk:sqs:sendLetter', 'unknown'],
  ['arn:aws:states:::aws-sdk:sqs:sendMessage.sync', 'unknown'],
  // Source: recorded on AWS (aws-cdk, pull request 27635).
  ['arn:aws:states:::aws-sdk:cloudwatchlogs:CreateLogStream', 'unknown'],
  ['arn:aws:sqs:eu-west-1:123456789012:orders', 'unknown'],
])('what a definition may name: %s', async (resource, problem) => {
  const sentence = `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
  expect(await refusalOfResource(resource)).toBe(problem === undefined ? undefined : sentence);
});

// Sources: recorded on AWS, services/test_dynamodb_task_service and error_handling/test_task_service_dynamodb.
test('dynamodb:putItem and its like write and read a table, and fail by the names of the first SDK for Java', async () => {
  const dynamodb = callerOf('dynamodb', () => cloud);
  await dynamodb('CreateTable', {
    TableName: 'orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const Key = { id: { S: '7' } };
  const Item = { ...Key, state: { S: 'PLACED' } };
  const put = await perform(states('dynamodb:putItem'), { TableName: 'orders', Item });
  expect(put).toMatchObject({ kind: 'answered', output: { SdkHttpMetadata: { HttpStatusCode: 200 } } });
  await perform(states('dynamodb:updateItem'), {
    ...{ TableName: 'orders', Key, UpdateExpression: 'SET #s = :s' },
    ...{ ExpressionAttributeNames: { '#s': 'state' }, ExpressionAttributeValues: { ':s': { S: 'PAID' } } },
  });
  const got = await perform(states('dynamodb:getItem'), { TableName: 'orders', Key });
  expect(got).toMatchObject({ output: { Item: { id: { S: '7' }, state: { S: 'PAID' } } } });
  const bySdk = await perform(states('aws-sdk:dynamodb:query'), {
    ...{ TableName: 'orders', KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: '7' } } },
  });
  expect(bySdk).toMatchObject({ output: { Count: 1, Items: [{ state: { S: 'PAID' } }] } });
  const twice = { TableName: 'orders', Item, ConditionExpression: 'attribute_not_exists(id)' };
  expect(await perform(states('dynamodb:putItem'), twice)).toEqual({
    kind: 'failed',
    error: 'DynamoDB.ConditionalCheckFailedException',
    cause: expect.stringMatching(
      /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    ),
  });
  expect(await perform(states('aws-sdk:dynamodb:getItem'), { TableName: 'none', Key })).toMatchObject({
    error: 'DynamoDb.ResourceNotFoundException',
  });
  await perform(states('dynamodb:deleteItem'), { TableName: 'orders', Key });
  const gone = await perform(states('dynamodb:getItem'), { TableName: 'orders', Key });
  expect(gone.kind === 'answered' && gone.output).not.toHaveProperty('Item');
});

// Ours: a template with one task that is not served can be deployed, and the execution fails there by name.
test('a task that is not served stands in: it fails by name, or answers what a test says', async () => {
  const input = { JobName: 'nightly' };
  expect(await perform(states('glue:startJobRun'), input)).toEqual({
    kind: 'failed',
    error: 'Earwitness.StandIn',
    cause:
      'Earwitness does not serve arn:aws:states:::glue:startJobRun: the task stands in. Mock the result of state "Charge", or script an answer to glue:StartJobRun.',
  });
  tasks.close();
  await cloud.close();
  open({ answers: { 'glue:StartJobRun': { JobRunId: 'jr_1' } } });
  expect(await perform(states('glue:startJobRun'), input)).toEqual({
    kind: 'answered',
    output: { JobRunId: 'jr_1' },
  });
  tasks.close();
  await cloud.close();
  open({ unserved: { glue: 'refuse' } });
  expect(await refusalOfResource(states('glue:startJobRun'))).toBe(
    'Earwitness does not serve the resource arn:aws:states:::glue:startJobRun.',
  );
});

// Source: recorded on AWS, services/test_apigetway_task_service.
test('headers of apigateway:invoke are lists; a single text is refused before anything is called', async () => {
  const input = { ApiEndpoint: 'a.execute-api.eu-west-1.amazonaws.com', Method: 'GET', Headers: { x: 'y' } };
  expect(await perform(states('apigateway:invoke'), input)).toEqual({
    kind: 'failed',
    error: 'States.Runtime',
    cause: `The Parameters '${JSON.stringify(input)}' could not be used to start the Task: [The value of the field 'Headers' has an invalid format]`,
  });
});
