// What has a resource's name already. Sources: reports of the same failure on AWS (serverless #11970 and #10104,
// cisagov/crossfeed #2022, aws-cdk #8010 and #38655), and CloudFormation's resource type handler contract: a create
// handler refuses what exists (AlreadyExists).
import { afterAll, expect, test } from 'vitest';
import { deployStack } from '../../deploying/deploy.ts';
import { startLocal } from '../../local.ts';
import { callerOf, putStack, testCall } from '../../test-cloud.ts';

const local = await startLocal();
afterAll(() => local.close());
const { cloud } = local;
const [cfn, sqs, events, lambda, logs, iam, secrets] = [
  callerOf('cloudformation', () => cloud),
  callerOf('sqs', () => cloud),
  callerOf('events', () => cloud),
  callerOf('lambda', () => cloud),
  callerOf('logs', () => cloud),
  callerOf('iam', () => cloud),
  callerOf('secretsmanager', () => cloud),
];

let names = 0;
const fresh = (word: string) => `${word}${++names}`;

type Resources = Readonly<Record<string, object>>;

const deploy = (name: string, resources: Resources) =>
  deployStack(
    cloud,
    { name, template: JSON.stringify({ Resources: resources }) },
    { call: testCall, variables: async () => ({}) },
  );

/**
 * How the stack stands after a deployment that failed, and the reason of each resource that failed, without its line.
 */
async function failing(name: string, resources: Resources): Promise<readonly (string | undefined)[]> {
  await expect(deploy(name, resources)).rejects.toThrow(name);
  const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName: name });
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName: name });
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  const reasons = failed.map(({ ResourceStatusReason }) => ResourceStatusReason?.replace(/ \(resource .*\)$/, ''));
  return [stack?.StackStatus, ...reasons];
}

async function idOf(name: string): Promise<string | undefined> {
  const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName: name });
  return stack?.StackId;
}

const queue = (QueueName: string, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...more },
});
const rule = (Name: string, more: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name, EventPattern: { source: ['shop'] }, ...more },
});
const busPolicy = (StatementId: string, more: object = {}) => ({
  Type: 'AWS::Events::EventBusPolicy',
  Properties: { StatementId, Action: 'events:PutEvents', Principal: '111111111111', ...more },
});
const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const role = (RoleName: string, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: trust, ...more },
});
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

test('a queue that exists is not taken over by a stack: the creation fails and the queue stays as it was', async () => {
  const [name, stack] = [fresh('pear'), fresh('stack')];
  const { QueueUrl = '' } = await sqs('CreateQueue', { QueueName: name });
  expect(await failing(stack, { Queue: queue(name) })).toEqual(['ROLLBACK_COMPLETE', `${name} already exists`]);
  await sqs('SendMessage', { QueueUrl, MessageBody: 'still there' });
});

test('a rule that exists is not taken over by a stack, on the default bus and on another one', async () => {
  const [name, stack] = [fresh('pear'), fresh('stack')];
  await events('PutRule', { Name: name, EventPattern: '{"source":["before"]}' });
  await events('CreateEventBus', { Name: `${name}-bus` });
  await events('PutRule', { Name: name, EventBusName: `${name}-bus`, EventPattern: '{"source":["before"]}' });
  expect(await failing(stack, { Rule: rule(name) })).toEqual(['ROLLBACK_COMPLETE', `${name} already exists`]);
  expect(await failing(`${stack}-bus`, { Rule: rule(name, { EventBusName: `${name}-bus` }) })).toEqual([
    'ROLLBACK_COMPLETE',
    `${name}-bus|${name} already exists`,
  ]);
  expect((await events('DescribeRule', { Name: name })).EventPattern).toBe('{"source":["before"]}');
});

test('a resource of another stack is not taken over, and the reason names that stack', async () => {
  const name = fresh('plum');
  const [first, second] = [fresh('stack'), fresh('stack')];
  await deploy(first, { Queue: queue(name), Rule: rule(name) });
  const inFirst = `${name} already exists in stack ${await idOf(first)}`;
  expect(await failing(second, { Queue: queue(name), Rule: rule(name) })).toEqual([
    'ROLLBACK_COMPLETE',
    inFirst,
    inFirst,
  ]);
  await cfn('DeleteStack', { StackName: second });
  await cfn('DescribeStacks', { StackName: first });
  expect((await sqs('GetQueueUrl', { QueueName: name })).QueueUrl).toContain(name);
  expect((await events('DescribeRule', { Name: name })).Name).toBe(name);
});

