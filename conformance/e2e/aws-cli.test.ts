// The AWS CLI against a local cloud, as somebody at a terminal uses it. It is no dependency of this repository: where it is not
// installed these tests are skipped, and the reason is printed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, run } from './run.ts';

const isInstalled = await run('aws', ['--version']).then(
  ({ code }) => code === 0,
  () => false,
);
if (!isInstalled)
  console.log('The tests of the AWS CLI are left out: there is no `aws` on the PATH (apt-get install awscli).');

let local: Local;
let folder: string;

beforeAll(async () => {
  local = await startLocal();
  folder = await mkdtemp(join(tmpdir(), 'earwitness-aws-cli-'));
});

afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

/** Version 1 (Python) never reads AWS_ENDPOINT_URL for SQS, so the URL is given by hand. */
const runAws = (...args: string[]): Promise<Finished> =>
  run('aws', [...args, '--endpoint-url', local.url, '--output', 'json'], { env: local.env });

const client = () => ({
  endpoint: local.url,
  region: local.env.AWS_REGION,
  credentials: { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: 'x' },
});

describe.skipIf(!isInstalled)('the AWS CLI', () => {
  const aws = async (...args: string[]) => {
    const { stdout } = await runAws(...args);
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  const refusalOf = async (...args: string[]) => (await runAws(...args)).stderr.trim();

  test('JSON: events are put, secrets with bytes come back', async () => {
    const entries = JSON.stringify([{ Source: 's', DetailType: 't', Detail: '{}', Time: '2026-11-22T10:00:00Z' }]);
    expect(await aws('events', 'put-events', '--entries', entries)).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    await aws('secretsmanager', 'create-secret', '--name', 'cli', '--secret-string', 'sesame');
    expect(await aws('secretsmanager', 'get-secret-value', '--secret-id', 'cli')).toMatchObject({
      Name: 'cli',
      SecretString: 'sesame',
    });
    const { CreatedDate } = await new SecretsManager(client()).getSecretValue({ SecretId: 'cli' });
    expect(CreatedDate).toBeInstanceOf(Date);
  });

  test('Query: stacks are listed, and one that is not there is refused with the words that tools look for', async () => {
    expect(await aws('cloudformation', 'list-stacks')).toEqual({ StackSummaries: [] });
    expect(await refusalOf('cloudformation', 'describe-stacks', '--stack-name', 'none')).toBe(
      'An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id none does not exist',
    );
  });

  test('REST: functions and APIs are listed', async () => {
    expect(await aws('lambda', 'list-functions')).toEqual({ Functions: [] });
    expect((await aws('apigatewayv2', 'get-apis')).Items).toBeInstanceOf(Array);
  });

  test('SQS is refused with the code of the Query protocol, as on AWS', async () => {
    expect(await refusalOf('sqs', 'get-queue-url', '--queue-name', 'nowhere')).toMatch(
      /^An error occurred \(AWS\.SimpleQueueService\.NonExistentQueue\) when calling the GetQueueUrl operation/,
    );
  });
});

describe.skipIf(!isInstalled)('aws cloudformation deploy', () => {
  const deploy = async (...args: string[]) => {
    const { code, stdout, stderr } = await runAws('cloudformation', 'deploy', ...args);
    return { code, output: stdout + stderr };
  };

  test('deploys the relay of a bus to a topic, and again without changes', async () => {
    const file = join(folder, 'relay.yaml');
    await writeFile(file, relay);
    const deployRelay = (...more: string[]) =>
      deploy(
        ...['--stack-name', 'relay', '--template-file', file, '--capabilities', 'CAPABILITY_IAM'],
        ...['--parameter-overrides', 'EventBusName=default', `MomentoEndpoint=${local.url}`],
        ...['MomentoAuthToken=hush-hush', 'TopicName=events', 'CacheName=earwitness'],
        ...more,
      );
    expect(await deployRelay()).toMatchObject({
      code: 0,
      output: expect.stringContaining('Successfully created/updated stack'),
    });
    expect(await deployRelay('--no-fail-on-empty-changeset')).toMatchObject({
      code: 0,
      output: expect.stringContaining('No changes to deploy. Stack relay is up to date'),
    });
    const { Stacks: [stack] = [] } = await new CloudFormation(client()).describeStacks({ StackName: 'relay' });
    expect(stack?.Parameters?.find((item) => item.ParameterKey === 'MomentoAuthToken')?.ParameterValue).toBe('****');
    expect(JSON.stringify(local.journal.read())).not.toContain('hush-hush');
  });

  test('says why a template is refused', async () => {
    const file = join(folder, 'refused.yaml');
    await writeFile(file, 'Resources:\n  Table:\n    Type: AWS::DynamoDb::Table\n');
    expect(await deploy('--stack-name', 'refused', '--template-file', file)).toMatchObject({
      code: 255,
      output: expect.stringContaining(
        'Unrecognized resource types: [AWS::DynamoDb::Table]. Earwitness does not make resource Table of this type (line 3)',
      ),
    });
  });
});

const relay = `
Parameters:
  EventBusName: {Type: String}
  MomentoEndpoint: {Type: String}
  MomentoAuthToken: {Type: String, NoEcho: true}
  TopicName: {Type: String}
  CacheName: {Type: String}
Resources:
  DLQ:
    Type: AWS::SQS::Queue
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters:
        ApiKeyAuthParameters: {ApiKeyName: Authorization, ApiKeyValue: !Ref MomentoAuthToken}
  Destination:
    Type: AWS::Events::ApiDestination
    Properties:
      ConnectionArn: !GetAtt Connection.Arn
      HttpMethod: POST
      InvocationEndpoint: !Sub \${MomentoEndpoint}/topics/\${CacheName}/\${TopicName}
      InvocationRateLimitPerSecond: 300
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /service-role/
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: invoke
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Action: 'events:InvokeApiDestination', Resource: !GetAtt Destination.Arn}]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref EventBusName
      EventPattern: {source: [{prefix: ''}]}
      Targets:
        - Id: topic
          Arn: !GetAtt Destination.Arn
          RoleArn: !GetAtt Role.Arn
          DeadLetterConfig: {Arn: !GetAtt DLQ.Arn}
`;
