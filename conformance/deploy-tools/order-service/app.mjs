// An order service as people write one in CDK: an HTTP API puts orders on a bus, a rule takes them to a queue and to an API
// destination; receipts in a bucket put a message on a queue. Emptying the bucket and setting its notification are done
// by CDK's own custom resources.
import * as cdk from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ApiDestination, Authorization, Connection, EventBus, Rule } from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { BlockPublicAccess, Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Queue } from 'aws-cdk-lib/aws-sqs';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Orders', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
});

const bus = new EventBus(stack, 'Bus', { eventBusName: 'orders' });
const create = new NodejsFunction(stack, 'CreateOrder', {
  runtime: Runtime.NODEJS_20_X,
  entry: 'functions/create-order.ts',
  depsLockFilePath: 'cdk.json',
  timeout: cdk.Duration.seconds(10),
  environment: { EVENT_BUS_NAME: bus.eventBusName, GREETING: app.node.tryGetContext('greeting') ?? 'hello' },
});
bus.grantPutEventsTo(create);

const api = new HttpApi(stack, 'Api');
api.addRoutes({
  path: '/orders',
  methods: [HttpMethod.POST],
  integration: new HttpLambdaIntegration('CreateOrderIntegration', create),
});

const orders = new Queue(stack, 'OrdersQueue');
const connection = new Connection(stack, 'Connection', {
  authorization: Authorization.apiKey('x-api-key', cdk.SecretValue.unsafePlainText('sesame')),
});
const destination = new ApiDestination(stack, 'Destination', {
  connection,
  endpoint: process.env.PARTNER_URL ?? 'https://partner.example.com/orders',
});
new Rule(stack, 'OrderCreated', {
  eventBus: bus,
  eventPattern: { source: ['OrderService'] },
  targets: [new targets.SqsQueue(orders), new targets.ApiDestination(destination)],
});

const receipts = new Bucket(stack, 'Receipts', {
  autoDeleteObjects: true,
  removalPolicy: cdk.RemovalPolicy.DESTROY,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
});
const written = new Queue(stack, 'ReceiptsQueue');
receipts.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(written), { prefix: 'receipts/' });

const archive = new LambdaFunction(stack, 'Archive', {
  runtime: Runtime.NODEJS_20_X,
  handler: 'index.handler',
  code: Code.fromAsset('functions/archive'),
  environment: { BUCKET: receipts.bucketName },
});
receipts.grantReadWrite(archive);

new cdk.CfnOutput(stack, 'ApiUrl', { value: `${api.apiEndpoint}/orders` });
new cdk.CfnOutput(stack, 'OrdersQueueUrl', { value: orders.queueUrl });
new cdk.CfnOutput(stack, 'ReceiptsQueueUrl', { value: written.queueUrl });
new cdk.CfnOutput(stack, 'ReceiptsBucket', { value: receipts.bucketName });
new cdk.CfnOutput(stack, 'ArchiveFunction', { value: archive.functionName });