test('an update that renames the logical id fails and rolls back: the resource stays', async () => {
  const [name, stack] = [fresh('keep'), fresh('stack')];
  await deploy(stack, { Q: queue(name), OrdersRule: rule(name), Policy: busPolicy(name) });
  const inStack = `${name} already exists in stack ${await idOf(stack)}`;
  for (const renamed of [{ Q2: queue(name) }, { OrderRule: rule(name) }, { BusPolicy: busPolicy(name) }]) {
    const kept = { Q: queue(name), OrdersRule: rule(name), Policy: busPolicy(name) };
    const [logicalId] = Object.keys(renamed);
    const left = Object.entries(kept).filter(([, { Type }]) => Type !== Object.values(renamed)[0]?.Type);
    const [status, reason] = await failing(stack, { ...Object.fromEntries(left), ...renamed });
    expect([logicalId, status, reason]).toEqual([logicalId, 'UPDATE_ROLLBACK_COMPLETE', inStack]);
  }
  expect((await sqs('GetQueueUrl', { QueueName: name })).QueueUrl).toContain(name);
  expect((await events('DescribeRule', { Name: name })).Name).toBe(name);
  expect((await events('DescribeEventBus', {})).Policy).toContain(name);
});

test('of two resources of one template with one name the second fails', async () => {
  const [name, stack] = [fresh('twin'), fresh('stack')];
  const templates: Resources[] = [
    { A: queue(name), B: queue(name) },
    { A: rule(name), B: rule(name) },
    { A: busPolicy(name), B: busPolicy(name) },
  ];
  for (const [index, template] of templates.entries()) {
    const StackName = `${stack}-${index}`;
    const result = await failing(StackName, template);
    expect(result).toEqual(['ROLLBACK_COMPLETE', `${name} already exists in stack ${await idOf(StackName)}`]);
  }
});

test('a statement id of a bus policy is taken in all stacks, on whichever bus', async () => {
  const [name, bus] = [fresh('other'), fresh('bus')];
  const [first, second] = [fresh('stack'), fresh('stack')];
  await deploy(first, { Policy: busPolicy(name) });
  const Bus = { Type: 'AWS::Events::EventBus', Properties: { Name: bus } };
  const Policy = busPolicy(name, { EventBusName: { Ref: 'Bus' } });
  expect(await failing(second, { Bus, Policy })).toEqual([
    'ROLLBACK_COMPLETE',
    `${name} already exists in stack ${await idOf(first)}`,
  ]);
});

// Source: CloudFormation user guide, "Name type".
test('an update that would replace a resource under its own name is refused', async () => {
  const [name, stack] = [fresh('own'), fresh('stack')];
  const Bus = { Type: 'AWS::Events::EventBus', Properties: { Name: `${name}-bus` } };
  await deploy(stack, { Bus, Policy: busPolicy(name) });
  await expect(deploy(stack, { Bus, Policy: busPolicy(name, { EventBusName: { Ref: 'Bus' } }) })).rejects.toThrow(
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
  );
  expect((await events('DescribeEventBus', {})).Policy).toContain(name);
});

test('no other type whose operation overwrites takes over what exists', async () => {
  const name = fresh('set');
  await iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam('PutRolePolicy', { RoleName: name, PolicyName: 'own', PolicyDocument: JSON.stringify(document) });
  await logs('PutResourcePolicy', { policyName: name, policyDocument: JSON.stringify(policy) });
  const { ARN: arn = '' } = await secrets('CreateSecret', { Name: name, SecretString: 'a' });
  await secrets('PutResourcePolicy', { SecretId: arn, ResourcePolicy: JSON.stringify(policy) });
  await deploy(`${name}-fn`, {
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Role: `arn:aws:iam::${testCall.account}:role/${name}`,
        Code: { ZipFile: 'exports.handler = async () => {}' },
      },
    },
  });
  await lambda('PutFunctionEventInvokeConfig', { FunctionName: name, Qualifier: '$LATEST', MaximumRetryAttempts: 1 });
  await lambda('PublishVersion', { FunctionName: name });
  const taking: Readonly<Record<string, { readonly resource: object; readonly reason: string }>> = {
    role: {
      resource: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { RoleName: name, PolicyName: 'own', PolicyDocument: document },
      },
      reason: `own|${name} already exists`,
    },
    logs: {
      resource: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyName: name, PolicyDocument: policy } },
      reason: `${name} already exists`,
    },
    secret: {
      resource: { Type: 'AWS::SecretsManager::ResourcePolicy', Properties: { SecretId: arn, ResourcePolicy: policy } },
      reason: `${arn} already exists`,
    },
    config: {
      resource: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: { FunctionName: name, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
      },
      reason: `${name}|$LATEST already exists`,
    },
    version: {
      resource: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: name } },
      reason:
        'Resource handler returned message: "A version for this Lambda function exists ( 1 ). Modify the function to create a new version." (HandlerErrorCode: AlreadyExists)',
    },
  };
  for (const [stack, { resource, reason }] of Object.entries(taking)) {
    expect(await failing(`${name}-${stack}`, { Resource: resource })).toEqual(['ROLLBACK_COMPLETE', reason]);
  }
  expect(await lambda('GetFunctionEventInvokeConfig', { FunctionName: name, Qualifier: '$LATEST' })).toMatchObject({
    MaximumRetryAttempts: 1,
  });
  expect((await lambda('ListVersionsByFunction', { FunctionName: name })).Versions).toHaveLength(2);
});

