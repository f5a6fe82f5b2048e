// What exists before inputs are sent: one of everything that they name. Made anew for each batch, so that a batch does not depend on
// the ones before it; ids that the cloud chose become references.
import { encodeCall } from './calls/call.ts';
import { arn, FUNCTION_ARN, ROLE_ARN } from './content/documents.ts';
import { FUNCTION_CODE } from './content/resources.ts';
import { FAST_MACHINE, MACHINE } from './content/state-machine.ts';
import { type Fields, isFields, isList, readJson, type Value } from './content/value.ts';
import { createZip } from './content/zip.ts';
import { fillIn, ref } from './input.ts';
import { MODELS } from './models.ts';
import type { Sender } from './wire/sender.ts';

type Service = keyof typeof MODELS;

interface Step {
  readonly service: Service;
  readonly operation: string;
  readonly input: Fields;
  /** References by the member of the answer that they take: `items.0.id` for one within. */
  readonly keep?: Readonly<Record<string, string>>;
}

/** Answers the body that it was sent, as a web API would. */
const WEB_CODE = `exports.handler = async (event) => {
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  try { return JSON.parse(body); } catch { return { statusCode: 200, body: String(body) }; }
};`;

const openLambda = (name: string, code: string): Step => ({
  service: 'lambda',
  operation: 'CreateFunction',
  input: {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: ROLE_ARN,
    Timeout: 5,
    Code: { ZipFile: createZip([{ path: 'index.js', text: code }]).toString('base64') },
  },
});

const ANY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    },
  ],
};
const OPEN = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
};
const ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const TEMPLATE: Fields = {
  Parameters: { Name: { Type: 'String', Default: 'fuzz' } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } },
  },
  Outputs: { Export: { Value: { Ref: 'Queue' }, Export: { Name: 'fuzz-export' } } },
};

const restApi = ref('restApi');
const httpApi = ref('httpApi');

