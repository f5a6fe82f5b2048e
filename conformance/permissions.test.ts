// A function acts as its role: with the real SDKs inside the handler, what the role may not do is refused as AWS refuses it.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CODE = `
  const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
  const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');
  const { SendMessageCommand, SQSClient } = require('@aws-sdk/client-sqs');
  const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts');
  const { BUS, QUEUE, SECRET } = process.env;
  const told = (call) => call.then(() => 'done', (error) => error.name + ': ' + error.message);
  const entry = { EventBusName: BUS, Source: 's', DetailType: 'd', Detail: '{}' };
  exports.handler = async () => ({
    arn: (await new STSClient().send(new GetCallerIdentityCommand())).Arn,
    put: await told(new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }))),
    send: await told(new SQSClient().send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: 'm' }))),
    read: await told(new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: SECRET }))),
  });`;

const TEMPLATE = JSON.stringify({
  Transform: 'AWS::Serverless-2016-10-31',
  Globals: {
    Function: {
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Environment: { Variables: { BUS: { Ref: 'Bus' }, QUEUE: { Ref: 'Queue' }, SECRET: { Ref: 'Secret' } } },
    },
  },
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'key', SecretString: 'x' } },
    May: {
      Type: 'AWS::Serverless::Function',
      Properties: {
        FunctionName: 'may',
        InlineCode: CODE,
        Policies: [
          { EventBridgePutEventsPolicy: { EventBusName: { Ref: 'Bus' } } },
          { SQSSendMessagePolicy: { QueueName: 'orders' } },
          { AWSSecretsManagerGetSecretValuePolicy: { SecretArn: { Ref: 'Secret' } } },
        ],
      },
    },
    MayNot: { Type: 'AWS::Serverless::Function', Properties: { FunctionName: 'may-not', InlineCode: CODE } },
    MadeUp: {
      Type: 'AWS::Serverless::Function',
      Properties: { FunctionName: 'made-up', InlineCode: CODE, Role: 'arn:aws:iam::123456789012:role/made-up' },
    },
  },
  Outputs: { RoleName: { Value: { Ref: 'MayNotRole' } }, Secret: { Value: { Ref: 'Secret' } } },
});

let local: Local;
let lambda: LambdaClient;
let outputs: Record<string, string>;
beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  lambda = new LambdaClient({ endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  outputs = await local.deploy({ name: 'permissions', template: TEMPLATE, directory: process.cwd() });
});
afterAll(async () => {
  lambda?.destroy();
  await local?.close();
});

async function invoke(FunctionName: string) {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
  return JSON.parse(Payload?.transformToString() ?? '');
}

test('a function whose role has the policies may put events, send messages and read secrets', async () => {
  expect(await invoke('may')).toMatchObject({ put: 'done', send: 'done', read: 'done' });
});

test('a function whose role lacks them is refused with the sentences of AWS, and the journal says what is missing', async () => {
  const RoleName = outputs['RoleName'];
  const session = `arn:aws:sts::000000000000:assumed-role/${RoleName}/may-not`;
  const refusal = (action: string, resource: string) =>
    `User: ${session} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/shop';
  expect(await invoke('may-not')).toEqual({
    arn: session,
    put: `AccessDeniedException: ${refusal('events:PutEvents', bus)}`,
    send: `AccessDenied: ${refusal('sqs:sendmessage', 'arn:aws:sqs:us-east-1:000000000000:orders')}`,
    read: `AccessDeniedException: ${refusal('secretsmanager:GetSecretValue', outputs['Secret'] ?? '')}`,
  });
  const hints = local.journal.read().flatMap((fact) => (fact.kind === 'access.denied' ? [fact.hint] : []));
  expect(hints).toContain(
    `AWS would refuse, too. The role arn:aws:iam::000000000000:role/${RoleName} needs a policy statement {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "${bus}"}.`,
  );
});

test('a function with a role that does not exist acts as the account', async () => {
  expect(await invoke('made-up')).toEqual({
    arn: 'arn:aws:sts::123456789012:assumed-role/made-up/made-up',
    put: 'done',
    send: 'done',
    read: 'done',
  });
});
