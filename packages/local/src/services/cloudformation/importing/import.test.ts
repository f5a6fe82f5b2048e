// A stack takes over what exists. Sources: CloudFormation user guide, "Bringing existing resources into CloudFormation
// management" and "Resource import status codes"; sentences as users report them (see import-order.ts).
import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { zipInlineCode } from '../../../functions/code/code.ts';
import { callerOf, createTestCloud, refusalOf } from '../../../test-cloud.ts';
import { createEventsService } from '../../events/service.ts';
import { createIamService } from '../../iam/service.ts';
import { createKmsService } from '../../kms/service.ts';
import { createLambdaService } from '../../lambda/service.ts';
import { createLogsService } from '../../logs/service.ts';
import { createS3Service } from '../../s3/service.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createSnsService } from '../../sns/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createSsmService } from '../../ssm/service.ts';
import { createCloudFormationService } from '../service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(
    createSqsService,
    createEventsService,
    createIamService,
    createKmsService,
    createLambdaService,
    createLogsService,
    createS3Service,
    createSecretsManagerService,
    createSnsService,
    createSsmService,
    createCloudFormationService,
  );
});

const cfn = callerOf('cloudformation', () => cloud);
const sqs = callerOf('sqs', () => cloud);
const StackName = 'orders';

type Resources = Readonly<Record<string, object>>;

const templateOf = (Resources: Resources, more: object = {}) => JSON.stringify({ Resources, ...more });

const queue = (QueueName: string, more: object = { DeletionPolicy: 'Retain' }) => ({
  Type: 'AWS::SQS::Queue',
  ...more,
  Properties: { QueueName },
});

const named = (LogicalResourceId: string, ResourceType: string, ResourceIdentifier: Record<string, string>) => ({
  LogicalResourceId,
  ResourceType,
  ResourceIdentifier,
});

const propose = (TemplateBody: string, ResourcesToImport?: readonly ReturnType<typeof named>[]) =>
  cfn('CreateChangeSet', {
    StackName,
    ChangeSetName: 'take',
    ChangeSetType: 'IMPORT',
    TemplateBody,
    ResourcesToImport,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });

/** Executes the change set, and waits for the end. @returns the stack's status */
async function execute(): Promise<string | undefined> {
  await cfn('ExecuteChangeSet', { StackName, ChangeSetName: 'take' });
  for (;;) {
    const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName });
    if (!/REVIEW|IN_PROGRESS/.test(stack?.StackStatus ?? '')) return stack?.StackStatus;
  }
}

const story = async () =>
  ((await cfn('DescribeStackEvents', { StackName })).StackEvents ?? [])
    .map((event) => `${event.LogicalResourceId} ${event.ResourceStatus} ${event.ResourceStatusReason ?? ''}`.trimEnd())
    .reverse();

async function makeQueue(QueueName: string): Promise<string> {
  return (await sqs('CreateQueue', { QueueName })).QueueUrl ?? '';
}

test('a new stack takes over a queue that exists, as it is', async () => {
  const QueueUrl = await makeQueue('wares');
  await sqs('SendMessage', { QueueUrl, MessageBody: 'kept' });
  await propose(templateOf({ Wares: queue('wares') }), [named('Wares', 'AWS::SQS::Queue', { QueueUrl })]);
  const { Changes: [change] = [] } = await cfn('DescribeChangeSet', { StackName, ChangeSetName: 'take' });
  expect(change?.ResourceChange).toMatchObject({
    Action: 'Import',
    LogicalResourceId: 'Wares',
    PhysicalResourceId: QueueUrl,
  });
  expect(await execute()).toBe('IMPORT_COMPLETE');
  expect(await story()).toEqual([
    'orders REVIEW_IN_PROGRESS User Initiated',
    'orders IMPORT_IN_PROGRESS User Initiated',
    'Wares IMPORT_IN_PROGRESS Resource import started.',
    'Wares IMPORT_COMPLETE Resource import completed.',
    'orders IMPORT_COMPLETE',
  ]);
  const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl });
  expect(Messages.map(({ Body }) => Body)).toEqual(['kept']);
});

test('a stack that has imported is updated as any other', async () => {
  const QueueUrl = await makeQueue('wares');
  await propose(templateOf({ Wares: queue('wares') }), [named('Wares', 'AWS::SQS::Queue', { QueueUrl })]);
  await execute();
  const TemplateBody = templateOf(
    { Wares: queue('wares'), More: queue('more') },
    { Outputs: { Url: { Value: { Ref: 'Wares' } } } },
  );
  await cfn('UpdateStack', { StackName, TemplateBody });
  let stack: { StackStatus?: string; Outputs?: readonly unknown[] | undefined } | undefined;
  do [stack] = (await cfn('DescribeStacks', { StackName })).Stacks ?? [];
  while (stack?.StackStatus?.endsWith('_IN_PROGRESS'));
  expect(stack).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', Outputs: [{ OutputValue: QueueUrl }] });
});

