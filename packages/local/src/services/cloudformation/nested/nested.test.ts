// Nested stacks. Sources: CloudFormation user guide, "Split a template into reusable pieces using nested stacks"; API
// reference, Stack (ParentId, RootId) and ResourceChangeDetail (Automatic).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, createTestCloudWith, putStack, refusalOf, testCall } from '../../../test-cloud.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createCloudFormationService } from '../service.ts';

let cloud: Cloud;
let folder: string;
beforeEach(() => {
  cloud = createTestCloud(createSqsService, createCloudFormationService);
  folder = mkdtempSync(join(tmpdir(), 'earwitness-nested-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cfn = callerOf('cloudformation', () => cloud);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const Tags = () => [{ Key: 'earwitness:template-directory', Value: folder }];

/** Resolves with the stack's status when it has come to rest. */
async function deploy(TemplateBody: string, StackName = 'shop'): Promise<string> {
  const { Stacks = [] } = await cfn('DescribeStacks', {});
  const verb = Stacks.some((stack) => stack.StackName === StackName) ? 'UpdateStack' : 'CreateStack';
  return settled(StackName, () => cfn(verb, { StackName, TemplateBody, Tags: Tags() }));
}

async function settled(StackName: string, work: () => Promise<unknown>): Promise<string> {
  let leave = () => {};
  const end = new Promise<string>((resolve) => {
    leave = cloud.journal.listen((fact) => {
      if (fact.kind !== 'stack' || fact.stack !== StackName || fact.logicalId !== StackName) return;
      if (!fact.status.endsWith('_IN_PROGRESS')) resolve(fact.status);
    });
  });
  await work();
  const status = await end;
  leave();
  return status;
}

async function story(StackName = 'shop'): Promise<string[]> {
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName });
  return StackEvents.toReversed().map((event) =>
    [event.LogicalResourceId, event.ResourceStatus, withoutIds(event.ResourceStatusReason)].filter(Boolean).join(' '),
  );
}

const withoutIds = (text = '') =>
  text.replace(/arn:aws:cloudformation:\S+?\/(shop-\w+)-[A-Z0-9]{12}\/[-0-9a-f]{36}/g, '<$1>');

async function queueNames(): Promise<string[]> {
  const { QueueUrls = [] } = await cloud.dispatch.call('sqs', 'ListQueues', {}, testCall);
  return QueueUrls.map((url) => url.split('/').at(-1) ?? '').sort();
}

const child = (delay: number, more = '') => `
Parameters: {Name: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name, DelaySeconds: ${delay}}}
${more}
Outputs:
  Arn: {Value: !GetAtt Queue.Arn}
`;
const parent = (more = '', url = 'child.yaml') => `
Resources:
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ${url}, Parameters: {Name: pear}}}
${more}
Outputs:
  Arn: {Value: !GetAtt Nested.Outputs.Arn}
`;
const failing = '  Bad: {Type: AWS::SQS::Queue, DependsOn: Nested, Properties: {DelaySeconds: 5000}}';

test('its outputs are attributes, and it tells whose resource it is', async () => {
  write('child.yaml', child(1));
  expect(await deploy(parent())).toBe('CREATE_COMPLETE');
  const { Stacks = [] } = await cfn('DescribeStacks', {});
  const nested = Stacks.find(({ StackName }) => StackName !== 'shop');
  const shop = Stacks.find(({ StackName }) => StackName === 'shop');
  expect(nested).toMatchObject({
    StackName: expect.stringMatching(/^shop-Nested-[A-Z0-9]{12}$/),
    StackStatus: 'CREATE_COMPLETE',
    ParentId: shop?.StackId,
    RootId: shop?.StackId,
    Parameters: [{ ParameterKey: 'Name', ParameterValue: 'pear' }],
  });
  expect(shop?.Outputs).toEqual([{ OutputKey: 'Arn', OutputValue: 'arn:aws:sqs:eu-west-1:123456789012:pear' }]);
  const { StackResources = [] } = await cfn('DescribeStackResources', { StackName: 'shop' });
  expect(StackResources.map(({ PhysicalResourceId }) => PhysicalResourceId)).toEqual([nested?.StackId]);
});

test('relative paths of a nested template start in its own folder, and stacks nest further', async () => {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'earwitness-nested-'));
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folder, 'stacks/inner'), { recursive: true });
  write(
    'stacks/middle.yaml',
    'Resources: {Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner/queue.yaml}}}\n',
  );
  write('stacks/inner/queue.yaml', 'Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: inner}}}\n');
  const outer =
    'Resources: {Middle: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: stacks/middle.yaml}}}';
  expect(await deploy(outer)).toBe('CREATE_COMPLETE');
  expect(await queueNames()).toEqual(['inner']);
  const { Stacks = [] } = await cfn('DescribeStacks', {});
  const ids = new Map(
    Stacks.map(({ StackName = '', StackId }) => [StackName.split('-').slice(0, -1).join('-'), StackId]),
  );
  const inner = Stacks.find(({ ParentId }) => ParentId === ids.get('shop-Middle'));
  expect(inner?.RootId).toBe(Stacks.find(({ StackName }) => StackName === 'shop')?.StackId);
});

test('a nested stack that fails fails its parent, whose rollback deletes it', async () => {
  write('child.yaml', child(1, '  Bad: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5000}}'));
  expect(await deploy(parent())).toBe('ROLLBACK_COMPLETE');
  const told = await story();
  expect(told).toEqual([
    'shop CREATE_IN_PROGRESS User Initiated',
    'Nested CREATE_IN_PROGRESS',
    'Nested CREATE_FAILED Embedded stack <shop-Nested> was not successfully created: The following resource(s) failed to create: [Bad]. (resource Nested, line 3)',
    'shop ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Nested]. Rollback requested by user.',
    'Nested DELETE_IN_PROGRESS',
    'Nested DELETE_COMPLETE',
    'shop ROLLBACK_COMPLETE',
  ]);
  expect(await queueNames()).toEqual([]);
});

