// Policies that SAM functions name by template: `EventBridgePutEventsPolicy: { EventBusName: !Ref Bus }`. A table of
// what each one allows, and the statement it becomes. Templates that are not in the table are refused by name. Source:
// the policy templates of the SAM specification (AWS SAM developer guide, "SAM policy templates").
import { isMap, type Value, type ValueMap } from '../value.ts';

/** `service: Action Action…`, then the resources: `*`, or `service:resource` in this account and region. */
type Row = readonly [actions: string, ...resources: string[]];

const TEMPLATES: Readonly<Record<string, readonly Row[]>> = {
  AWSSecretsManagerGetSecretValuePolicy: [['secretsmanager: GetSecretValue', '${SecretArn}']],
  CloudFormationDescribeStacksPolicy: [['cloudformation: DescribeStacks', 'cloudformation:stack/*']],
  CloudWatchPutMetricPolicy: [['cloudwatch: PutMetricData', '*']],
  DynamoDBCrudPolicy: [
    [
      'dynamodb: GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem DescribeTable ConditionCheckItem',
      'dynamodb:table/${TableName}',
      'dynamodb:table/${TableName}/index/*',
    ],
  ],
  DynamoDBReadPolicy: [
    [
      'dynamodb: GetItem Scan Query BatchGetItem DescribeTable',
      'dynamodb:table/${TableName}',
      'dynamodb:table/${TableName}/index/*',
    ],
  ],
  DynamoDBReconfigurePolicy: [['dynamodb: UpdateTable', 'dynamodb:table/${TableName}']],
  DynamoDBStreamReadPolicy: [
    ['dynamodb: DescribeStream GetRecords GetShardIterator', 'dynamodb:table/${TableName}/stream/${StreamName}'],
    ['dynamodb: ListStreams', 'dynamodb:table/${TableName}/stream/*'],
  ],
  DynamoDBWritePolicy: [
    [
      'dynamodb: PutItem UpdateItem BatchWriteItem',
      'dynamodb:table/${TableName}',
      'dynamodb:table/${TableName}/index/*',
    ],
  ],
  EventBridgePutEventsPolicy: [['events: PutEvents', 'events:event-bus/${EventBusName}']],
  FilterLogEventsPolicy: [['logs: FilterLogEvents', 'logs:log-group:${LogGroupName}:log-stream:*']],
  FirehoseCrudPolicy: [
    [
      'firehose: CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream PutRecord PutRecordBatch UpdateDestination',
      'firehose:deliverystream/${DeliveryStreamName}',
    ],
  ],
  FirehoseWritePolicy: [['firehose: PutRecord PutRecordBatch', 'firehose:deliverystream/${DeliveryStreamName}']],
  KMSDecryptPolicy: [['kms: Decrypt', 'kms:key/${KeyId}']],
  KMSEncryptPolicy: [['kms: Encrypt', 'kms:key/${KeyId}']],
  KinesisCrudPolicy: [
    [
      'kinesis: AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStream DescribeStreamSummary GetShardIterator IncreaseStreamRetentionPeriod ListTagsForStream MergeShards PutRecord PutRecords SplitShard RemoveTagsFromStream',
      'kinesis:stream/${StreamName}',
    ],
  ],
  KinesisStreamReadPolicy: [
    ['kinesis: ListStreams DescribeLimits', 'kinesis:stream/*'],
    ['kinesis: DescribeStream DescribeStreamSummary GetRecords GetShardIterator', 'kinesis:stream/${StreamName}'],
  ],
  LambdaInvokePolicy: [['lambda: InvokeFunction', 'lambda:function:${FunctionName}*']],
  S3CrudPolicy: [
    [
      's3: GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl GetLifecycleConfiguration PutLifecycleConfiguration DeleteObject',
      's3:::${BucketName}',
      's3:::${BucketName}/*',
    ],
  ],
  S3FullAccessPolicy: [
    [
      's3: GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject DeleteObjectTagging DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging PutObjectTagging PutObjectVersionTagging',
      's3:::${BucketName}/*',
    ],
    ['s3: ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration', 's3:::${BucketName}'],
  ],
  S3ReadPolicy: [
    [
      's3: GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration',
      's3:::${BucketName}',
      's3:::${BucketName}/*',
    ],
  ],
  S3WritePolicy: [
    ['s3: PutObject PutObjectAcl PutLifecycleConfiguration', 's3:::${BucketName}', 's3:::${BucketName}/*'],
  ],
  SESCrudPolicy: [
    [
      'ses: GetIdentityVerificationAttributes SendEmail SendRawEmail VerifyEmailIdentity',
      'ses:identity/${IdentityName}',
    ],
  ],
  SNSCrudPolicy: [
    ['sns: ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish', 'sns:${TopicName}*'],
  ],
  SNSPublishMessagePolicy: [['sns: Publish', 'sns:${TopicName}']],
  SQSPollerPolicy: [
    [
      'sqs: ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes ReceiveMessage',
      'sqs:${QueueName}',
    ],
  ],
  SQSSendMessagePolicy: [['sqs: SendMessage*', 'sqs:${QueueName}']],
  SSMParameterReadPolicy: [
    ['ssm: DescribeParameters', '*'],
    ['ssm: GetParameters GetParameter GetParametersByPath', 'ssm:parameter/${ParameterName}'],
  ],
  SSMParameterWithSlashPrefixReadPolicy: [
    ['ssm: DescribeParameters', '*'],
    ['ssm: GetParameters GetParameter GetParametersByPath', 'ssm:parameter${ParameterName}'],
  ],
  StepFunctionsExecutionPolicy: [['states: StartExecution', 'states:stateMachine:${StateMachineName}']],
  VPCAccessPolicy: [
    ['ec2: CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface', '*'],
  ],
};

export function isPolicyTemplate(name: string): boolean {
  return Object.hasOwn(TEMPLATES, name);
}

/** The parameters that a policy template takes. */
export function policyParameters(name: string): string[] {
  const texts = (TEMPLATES[name] ?? []).flatMap(([, ...resources]) => resources);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '')))];
}

/** The policy document of a template with its parameters' values. */
export function policyDocument(name: string, values: Value): ValueMap {
  const given = isMap(values) ? values : {};
  const statements = (TEMPLATES[name] ?? []).map(([actions, ...resources]) => {
    const [service = '', ...names] = actions.replace(':', '').split(' ');
    const places = resources.map((resource) => placeOf(resource, given));
    return {
      Action: names.map((action) => `${service}:${action}`),
      Effect: 'Allow',
      Resource: places.length === 1 ? (places[0] ?? '*') : places,
    };
  });
  return { Statement: statements };
}

function placeOf(resource: string, given: ValueMap): Value {
  if (resource === '*') return '*';
  const isWhole = resource.startsWith('${');
  const [service = '', ...rest] = resource.split(':');
  const scope =
    service === 's3'
      ? 'arn:${AWS::Partition}:s3'
      : `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}`;
  const text = isWhole ? resource : `${scope}:${rest.join(':')}`;
  const used = Object.entries(given).filter(([name]) => text.includes(`\${${name}}`));
  return { 'Fn::Sub': used.length === 0 ? text : [text, Object.fromEntries(used)] };
}