// One queue has many URLs, by host: the CLI of AWS writes those of AWS, a template those of this cloud.
test('what belongs to a stack is known by every spelling of its identifier', async () => {
  const QueueUrl = await makeQueue('wares');
  const spelled = QueueUrl.replace(/^http:..[^/]+/, 'https://sqs.eu-west-1.amazonaws.com');
  await propose(templateOf({ Wares: queue('wares') }), [named('Wares', 'AWS::SQS::Queue', { QueueUrl: spelled })]);
  expect(await execute()).toBe('IMPORT_COMPLETE');
  const { StackResourceSummaries: [own] = [] } = await cfn('ListStackResources', { StackName });
  expect(own?.PhysicalResourceId).toBe(QueueUrl);
  const second = { StackName: 'second', ChangeSetName: 'take' };
  const ResourcesToImport = [named('Wares', 'AWS::SQS::Queue', { QueueUrl })];
  const TemplateBody = templateOf({ Wares: queue('wares') });
  await cfn('CreateChangeSet', { ...second, ChangeSetType: 'IMPORT', TemplateBody, ResourcesToImport });
  await cfn('ExecuteChangeSet', second);
  for (let status: string | undefined = 'IN_PROGRESS'; /REVIEW|IN_PROGRESS/.test(status); ) {
    status = (await cfn('DescribeStacks', { StackName: 'second' })).Stacks?.[0]?.StackStatus ?? '';
    if (!/REVIEW|IN_PROGRESS/.test(status)) expect(status).toBe('IMPORT_ROLLBACK_COMPLETE');
  }
});

test('one resource cannot be two of a stack', async () => {
  const QueueUrl = await makeQueue('wares');
  const both = templateOf({ One: queue('wares'), Two: queue('wares') });
  const orders = ['One', 'Two'].map((id) => named(id, 'AWS::SQS::Queue', { QueueUrl }));
  expect(await refusalOf(propose(both, orders))).toBe(
    `ValidationError: ResourcesToImport names one resource for One and Two: AWS::SQS::Queue ${QueueUrl}.`,
  );
});

test('what is not there rolls the import back: the stack lets go of all of it, and the resources stay', async () => {
  const QueueUrl = await makeQueue('wares');
  const gone = QueueUrl.replace('wares', 'gone');
  await propose(templateOf({ Wares: queue('wares'), Gone: { ...queue('gone'), DependsOn: 'Wares' } }), [
    named('Wares', 'AWS::SQS::Queue', { QueueUrl }),
    named('Gone', 'AWS::SQS::Queue', { QueueUrl: gone }),
  ]);
  expect(await execute()).toBe('IMPORT_ROLLBACK_COMPLETE');
  expect((await story()).slice(4)).toEqual([
    'Gone IMPORT_IN_PROGRESS Resource import started.',
    `Gone IMPORT_FAILED AWS::SQS::Queue ${gone} does not exist (resource Gone, line 1)`,
    'orders IMPORT_ROLLBACK_IN_PROGRESS The following resource(s) failed to import: [Gone].',
    'Wares IMPORT_ROLLBACK_IN_PROGRESS',
    'Wares IMPORT_ROLLBACK_COMPLETE',
    'orders IMPORT_ROLLBACK_COMPLETE',
  ]);
  expect((await cfn('ListStackResources', { StackName })).StackResourceSummaries).toEqual([]);
  expect((await sqs('ListQueues', {})).QueueUrls).toEqual([QueueUrl]);
});

test('what belongs to another stack is not taken from it', async () => {
  await cfn('CreateStack', { StackName: 'owner', TemplateBody: templateOf({ Wares: queue('wares') }) });
  await cfn('DescribeStacks', { StackName: 'owner' });
  const { QueueUrl = '' } = await sqs('GetQueueUrl', { QueueName: 'wares' });
  await propose(templateOf({ Wares: queue('wares') }), [named('Wares', 'AWS::SQS::Queue', { QueueUrl })]);
  expect(await execute()).toBe('IMPORT_ROLLBACK_COMPLETE');
  expect((await story()).join('\n')).toContain(`${QueueUrl} already exists in stack arn:aws:cloudformation:`);
});

