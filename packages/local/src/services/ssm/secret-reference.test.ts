import { beforeEach, expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createSecretsManagerService } from '../secretsmanager/service.ts';
import { createSsmService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSsmService, createSecretsManagerService, createIamService);
});
const ssm = callerOf('ssm', () => cloud);
const secretsmanager = callerOf('secretsmanager', () => cloud);

// Source: Systems Manager user guide, "Referencing AWS Secrets Manager secrets from Parameter Store parameters"; an
// answer of AWS that a public repository quotes (createdDate, lower-case names, Version 0).
test('a secret is read as a parameter, which names its source', async () => {
  const { ARN, VersionId: versionId } = await secretsmanager('CreateSecret', { Name: 'app/key', SecretString: 'hush' });
  const Name = '/aws/reference/secretsmanager/app/key';
  const expected = {
    Name,
    Type: 'SecureString',
    Value: 'hush',
    Version: 0,
    SourceResult: JSON.stringify({
      ARN,
      name: 'app/key',
      versionId,
      secretString: 'hush',
      versionStages: ['AWSCURRENT'],
      createdDate: 'Jan 1, 2026, 12:00:00 AM',
    }),
    LastModifiedDate: TEST_START,
    ARN,
  };
  expect(await ssm('GetParameter', { Name, WithDecryption: true })).toEqual({ Parameter: expected });
  const missing = '/aws/reference/secretsmanager/none';
  expect(await ssm('GetParameters', { Names: [Name, missing], WithDecryption: true })).toEqual({
    Parameters: [expected],
    InvalidParameters: [missing],
  });
  expect(JSON.stringify(cloud.journal.read())).not.toContain('hush');
});

// Source: moto, test_ssm_secretsmanager.
test('a version of a secret is read by its id and by its stage', async () => {
  const { VersionId: first } = await secretsmanager('CreateSecret', { Name: 'key', SecretString: '1' });
  await secretsmanager('PutSecretValue', { SecretId: 'key', SecretString: '2' });
  const read = async (reference: string) =>
    (await ssm('GetParameter', { Name: `/aws/reference/secretsmanager/${reference}`, WithDecryption: true })).Parameter
      ?.Value;
  expect([await read('key'), await read(`key:${first}`), await read('key:AWSPREVIOUS')]).toEqual(['2', '1', '1']);
});

// Source: moto, test_ssm_secretsmanager; LocalStack, test_get_inexistent_secret (runs against AWS).
test('a secret is read with decryption only, and one that is missing is told as such', async () => {
  const Name = '/aws/reference/secretsmanager/none';
  expect(await refusalOf(ssm('GetParameter', { Name }))).toBe(
    'ValidationException: WithDecryption flag must be True for retrieving a Secret Manager secret.',
  );
  expect(await refusalOf(ssm('GetParameter', { Name, WithDecryption: true }))).toBe(
    'ParameterNotFound: An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret /aws/reference/secretsmanager/none not found.',
  );
});

// Source: the same page of the user guide: a user who has no access to a secret cannot retrieve it by Parameter Store.
test('who may not read the secret may not read it as a parameter', async () => {
  await secretsmanager('CreateSecret', { Name: 'key', SecretString: '1' });
  const iam = callerOf('iam', () => cloud);
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam('CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify({ Statement: [trust] }) });
  const arn = `arn:aws:iam::${TEST_ACCOUNT}:role/reader`;
  const call: Omit<Call, 'requestId'> = { ...testCall, principal: { kind: 'role', arn } };
  const asked = { Name: '/aws/reference/secretsmanager/key', WithDecryption: true };
  const allow = (...actions: string[]) =>
    iam('PutRolePolicy', {
      RoleName: 'reader',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }),
    });
  await allow('ssm:GetParameter');
  expect(await refusalOf(ssm('GetParameter', asked, call))).toContain(
    'is not authorized to perform: secretsmanager:GetSecretValue',
  );
  await allow('ssm:GetParameter', 'secretsmanager:GetSecretValue');
  expect((await ssm('GetParameter', asked, call)).Parameter?.Value).toBe('1');
});