test('an update of the parent updates it, though its properties are the same: its template may have changed', async () => {
  write('child.yaml', child(1));
  await deploy(parent());
  write('child.yaml', child(2, '  More: {Type: AWS::SQS::Queue, Properties: {QueueName: plum}}'));
  const given = { StackName: 'shop', ChangeSetName: 'next', TemplateBody: parent(), Tags: Tags() };
  await cfn('CreateChangeSet', given);
  const { Changes } = await cfn('DescribeChangeSet', { StackName: 'shop', ChangeSetName: 'next' });
  expect(Changes).toMatchObject([
    {
      ResourceChange: {
        Action: 'Modify',
        Replacement: 'False',
        Details: [
          {
            Target: { Attribute: 'Properties', RequiresRecreation: 'Never' },
            Evaluation: 'Dynamic',
            ChangeSource: 'Automatic',
          },
        ],
      },
    },
  ]);
  expect(await deploy(parent())).toBe('UPDATE_COMPLETE');
  expect(await queueNames()).toEqual(['pear', 'plum']);
  write('child.yaml', child(2));
  await deploy(parent());
  expect(await queueNames()).toEqual(['pear']);
});

test('when the parent fails after it, it goes back to the template that it had', async () => {
  write('child.yaml', child(1));
  await deploy(parent());
  write('child.yaml', child(2, '  More: {Type: AWS::SQS::Queue, Properties: {QueueName: plum}}'));
  expect(await deploy(parent(failing))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await queueNames()).toEqual(['pear']);
  const { QueueUrl = '' } = await cloud.dispatch.call('sqs', 'GetQueueUrl', { QueueName: 'pear' }, testCall);
  const input = { QueueUrl, AttributeNames: ['DelaySeconds' as const] };
  expect((await cloud.dispatch.call('sqs', 'GetQueueAttributes', input, testCall)).Attributes).toEqual({
    DelaySeconds: '1',
  });
});

test('an update that fails inside it takes the parent back, and says what failed', async () => {
  write('child.yaml', child(1));
  await deploy(parent());
  write('child.yaml', child(5000));
  expect(await deploy(parent())).toBe('UPDATE_ROLLBACK_COMPLETE');
  const reason = (await story()).find((line) => line.startsWith('Nested UPDATE_FAILED'));
  expect(reason).toBe(
    'Nested UPDATE_FAILED Embedded stack <shop-Nested> was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [Queue]. (resource Nested, line 3)',
  );
});

test('it goes with its parent', async () => {
  write('child.yaml', child(1));
  await deploy(parent());
  expect(await settled('shop', () => cfn('DeleteStack', { StackName: 'shop' }))).toBe('DELETE_COMPLETE');
  expect(await queueNames()).toEqual([]);
  const { Stacks } = await cfn('DescribeStacks', {});
  expect(Stacks).toEqual([]);
});

test('an output that it does not have is told by its name', async () => {
  write('child.yaml', child(1));
  const text = parent().replace('Outputs.Arn}', 'Outputs.Nope}');
  expect(await deploy(text)).toBe('ROLLBACK_COMPLETE');
  expect((await story()).at(-4)).toBe(
    'shop ROLLBACK_IN_PROGRESS Template error: resource Nested does not support attribute type Outputs.Nope in Fn::GetAtt (line 6) Rollback requested by user.',
  );
});

test('a template that is not there fails it by name; one that nests itself ends', async () => {
  await deploy(parent());
  expect(await story()).toContain(
    `Nested CREATE_FAILED The file ${folder}/child.yaml cannot be read. (resource Nested, line 3)`,
  );
  write('child.yaml', parent());
  await deploy(parent(), 'other');
  expect((await story('other')).at(-1)).toBe('other ROLLBACK_COMPLETE');
});

test('a template in S3 stands in where things may stand in', async () => {
  const url = 'https://bucket.s3.amazonaws.com/t.yaml';
  expect(await deploy(parent('', url))).toBe('CREATE_COMPLETE');
  const { StackResources = [] } = await cfn('DescribeStackResources', { StackName: 'shop' });
  expect(StackResources[0]?.PhysicalResourceId).toMatch(/^arn:aws:cloudformation:.*:stack\/shop-Nested-/);
  expect((await cfn('DescribeStacks', {})).Stacks).toHaveLength(1);
  cloud = createTestCloudWith({ strict: true }, createSqsService, createCloudFormationService);
  await putStack(cloud, 'strict', parent('', url));
  expect(await story('strict')).toContain(
    'Nested CREATE_FAILED Earwitness has no object https://bucket.s3.amazonaws.com/t.yaml. (resource Nested, line 3)',
  );
});

test.each(['{Name: [pear]}', '[Name, pear]', 'pear'])('Parameters %s are refused', async (written) => {
  write('child.yaml', child(1));
  await deploy(parent().replace('{Name: pear}', written));
  expect(await story()).toContain(
    'Nested CREATE_FAILED Value of property Parameters must be an object with String (or simple type) properties (resource Nested, line 3)',
  );
  expect(await refusalOf(cfn('DescribeStacks', { StackName: 'none' }))).toBe(
    'ValidationError: Stack with id none does not exist',
  );
});
