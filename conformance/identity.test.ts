// IAM and STS as their clients see them: roles and policies through the SDK, credentials that act as a role, refusals by class.
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteConflictException,
  DeleteRoleCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const account = '123456789012';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
});
const allow = (Action: string, Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

let local: Local;
let iam: IAMClient;
let sts: STSClient;
beforeAll(async () => {
  local = await startLocal();
  iam = new IAMClient(settings());
  sts = new STSClient(settings());
});
afterAll(async () => {
  iam.destroy();
  sts.destroy();
  await local.close();
});
beforeEach(() => local.reset());

function settings(credentials = { accessKeyId: account, secretAccessKey: 'x' }) {
  return { endpoint: local.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
}

const makeRole = (RoleName = 'worker') =>
  iam.send(new CreateRoleCommand({ RoleName, Path: '/service-role/', AssumeRolePolicyDocument: trust }));

const refusalOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error) => error,
  );

test('a role, its policies, and what they allow', async () => {
  const { Role: role } = await makeRole();
  expect(role?.Arn).toBe(`arn:aws:iam::${account}:role/service-role/worker`);
  expect(role?.CreateDate).toBeInstanceOf(Date);
  expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
  const PolicyDocument = allow('sqs:SendMessage', 'arn:aws:sqs:*:*:orders');
  await iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'send', PolicyDocument }));
  const inline = await iam.send(new GetRolePolicyCommand({ RoleName: 'worker', PolicyName: 'send' }));
  expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(PolicyDocument);
  const { EvaluationResults: results } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: role?.Arn,
      ActionNames: ['sqs:SendMessage', 'sqs:DeleteQueue'],
      ResourceArns: ['arn:aws:sqs:eu-west-1:123456789012:orders'],
    }),
  );
  expect(results?.map((result) => result.EvalDecision)).toEqual(['allowed', 'implicitDeny']);
  expect((await iam.send(new ListRolesCommand({}))).Roles?.map((one) => one.RoleName)).toEqual(['worker']);
});

test('refusals are the SDK classes', async () => {
  await makeRole();
  expect(await refusalOf(makeRole())).toBeInstanceOf(EntityAlreadyExistsException);
  const missing = await refusalOf(iam.send(new GetRoleCommand({ RoleName: 'none' })));
  expect(missing).toBeInstanceOf(NoSuchEntityException);
  expect(missing.message).toBe('The role with name none cannot be found.');
  const policy = { PolicyName: 'p', PolicyDocument: '{' };
  expect(await refusalOf(iam.send(new CreatePolicyCommand(policy)))).toBeInstanceOf(MalformedPolicyDocumentException);
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn }));
  expect(await refusalOf(iam.send(new DeleteRoleCommand({ RoleName: 'worker' })))).toBeInstanceOf(
    DeleteConflictException,
  );
});

test('who am I: the account, and a role with its session', async () => {
  const { Role: role } = await makeRole();
  const { Credentials: credentials, AssumedRoleUser: user } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role?.Arn, RoleSessionName: 'night' }),
  );
  const asRole = new STSClient(
    settings({ accessKeyId: credentials?.AccessKeyId ?? '', secretAccessKey: credentials?.SecretAccessKey ?? '' }),
  );
  const who = async (client: STSClient) => {
    const { $metadata: _, ...identity } = await client.send(new GetCallerIdentityCommand({}));
    return identity;
  };
  expect(await who(sts)).toEqual({ UserId: account, Account: account, Arn: `arn:aws:iam::${account}:root` });
  expect(await who(asRole)).toEqual({ UserId: user?.AssumedRoleId, Account: account, Arn: user?.Arn });
  expect(user?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/worker/night`);
  asRole.destroy();
});

test('a session of a role does what the role may, and nothing else', async () => {
  const { Role: role } = await makeRole();
  const own = new SQSClient(settings());
  const { QueueUrl } = await own.send(new CreateQueueCommand({ QueueName: 'orders' }));
  const { Credentials: credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role?.Arn, RoleSessionName: 'night' }),
  );
  const asRole = new SQSClient(
    settings({ accessKeyId: credentials?.AccessKeyId ?? '', secretAccessKey: credentials?.SecretAccessKey ?? '' }),
  );
  const send = () => asRole.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  expect((await refusalOf(send())).message).toBe(
    `User: arn:aws:sts::${account}:assumed-role/worker/night is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:${account}:orders because no identity-based policy allows the sqs:sendmessage action`,
  );
  const PolicyDocument = allow('sqs:*', '*');
  await iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'send', PolicyDocument }));
  expect((await send()).MessageId).toBeDefined();
  own.destroy();
  asRole.destroy();
});
