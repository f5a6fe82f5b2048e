// A function in Python with the real boto3, against the local cloud: it finds it by its environment alone. Skipped, with the
// reason printed, where there is no Python, or no boto3 in it.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasBoto3 } from './boto3.ts';

let local: Local;
beforeEach(async () => {
  local = await startLocal();
});
afterEach(() => local.close());

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
  Function:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: place-order
      Runtime: python3.12
      Handler: index.handler
      Timeout: 30
      InlineCode: |
        import os, boto3
        queue = boto3.client('sqs')
        def handler(event, context):
            queue.send_message(QueueUrl=event['queue'], MessageBody=event['order'])
            received = queue.receive_message(QueueUrl=event['queue'])['Messages'][0]['Body']
            who = boto3.client('sts').get_caller_identity()['Arn']
            return {'received': received, 'role': who.split('/')[0]}
      Policies:
        - Version: '2012-10-17'
          Statement: { Effect: Allow, Action: 'sqs:*', Resource: '*' }
Outputs:
  QueueUrl: { Value: !Ref Queue }
`;

test.skipIf(!hasBoto3)(
  'boto3 finds the local cloud by its environment, and calls as the role of the function',
  async () => {
    const { QueueUrl: queue } = await local.deploy({ name: 'shop', template: TEMPLATE });
    const lambda = new LambdaClient({
      endpoint: local.url,
      region: local.env.AWS_REGION,
      credentials: { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'x' },
    });
    const Payload = JSON.stringify({ queue, order: 'a book' });
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'place-order', Payload }));
    lambda.destroy();
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({
      received: 'a book',
      role: expect.stringMatching(/^arn:aws:sts::\d{12}:assumed-role$/),
    });
  },
);