const STEPS: readonly Step[] = [
  {
    service: 'iam',
    operation: 'CreateRole',
    input: { RoleName: 'fuzz-role', AssumeRolePolicyDocument: JSON.stringify(ANY) },
  },
  {
    service: 'iam',
    operation: 'PutRolePolicy',
    input: { RoleName: 'fuzz-role', PolicyName: 'fuzz-inline', PolicyDocument: JSON.stringify(ALL) },
  },
  {
    service: 'iam',
    operation: 'CreateRole',
    input: { RoleName: 'fuzz-open', AssumeRolePolicyDocument: JSON.stringify(OPEN) },
  },
  {
    service: 'iam',
    operation: 'CreateRole',
    input: { RoleName: 'fuzz-spare-0', AssumeRolePolicyDocument: JSON.stringify(ANY) },
  },
  {
    service: 'iam',
    operation: 'CreatePolicy',
    input: { PolicyName: 'fuzz-spare-0', PolicyDocument: JSON.stringify(ALL) },
  },
  { service: 'iam', operation: 'CreateUser', input: { UserName: 'fuzz-user' } },
  { service: 'iam', operation: 'CreateUser', input: { UserName: 'fuzz-spare-0' } },
  {
    service: 'iam',
    operation: 'CreatePolicy',
    input: { PolicyName: 'fuzz-policy', PolicyDocument: JSON.stringify(ALL) },
  },
  { service: 'sqs', operation: 'CreateQueue', input: { QueueName: 'fuzz-dead' } },
  {
    service: 'sqs',
    operation: 'CreateQueue',
    input: {
      QueueName: 'fuzz-queue',
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('sqs', 'fuzz-dead'), maxReceiveCount: 5 }),
      },
    },
  },
  {
    service: 'sqs',
    operation: 'CreateQueue',
    input: { QueueName: 'fuzz-fifo.fifo', Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } },
  },
  { service: 'sqs', operation: 'CreateQueue', input: { QueueName: 'fuzz-spare-0' } },
  {
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: `${ref('origin')}/000000000000/fuzz-queue`, MessageBody: 'fuzz' },
  },
  {
    service: 'sqs',
    operation: 'ReceiveMessage',
    input: { QueueUrl: `${ref('origin')}/000000000000/fuzz-queue`, VisibilityTimeout: 3600 },
    keep: { receipt: 'Messages.0.ReceiptHandle' },
  },
  { service: 'sns', operation: 'CreateTopic', input: { Name: 'fuzz-topic' } },
  { service: 'sns', operation: 'CreateTopic', input: { Name: 'fuzz-topic.fifo', Attributes: { FifoTopic: 'true' } } },
  {
    service: 'sns',
    operation: 'Subscribe',
    input: { TopicArn: arn('sns', 'fuzz-topic'), Protocol: 'sqs', Endpoint: arn('sqs', 'fuzz-queue') },
    keep: { subscriptionArn: '<SubscriptionArn>' },
  },
  { service: 's3', operation: 'CreateBucket', input: { Bucket: 'fuzz-bucket' } },
  { service: 's3', operation: 'CreateBucket', input: { Bucket: 'fuzz-versioned' } },
  {
    service: 's3',
    operation: 'PutBucketVersioning',
    input: { Bucket: 'fuzz-versioned', VersioningConfiguration: { Status: 'Enabled' } },
  },
  { service: 's3', operation: 'PutObject', input: { Bucket: 'fuzz-bucket', Key: 'fuzz-object', Body: 'hello' } },
  { service: 's3', operation: 'PutObject', input: { Bucket: 'fuzz-versioned', Key: 'fuzz-object', Body: 'hello' } },
  {
    service: 's3',
    operation: 'CreateMultipartUpload',
    input: { Bucket: 'fuzz-bucket', Key: 'fuzz-upload' },
    keep: { uploadId: '<UploadId>' },
  },
  {
    service: 'secretsmanager',
    operation: 'CreateSecret',
    input: {
      Name: 'fuzz-secret',
      ClientRequestToken: '00000000-0000-4000-8000-000000000002',
      SecretString: '{"a":"b"}',
    },
    keep: { secretArn: 'ARN' },
  },
  {
    service: 'dynamodb',
    operation: 'CreateTable',
    input: {
      TableName: 'fuzz-table',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
        { AttributeName: 'g', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'fuzz-index',
          KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
    keep: { tableStreamArn: 'TableDescription.LatestStreamArn' },
  },
  {
    service: 'dynamodb',
    operation: 'PutItem',
    input: { TableName: 'fuzz-table', Item: { pk: { S: 'a' }, sk: { N: '1' }, g: { S: 'x' }, n: { N: '2' } } },
  },
  { service: 'kms', operation: 'CreateKey', input: { Description: 'fuzz' }, keep: { keyId: 'KeyMetadata.KeyId' } },
  { service: 'kms', operation: 'CreateAlias', input: { AliasName: 'alias/fuzz-key', TargetKeyId: ref('keyId') } },
  {
    service: 'stepfunctions',
    operation: 'CreateStateMachine',
    input: { name: 'fuzz-machine', roleArn: ROLE_ARN, definition: MACHINE, publish: true },
  },
  {
    service: 'stepfunctions',
    operation: 'CreateStateMachine',
    input: { name: 'fuzz-fast', roleArn: ROLE_ARN, definition: FAST_MACHINE, type: 'EXPRESS' },
  },
  {
    service: 'stepfunctions',
    operation: 'StartExecution',
    input: { stateMachineArn: arn('states', 'stateMachine:fuzz-machine'), name: 'fuzz-execution' },
  },
  { service: 'stepfunctions', operation: 'CreateActivity', input: { name: 'fuzz-activity' } },
  { service: 'ssm', operation: 'PutParameter', input: { Name: '/fuzz/parameter', Type: 'String', Value: 'fuzz' } },
  {
    service: 'secretsmanager',
    operation: 'CreateSecret',
    input: { Name: 'fuzz-spare-0', SecretString: 'x', ClientRequestToken: '00000000-0000-4000-8000-000000000001' },
  },
  { service: 'ssm', operation: 'PutParameter', input: { Name: '/fuzz/spare', Type: 'SecureString', Value: 'fuzz' } },
  { service: 'logs', operation: 'CreateLogGroup', input: { logGroupName: 'fuzz-spare-0' } },
  { service: 'logs', operation: 'CreateLogGroup', input: { logGroupName: '/fuzz/logs' } },
  {
    service: 'logs',
    operation: 'CreateLogStream',
    input: { logGroupName: '/fuzz/logs', logStreamName: 'fuzz-stream' },
  },
  { service: 'events', operation: 'CreateEventBus', input: { Name: 'fuzz-bus' } },
  { service: 'events', operation: 'CreateEventBus', input: { Name: 'fuzz-spare-0' } },
  { service: 'events', operation: 'PutRule', input: { Name: 'fuzz-spare-0', ScheduleExpression: 'rate(1 day)' } },
  { service: 'events', operation: 'PutRule', input: { Name: 'fuzz-rule', EventPattern: '{"source":[{"prefix":""}]}' } },
  {
    service: 'events',
    operation: 'PutRule',
    input: { Name: 'fuzz-rule', EventBusName: 'fuzz-bus', EventPattern: '{"source":[{"prefix":""}]}' },
  },
  {
    service: 'events',
    operation: 'CreateConnection',
    input: {
      Name: 'fuzz-connection',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'v' } },
    },
    keep: { connectionArn: 'ConnectionArn' },
  },
  {
    service: 'events',
    operation: 'CreateApiDestination',
    input: {
      Name: 'fuzz-destination',
      ConnectionArn: ref('connectionArn'),
      HttpMethod: 'POST',
      InvocationEndpoint: `${ref('sink')}/ok`,
    },
    keep: { destinationArn: 'ApiDestinationArn' },
  },
  {
    service: 'events',
    operation: 'PutTargets',
    input: {
      Rule: 'fuzz-rule',
      Targets: [
        { Id: 't1', Arn: ref('destinationArn'), RoleArn: ROLE_ARN },
        { Id: 't2', Arn: arn('sqs', 'fuzz-dead') },
      ],
    },
  },
  {
    service: 'events',
    operation: 'CreateArchive',
    input: { ArchiveName: 'fuzz-archive', EventSourceArn: arn('events', 'event-bus/fuzz-bus') },
  },
  {
    service: 'events',
    operation: 'StartReplay',
    input: {
      ReplayName: 'fuzz-replay',
      EventSourceArn: arn('events', 'archive/fuzz-archive'),
      EventStartTime: 1_760_000_000,
      EventEndTime: 1_770_000_000,
      Destination: { Arn: arn('events', 'event-bus/fuzz-bus') },
    },
  },
  openLambda('fuzz-web', WEB_CODE),
  openLambda('fuzz-echo', FUNCTION_CODE),
  {
    service: 'lambda',
    operation: 'PutFunctionEventInvokeConfig',
    input: { FunctionName: 'fuzz-web', MaximumRetryAttempts: 1 },
  },
  { service: 'lambda', operation: 'PublishVersion', input: { FunctionName: 'fuzz-web' } },
  {
    service: 'lambda',
    operation: 'CreateAlias',
    input: { FunctionName: 'fuzz-web', Name: 'live', FunctionVersion: '1' },
  },
  {
    service: 'lambda',
    operation: 'CreateFunctionUrlConfig',
    input: { FunctionName: 'fuzz-web', AuthType: 'NONE', Cors: { AllowOrigins: ['*'], AllowMethods: ['*'] } },
    keep: { functionUrl: 'FunctionUrl' },
  },
  {
    service: 'lambda',
    operation: 'AddPermission',
    input: {
      FunctionName: 'fuzz-web',
      StatementId: 'url',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    },
  },
  ...['events', 'apigateway'].map(
    (principal): Step => ({
      service: 'lambda',
      operation: 'AddPermission',
      input: {
        FunctionName: 'fuzz-web',
        StatementId: principal,
        Action: 'lambda:InvokeFunction',
        Principal: `${principal}.amazonaws.com`,
      },
    }),
  ),
  {
    service: 'lambda',
    operation: 'CreateEventSourceMapping',
    input: { FunctionName: 'fuzz-echo', EventSourceArn: arn('sqs', 'fuzz-dead') },
    keep: { mapping: 'UUID' },
  },
  {
    service: 'apigateway',
    operation: 'CreateRestApi',
    input: { name: 'fuzz', binaryMediaTypes: ['image/*'] },
    keep: { restApi: 'id', rootResource: 'rootResourceId' },
  },
  {
    service: 'apigateway',
    operation: 'CreateResource',
    input: { restApiId: restApi, parentId: ref('rootResource'), pathPart: '{proxy+}' },
    keep: { proxyResource: 'id' },
  },
  ...[ref('rootResource'), ref('proxyResource')].flatMap((resourceId): Step[] => [
    {
      service: 'apigateway',
      operation: 'PutMethod',
      input: { restApiId: restApi, resourceId, httpMethod: 'ANY', authorizationType: 'NONE' },
    },
    {
      service: 'apigateway',
      operation: 'PutIntegration',
      input: {
        restApiId: restApi,
        resourceId,
        httpMethod: 'ANY',
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`,
      },
    },
  ]),
  {
    service: 'apigateway',
    operation: 'CreateDeployment',
    input: { restApiId: restApi, stageName: 'prod' },
    keep: { restDeployment: 'id' },
  },
  {
    service: 'apigatewayv2',
    operation: 'CreateApi',
    input: {
      Name: 'fuzz',
      ProtocolType: 'HTTP',
      Target: FUNCTION_ARN,
      CorsConfiguration: { AllowOrigins: ['https://a.example'], AllowMethods: ['*'] },
    },
    keep: { httpApi: 'apiId' },
  },
  {
    service: 'apigatewayv2',
    operation: 'GetIntegrations',
    input: { ApiId: httpApi },
    keep: { integration: 'items.0.integrationId' },
  },
  {
    service: 'apigatewayv2',
    operation: 'CreateRoute',
    input: { ApiId: httpApi, RouteKey: 'GET /orders/{id}', Target: `integrations/${ref('integration')}` },
    keep: { route: 'routeId' },
  },
  {
    service: 'apigatewayv2',
    operation: 'CreateDeployment',
    input: { ApiId: httpApi },
    keep: { httpDeployment: 'deploymentId' },
  },
  {
    service: 'cloudformation',
    operation: 'CreateStack',
    input: { StackName: 'fuzz-stack', TemplateBody: JSON.stringify(TEMPLATE) },
  },
  {
    service: 'cloudformation',
    operation: 'DescribeStacks',
    input: { StackName: 'fuzz-stack' },
    keep: { stack: '<StackId>' },
  },
  {
    service: 'cloudformation',
    operation: 'CreateChangeSet',
    input: {
      StackName: 'fuzz-stack',
      ChangeSetName: 'fuzz-changes',
      TemplateBody: JSON.stringify({
        Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } } },
      }),
    },
  },
];

export interface Addresses {
  readonly url: string;
  /** Where API destinations may post. */
  readonly sink: string;
  readonly momentoKey: string;
}

/**
 * Makes the world in an empty cloud.
 * @returns what the references stand for
 * @throws Error when a step is refused: then the fuzz is at fault
 */
export async function createWorld(
  sender: Sender,
  { url, sink, momentoKey }: Addresses,
): Promise<ReadonlyMap<string, string>> {
  const references = new Map([
    ['origin', url],
    ['port', new URL(url).port],
    ['sink', sink],
    ['key', momentoKey],
  ]);
  for (const { service, operation, input, keep = {} } of STEPS) {
    const call = fillIn(encodeCall(MODELS[service], operation, input), references);
    const { status, text } = await sender.send(call);
    if (status < 200 || status > 299)
      throw new Error(`The world was not made: ${service}:${operation} answered ${status}: ${text}`);
    for (const [name, place] of Object.entries(keep)) references.set(name, read(text, place));
  }
  const last = (name: string, separator: string) => (references.get(name) ?? '').split(separator).at(-1) ?? '';
  references.set('connection', last('connectionArn', '/'));
  references.set('destination', last('destinationArn', '/'));
  references.set('secretSuffix', last('secretArn', '-'));
  references.set(
    'url',
    /lambda-url\/([^/]+)|\/\/([a-z0-9]+)\.lambda-url/
      .exec(references.get('functionUrl') ?? '')
      ?.slice(1)
      .find(Boolean) ?? '',
  );
  return references;
}

function read(text: string, place: string): string {
  if (place.startsWith('<')) return text.split(place)[1]?.split('<')[0] ?? '';
  let value: Value = readJson(text) ?? null;
  for (const part of place.split('.')) {
    value = (isList(value) ? value[Number(part)] : isFields(value) ? value[part] : undefined) ?? null;
  }
  if (typeof value !== 'string') throw new Error(`The world was not made: there is no ${place} in ${text}`);
  return value;
}
