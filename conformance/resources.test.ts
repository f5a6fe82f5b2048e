// CloudFormation's resources of SQS, IAM, Secrets Manager, Logs and SSM: made, changed and removed with their stack.
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

let local: Local;
let client: CloudFormationClient;
let sqs: SQSClient;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  local = await startLocal();
  const settings = {
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  client = new CloudFormationClient(settings);
  sqs = new SQSClient(settings);
  secrets = new SecretsManagerClient(settings);
});
afterAll(async () => {
  for (const one of [client, sqs, secrets]) one.destroy();
  await local.close();
});

const template = ({ timeout, level, retention }: { timeout: number; level: string; retention: number }) => `
Resources:
  Dead: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders.fifo
      FifoQueue: true
      ContentBasedDeduplication: true
      VisibilityTimeout: ${timeout}
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
      Tags: [{Key: team, Value: orders}]
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}]
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'logs:${level}', Resource: '*'}]}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /service-role/
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns: [!Ref Managed, arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]
      Policies:
        - PolicyName: send
          PolicyDocument: {Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}]}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'ssm:${level}', Resource: '*'}]}
  One:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyName: one
      RoleName: !Ref Role
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:${level}', Resource: '*'}]}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {SecretStringTemplate: '{"user":"app"}', GenerateStringKey: password, PasswordLength: 20, ExcludePunctuation: true}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /app, RetentionInDays: ${retention}}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /app/level, Type: String, Value: ${level}}}
Outputs:
  QueueUrl: {Value: !Ref Queue}
  QueueName: {Value: !GetAtt Queue.QueueName}
  RoleArn: {Value: !GetAtt Role.Arn}
  Secret: {Value: !Ref Secret}
  GroupArn: {Value: !GetAtt Group.Arn}
  Level: {Value: !GetAtt Parameter.Value}
`;

const waiting = () => ({ client, maxWaitTime: 100, minDelay: 0.01, maxDelay: 0.05 });
const stack = { StackName: 'shop', Capabilities: ['CAPABILITY_IAM' as const] };

async function outputs(): Promise<Record<string, string>> {
  const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand(stack));
  return Object.fromEntries((found?.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']));
}

test('a stack makes, changes and removes them', async () => {
  await client.send(
    new CreateStackCommand({ ...stack, TemplateBody: template({ timeout: 7, level: 'info', retention: 7 }) }),
  );
  await waitUntilStackCreateComplete(waiting(), stack);
  const made = await outputs();
  expect(made).toMatchObject({
    QueueUrl: `${local.url}/123456789012/orders.fifo`,
    QueueName: 'orders.fifo',
    RoleArn: expect.stringMatching(/^arn:aws:iam::123456789012:role\/service-role\/shop-Role-[A-Z0-9]{12}$/),
    GroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/app:*',
    Level: 'info',
  });
  const value = async () =>
    (await secrets.send(new GetSecretValueCommand({ SecretId: made['Secret'] }))).SecretString ?? '';
  const secret = await value();
  expect(JSON.parse(secret)).toEqual({ user: 'app', password: expect.stringMatching(/^[A-Za-z0-9]{20}$/) });

  await client.send(
    new UpdateStackCommand({ ...stack, TemplateBody: template({ timeout: 8, level: 'debug', retention: 14 }) }),
  );
  await waitUntilStackUpdateComplete(waiting(), stack);
  expect(await outputs()).toEqual({ ...made, Level: 'debug' });
  expect(await value()).toBe(secret);
  const attributes = new GetQueueAttributesCommand({
    QueueUrl: made['QueueUrl'],
    AttributeNames: ['VisibilityTimeout'],
  });
  expect((await sqs.send(attributes)).Attributes).toEqual({ VisibilityTimeout: '8' });

  await client.send(new DeleteStackCommand(stack));
  await waitUntilStackDeleteComplete(waiting(), stack);
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined();
  await expect(value()).rejects.toThrow("Secrets Manager can't find the specified secret.");
});