test.each([
  ['nothing to import', templateOf({ Wares: queue('wares') }), undefined, /needs ResourcesToImport/],
  [
    'no DeletionPolicy',
    templateOf({ Wares: queue('wares', {}) }),
    [named('Wares', 'AWS::SQS::Queue', { QueueUrl: 'url' })],
    'The following resources to import [Wares] must have DeletionPolicy attribute specified in the template.',
  ],
  [
    'something to create beside',
    templateOf({ Wares: queue('wares'), More: queue('more') }),
    [named('Wares', 'AWS::SQS::Queue', { QueueUrl: 'url' })],
    'You have modified resources [More] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.',
  ],
  [
    'an output',
    templateOf({ Wares: queue('wares') }, { Outputs: { Url: { Value: { Ref: 'Wares' } } } }),
    [named('Wares', 'AWS::SQS::Queue', { QueueUrl: 'url' })],
    'As part of the import operation, you cannot modify or add [Outputs]',
  ],
  [
    'a type that cannot be imported',
    templateOf({
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        DeletionPolicy: 'Retain',
        Properties: { Queues: [], PolicyDocument: {} },
      },
    }),
    [named('Policy', 'AWS::SQS::QueuePolicy', { Id: 'x' })],
    'ResourceTypes [AWS::SQS::QueuePolicy] are not supported for Import',
  ],
  [
    'another type',
    templateOf({ Wares: queue('wares') }),
    [named('Wares', 'AWS::Events::EventBus', { Name: 'wares' })],
    'Resource Wares is of type AWS::SQS::Queue in the template, and of type AWS::Events::EventBus in ResourcesToImport.',
  ],
  [
    'another identifier',
    templateOf({ Wares: queue('wares') }),
    [named('Wares', 'AWS::SQS::Queue', { QueueName: 'wares' })],
    'Resource Wares is identified by QueueUrl, not by QueueName.',
  ],
  [
    'a resource that the template does not have',
    templateOf({ Wares: queue('wares') }),
    [named('Wears', 'AWS::SQS::Queue', { QueueUrl: 'url' })],
    'ResourcesToImport names Wears, which the template does not have.',
  ],
])('an import is refused for %s', async (_what, template, imports, expected) => {
  const refusal = await refusalOf(propose(template, imports));
  if (typeof expected === 'string') expect(refusal).toBe(`ValidationError: ${expected}`);
  else expect(refusal).toMatch(expected);
});

test('every type that says so is imported', async () => {
  const call = <S extends Parameters<Cloud['dispatch']['call']>[0]>(service: S) => callerOf(service, () => cloud);
  const trust = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const { Role: role } = await call('iam')('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust });
  const ZipFile = 'exports.handler = async () => 1;';
  const settings = { FunctionName: 'work', Runtime: 'nodejs22.x' as const, Handler: 'index.handler', Role: role.Arn };
  await call('lambda')('CreateFunction', { ...settings, Code: { ZipFile: zipInlineCode(ZipFile, settings.Runtime) } });
  await call('events')('CreateEventBus', { Name: 'shop' });
  await call('logs')('CreateLogGroup', { logGroupName: '/shop' });
  await call('ssm')('PutParameter', { Name: '/shop/name', Type: 'String', Value: 'Plum' });
  const { ARN = '' } = await call('secretsmanager')('CreateSecret', { Name: 'shop', SecretString: 'x' });
  const location = { LocationConstraint: 'eu-west-1' } as const;
  await call('s3')('CreateBucket', { Bucket: 'shop-files', CreateBucketConfiguration: location });
  const { TopicArn = '' } = await call('sns')('CreateTopic', { Name: 'shop' });
  const { KeyMetadata: { KeyId = '' } = {} } = await call('kms')('CreateKey', {});
  const asked = [
    named('Bus', 'AWS::Events::EventBus', { Name: 'shop' }),
    named('Logs', 'AWS::Logs::LogGroup', { LogGroupName: '/shop' }),
    named('Work', 'AWS::Lambda::Function', { FunctionName: 'work' }),
    named('Role', 'AWS::IAM::Role', { RoleName: 'worker' }),
    named('Parameter', 'AWS::SSM::Parameter', { Name: '/shop/name' }),
    named('Secret', 'AWS::SecretsManager::Secret', { Id: ARN }),
    named('Key', 'AWS::KMS::Key', { KeyId }),
    named('Files', 'AWS::S3::Bucket', { BucketName: 'shop-files' }),
    named('Topic', 'AWS::SNS::Topic', { TopicArn }),
  ];
  const properties: Readonly<Record<string, object>> = {
    Bus: { Name: 'shop' },
    Logs: { LogGroupName: '/shop' },
    Role: { RoleName: 'worker', AssumeRolePolicyDocument: JSON.parse(trust) },
    Parameter: { Name: '/shop/name', Type: 'String', Value: 'Plum' },
    Secret: { Name: 'shop' },
    Work: { ...settings, Code: { ZipFile } },
    Key: { KeyPolicy: {} },
    Files: { BucketName: 'shop-files' },
    Topic: { TopicName: 'shop' },
  };
  const resources = asked.map(({ LogicalResourceId, ResourceType }) => [
    LogicalResourceId,
    { Type: ResourceType, DeletionPolicy: 'Retain', Properties: properties[LogicalResourceId] },
  ]);
  await propose(templateOf(Object.fromEntries(resources)), asked);
  expect(await execute()).toBe('IMPORT_COMPLETE');
  const { StackResourceSummaries: made = [] } = await cfn('ListStackResources', { StackName });
  expect(Object.fromEntries(made.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]))).toEqual({
    Bus: 'shop',
    Logs: '/shop',
    Role: role.RoleName,
    Parameter: '/shop/name',
    Secret: ARN,
    Work: 'work',
    Key: KeyId,
    Files: 'shop-files',
    Topic: TopicArn,
  });
});
