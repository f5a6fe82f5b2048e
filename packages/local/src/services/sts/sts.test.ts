import type { Operations as Iam } from '@earwitness/protocol/internal/aws/models/iam.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import type { Cloud } from '../../cloud.ts';
import { createCallerFinder } from '../../permissions/credentials.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createStsService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createIamService, createStsService);
});

const sts = callerOf('sts', () => cloud);

async function makeRole(
  RoleName: string,
  Principal: unknown,
  more: Partial<Iam['CreateRole']['input']> = {},
  condition = {},
) {
  const statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...condition };
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const input = { RoleName, AssumeRolePolicyDocument: trust, ...more };
  const { Role: role } = await cloud.dispatch.call('iam', 'CreateRole', input, testCall);
  return role;
}

/** A call with the credentials that an answer holds, as a door makes it: its node has caught up. */
async function callWith(credentials: { readonly AccessKeyId: string } | undefined): Promise<Omit<Call, 'requestId'>> {
  await cloud.backbone.catchUp?.();
  return createCallerFinder(cloud)({
    accessKey: credentials?.AccessKeyId,
    account: '000000000000',
    region: 'eu-west-1',
  });
}

const root = { AWS: `arn:aws:iam::${TEST_ACCOUNT}:root` };

test('the account itself is its root', async () => {
  expect(await sts('GetCallerIdentity', {})).toEqual({
    UserId: TEST_ACCOUNT,
    Account: TEST_ACCOUNT,
    Arn: `arn:aws:iam::${TEST_ACCOUNT}:root`,
  });
});

test("a user's access key stands for the user", async () => {
  const { User: user } = await cloud.dispatch.call('iam', 'CreateUser', { UserName: 'ana' }, testCall);
  const { AccessKey: key } = await cloud.dispatch.call('iam', 'CreateAccessKey', { UserName: 'ana' }, testCall);
  expect(await sts('GetCallerIdentity', {}, await callWith(key))).toEqual({
    UserId: user?.UserId,
    Account: TEST_ACCOUNT,
    Arn: user?.Arn,
  });
  expect(
    await sts('GetAccessKeyInfo', { AccessKeyId: key.AccessKeyId }, { ...testCall, account: '999999999999' }),
  ).toEqual({
    Account: TEST_ACCOUNT,
  });
});

describe('AssumeRole', () => {
  test('answers credentials that act as the role until they expire', async () => {
    const role = await makeRole('worker', root, { Path: '/jobs/' });
    const answer = await sts('AssumeRole', { RoleArn: role.Arn, RoleSessionName: 'night', DurationSeconds: 900 });
    const Arn = `arn:aws:sts::${TEST_ACCOUNT}:assumed-role/worker/night`;
    expect(answer).toEqual({
      Credentials: {
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
        SecretAccessKey: expect.stringMatching(/^.{40}$/),
        SessionToken: expect.any(String),
        Expiration: TEST_START + 900_000,
      },
      AssumedRoleUser: { AssumedRoleId: `${role.RoleId}:night`, Arn },
    });
    const session = await callWith(answer.Credentials);
    expect(session.principal).toEqual({ kind: 'role', arn: role.Arn, session: Arn });
    expect(await sts('GetCallerIdentity', {}, session)).toEqual({
      UserId: `${role.RoleId}:night`,
      Account: TEST_ACCOUNT,
      Arn,
    });
    await cloud.clock.advance(900_000);
    await expect(callWith(answer.Credentials)).rejects.toThrow('The security token included in the request is expired');
  });

  test.each([
    ['everybody', '*', {}, 'not refused'],
    ['the account', { AWS: TEST_ACCOUNT }, {}, 'not refused'],
    ['a service', { Service: 'lambda.amazonaws.com' }, {}, 'refused'],
    ['another account', { AWS: '999999999999' }, {}, 'refused'],
    ['who knows the external id', root, { ExternalId: 'secret' }, 'not refused'],
  ])('the trust policy names %s', async (_who, principal, more, expected) => {
    const condition = 'ExternalId' in more ? { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } } : {};
    const role = await makeRole('worker', principal, {}, condition);
    const answer = await refusalOf(sts('AssumeRole', { RoleArn: role.Arn, RoleSessionName: 'night', ...more }));
    expect(answer).toBe(
      expected === 'refused'
        ? `AccessDenied: User: arn:aws:iam::${TEST_ACCOUNT}:root is not authorized to perform: sts:AssumeRole on resource: ${role.Arn}`
        : 'not refused',
    );
  });

  test('a role that does not exist acts as the account, and the journal says so', async () => {
    const RoleArn = 'arn:aws:iam::111122223333:role/none';
    const { Credentials, AssumedRoleUser } = await sts('AssumeRole', { RoleArn, RoleSessionName: 'night' });
    expect(await sts('GetCallerIdentity', {}, await callWith(Credentials))).toEqual({
      UserId: AssumedRoleUser?.AssumedRoleId,
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/none/night',
    });
    expect(cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []))).toEqual([
      `The role ${RoleArn} does not exist: its session acts as the account here; AWS would refuse.`,
    ]);
  });

  test.each([
    [
      { RoleArn: 'arn:aws:iam::123456789012:user/worker' },
      'ValidationError: arn:aws:iam::123456789012:user/worker is invalid',
    ],
    [
      { DurationSeconds: 7200 },
      'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [{ Policy: '{}' }, 'ValidationError: Earwitness does not apply session policies (Policy, PolicyArns).'],
    [
      { RoleSessionName: 'x' },
      "ValidationError: 1 validation error detected: Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
  ])('%j is refused', async (input, expected) => {
    const role = await makeRole('worker', root);
    expect(await refusalOf(sts('AssumeRole', { RoleArn: role.Arn, RoleSessionName: 'night', ...input }))).toBe(
      expected,
    );
  });
});

test('GetSessionToken answers credentials for whoever asks, but not for a session', async () => {
  const { Credentials } = await sts('GetSessionToken', {});
  expect(Credentials?.Expiration).toBe(TEST_START + 43_200_000);
  expect((await sts('GetCallerIdentity', {}, await callWith(Credentials))).Arn).toBe(
    `arn:aws:iam::${TEST_ACCOUNT}:root`,
  );
  const role = await makeRole('worker', root);
  const session = await sts('AssumeRole', { RoleArn: role.Arn, RoleSessionName: 'night' });
  expect(await refusalOf(sts('GetSessionToken', {}, await callWith(session.Credentials)))).toBe(
    'AccessDenied: Cannot call GetSessionToken with session credentials',
  );
});
