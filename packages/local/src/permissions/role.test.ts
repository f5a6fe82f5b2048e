// The role of a target, asked of the real IAM.
import { expect, test } from 'vitest';
import type { Delivery } from '../delivery/destination.ts';
import { createIamService } from '../services/iam/service.ts';
import { createTestCloud, TEST_START, testCall } from '../test-cloud.ts';
import { createRoleCheck } from './role.ts';

const ROLE = 'arn:aws:iam::123456789012:role/service-role/invoke';
const RESOURCE = 'arn:aws:events:eu-west-1:123456789012:api-destination/hook/11111111-2222-3333-4444-555555555555';
const QUESTION = {
  roleArn: ROLE,
  action: 'events:InvokeApiDestination',
  resource: RESOURCE,
  resourceInPolicy: 'arn:aws:events:eu-west-1:123456789012:api-destination/hook',
};

const DELIVERY: Delivery = {
  deliveryId: 'd',
  eventId: 'e',
  event: '{}',
  bus: 'default',
  rule: 'all',
  ruleArn: 'arn:aws:events:eu-west-1:123456789012:rule/all',
  account: '123456789012',
  region: 'eu-west-1',
  target: { Id: 't', Arn: RESOURCE, RoleArn: ROLE },
  acceptedAt: TEST_START,
  hops: { local: 0, regional: 0 },
  attempts: 1,
};

async function open(trusted: string) {
  const cloud = createTestCloud(createIamService);
  const { dispatch } = cloud;
  const document = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = document({ Principal: { Service: trusted }, Action: 'sts:AssumeRole' });
  const role = { RoleName: 'invoke', Path: '/service-role/', AssumeRolePolicyDocument: trust };
  await dispatch.call('iam', 'CreateRole', role, testCall);
  const allow = (Resource: string) =>
    dispatch.call(
      'iam',
      'PutRolePolicy',
      {
        RoleName: 'invoke',
        PolicyName: 'p',
        PolicyDocument: document({ Action: 'events:InvokeApiDestination', Resource }),
      },
      testCall,
    );
  const check = createRoleCheck(cloud);
  return { allow, check, ask: () => check(DELIVERY, QUESTION) };
}

test('a role without the permission: the event is dropped, and the statement that is missing is named', async () => {
  const { ask } = await open('events.amazonaws.com');
  expect(await ask()).toEqual({
    kind: 'dropped',
    code: 'NO_PERMISSIONS',
    message: `User: ${ROLE} is not authorized to perform: events:InvokeApiDestination on resource: ${RESOURCE} because no identity-based policy allows the events:InvokeApiDestination action`,
    hint: `The role needs a policy statement {"Effect": "Allow", "Action": "events:InvokeApiDestination", "Resource": "${RESOURCE}"}.`,
  });
});

test.each([RESOURCE, QUESTION.resourceInPolicy, '*'])(
  'a permission that is given later is seen at once, on %s',
  async (resource) => {
    const { ask, allow } = await open('events.amazonaws.com');
    await ask();
    await allow(resource);
    expect(await ask()).toBeUndefined();
  },
);

test('a role that does not trust EventBridge', async () => {
  const { ask, allow } = await open('lambda.amazonaws.com');
  await allow('*');
  expect(await ask()).toEqual({
    kind: 'dropped',
    code: 'FAILED_TO_ASSUME_ROLE',
    message: `EventBridge could not assume the role ${ROLE}.`,
    hint: 'Its trust policy (AssumeRolePolicyDocument) has to allow sts:AssumeRole to Principal {"Service": "events.amazonaws.com"}.',
  });
});

test('a role that does not exist, and a target without a role', async () => {
  const { check } = await open('events.amazonaws.com');
  const roleArn = 'arn:aws:iam::123456789012:role/nobody';
  expect(await check(DELIVERY, { ...QUESTION, roleArn })).toMatchObject({
    code: 'FAILED_TO_ASSUME_ROLE',
    hint: 'The role with name nobody cannot be found.',
  });
  expect(await check(DELIVERY, { ...QUESTION, roleArn: undefined })).toBeUndefined();
});
