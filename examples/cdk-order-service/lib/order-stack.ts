import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { LambdaRestApi } from 'aws-cdk-lib/aws-apigateway';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/** POST / makes an order and publishes OrderCreated to the service's own event bus. */
export class OrderStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const bus = new EventBus(this, 'OrderBus', { eventBusName: `${this.stackName}-bus` });
    const create = new NodejsFunction(this, 'CreateOrder', {
      entry: 'src/handlers/create-order.ts',
      runtime: Runtime.NODEJS_20_X,
      timeout: Duration.seconds(10),
      memorySize: 256,
      environment: { EVENT_BUS_NAME: bus.eventBusName },
    });
    bus.grantPutEventsTo(create);
    const api = new LambdaRestApi(this, 'OrderApi', { handler: create });
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'POST here to create an order.' });
  }
}
