import type { Operations } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_START, testCall } from '../../test-cloud.ts';
import { createSecretsManagerService } from './service.ts';

const DAY_MS = 86_400_000;
const events: Omit<Call, 'requestId'> = {
  ...testCall,
  principal: { kind: 'service', service: 'events.amazonaws.com' },
};
const notFound = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSecretsManagerService);
});

const secrets = callerOf('secretsmanager', () => cloud);

const token = (letter: string) => letter.repeat(32);

describe('values', () => {
  test('a secret is found by name, ARN, and ARN without its random end', async () => {
    const made = await secrets('CreateSecret', { Name: 'app/key', SecretString: 's3', ClientRequestToken: token('a') });
    expect(made).toEqual({
      ARN: expect.stringMatching(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:app\/key-[a-z0-9]{6}$/),
      Name: 'app/key',
      VersionId: token('a'),
    });
    const arn = made.ARN ?? '';
    const expected = {
      ARN: arn,
      Name: 'app/key',
      VersionId: token('a'),
      SecretString: 's3',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: TEST_START,
    };
    for (const SecretId of ['app/key', arn, arn.slice(0, -7)]) {
      expect(await secrets('GetSecretValue', { SecretId })).toEqual(expected);
    }
    for (const SecretId of ['app', `${arn.slice(0, -6)}xxxxxx`, 'arn:aws:sqs:eu-west-1:123456789012:app/key']) {
      expect(await refusalOf(secrets('GetSecretValue', { SecretId }))).toBe(notFound);
    }
  });

  test('bytes come back as bytes', async () => {
    await secrets('CreateSecret', { Name: 'b', SecretBinary: new Uint8Array([0, 255, 7]) });
    const { SecretBinary: bytes, SecretString: text } = await secrets('GetSecretValue', { SecretId: 'b' });
    expect([bytes, text]).toEqual([new Uint8Array([0, 255, 7]), undefined]);
  });

  test('a new value becomes current, the old one previous, the one before loses its label and is kept', async () => {
    await secrets('CreateSecret', { Name: 's', SecretString: '1', ClientRequestToken: token('1') });
    await secrets('PutSecretValue', { SecretId: 's', SecretString: '2', ClientRequestToken: token('2') });
    await secrets('UpdateSecret', { SecretId: 's', SecretString: '3', ClientRequestToken: token('3') });
    const value = async (VersionStage?: string) =>
      (await secrets('GetSecretValue', { SecretId: 's', VersionStage })).SecretString;
    expect([await value(), await value('AWSPREVIOUS')]).toEqual(['3', '2']);
    expect((await secrets('GetSecretValue', { SecretId: 's', VersionId: token('1') })).SecretString).toBe('1');
    expect((await secrets('DescribeSecret', { SecretId: 's' })).VersionIdsToStages).toEqual({
      [token('2')]: ['AWSPREVIOUS'],
      [token('3')]: ['AWSCURRENT'],
    });
    const { Versions: versions } = await secrets('ListSecretVersionIds', { SecretId: 's', IncludeDeprecated: true });
    expect(versions?.map((version) => version.VersionId)).toEqual([token('1'), token('2'), token('3')]);
    expect(await refusalOf(value('AWSPENDING'))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    );
    expect(await refusalOf(secrets('GetSecretValue', { SecretId: 's', VersionId: token('x') }))).toBe(
      `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${token('x')}`,
    );
  });

  test('a request that is repeated with its token is answered the same; another value under that token is refused', async () => {
    const create = { Name: 's', SecretString: '1', ClientRequestToken: token('1') };
    const made = await secrets('CreateSecret', create);
    expect(await secrets('CreateSecret', create)).toEqual(made);
    expect(await refusalOf(secrets('CreateSecret', { ...create, ClientRequestToken: token('2') }))).toBe(
      'ResourceExistsException: The operation failed because the secret s already exists.',
    );
    const put = { SecretId: 's', SecretString: '2', ClientRequestToken: token('2') };
    expect(await secrets('PutSecretValue', put)).toEqual(await secrets('PutSecretValue', put));
    expect(await refusalOf(secrets('PutSecretValue', { ...put, SecretString: '3' }))).toBe(
      `ResourceExistsException: You can't use ClientRequestToken ${token('2')} because that value is already in use for a version of secret ${made.ARN}.`,
    );
  });

  test('labels move from version to version, and AWSCURRENT leaves AWSPREVIOUS behind', async () => {
    await secrets('CreateSecret', { Name: 's', SecretString: '1', ClientRequestToken: token('1') });
    const pending = { SecretId: 's', SecretString: '2', ClientRequestToken: token('2'), VersionStages: ['AWSPENDING'] };
    expect((await secrets('PutSecretValue', pending)).VersionStages).toEqual(['AWSPENDING']);
    const move = { SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: token('2') };
    expect(await refusalOf(secrets('UpdateSecretVersionStage', move))).toBe(
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${token('1')}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
    await secrets('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: token('1') });
    expect((await secrets('DescribeSecret', { SecretId: 's' })).VersionIdsToStages).toEqual({
      [token('1')]: ['AWSPREVIOUS'],
      [token('2')]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  test.each([
    [
      { Name: 's', SecretString: 'a', SecretBinary: new Uint8Array([1]) },
      "InvalidParameterException: You can't specify both a binary secret value and a string secret value in the same secret.",
    ],
    [
      { Name: 'no blanks' },
      'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    ],
    [
      { Name: 's', AddReplicaRegions: [{ Region: 'eu-west-2' }] },
      'InvalidParameterException: Earwitness does not replicate secrets (AddReplicaRegions).',
    ],
  ])('CreateSecret %j is refused', async (input, expected) => {
    expect(await refusalOf(secrets('CreateSecret', input))).toBe(expected);
  });

  test('several values are answered in one call, and what is missing is named', async () => {
    await secrets('CreateSecret', { Name: 'a', SecretString: '1' });
    const { SecretValues: values, Errors: errors } = await secrets('BatchGetSecretValue', { SecretIdList: ['a', 'b'] });
    expect(values?.map((value) => value.SecretString)).toEqual(['1']);
    expect(errors).toEqual([
      {
        SecretId: 'b',
        ErrorCode: 'ResourceNotFoundException',
        Message: "Secrets Manager can't find the specified secret.",
      },
    ]);
  });
});

describe('life', () => {
  test('a deleted secret can be restored until its recovery window has passed', async () => {
    const { ARN, Name } = await secrets('CreateSecret', { Name: 's', SecretString: '1' });
    const deleted = await secrets('DeleteSecret', { SecretId: 's', RecoveryWindowInDays: 7 });
    expect(deleted).toEqual({ ARN, Name, DeletionDate: TEST_START + 7 * DAY_MS });
    const marked =
      "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
    expect(await refusalOf(secrets('GetSecretValue', { SecretId: 's' }))).toBe(marked);
    expect(await refusalOf(secrets('PutSecretValue', { SecretId: 's', SecretString: '2' }))).toBe(marked);
    expect(await refusalOf(secrets('CreateSecret', { Name: 's' }))).toBe(
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    expect((await secrets('DescribeSecret', { SecretId: 's' })).DeletedDate).toBe(deleted.DeletionDate);
    expect((await secrets('ListSecrets', {})).SecretList).toEqual([]);
    expect((await secrets('ListSecrets', { IncludePlannedDeletion: true })).SecretList).toHaveLength(1);
    await secrets('RestoreSecret', { SecretId: 's' });
    expect((await secrets('GetSecretValue', { SecretId: 's' })).SecretString).toBe('1');
    await secrets('DeleteSecret', { SecretId: 's', RecoveryWindowInDays: 7 });
    await cloud.clock.advance(7 * DAY_MS);
    expect(await refusalOf(secrets('RestoreSecret', { SecretId: 's' }))).toBe(notFound);
    await secrets('CreateSecret', { Name: 's' });
  });

  test('forced deletion leaves nothing, and may be repeated', async () => {
    await secrets('CreateSecret', { Name: 's', SecretString: '1' });
    await secrets('DeleteSecret', { SecretId: 's', ForceDeleteWithoutRecovery: true });
    await secrets('DeleteSecret', { SecretId: 's', ForceDeleteWithoutRecovery: true });
    expect(await refusalOf(secrets('DescribeSecret', { SecretId: 's' }))).toBe(notFound);
    expect(await refusalOf(secrets('DeleteSecret', { SecretId: 's' }))).toBe(notFound);
  });

  test.each([
    [{ RecoveryWindowInDays: 6 }, 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).'],
    [
      { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
  ])('DeleteSecret %j is refused', async (input, expected) => {
    await secrets('CreateSecret', { Name: 's' });
    expect(await refusalOf(secrets('DeleteSecret', { SecretId: 's', ...input }))).toBe(
      `InvalidParameterException: ${expected}`,
    );
  });

  test('secrets are listed newest first, filtered, page by page', async () => {
    await secrets('CreateSecret', { Name: 'prod/db', Description: 'Main database' });
    await cloud.clock.advance(1000);
    await secrets('CreateSecret', { Name: 'prod/api', Tags: [{ Key: 'team', Value: 'orders' }] });
    await cloud.clock.advance(1000);
    await secrets('CreateSecret', { Name: 'test/db' });
    const names = async (input: Operations['ListSecrets']['input']) => {
      const { SecretList: list = [] } = await secrets('ListSecrets', input);
      return list.map((secret) => secret.Name);
    };
    expect(await names({})).toEqual(['test/db', 'prod/api', 'prod/db']);
    expect(await names({ SortOrder: 'asc' })).toEqual(['prod/db', 'prod/api', 'test/db']);
    expect(await names({ Filters: [{ Key: 'name', Values: ['prod/'] }] })).toEqual(['prod/api', 'prod/db']);
    expect(await names({ Filters: [{ Key: 'name', Values: ['!prod/'] }] })).toEqual(['test/db']);
    expect(await names({ Filters: [{ Key: 'tag-key', Values: ['team'] }] })).toEqual(['prod/api']);
    expect(await names({ Filters: [{ Key: 'all', Values: ['DATA'] }] })).toEqual(['prod/db']);
    await expect(names({ Filters: [{ Values: ['x'] }] })).rejects.toThrow('Invalid filter key');
    await expect(names({ Filters: [{ Key: 'name' }] })).rejects.toThrow('Invalid filter values for key: name');
    const first = await secrets('ListSecrets', { MaxResults: 2 });
    expect(await names({ MaxResults: 2, NextToken: first.NextToken })).toEqual(['prod/db']);
  });
});

describe('what a service owns', () => {
  // Source: EventBridge connections, reference 5.2.
  test("a connection's secret belongs to events; users read it and cannot write to it", async () => {
    const { ARN: id = '' } = await secrets(
      'CreateSecret',
      { Name: 'events!connection/c/1', SecretString: '{}' },
      events,
    );
    expect(await secrets('DescribeSecret', { SecretId: id })).toMatchObject({
      OwningService: 'events',
      Tags: [{ Key: 'aws:secretsmanager:owningService', Value: 'events' }],
    });
    expect((await secrets('GetSecretValue', { SecretId: id })).SecretString).toBe('{}');
    const refused = 'InvalidRequestException: Operation is not allowed on secret owned by events';
    expect(await refusalOf(secrets('PutSecretValue', { SecretId: id, SecretString: 'x' }))).toBe(refused);
    expect(await refusalOf(secrets('UpdateSecret', { SecretId: id, SecretString: 'x' }))).toBe(refused);
    expect(await refusalOf(secrets('DeleteSecret', { SecretId: id }))).toBe(refused);
    await secrets('PutSecretValue', { SecretId: id, SecretString: '{"a":1}' }, events);
    expect((await secrets('GetSecretValue', { SecretId: id }, events)).SecretString).toBe('{"a":1}');
    await secrets('DeleteSecret', { SecretId: id, ForceDeleteWithoutRecovery: true }, events);
  });

  test("a user's secret is closed to a service until its policy lets it in", async () => {
    const { ARN: id = '' } = await secrets('CreateSecret', { Name: 's', SecretString: '1' });
    const read = () => refusalOf(secrets('GetSecretValue', { SecretId: 's' }, events));
    expect(await read()).toBe(
      `AccessDeniedException: User: events.amazonaws.com is not authorized to perform: secretsmanager:GetSecretValue on resource: ${id} because no resource-based policy allows the secretsmanager:GetSecretValue action`,
    );
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'secretsmanager:*',
      Resource: '*',
    };
    await secrets('PutResourcePolicy', { SecretId: 's', ResourcePolicy: JSON.stringify({ Statement: statement }) });
    expect(await read()).toBe('not refused');
  });
});

test('no value gets into the journal, nor into what describes a secret, nor into a refusal', async () => {
  const value = 'hush-'.repeat(10);
  await secrets('CreateSecret', { Name: 's', SecretString: value });
  await secrets('PutSecretValue', { SecretId: 's', SecretString: value });
  await refusalOf(secrets('PutSecretValue', { SecretId: 's', SecretString: value.repeat(2000) }));
  await refusalOf(secrets('CreateSecret', { Name: 's', SecretString: value }));
  const described = [await secrets('DescribeSecret', { SecretId: 's' }), await secrets('ListSecrets', {})];
  expect(JSON.stringify([described, cloud.journal.read()])).not.toContain('hush-');
});

describe('GetRandomPassword', () => {
  const make = async (input: Operations['GetRandomPassword']['input']) =>
    (await secrets('GetRandomPassword', input)).RandomPassword ?? '';

  test('a password has 32 characters, with one of each kind', async () => {
    const password = await make({});
    expect(password).toHaveLength(32);
    expect([/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].every((kind) => kind.test(password))).toBe(true);
  });

  test('what is excluded does not occur', async () => {
    const input = { ExcludePunctuation: true, ExcludeUppercase: true, ExcludeCharacters: '0aeiou' };
    expect(await make({ ...input, PasswordLength: 500 })).toMatch(/^[1-9bcdfghjklmnpqrstvwxyz]{500}$/);
  });

  test('too short a password for its kinds is refused', async () => {
    expect(await refusalOf(make({ PasswordLength: 3 }))).toBe(
      'InvalidParameterException: The password length is too short based on the required types.',
    );
  });
});

// Recorded on AWS: LocalStack, test_invalid_secret_name (four names, ten operations), September 2022.
test.each(['Inv Name', ' Inv*Name? ', 'Inv *?!]Name\\-', 'a:b'])(
  '%j names no secret in any operation',
  async (SecretId) => {
    const refusals = [
      secrets('CreateSecret', { Name: SecretId, SecretString: 'x' }),
      secrets('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }),
      secrets('DescribeSecret', { SecretId }),
      secrets('GetSecretValue', { SecretId }),
      secrets('ListSecretVersionIds', { SecretId }),
      secrets('PutSecretValue', { SecretId, SecretString: 'x' }),
      secrets('TagResource', { SecretId, Tags: [{ Key: 'a', Value: 'b' }] }),
      secrets('UntagResource', { SecretId, TagKeys: ['a'] }),
      secrets('UpdateSecret', { SecretId, Description: 'x' }),
      secrets('ValidateResourcePolicy', { SecretId, ResourcePolicy: '{}' }),
      secrets('RestoreSecret', { SecretId }),
      secrets('GetResourcePolicy', { SecretId }),
    ];
    const invalid =
      'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
    expect(await Promise.all(refusals.map(refusalOf))).toEqual(refusals.map(() => invalid));
  },
);

// Recorded on AWS: LocalStack, test_secret_tags, test_update_secret_version_stages_current_pending_cycle.
test('an empty description is not shown; a list of tags is, once there were some; each version tells when it was read', async () => {
  await secrets('CreateSecret', { Name: 's', Description: '', SecretString: '1', ClientRequestToken: token('1') });
  await secrets('PutSecretValue', { SecretId: 's', SecretString: '2', ClientRequestToken: token('2') });
  const described = () => secrets('DescribeSecret', { SecretId: 's' });
  expect(Object.keys(await described())).not.toContain('Description');
  expect(Object.keys(await described())).not.toContain('Tags');
  await secrets('UntagResource', { SecretId: 's', TagKeys: ['a'] });
  expect(Object.keys(await described())).not.toContain('Tags');
  await secrets('TagResource', { SecretId: 's', Tags: [{ Key: 'a', Value: '1' }] });
  await secrets('UntagResource', { SecretId: 's', TagKeys: ['a'] });
  expect((await described()).Tags).toEqual([]);
  await secrets('UpdateSecret', { SecretId: 's', Description: 'd' });
  expect((await described()).Description).toBe('d');
  await secrets('UpdateSecret', { SecretId: 's', Description: '' });
  expect(Object.keys(await described())).not.toContain('Description');
  await secrets('GetSecretValue', { SecretId: 's', VersionStage: 'AWSPREVIOUS' });
  const version = { CreatedDate: TEST_START, KmsKeyIds: ['DefaultEncryptionKey'] };
  expect((await secrets('ListSecretVersionIds', { SecretId: 's' })).Versions).toEqual([
    { ...version, VersionId: token('1'), VersionStages: ['AWSPREVIOUS'], LastAccessedDate: TEST_START },
    { ...version, VersionId: token('2'), VersionStages: ['AWSCURRENT'] },
  ]);
});

// Recorded on AWS: LocalStack, test_list_secrets_filtering.
test('a filter by description looks for words that begin so', async () => {
  for (const [Name, Description] of [
    ['1', 'a secret'],
    ['2', 'an secret'],
    ['3', 'asecret'],
    ['4', 'thesecret'],
  ]) {
    await secrets('CreateSecret', { Name: `${Name}`, ...(Description && { Description }) });
  }
  const found = async (value: string) => {
    const { SecretList = [] } = await secrets('ListSecrets', { Filters: [{ Key: 'description', Values: [value] }] });
    return SecretList.map(({ Name }) => Name).sort();
  };
  expect([await found('a'), await found('!a'), await found('a secret')]).toEqual([['1', '2', '3'], ['4'], ['1', '2']]);
});

test('tags are added, replaced and removed', async () => {
  await secrets('CreateSecret', { Name: 's', Tags: [{ Key: 'a', Value: '1' }] });
  await secrets('TagResource', {
    SecretId: 's',
    Tags: [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ],
  });
  await secrets('UntagResource', { SecretId: 's', TagKeys: ['b'] });
  expect((await secrets('DescribeSecret', { SecretId: 's' })).Tags).toEqual([{ Key: 'a', Value: '2' }]);
});

test('changes of a secret that come at once all stay, and reading it takes none back', async () => {
  await secrets('CreateSecret', { Name: 's', SecretString: 'one' });
  await Promise.all([
    secrets('GetSecretValue', { SecretId: 's' }),
    secrets('PutSecretValue', { SecretId: 's', SecretString: 'two' }),
    secrets('TagResource', { SecretId: 's', Tags: [{ Key: 'a', Value: '1' }] }),
    secrets('TagResource', { SecretId: 's', Tags: [{ Key: 'b', Value: '2' }] }),
    secrets('UpdateSecret', { SecretId: 's', Description: 'changed' }),
  ]);
  const { SecretString } = await secrets('GetSecretValue', { SecretId: 's' });
  const { Description, Tags = [] } = await secrets('DescribeSecret', { SecretId: 's' });
  expect([SecretString, Description, Tags.map(({ Key }) => Key).sort()]).toEqual(['two', 'changed', ['a', 'b']]);
});

// Recorded on AWS: LocalStack, test_cross_account_access, test_cross_account_access_non_default_key.
test('another account reads and writes the value only of a secret with a key of its own', async () => {
  const arn = 'arn:aws:iam::999999999999:root';
  const other = { ...testCall, account: '999999999999', principal: { kind: 'account', arn } } as const;
  const share = async (Name: string, KmsKeyId?: string) => {
    const { ARN: SecretId = '' } = await secrets('CreateSecret', { Name, SecretString: 's3', KmsKeyId });
    const Statement = [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'secretsmanager:*', Resource: '*' }];
    await secrets('PutResourcePolicy', {
      SecretId,
      ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    return SecretId;
  };
  const refused =
    "InvalidRequestException: You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.";
  const SecretId = await share('default');
  expect((await secrets('DescribeSecret', { SecretId }, other)).Name).toBe('default');
  expect(await refusalOf(secrets('GetSecretValue', { SecretId }, other))).toBe(refused);
  expect(await refusalOf(secrets('PutSecretValue', { SecretId, SecretString: 'x' }, other))).toBe(refused);
  const own = await share('own', 'alias/shared');
  expect((await secrets('GetSecretValue', { SecretId: own }, other)).SecretString).toBe('s3');
});
