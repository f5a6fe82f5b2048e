// CloudFormation as its clients see it: AWS's SDK against a local cloud, templates with everything on the road in them. The
// AWS CLI: e2e/aws-cli.test.ts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AlreadyExistsException,
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  InsufficientCapabilitiesException,
  ListExportsCommand,
  UpdateStackCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

let local: Local;
let client: CloudFormationClient;
let folder: string;

beforeAll(async () => {
  local = await startLocal();
  client = new CloudFormationClient({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
  });
  folder = await mkdtemp(join(tmpdir(), 'earwitness-cloudformation-'));
});

afterAll(async () => {
  client.destroy();
  await local.close();
  await rm(folder, { recursive: true });
});

const waiting = () => ({ client, maxWaitTime: 100, minDelay: 0.01, maxDelay: 0.05 });

async function outputsOf(StackName: string): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries((stack?.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']));
}

const queueStack = (visibility: number) => `
Parameters:
  Name: {Type: String}
  Token: {Type: String, NoEcho: true, Default: s3cret}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Ref Name, VisibilityTimeout: ${visibility}}
Outputs:
  Arn: {Value: !GetAtt Queue.Arn, Export: {Name: !Sub '\${AWS::StackName}-arn'}}
`;
const Parameters = [{ ParameterKey: 'Name', ParameterValue: 'orders' }];

test('the SDK and its waiters create, update and delete a stack', async () => {
  const StackName = 'sdk';
  const created = await client.send(new CreateStackCommand({ StackName, Parameters, TemplateBody: queueStack(10) }));
  expect(created.StackId).toMatch(/^arn:aws:cloudformation:eu-west-1:123456789012:stack\/sdk\//);
  await waitUntilStackCreateComplete(waiting(), { StackName });
  expect(await outputsOf(StackName)).toEqual({ Arn: 'arn:aws:sqs:eu-west-1:123456789012:orders' });
  expect((await client.send(new ListExportsCommand({}))).Exports?.map((item) => item.Name)).toEqual(['sdk-arn']);

  await client.send(new UpdateStackCommand({ StackName, Parameters, TemplateBody: queueStack(20) }));
  await waitUntilStackUpdateComplete(waiting(), { StackName });
  await expect(
    client.send(new UpdateStackCommand({ StackName, Parameters, TemplateBody: queueStack(20) })),
  ).rejects.toMatchObject({ name: 'ValidationError', message: 'No updates are to be performed.' });
  await expect(
    client.send(new CreateStackCommand({ StackName, Parameters, TemplateBody: queueStack(10) })),
  ).rejects.toBeInstanceOf(AlreadyExistsException);

  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
  expect(StackEvents[0]).toMatchObject({ LogicalResourceId: 'sdk', ResourceStatus: 'UPDATE_COMPLETE' });
  expect(StackEvents[0]?.Timestamp).toBeInstanceOf(Date);

  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete(waiting(), { StackName });
  await expect(client.send(new DescribeStacksCommand({ StackName }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id sdk does not exist',
  });
});

test('change sets are described, executed, and empty ones fail their waiter', async () => {
  const name = { StackName: 'changes', ChangeSetName: 'one' };
  const request = { ...name, Parameters, TemplateBody: queueStack(10) };
  await client.send(new CreateChangeSetCommand({ ...request, ChangeSetType: 'CREATE' }));
  await waitUntilChangeSetCreateComplete(waiting(), name);
  await client.send(new ExecuteChangeSetCommand(name));
  await waitUntilStackCreateComplete(waiting(), name);

  const second = { ...request, ChangeSetName: 'two' };
  await client.send(new CreateChangeSetCommand(second));
  await expect(waitUntilChangeSetCreateComplete(waiting(), second)).rejects.toThrow("didn't contain changes");
  expect(await client.send(new DescribeChangeSetCommand(second))).toMatchObject({ Status: 'FAILED' });
});

test('IAM resources need their capability', async () => {
  const TemplateBody = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: named
      AssumeRolePolicyDocument: {Statement: []}
`;
  const send = client.send(
    new CreateStackCommand({ StackName: 'iam', TemplateBody, Capabilities: ['CAPABILITY_IAM'] }),
  );
  await expect(send).rejects.toBeInstanceOf(InsufficientCapabilitiesException);
  await expect(send).rejects.toThrow('Requires capabilities : [CAPABILITY_NAMED_IAM]');
});

test('a SAM template makes a function, an API that answers, a rule and an alias; its code lies in a folder', async () => {
  await writeFile(
    join(folder, 'app.ts'),
    'export const handler = async (event: { path?: string; rawPath?: string }) => ({ statusCode: 200, body: `hello ${event.path ?? event.rawPath} ${process.env.BUS}` });',
  );
  const TemplateBody = `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: nodejs20.x, Environment: {Variables: {BUS: !Ref Bus}}}}
Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: !Sub '\${AWS::StackName}-bus'}}
  Hello:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [app.ts], Target: es2022}}
    Properties:
      CodeUri: .
      Handler: app.handler
      AutoPublishAlias: live
      Policies: [{EventBridgePutEventsPolicy: {EventBusName: !Ref Bus}}]
      Events:
        Rest: {Type: Api, Properties: {Path: '/rest/{id}', Method: get}}
        Http: {Type: HttpApi, Properties: {Path: '/http/{id}', Method: get}}
        Rule: {Type: EventBridgeRule, Properties: {EventBusName: !Ref Bus, Pattern: {source: [a]}, DeadLetterConfig: {Type: SQS}}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
Outputs:
  RestUrl: {Description: 'REST', Value: !Sub 'https://\${ServerlessRestApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/Prod/rest/1'}
  HttpUrl: {Value: !Sub '\${ServerlessHttpApi.ApiEndpoint}/http/1'}
  Alias: {Value: !Ref Hello.Alias}
`;
  const StackName = 'hello';
  const Tags = [{ Key: 'earwitness:template-directory', Value: folder }];
  const Capabilities = ['CAPABILITY_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const];
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Tags, Capabilities }));
  await waitUntilStackCreateComplete(waiting(), { StackName });
  const outputs = await outputsOf(StackName);
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const described = stack?.Outputs?.find((output) => output.OutputKey === 'RestUrl');
  expect(described?.Description).toMatch(
    /^REST \(on AWS: https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com\/Prod\/rest\/1\)$/,
  );
  expect(await (await fetch(outputs['RestUrl'] ?? '')).text()).toBe('hello /rest/1 hello-bus');
  expect(await (await fetch(outputs['HttpUrl'] ?? '')).text()).toBe('hello /http/1 hello-bus');
  expect(outputs['Alias']).toMatch(/:function:hello-Hello-\w{12}:live$/);
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  expect(
    StackResources.map(({ LogicalResourceId: id }) => id?.replace(/(Deployment|Version)\w{10}$/, '$1')).toSorted(),
  ).toEqual([
    'Bus',
    'Hello',
    'HelloAliaslive',
    'HelloHttpPermission',
    'HelloRestPermissionProd',
    'HelloRole',
    'HelloRule',
    'HelloRulePermission',
    'HelloRuleQueue',
    'HelloRuleQueuePolicy',
    'HelloTick',
    'HelloTickPermission',
    'HelloVersion',
    'ServerlessHttpApi',
    'ServerlessHttpApiApiGatewayDefaultStage',
    'ServerlessRestApi',
    'ServerlessRestApiDeployment',
    'ServerlessRestApiProdStage',
  ]);
});

test('outputs are left as AWS has them when asked for', async () => {
  await using plain = await startLocal({ rewriteOutputs: false });
  const outputs = await plain.deploy({
    name: 'plain',
    template: `
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP}}
Outputs: {Url: {Value: !Sub 'https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/x'}}
`,
  });
  expect(outputs['Url']).toMatch(/^https:\/\/\w+\.execute-api\.us-east-1\.amazonaws\.com\/x$/);
});

test('a relative code folder without a start is refused with what to do', async () => {
  const TemplateBody = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs20.x
      CodeUri: src/
`;
  const Capabilities = ['CAPABILITY_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const];
  await expect(
    client.send(new CreateStackCommand({ StackName: 'nowhere', TemplateBody, Capabilities })),
  ).rejects.toThrow(
    "The code folder 'src/' is a relative path, and nothing says where it starts. Deploy with 'earwitness exec --template' or 'earwitness dev --template', or give the stack the tag earwitness:template-directory (line 9)",
  );
});
