import { expect, test } from 'vitest';
import { createIamService } from '../services/iam/service.ts';
import { callerOf, createTestCloud, TEST_ACCOUNT, testCall } from '../test-cloud.ts';

const ROLE = `arn:aws:iam::${TEST_ACCOUNT}:role/worker`;
const POLICY = `arn:aws:iam::${TEST_ACCOUNT}:policy/send`;
const document = (Effect: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action: 'sqs:SendMessage', Resource: '*' }] });

async function open() {
  const cloud = createTestCloud(createIamService);
  const iam = callerOf('iam', () => cloud);
  await iam('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: '{}' });
  const ask = (resource: string) =>
    cloud.access.identity.ask({ roleArn: ROLE, action: 'sqs:SendMessage', resources: [resource] }, testCall);
  const questions = () =>
    cloud.journal.read().filter((fact) => fact.kind === 'call' && fact.operation === 'SimulatePrincipalPolicy').length;
  return { cloud, iam, ask, questions };
}

test('IAM is asked once for the same question, and again after a role or a managed policy was written', async () => {
  const { iam, ask, questions } = await open();
  expect([await ask('a'), await ask('a'), questions()]).toEqual(['implicitDeny', 'implicitDeny', 1]);
  await iam('CreatePolicy', { PolicyName: 'send', PolicyDocument: document('Allow') });
  await iam('AttachRolePolicy', { RoleName: 'worker', PolicyArn: POLICY });
  expect([await ask('a'), await ask('a'), questions()]).toEqual(['allowed', 'allowed', 2]);
  await iam('CreatePolicyVersion', { PolicyArn: POLICY, PolicyDocument: document('Deny'), SetAsDefault: true });
  expect([await ask('a'), questions()]).toEqual(['explicitDeny', 3]);
});

test('a name with a blank is another question than two names', async () => {
  const { cloud, ask, questions } = await open();
  await ask('a b');
  const two = { roleArn: ROLE, action: 'sqs:SendMessage', resources: ['a', 'b'] };
  await cloud.access.identity.ask(two, testCall);
  expect(questions()).toBe(2);
});

test('a question too many makes all of them be asked again', async () => {
  const { ask, questions } = await open();
  for (let n = 0; n < 10_000; n++) await ask(String(n));
  await ask('9999');
  expect(questions()).toBe(10_000);
  await ask('one more');
  await ask('9999');
  expect(questions()).toBe(10_002);
});
