// AWS's own managed policies. Every name is taken, as roles carry them by the dozen; the documents that decide
// something about the services here are known, the others grant nothing here and the journal says so when one is
// attached. Source of the documents: AWS managed policy reference, read from memory on 2026-11-22.

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

/** Statements by the part of the ARN after `arn:aws:iam::aws:policy/`. */
const STATEMENTS: Readonly<Record<string, readonly unknown[]>> = {
  AdministratorAccess: [allow(['*'])],
  AmazonEventBridgeFullAccess: [allow(['events:*', 'schemas:*', 'scheduler:*', 'pipes:*'])],
  AmazonS3FullAccess: [allow(['s3:*', 's3-object-lambda:*'])],
  AmazonS3ReadOnlyAccess: [
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*']),
  ],
  AmazonSNSFullAccess: [allow(['sns:*'])],
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
  AWSLambda_FullAccess: [allow(['lambda:*', 'logs:DescribeLogGroups', 'iam:GetRole', 'iam:ListRoles'])],
  AWSXRayDaemonWriteAccess: [allow(TRACES)],
  AWSXrayWriteOnlyAccess: [allow(TRACES)],
  CloudWatchLogsFullAccess: [allow(['logs:*', 'cloudwatch:GenerateQuery'])],
  PowerUserAccess: [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }],
  ReadOnlyAccess: [
    allow([
      'events:Describe*',
      'events:List*',
      'events:Test*',
      'lambda:Get*',
      'lambda:List*',
      'logs:Get*',
      'logs:FilterLogEvents',
    ]),
    allow([
      'secretsmanager:Describe*',
      'secretsmanager:List*',
      'sqs:Get*',
      'sqs:List*',
      'sqs:Receive*',
      'ssm:Describe*',
      'ssm:Get*',
    ]),
  ],
  SecretsManagerReadWrite: [allow(['secretsmanager:*'])],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    allow([...LOGS, 'logs:DescribeLogGroups', 'logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents']),
  ],
  'service-role/AWSLambdaBasicExecutionRole': [allow(LOGS)],
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    allow([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      ...LOGS,
    ]),
  ],
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
