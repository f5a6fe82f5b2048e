// A stack's role makes its resources, whoever asks. Source: CloudFormation user guide, "CloudFormation service role";
// API reference, CreateStack, RoleARN ("uses this role for all future operations on the stack").
import { expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import { callerOf, createTestCloud, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSqsService } from '../sqs/service.ts';
import { createCloudFormationService } from './service.ts';

const cloud = () => createTestCloud(createSqsService, createIamService, createCloudFormationService);
const RoleARN = `arn:aws:iam::${testCall.account}:role/maker`;

test.each([
  ['with a role', { RoleARN }, 'CREATE_COMPLETE', 'DELETE_COMPLETE'],
  ['without one', {}, 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE'],
])('a stack %s, asked for by a role that may make nothing, ends in %o', async (_what, more, created, deleted) => {
  const tested = cloud();
  const AssumeRolePolicyDocument = '{"Version":"2012-10-17","Statement":[]}';
  await tested.dispatch.call('iam', 'CreateRole', { RoleName: 'deployer', AssumeRolePolicyDocument }, testCall);
  const arn = `arn:aws:iam::${testCall.account}:role/deployer`;
  const deployer: Omit<Call, 'requestId'> = { ...testCall, principal: { kind: 'role', arn } };
  const cfn = callerOf('cloudformation', () => tested);
  const TemplateBody = 'Resources: {Queue: {Type: AWS::SQS::Queue}}';
  await cfn('CreateStack', { StackName: 'orders', TemplateBody, ...more }, deployer);
  // Another node than the one that works on a stack does not wait for it.
  const atRest = async (StackName: string | undefined) => {
    for (;;) {
      const { Stacks: [stack] = [] } = await cfn('DescribeStacks', { StackName }, deployer);
      if (!stack?.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
    }
  };
  const stack = await atRest('orders');
  expect(stack?.StackStatus).toBe(created);
  await cfn('DeleteStack', { StackName: 'orders' }, deployer);
  expect((await atRest(stack?.StackId))?.StackStatus).toBe(deleted);
});
