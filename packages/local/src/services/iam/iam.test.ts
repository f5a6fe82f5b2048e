import { beforeEach, describe, expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from './service.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const document = (Action: string | string[], Resource = '*', Effect = 'Allow') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] });

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createIamService);
});

const iam = callerOf('iam', () => cloud);

const makeRole = (RoleName = 'worker', Path = '/') =>
  iam('CreateRole', { RoleName, Path, AssumeRolePolicyDocument: trust });

describe('roles', () => {
  test('a role has its path in its ARN and its documents percent-encoded', async () => {
    const { Role: role } = await makeRole('worker', '/service-role/');
    expect(role).toEqual({
      Path: '/service-role/',
      RoleName: 'worker',
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      Arn: 'arn:aws:iam::123456789012:role/service-role/worker',
      CreateDate: TEST_START,
      AssumeRolePolicyDocument: encodeURIComponent(trust),
    });
    // MaxSessionDuration is in GetRole and ListRoles only. Recorded on AWS: LocalStack, test_create_describe_role,
    // 2025.
    const known = { ...role, MaxSessionDuration: 3600 };
    expect(await iam('GetRole', { RoleName: 'worker' })).toEqual({ Role: { ...known, RoleLastUsed: {} } });
    expect((await iam('ListRoles', { PathPrefix: '/service-role/' })).Roles).toEqual([known]);
    expect((await iam('ListRoles', { PathPrefix: '/other/' })).Roles).toEqual([]);
  });

  test.each([
    [
      { RoleName: 'worker', AssumeRolePolicyDocument: trust },
      'EntityAlreadyExists: Role with name worker already exists.',
    ],
    [{ RoleName: 'r', AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument: This policy contains invalid Json'],
    [
      { RoleName: 'r', AssumeRolePolicyDocument: document('sts:AssumeRole') },
      'MalformedPolicyDocument: Has prohibited field Resource',
    ],
    [
      { RoleName: 'a b', AssumeRolePolicyDocument: trust },
      "ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    ],
  ])('CreateRole %j is refused as on AWS', async (input, expected) => {
    await makeRole();
    expect(await refusalOf(iam('CreateRole', input))).toBe(expected);
  });

  test('a role is deleted when it carries no policy any more', async () => {
    await makeRole();
    const role = { RoleName: 'worker' };
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await iam('PutRolePolicy', { ...role, PolicyName: 'send', PolicyDocument: document('sqs:SendMessage') });
    await iam('AttachRolePolicy', { ...role, PolicyArn });
    expect(await iam('ListAttachedRolePolicies', role)).toEqual({
      AttachedPolicies: [{ PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn }],
      IsTruncated: false,
    });
    expect(await refusalOf(iam('DeleteRole', role))).toBe(
      'DeleteConflict: Cannot delete entity, must detach all policies first.',
    );
    await iam('DetachRolePolicy', { ...role, PolicyArn });
    expect(await refusalOf(iam('DeleteRole', role))).toBe(
      'DeleteConflict: Cannot delete entity, must delete policies first.',
    );
    await iam('DeleteRolePolicy', { ...role, PolicyName: 'send' });
    await iam('DeleteRole', role);
    expect(await refusalOf(iam('GetRole', role))).toBe('NoSuchEntity: The role with name worker cannot be found.');
  });

  test('inline policies are put, read, listed and removed', async () => {
    await makeRole();
    const role = { RoleName: 'worker' };
    const PolicyDocument = document('sqs:*');
    await iam('PutRolePolicy', { ...role, PolicyName: 'all', PolicyDocument });
    expect(await iam('GetRolePolicy', { ...role, PolicyName: 'all' })).toEqual({
      ...role,
      PolicyName: 'all',
      PolicyDocument: encodeURIComponent(PolicyDocument).replaceAll('*', '%2A'),
    });
    expect((await iam('ListRolePolicies', role)).PolicyNames).toEqual(['all']);
    expect(await refusalOf(iam('GetRolePolicy', { ...role, PolicyName: 'none' }))).toBe(
      'NoSuchEntity: The role policy with name none cannot be found.',
    );
  });

  // Recorded on AWS: LocalStack, test_service_role_lifecycle, …_custom_suffix, …_custom_suffix_not_allowed, March 2025.
  test.each([
    ['acm.amazonaws.com', 'AWSServiceRoleForCertificateManager', 'CertificateManagerServiceRolePolicy'],
    ['opsinsights.ssm.amazonaws.com', 'AWSServiceRoleForAmazonSSM_OpsInsights', 'AWSSSMOpsInsightsServiceRolePolicy'],
    ['ops.apigateway.amazonaws.com', 'AWSServiceRoleForAPIGateway', 'APIGatewayServiceRolePolicy'],
    ['eks-nodegroup.amazonaws.com', 'AWSServiceRoleForAmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  ])('the service-linked role of %s is %s and carries %s', async (AWSServiceName, name, policy) => {
    const { Role } = await iam('CreateServiceLinkedRole', { AWSServiceName });
    const statement = { Effect: 'Allow', Principal: { Service: AWSServiceName }, Action: 'sts:AssumeRole' };
    expect([Role?.RoleName, JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))]).toEqual([
      name,
      { Version: '2012-10-17', Statement: [statement] },
    ]);
    const PolicyArn = `arn:aws:iam::aws:policy/aws-service-role/${policy}`;
    expect((await iam('ListAttachedRolePolicies', { RoleName: name })).AttachedPolicies).toEqual([
      { PolicyName: policy, PolicyArn },
    ]);
    expect(await refusalOf(iam('CreateServiceLinkedRole', { AWSServiceName, CustomSuffix: 'x' }))).toBe(
      `InvalidInput: Custom suffix is not allowed for ${AWSServiceName}`,
    );
  });

  test('some service-linked roles may be made several times, with a suffix', async () => {
    for (const [service, name] of [
      ['autoscaling', 'AWSServiceRoleForAutoScaling_x'],
      ['lexv2', 'AWSServiceRoleForLexV2Bots_x'],
      ['connect', 'AWSServiceRoleForAmazonConnect_x'],
    ]) {
      const input = { AWSServiceName: `${service}.amazonaws.com`, CustomSuffix: 'x' };
      expect((await iam('CreateServiceLinkedRole', input)).Role?.RoleName).toBe(name);
    }
  });

  // Recorded on AWS: LocalStack, test_role_attach_policy, test_user_attach_policy, 2025. Detaching: the same check,
  // inferred.
  test('a policy is attached by its ARN: anything else cannot be parsed, and one that is not there is not attachable', async () => {
    await makeRole();
    await iam('CreateUser', { UserName: 'u' });
    const nothing = 'arn:aws:iam::123456789012:policy/nothing';
    const refusals = async (PolicyArn: string) => [
      await refusalOf(iam('AttachRolePolicy', { RoleName: 'worker', PolicyArn })),
      await refusalOf(iam('AttachUserPolicy', { UserName: 'u', PolicyArn })),
      await refusalOf(iam('DetachRolePolicy', { RoleName: 'worker', PolicyArn })),
      await refusalOf(iam('DetachUserPolicy', { UserName: 'u', PolicyArn })),
    ];
    const malformed = 'ValidationError: Invalid ARN:  Could not be parsed!';
    expect(await refusals('longpolicynamebutnoarn')).toEqual(Array.from({ length: 4 }, () => malformed));
    expect(await refusals(nothing)).toEqual([
      `NoSuchEntity: Policy ${nothing} does not exist or is not attachable.`,
      `NoSuchEntity: Policy ${nothing} does not exist or is not attachable.`,
      `NoSuchEntity: Policy ${nothing} was not found.`,
      `NoSuchEntity: Policy ${nothing} was not found.`,
    ]);
  });

  // Recorded on AWS: LocalStack, test_create_user_with_permission_boundary, 2025; IAM API reference,
  // AttachedPermissionsBoundary.
  test('the type of a permissions boundary is Policy, of roles and of users', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const shown = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PermissionsBoundary };
    const made = [
      (await iam('CreateUser', { UserName: 'u', PermissionsBoundary })).User,
      (await iam('GetUser', { UserName: 'u' })).User,
      (await iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust, PermissionsBoundary })).Role,
      (await iam('GetRole', { RoleName: 'r' })).Role,
    ];
    expect(made.map((one) => one?.PermissionsBoundary)).toEqual([shown, shown, shown, shown]);
  });

  // Recorded on AWS: LocalStack, test_get_user_without_username_as_role, 2025.
  test('GetUser without a name is refused to a role', async () => {
    const arn = 'arn:aws:iam::123456789012:role/worker';
    const asked = { ...testCall, principal: { kind: 'role', arn } } as const;
    expect(await refusalOf(iam('GetUser', {}, asked))).toBe(
      'ValidationError: Must specify userName when calling with non-User credentials',
    );
    expect((await iam('GetUser', {})).User?.Arn).toBe('arn:aws:iam::123456789012:root');
  });

  test('a service-linked role is made under its own path and is not for users to change', async () => {
    const AWSServiceName = 'apidestinations.events.amazonaws.com';
    const { Role: role } = await iam('CreateServiceLinkedRole', { AWSServiceName });
    expect(role?.Arn).toBe(
      'arn:aws:iam::123456789012:role/aws-service-role/apidestinations.events.amazonaws.com/AWSServiceRoleForAmazonEventBridgeApiDestinations',
    );
    const name = 'AWSServiceRoleForAmazonEventBridgeApiDestinations';
    expect(await refusalOf(iam('DeleteRole', { RoleName: name }))).toBe(
      `UnmodifiableEntity: Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
    );
    expect(await refusalOf(iam('CreateServiceLinkedRole', { AWSServiceName }))).toBe(
      `InvalidInput: Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  });

  test('tags are added, replaced, removed and listed', async () => {
    await makeRole();
    const role = { RoleName: 'worker' };
    await iam('TagRole', {
      ...role,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await iam('TagRole', { ...role, Tags: [{ Key: 'a', Value: '3' }] });
    await iam('UntagRole', { ...role, TagKeys: ['b'] });
    expect((await iam('ListRoleTags', role)).Tags).toEqual([{ Key: 'a', Value: '3' }]);
  });
});

describe('managed policies', () => {
  const arn = 'arn:aws:iam::123456789012:policy/send';

  test('a policy has versions; one is in force and cannot be deleted', async () => {
    const { Policy: policy } = await iam('CreatePolicy', {
      PolicyName: 'send',
      PolicyDocument: document('sqs:SendMessage'),
    });
    expect(policy).toMatchObject({
      Arn: arn,
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      IsAttachable: true,
      Path: '/',
    });
    // Recorded on AWS: LocalStack, test_role_attach_policy.
    expect(policy).not.toHaveProperty('Tags');
    const next = { PolicyArn: arn, PolicyDocument: document('sqs:*'), SetAsDefault: true };
    expect((await iam('CreatePolicyVersion', next)).PolicyVersion).toMatchObject({
      VersionId: 'v2',
      IsDefaultVersion: true,
    });
    expect((await iam('ListPolicyVersions', { PolicyArn: arn })).Versions?.map((one) => one.VersionId)).toEqual([
      'v2',
      'v1',
    ]);
    const { PolicyVersion: version } = await iam('GetPolicyVersion', { PolicyArn: arn, VersionId: 'v1' });
    expect(decodeURIComponent(version?.Document ?? '')).toBe(document('sqs:SendMessage'));
    expect(await refusalOf(iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v2' }))).toBe(
      'DeleteConflict: Cannot delete the default version of a policy.',
    );
    await iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v1' });
    for (let count = 0; count < 4; count++) await iam('CreatePolicyVersion', { ...next, SetAsDefault: false });
    expect(await refusalOf(iam('CreatePolicyVersion', next))).toBe(
      'LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
  });

  test.each([
    [
      () => iam('CreatePolicy', { PolicyName: 'send', PolicyDocument: document('a:b') }),
      'EntityAlreadyExists: A policy called send already exists. Duplicate names are not allowed.',
    ],
    [() => iam('GetPolicy', { PolicyArn: `${arn}-not` }), `NoSuchEntity: Policy ${arn}-not was not found.`],
    [
      () => iam('AttachRolePolicy', { RoleName: 'worker', PolicyArn: `${arn}-not` }),
      `NoSuchEntity: Policy ${arn}-not does not exist or is not attachable.`,
    ],
    [() => iam('DetachRolePolicy', { RoleName: 'worker', PolicyArn: arn }), 'not refused'],
    [() => iam('DeletePolicy', { PolicyArn: arn }), 'DeleteConflict: Cannot delete a policy attached to entities.'],
    [
      () => iam('CreatePolicy', { PolicyName: 'bad', PolicyDocument: trust }),
      'MalformedPolicyDocument: Policy document should not specify a principal.',
    ],
    [
      () => iam('CreatePolicy', { PolicyName: 'bad', PolicyDocument: document('SendMessage') }),
      'MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      () => iam('CreatePolicy', { PolicyName: 'bad', PolicyDocument: document('a:b').replace('"*"', '"my-queue"') }),
      'MalformedPolicyDocument: Resource my-queue must be in ARN format or "*".',
    ],
  ])('%s answers %s', async (run, expected) => {
    await makeRole();
    await iam('CreatePolicy', { PolicyName: 'send', PolicyDocument: document('sqs:SendMessage') });
    await iam('AttachRolePolicy', { RoleName: 'worker', PolicyArn: arn });
    expect(await refusalOf(run())).toBe(expected);
  });

  test("any of AWS's own policies can be attached; one whose document is not known is told of in the journal", async () => {
    await makeRole();
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonBedrockFullAccess';
    await iam('AttachRolePolicy', { RoleName: 'worker', PolicyArn });
    expect(cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []))).toEqual([
      `The document of ${PolicyArn} is not known here: attached to arn:aws:iam::123456789012:role/worker, it grants nothing.`,
    ]);
    expect((await iam('ListEntitiesForPolicy', { PolicyArn })).PolicyRoles).toMatchObject([{ RoleName: 'worker' }]);
  });
});

describe('SimulatePrincipalPolicy', () => {
  const queue = 'arn:aws:sqs:eu-west-1:123456789012:orders';
  async function decide(action: string, resource = queue, role = 'arn:aws:iam::123456789012:role/worker') {
    const question = { PolicySourceArn: role, ActionNames: [action], ResourceArns: [resource] };
    const { EvaluationResults: [result] = [] } = await iam('SimulatePrincipalPolicy', question);
    return result?.EvalDecision;
  }

  test('inline, managed and AWS policies allow together; a Deny wins; the rest is denied implicitly', async () => {
    await makeRole();
    const role = { RoleName: 'worker' };
    expect(await decide('sqs:SendMessage')).toBe('implicitDeny');
    await iam('PutRolePolicy', { ...role, PolicyName: 'send', PolicyDocument: document('sqs:SendMessage', queue) });
    expect(await decide('sqs:SendMessage')).toBe('allowed');
    expect(await decide('sqs:SendMessage', `${queue}-2`)).toBe('implicitDeny');
    expect(await decide('sqs:SendMessage', queue, 'arn:aws:sts::123456789012:assumed-role/worker/session')).toBe(
      'allowed',
    );
    await iam('AttachRolePolicy', { ...role, PolicyArn: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess' });
    expect(await decide('sqs:SendMessage', `${queue}-2`)).toBe('allowed');
    await iam('PutRolePolicy', { ...role, PolicyName: 'no', PolicyDocument: document('sqs:*', `${queue}*`, 'Deny') });
    expect(await decide('sqs:SendMessage')).toBe('explicitDeny');
  });

  // Source: AWS managed policy reference.
  test.each([
    ['AmazonDynamoDBFullAccess', 'dynamodb:PutItem', 'dynamodb:PutItem'],
    ['AmazonDynamoDBFullAccess_v2', 'dynamodb:Query', 'dynamodb:Query'],
    ['AmazonDynamoDBReadOnlyAccess', 'dynamodb:GetItem', 'dynamodb:PutItem'],
    ['AmazonKinesisFullAccess', 'kinesis:PutRecord', 'kinesis:PutRecord'],
    ['AWSLambda_FullAccess', 'lambda:InvokeFunction', 'lambda:InvokeFunction'],
    ['AWSLambda_ReadOnlyAccess', 'lambda:GetFunction', 'lambda:InvokeFunction'],
    ['AWSLambdaExecute', 's3:PutObject', 's3:DeleteObject'],
    ['AWSStepFunctionsFullAccess', 'states:StartExecution', 'states:StartExecution'],
    ['AmazonEventBridgeSchedulerFullAccess', 'scheduler:CreateSchedule', 'events:PutEvents'],
    ['CloudWatchEventsFullAccess', 'events:PutEvents', 'events:PutEvents'],
    ['ReadOnlyAccess', 'dynamodb:Scan', 'secretsmanager:GetSecretValue'],
  ])('%s allows %s', async (policy, allowed, asked) => {
    await makeRole();
    await iam('AttachRolePolicy', { RoleName: 'worker', PolicyArn: `arn:aws:iam::aws:policy/${policy}` });
    const all = 'arn:aws:s3:::orders/1';
    expect([await decide(allowed, all), await decide(asked, all)]).toEqual([
      'allowed',
      asked === allowed ? 'allowed' : 'implicitDeny',
    ]);
  });

  test('a permissions boundary bounds', async () => {
    const boundary = { PolicyName: 'b', PolicyDocument: document('sqs:ReceiveMessage') };
    const { Policy: policy } = await iam('CreatePolicy', boundary);
    await iam('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust, PermissionsBoundary: policy?.Arn });
    await iam('PutRolePolicy', { RoleName: 'worker', PolicyName: 'all', PolicyDocument: document('sqs:*') });
    expect([await decide('sqs:SendMessage'), await decide('sqs:ReceiveMessage')]).toEqual(['implicitDeny', 'allowed']);
  });

  test('context keys are taken', async () => {
    await makeRole();
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'orders' } },
    };
    await iam('PutRolePolicy', {
      RoleName: 'worker',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Statement: statement }),
    });
    const question = { PolicySourceArn: 'arn:aws:iam::123456789012:role/worker', ActionNames: ['a:b'] };
    const entry = { ContextKeyName: 'aws:ResourceTag/team', ContextKeyValues: ['orders'] };
    const { EvaluationResults: results } = await iam('SimulatePrincipalPolicy', {
      ...question,
      ContextEntries: [entry],
    });
    expect(results).toEqual([
      {
        EvalActionName: 'a:b',
        EvalResourceName: '*',
        EvalDecision: 'allowed',
        MatchedStatements: [{ SourcePolicyId: 'p', SourcePolicyType: 'none' }],
        MissingContextValues: [],
      },
    ]);
  });
});