test('policies of queues and inline policies of AWS::IAM::Policy replace what was there: their ids are generated', async () => {
  const name = fresh('shared');
  const { QueueUrl = '' } = await sqs('CreateQueue', {
    QueueName: name,
    Attributes: { Policy: JSON.stringify(policy) },
  });
  const statement = { ...policy.Statement[0], Action: 'sqs:SendMessage' };
  await deploy(`${name}-queue`, {
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [QueueUrl], PolicyDocument: { ...policy, Statement: [statement] } },
    },
  });
  const { Attributes } = await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] });
  expect(JSON.parse(Attributes?.['Policy'] ?? '')).toEqual({ ...policy, Statement: [statement] });
  const before = { ...document, Statement: [{ ...document.Statement[0], Action: 'sqs:*' }] };
  await iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam('PutRolePolicy', { RoleName: name, PolicyName: 'own', PolicyDocument: JSON.stringify(before) });
  await deploy(`${name}-role`, {
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [name], PolicyName: 'own', PolicyDocument: document },
    },
  });
  const { PolicyDocument } = await iam('GetRolePolicy', { RoleName: name, PolicyName: 'own' });
  expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(document);
});

// Two EventBusPolicy resources with a whole Statement read the bus's policy and write it back.
test('statements of one bus that are made, changed and removed at the same time all come to be', async () => {
  const [bus, stack] = [fresh('bus'), fresh('stack')];
  const Bus = { Type: 'AWS::Events::EventBus', Properties: { Name: bus } };
  const statement = (account: number) => ({
    Type: 'AWS::Events::EventBusPolicy',
    Properties: {
      EventBusName: { Ref: 'Bus' },
      StatementId: `${bus}-${account}`,
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `${account}${account}${account}`.repeat(4) },
        Action: 'events:PutEvents',
        Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] },
      },
    },
  });
  const sids = async () => {
    const { Policy = '{}' } = await events('DescribeEventBus', { Name: bus });
    const { Statement = [] }: { Statement?: readonly { Sid: string }[] } = JSON.parse(Policy);
    return Statement.map(({ Sid }) => Sid).sort();
  };
  await deploy(stack, { Bus, A: statement(1), B: statement(2), C: statement(3) });
  expect(await sids()).toEqual([`${bus}-1`, `${bus}-2`, `${bus}-3`]);
  await deploy(stack, { Bus, A: statement(4), B: statement(5), D: statement(6) });
  expect(await sids()).toEqual([`${bus}-4`, `${bus}-5`, `${bus}-6`]);
});

test('a creation that fails half way leaves nothing, so that the next one finds its name free', async () => {
  const [name, stack] = [fresh('half'), fresh('stack')];
  const missing = `arn:aws:iam::${testCall.account}:policy/none`;
  const broken = {
    Rule: rule(name, { Targets: [{ Id: 'a', Arn: 'not an arn' }] }),
    Role: role(name, { ManagedPolicyArns: [missing] }),
  };
  await putStack(cloud, stack, JSON.stringify({ Resources: broken }));
  const { Stacks: [made] = [] } = await cfn('DescribeStacks', { StackName: stack });
  const { StackEvents = [] } = await cfn('DescribeStackEvents', { StackName: stack });
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  expect([made?.StackStatus, failed.length]).toEqual(['ROLLBACK_COMPLETE', 2]);
  await deploy(`${stack}-mended`, {
    Rule: rule(name),
    Role: role(name),
  });
});
