// Services by the names that Step Functions and the AWS SDK for Java give them, and by ours.
import type { ServiceName } from '@earwitness/protocol/internal/aws/models/services';

export interface SdkService {
  readonly service: ServiceName;
  /** What its errors begin with when an SDK's operation is called: `Sfn.InvalidTokenException`. */
  readonly prefix: string;
}

/**
 * `arn:aws:states:::aws-sdk:NAME:…`
 * Source: Step Functions developer guide, "Supported AWS SDK service integrations", "Exception prefix".
 */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  apigateway: { service: 'apigateway', prefix: 'ApiGateway' },
  apigatewayv2: { service: 'apigatewayv2', prefix: 'ApiGatewayV2' },
  cloudformation: { service: 'cloudformation', prefix: 'CloudFormation' },
  cloudwatchlogs: { service: 'logs', prefix: 'CloudWatchLogs' },
  dynamodb: { service: 'dynamodb', prefix: 'DynamoDb' },
  dynamodbstreams: { service: 'dynamodbstreams', prefix: 'DynamoDbStreams' },
  eventbridge: { service: 'events', prefix: 'EventBridge' },
  iam: { service: 'iam', prefix: 'Iam' },
  kinesis: { service: 'kinesis', prefix: 'Kinesis' },
  kms: { service: 'kms', prefix: 'Kms' },
  lambda: { service: 'lambda', prefix: 'Lambda' },
  pipes: { service: 'pipes', prefix: 'Pipes' },
  s3: { service: 's3', prefix: 'S3' },
  scheduler: { service: 'scheduler', prefix: 'Scheduler' },
  secretsmanager: { service: 'secretsmanager', prefix: 'SecretsManager' },
  sfn: { service: 'stepfunctions', prefix: 'Sfn' },
  sns: { service: 'sns', prefix: 'Sns' },
  sqs: { service: 'sqs', prefix: 'Sqs' },
  ssm: { service: 'ssm', prefix: 'Ssm' },
  sts: { service: 'sts', prefix: 'Sts' },
};

/** An optimized integration's service, as version 1 of the SDK for Java tells of it. */
export interface OptimizedService {
  readonly service: ServiceName;
  /** What its errors begin with: `StepFunctions.StateMachineDoesNotExistException`. */
  readonly prefix: string;
  /** In sentences: `(Service: AWSLambda; …`. */
  readonly title: string;
  /** The name of an error that its model does not have. */
  readonly unknown: string;
}

/** Sources: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/error_handling); AWS SDK for Java 1.12. */
export const OPTIMIZED_SERVICES: Readonly<
  Record<'dynamodb' | 'lambda' | 'sqs' | 'sns' | 'states' | 'events', OptimizedService>
> = {
  dynamodb: {
    ...{ service: 'dynamodb', prefix: 'DynamoDB' },
    ...{ title: 'AmazonDynamoDBv2', unknown: 'AmazonDynamoDBException' },
  },
  lambda: { service: 'lambda', prefix: 'Lambda', title: 'AWSLambda', unknown: 'AWSLambdaException' },
  sqs: { service: 'sqs', prefix: 'SQS', title: 'AmazonSQS', unknown: 'AmazonSQSException' },
  sns: { service: 'sns', prefix: 'SNS', title: 'AmazonSNS', unknown: 'AmazonSNSException' },
  states: {
    ...{ service: 'stepfunctions', prefix: 'StepFunctions' },
    ...{ title: 'AWSStepFunctions', unknown: 'AWSStepFunctionsException' },
  },
  events: {
    ...{ service: 'events', prefix: 'EventBridge' },
    ...{ title: 'AmazonEventBridge', unknown: 'AmazonEventBridgeException' },
  },
};
