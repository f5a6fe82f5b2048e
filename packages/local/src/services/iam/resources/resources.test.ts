import { beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT } from '../../../test-cloud.ts';
import { createCloudFormationService } from '../../cloudformation/service.ts';
import { createIamService } from '../service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createIamService, createCloudFormationService);
});
const cfn = callerOf('cloudformation', () => cloud);
const iam = callerOf('iam', () => cloud);

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
const boundary = `arn:aws:iam::${TEST_ACCOUNT}:policy/boundary`;

/** Creates the stack, or changes it, to the end. */
async function deploy(operation: 'CreateStack' | 'UpdateStack', Resources: object): Promise<string | undefined> {
  const TemplateBody = JSON.stringify({ Resources });
  await cfn(operation, { StackName: 's', TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] });
  for (;;) {
    const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName: 's' });
    if (!stack?.StackStatus.endsWith('_IN_PROGRESS')) return stack?.StackStatus;
  }
}

// Source: CloudFormation's schema of AWS::IAM::Role (createOnlyProperties: Path and RoleName).
test('a permissions boundary is set, changed and taken away on the role as it is', async () => {
  const role = (more: object) => ({
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'orders', AssumeRolePolicyDocument: trust, ...more } },
  });
  const look = async () => {
    const { Role } = await iam('GetRole', { RoleName: 'orders' });
    return [Role.RoleId, Role.PermissionsBoundary?.PermissionsBoundaryArn];
  };
  await deploy('CreateStack', role({}));
  const [id, none] = await look();
  expect(none).toBeUndefined();
  expect(await deploy('UpdateStack', role({ PermissionsBoundary: boundary }))).toBe('UPDATE_COMPLETE');
  expect(await look()).toEqual([id, boundary]);
  expect(await deploy('UpdateStack', role({}))).toBe('UPDATE_COMPLETE');
  expect(await look()).toEqual([id, undefined]);
});

// Source: CloudFormation's schema of AWS::IAM::Policy (createOnlyProperties: none of PolicyName).
test('an inline policy that is renamed stays the same resource, and the old name is gone', async () => {
  const policy = (PolicyName: string) => ({
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'orders', AssumeRolePolicyDocument: trust } },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName, PolicyDocument: document, Roles: [{ Ref: 'Role' }] },
    },
  });
  const physicalId = async () => {
    const { StackResources = [] } = await cfn('DescribeStackResources', {
      StackName: 's',
      LogicalResourceId: 'Policy',
    });
    return StackResources[0]?.PhysicalResourceId;
  };
  await deploy('CreateStack', policy('old'));
  const before = await physicalId();
  expect(await deploy('UpdateStack', policy('new'))).toBe('UPDATE_COMPLETE');
  expect(await physicalId()).toBe(before);
  expect((await iam('ListRolePolicies', { RoleName: 'orders' })).PolicyNames).toEqual(['new']);
});

test('a boundary that is not there cannot be taken away', async () => {
  await iam('CreateUser', { UserName: 'anna' });
  await iam('PutUserPermissionsBoundary', { UserName: 'anna', PermissionsBoundary: boundary });
  expect((await iam('GetUser', { UserName: 'anna' })).User.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary);
  await iam('DeleteUserPermissionsBoundary', { UserName: 'anna' });
  await expect(iam('DeleteUserPermissionsBoundary', { UserName: 'anna' })).rejects.toMatchObject({
    code: 'NoSuchEntity',
  });
});

const policies = {
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
  Inline: {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'p', PolicyDocument: document, Users: [{ Ref: 'User' }], Groups: [{ Ref: 'Group' }] },
  },
  Managed: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      PolicyDocument: document,
      Users: [{ Ref: 'User' }],
      Roles: [{ Ref: 'Role' }],
      Groups: [{ Ref: 'Group' }],
    },
  },
};

// Users are not held to policies here, and neither are their groups.
test('policies of users and groups that stand in are made, kept and deleted', async () => {
  const resources = { ...policies, User: { Type: 'AWS::IAM::User' }, Group: { Type: 'AWS::IAM::Group' } };
  expect(await deploy('CreateStack', resources)).toBe('CREATE_COMPLETE');
  const { Inline, ...others } = resources;
  expect(await deploy('UpdateStack', others)).toBe('UPDATE_COMPLETE');
  await cfn('DeleteStack', { StackName: 's' });
  await cloud.clock.advance(0);
  expect((await cfn('ListStacks', {})).StackSummaries?.map(({ StackStatus }) => StackStatus)).toEqual([
    'DELETE_COMPLETE',
  ]);
});