describe('users', () => {
  test('a user has policies and at most two access keys, and goes when both are gone', async () => {
    const user = { UserName: 'ana' };
    expect((await iam('CreateUser', user)).User).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:user/ana',
      UserId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
    });
    expect(await refusalOf(iam('CreateUser', user))).toBe('EntityAlreadyExists: User with name ana already exists.');
    const { AccessKey: key } = await iam('CreateAccessKey', user);
    expect(key.AccessKeyId).toMatch(/^AKIA[A-Z0-9]{16}$/);
    await iam('CreateAccessKey', user);
    expect(await refusalOf(iam('CreateAccessKey', user))).toBe(
      'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    expect(await refusalOf(iam('DeleteUser', user))).toBe(
      'DeleteConflict: Cannot delete entity, must delete access keys first.',
    );
    for (const { AccessKeyId = '' } of (await iam('ListAccessKeys', user)).AccessKeyMetadata) {
      await iam('DeleteAccessKey', { ...user, AccessKeyId });
    }
    await iam('DeleteUser', user);
    expect(await refusalOf(iam('GetUser', user))).toBe('NoSuchEntity: The user with name ana cannot be found.');
  });
});

// Source: IAM API reference, TagUser, TagPolicy and their siblings.
test('users and policies are tagged as roles are', async () => {
  await iam('CreateUser', { UserName: 'u', Tags: [{ Key: 'a', Value: '1' }] });
  const { Policy } = await iam('CreatePolicy', { PolicyName: 'p', PolicyDocument: document('sqs:*') });
  const PolicyArn = Policy?.Arn ?? '';
  const Tags = [
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '3' },
  ];
  await iam('TagUser', { UserName: 'u', Tags });
  await iam('TagPolicy', { PolicyArn, Tags });
  expect(await iam('ListUserTags', { UserName: 'u' })).toEqual({ Tags, IsTruncated: false });
  expect(await iam('ListPolicyTags', { PolicyArn })).toEqual({ Tags, IsTruncated: false });
  await iam('UntagUser', { UserName: 'u', TagKeys: ['a'] });
  await iam('UntagPolicy', { PolicyArn, TagKeys: ['b'] });
  expect((await iam('GetUser', { UserName: 'u' })).User?.Tags).toEqual([{ Key: 'b', Value: '3' }]);
  expect((await iam('GetPolicy', { PolicyArn })).Policy?.Tags).toEqual([{ Key: 'a', Value: '2' }]);
});
