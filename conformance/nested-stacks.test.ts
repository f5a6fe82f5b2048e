// A nested stack through CloudFormation's own SDK, as a person deploys one: change set, waiters, deletion. Source: CloudFormation
// API reference, Stack (ParentId, RootId).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStackResourcesCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { startLocal } from '@earwitness/local';
import { expect, onTestFinished, test } from 'vitest';

test('a nested stack is made and deleted with its parent, and tells whose it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-nested-'));
  const local = await startLocal();
  const cfn = new CloudFormationClient({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
  });
  onTestFinished(async () => {
    cfn.destroy();
    await local.close();
    rmSync(folder, { recursive: true });
  });
  const child = `
Parameters: {Name: {Type: String}}
Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}}
Outputs: {Arn: {Value: !GetAtt Queue.Arn}}
`;
  writeFileSync(join(folder, 'child.yaml'), child);
  const TemplateBody = `
Resources:
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Name: pear}}}
Outputs:
  Arn: {Value: !GetAtt Nested.Outputs.Arn}
`;
  const StackName = 'shop';
  const Tags = [{ Key: 'earwitness:template-directory', Value: folder }];
  const made = { StackName, ChangeSetName: 'first', ChangeSetType: 'CREATE' as const, TemplateBody, Tags };
  await cfn.send(new CreateChangeSetCommand({ ...made, IncludeNestedStacks: true }));
  await cfn.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'first' }));
  await waitUntilStackCreateComplete({ client: cfn, maxWaitTime: 60 }, { StackName });
  const { Stacks: [shop] = [] } = await cfn.send(new DescribeStacksCommand({ StackName }));
  expect(shop?.Outputs).toEqual([{ OutputKey: 'Arn', OutputValue: 'arn:aws:sqs:eu-west-1:111122223333:pear' }]);
  const { StackResourceSummaries: [resource] = [] } = await cfn.send(new ListStackResourcesCommand({ StackName }));
  const nested = new DescribeStacksCommand({ StackName: resource?.PhysicalResourceId });
  expect((await cfn.send(nested)).Stacks?.[0]).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    ParentId: shop?.StackId,
    RootId: shop?.StackId,
  });
  await cfn.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client: cfn, maxWaitTime: 60 }, { StackName: shop?.StackId });
  expect((await cfn.send(nested)).Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE');
});

test('a deployment is over when the whole stack is, not when a stack within it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-nested-'));
  const local = await startLocal();
  onTestFinished(async () => {
    await local.close();
    rmSync(folder, { recursive: true });
  });
  writeFileSync(
    join(folder, 'child.yaml'),
    'Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: pear}}}',
  );
  const template = `
Resources:
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}
  Second: {Type: AWS::SQS::Queue, DependsOn: Nested, Properties: {QueueName: pear, DelaySeconds: 5}}
`;
  const failed = local.deploy({ name: 'shop', template, directory: folder });
  await expect(failed).rejects.toThrow(/Second \(AWS::SQS::Queue\): /);
});
