// AWS's own managed policies. Every name is taken, as roles carry them by the dozen; the documents that decide
// something about the services here are known, the others grant nothing here and the journal says so when one is
// attached. Source of the documents: AWS managed policy reference, read from memory on 2026-11-22
// and 2026-11-30.

const allow = (actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const VPC = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const TRACES = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

const TABLE_STREAMS = [
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
];
const READ_LOGS = ['logs:Describe*', 'logs:FilterLogEvents', 'logs:Get*', 'logs:List*'];
const EVENTS = ['events:*', 'schemas:*', 'scheduler:*', 'pipes:*'];
const READ_EVENTS = ['events:Describe*', 'events:List*', 'events:TestEventPattern'];
const READ_TABLES = ['BatchGetItem', 'Describe*', 'Get*', 'List*', 'PartiQLSelect', 'Query', 'Scan'].map(
  (action) => `dynamodb:${action}`,
);
const TABLES = [
  ...['dynamodb:*', 'dax:*', 'kms:DescribeKey', 'kms:ListAliases', 'iam:GetRole', 'iam:ListRoles'],
  ...['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:ListStreams'],
];
const READ_STREAMS = ['kinesis:Get*', 'kinesis:List*', 'kinesis:Describe*'];
const READ_EXECUTIONS = ['states:Describe*', 'states:GetExecutionHistory', 'states:List*'];
const READ_BUCKETS = ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'];

/** Statements by the part of the ARN after `arn:aws:iam::aws:policy/`. */
const STATEMENTS: Readonly<Record<string, readonly unknown[]>> = {
  AdministratorAccess: [allow(['*'])],
  AmazonAPIGatewayAdministrator: [allow(['apigateway:*'])],
  AmazonAPIGatewayInvokeFullAccess: [allow(['execute-api:Invoke', 'execute-api:ManageConnections'])],
  AmazonDynamoDBFullAccess: [allow([...TABLES, 'sns:CreateTopic', 'sns:List*', 'sns:Subscribe', 'sns:Unsubscribe'])],
  AmazonDynamoDBFullAccess_v2: [allow(TABLES)],
  AmazonDynamoDBReadOnlyAccess: [allow(READ_TABLES)],
  AmazonEventBridgeFullAccess: [allow(EVENTS)],
  AmazonEventBridgePipesFullAccess: [allow(['pipes:*'])],
  AmazonEventBridgePipesReadOnlyAccess: [allow(['pipes:DescribePipe', 'pipes:ListPipes', 'pipes:ListTagsForResource'])],
  AmazonEventBridgeReadOnlyAccess: [allow([...READ_EVENTS, 'scheduler:Get*', 'scheduler:List*', 'pipes:List*'])],
  AmazonEventBridgeSchedulerFullAccess: [allow(['scheduler:*'])],
  AmazonEventBridgeSchedulerReadOnlyAccess: [allow(['scheduler:Get*', 'scheduler:List*'])],
  AmazonKinesisFullAccess: [allow(['kinesis:*'])],
  AmazonKinesisReadOnlyAccess: [allow(READ_STREAMS)],
  AmazonS3FullAccess: [allow(['s3:*', 's3-object-lambda:*'])],
  AmazonS3ReadOnlyAccess: [allow(READ_BUCKETS)],
  AmazonSNSFullAccess: [allow(['sns:*'])],
  AmazonSNSReadOnlyAccess: [allow(['sns:GetTopicAttributes', 'sns:List*'])],
  AmazonSQSFullAccess: [allow(['sqs:*'])],
  AmazonSQSReadOnlyAccess: [
    allow([
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ListDeadLetterSourceQueues',
      'sqs:ListQueues',
      'sqs:ListMessageMoveTasks',
      'sqs:ListQueueTags',
    ]),
  ],
  AmazonSSMFullAccess: [
    allow(['ssm:*', 'cloudwatch:PutMetricData', 'ds:CreateComputer', 'ds:DescribeDirectories', 'logs:*']),
  ],
  AmazonSSMReadOnlyAccess: [allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'])],
  AWSXRayDaemonWriteAccess: [allow(TRACES)],
  AWSXrayWriteOnlyAccess: [allow(TRACES)],
  AWSCloudFormationFullAccess: [allow(['cloudformation:*'])],
  AWSKeyManagementServicePowerUser: [
    allow([
      ...['kms:CreateAlias', 'kms:CreateKey', 'kms:DeleteAlias', 'kms:Describe*', 'kms:GenerateRandom', 'kms:Get*'],
      ...['kms:List*', 'kms:TagResource', 'kms:UntagResource', 'iam:ListGroups', 'iam:ListRoles', 'iam:ListUsers'],
    ]),
  ],
  AWSLambdaExecute: [
    { Effect: 'Allow', Action: 'logs:*', Resource: 'arn:aws:logs:*:*:*' },
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::*' },
  ],
  'AWSLambdaInvocation-DynamoDB': [allow(['lambda:InvokeFunction']), allow(TABLE_STREAMS)],
  AWSLambda_FullAccess: [
    allow(['lambda:*', ...READ_LOGS, 'iam:GetRole', 'iam:ListRoles', 'kms:ListAliases']),
    allow(['cloudformation:DescribeStacks', 'cloudformation:ListStack*', 'states:Describe*', 'states:List*']),
  ],
  AWSLambda_ReadOnlyAccess: [allow(['lambda:Get*', 'lambda:List*', ...READ_LOGS])],
  AWSStepFunctionsConsoleFullAccess: [allow(['states:*', 'iam:ListRoles', 'lambda:ListFunctions'])],
  AWSStepFunctionsFullAccess: [allow(['states:*'])],
  AWSStepFunctionsReadOnlyAccess: [allow(READ_EXECUTIONS)],
  CloudWatchEventsFullAccess: [allow(EVENTS)],
  CloudWatchEventsReadOnlyAccess: [allow(READ_EVENTS)],
  CloudWatchFullAccess: [
    allow(['cloudwatch:*', 'logs:*', 'sns:*', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetRole']),
  ],
  CloudWatchFullAccessV2: [
    allow(['cloudwatch:*', 'logs:*', 'sns:CreateTopic', 'sns:ListSubscriptions', 'sns:ListTopics', 'sns:Subscribe']),
  ],
  CloudWatchLambdaInsightsExecutionRolePolicy: [
    allow(['logs:CreateLogGroup']),
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
    },
  ],
  CloudWatchLogsFullAccess: [allow(['logs:*', 'cloudwatch:GenerateQuery'])],
  CloudWatchLogsReadOnlyAccess: [allow(READ_LOGS)],
  IAMFullAccess: [allow(['iam:*'])],
  PowerUserAccess: [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }],
  ReadOnlyAccess: [
    allow([...READ_EVENTS, ...READ_LOGS, ...READ_TABLES, ...READ_STREAMS, ...READ_EXECUTIONS, ...READ_BUCKETS]),
    allow(
      ['cloudformation', 'iam', 'kms', 'lambda', 'pipes', 'scheduler', 'sns', 'sqs', 'ssm'].flatMap((service) =>
        ['Describe*', 'Get*', 'List*'].map((action) => `${service}:${action}`),
      ),
    ),
    allow(['apigateway:GET', 'secretsmanager:Describe*', 'secretsmanager:List*', 'sqs:Receive*']),
  ],
  SecretsManagerReadWrite: [allow(['secretsmanager:*'])],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    allow([...LOGS, 'logs:DescribeLogGroups', 'logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents']),
  ],
  'service-role/AmazonS3ObjectLambdaExecutionRolePolicy': [allow([...LOGS, 's3-object-lambda:WriteGetObjectResponse'])],
  'service-role/AWSLambdaBasicDurableExecutionRolePolicy': [
    allow([...LOGS, 'lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState']),
  ],
  'service-role/AWSLambdaBasicExecutionRole': [allow(LOGS)],
  'service-role/AWSLambdaDynamoDBExecutionRole': [allow([...TABLE_STREAMS, ...LOGS])],
  'service-role/AWSLambdaKinesisExecutionRole': [
    allow([
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:ListStreams',
      'kinesis:SubscribeToShard',
      ...LOGS,
    ]),
  ],
  'service-role/AWSLambdaMSKExecutionRole': [
    allow(['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers', ...LOGS, ...VPC]),
  ],
  'service-role/AWSLambdaRole': [allow(['lambda:InvokeFunction'])],
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...LOGS]),
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [allow([...LOGS, ...VPC])],
  'aws-service-role/AmazonEventBridgeApiDestinationsServiceRolePolicy': [
    {
      Effect: 'Allow',
      Action: [
        'secretsmanager:CreateSecret',
        'secretsmanager:UpdateSecret',
        'secretsmanager:DescribeSecret',
        'secretsmanager:DeleteSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
      ],
      Resource: 'arn:aws:secretsmanager:*:*:secret:events!connection/*',
    },
  ],
};

/**
 * `service-role/AWSLambdaBasicExecutionRole` for that policy's ARN; `undefined` for any ARN that is not AWS's own
 * policy.
 */
export function awsManagedName(arn: string): string | undefined {
  return /^arn:aws(?:-[a-z-]+)?:iam::aws:policy\/([\w+=,.@/-]+)$/.exec(arn)?.[1];
}

/** The document of one of AWS's policies as JSON text, when it is known here. */
export function awsManagedDocument(arn: string): string | undefined {
  const statements = STATEMENTS[awsManagedName(arn) ?? ''];
  return statements && JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** ARNs of the policies whose documents are known here. */
export function awsManagedArns(): string[] {
  return Object.keys(STATEMENTS).map((name) => `arn:aws:iam::aws:policy/${name}`);
}
