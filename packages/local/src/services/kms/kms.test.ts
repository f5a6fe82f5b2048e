// What KMS does, through the dispatcher. "Guide" is the KMS developer guide, "API" the KMS API reference.
import type { Operations } from '@earwitness/protocol/internal/aws/models/kms.types';
import { beforeEach, expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createKmsService } from './service.ts';

let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createKmsService, createIamService);
});

const kms = callerOf('kms', () => cloud);
const iam = callerOf('iam', () => cloud);

const DAY_MS = 86_400_000;
const OTHER = '999999999999';
const otherCall: Omit<Call, 'requestId'> = {
  ...testCall,
  account: OTHER,
  principal: { kind: 'account', arn: `arn:aws:iam::${OTHER}:root` },
};
const arnOf = (id: string) => `arn:aws:kms:eu-west-1:${TEST_ACCOUNT}:key/${id}`;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = (plaintext: Uint8Array | undefined) => Buffer.from(plaintext ?? []).toString();

async function makeKey(input: Operations['CreateKey']['input'] = {}): Promise<string> {
  return (await kms('CreateKey', input)).KeyMetadata?.KeyId ?? '';
}

async function encrypt(KeyId: string, EncryptionContext?: Record<string, string>): Promise<Uint8Array> {
  const answer = await kms('Encrypt', { KeyId, Plaintext: bytes('hush'), EncryptionContext });
  return answer.CiphertextBlob ?? new Uint8Array();
}

const stateOf = async (KeyId: string) => (await kms('DescribeKey', { KeyId })).KeyMetadata?.KeyState;

// Source: API, CreateKey and KeyMetadata.
test('a key is made, described by id and ARN, and listed', async () => {
  const { KeyMetadata: made } = await kms('CreateKey', { Description: 'orders' });
  const KeyId = made?.KeyId ?? '';
  expect(KeyId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(made).toEqual({
    AWSAccountId: TEST_ACCOUNT,
    KeyId,
    Arn: arnOf(KeyId),
    CreationDate: TEST_START,
    Enabled: true,
    Description: 'orders',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    CurrentKeyMaterialId: expect.stringMatching(/^[\da-f]{64}$/),
  });
  expect(await kms('DescribeKey', { KeyId: arnOf(KeyId) })).toEqual({ KeyMetadata: made });
  await kms('UpdateKeyDescription', { KeyId, Description: 'all orders' });
  expect((await kms('DescribeKey', { KeyId })).KeyMetadata?.Description).toBe('all orders');
  expect(await kms('ListKeys', {})).toEqual({ Keys: [{ KeyId, KeyArn: arnOf(KeyId) }], Truncated: false });
});

// Source: API, ListKeys, NextMarker and Truncated; InvalidMarkerException.
test('lists come in pages', async () => {
  for (let made = 0; made < 3; made++) await makeKey();
  const first = await kms('ListKeys', { Limit: 2 });
  expect([first.Keys?.length, first.Truncated]).toEqual([2, true]);
  const second = await kms('ListKeys', { Limit: 2, Marker: first.NextMarker });
  expect([second.Keys?.length, second.Truncated, second.NextMarker]).toEqual([1, false, undefined]);
  expect(await refusalOf(kms('ListKeys', { Marker: 'x' }))).toBe('InvalidMarkerException: The marker is not valid.');
});

// Source: API, CreateKey: what each parameter chooses. Served are symmetric encryption keys with material of KMS's own.
test.each([
  [{ KeySpec: 'RSA_2048' }, 'KeySpec RSA_2048'],
  [{ CustomerMasterKeySpec: 'ECC_NIST_P256' }, 'CustomerMasterKeySpec ECC_NIST_P256'],
  [{ KeyUsage: 'GENERATE_VERIFY_MAC', KeySpec: 'HMAC_256' }, 'KeySpec HMAC_256'],
  [{ KeyUsage: 'SIGN_VERIFY' }, 'KeyUsage SIGN_VERIFY'],
  [{ Origin: 'EXTERNAL' }, 'Origin EXTERNAL'],
  [{ MultiRegion: true }, 'MultiRegion true'],
  [{ CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreId cks-1'],
  [{ XksKeyId: 'x' }, 'XksKeyId x'],
] as const)('CreateKey %j is refused by name', async (input, named) => {
  expect(await refusalOf(kms('CreateKey', input))).toBe(
    `UnsupportedOperationException: Earwitness serves symmetric encryption keys of KMS's own material in one region: not ${named}.`,
  );
});

// Source: API, "Decrypt": the key is optional for symmetric ciphertext; "GenerateDataKey"; "ReEncrypt".
test('what is encrypted is decrypted without naming the key, and never the same twice', async () => {
  const KeyId = await makeKey();
  const first = await encrypt(KeyId);
  expect(Buffer.from(first).equals(await encrypt(KeyId))).toBe(false);
  const answer = await kms('Decrypt', { CiphertextBlob: first });
  expect({ ...answer, Plaintext: text(answer.Plaintext) }).toEqual({
    KeyId: arnOf(KeyId),
    Plaintext: 'hush',
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    KeyMaterialId: (await kms('DescribeKey', { KeyId })).KeyMetadata?.CurrentKeyMaterialId,
  });
});

// Source: API, Decrypt: "a case-sensitive exact match"; Guide, "Encryption context": order does not count.
// The sentence is empty, as AWS's is; the journal says what might be wrong.
test('ciphertext is opened by its own encryption context only, and not when it was changed', async () => {
  const blob = await encrypt(await makeKey(), { a: '1', b: '2' });
  const decrypt = (CiphertextBlob: Uint8Array, EncryptionContext?: Record<string, string>) =>
    kms('Decrypt', { CiphertextBlob, EncryptionContext });
  expect(text((await decrypt(blob, { b: '2', a: '1' })).Plaintext)).toBe('hush');
  expect(await refusalOf(decrypt(blob, { a: '1', b: '3' }))).toBe('InvalidCiphertextException: ');
  expect(await refusalOf(decrypt(blob))).toBe('InvalidCiphertextException: ');
  expect(await refusalOf(decrypt(bytes('no ciphertext'), { a: '1' }))).toBe('InvalidCiphertextException: ');
  const changed = Uint8Array.from(blob, (byte, at) => (at === blob.length - 1 ? byte ^ 1 : byte));
  expect(await refusalOf(decrypt(changed, { a: '1', b: '2' }))).toBe('InvalidCiphertextException: ');
  expect(JSON.stringify(cloud.journal.read())).toContain('encryption context');
});

// Source: API, Decrypt, IncorrectKeyException.
test('a key that is named has to be the one that encrypted', async () => {
  const [right, wrong] = [await makeKey(), await makeKey()];
  const CiphertextBlob = await encrypt(right);
  expect(text((await kms('Decrypt', { CiphertextBlob, KeyId: arnOf(right) })).Plaintext)).toBe('hush');
  expect(await refusalOf(kms('Decrypt', { CiphertextBlob, KeyId: wrong }))).toBe(
    'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.',
  );
});

// Source: API, GenerateDataKey: "either the KeySpec or the NumberOfBytes parameter (but not both)".
test('data keys come with their ciphertext, or as ciphertext alone', async () => {
  const KeyId = await makeKey();
  const key = await kms('GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext: { a: '1' } });
  const { Plaintext } = await kms('Decrypt', { CiphertextBlob: key.CiphertextBlob, EncryptionContext: { a: '1' } });
  expect([Plaintext?.length, Plaintext]).toEqual([32, key.Plaintext]);
  const sealed = await kms('GenerateDataKeyWithoutPlaintext', { KeyId, NumberOfBytes: 64 });
  expect(Object.keys(sealed).sort()).toEqual(['CiphertextBlob', 'KeyId', 'KeyMaterialId']);
  expect((await kms('Decrypt', { CiphertextBlob: sealed.CiphertextBlob })).Plaintext?.length).toBe(64);
  const refused = 'ValidationException: Please specify either number of bytes or key spec.';
  expect(await refusalOf(kms('GenerateDataKey', { KeyId }))).toBe(refused);
  expect(await refusalOf(kms('GenerateDataKey', { KeyId, KeySpec: 'AES_128', NumberOfBytes: 16 }))).toBe(refused);
});

// Source: API, ReEncrypt.
test('ReEncrypt moves ciphertext to another key and another context', async () => {
  const [from, to] = [await makeKey(), await makeKey()];
  const CiphertextBlob = await encrypt(from, { a: '1' });
  const moved = await kms('ReEncrypt', {
    CiphertextBlob,
    SourceEncryptionContext: { a: '1' },
    DestinationKeyId: to,
    DestinationEncryptionContext: { b: '2' },
  });
  expect([moved.SourceKeyId, moved.KeyId]).toEqual([arnOf(from), arnOf(to)]);
  const answer = await kms('Decrypt', { CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { b: '2' } });
  expect([answer.KeyId, text(answer.Plaintext)]).toEqual([arnOf(to), 'hush']);
});

// Sources: API, DryRunOperationException; Encrypt, GrantTokens and EncryptionAlgorithm; Decrypt, Recipient and
// DryRunModifiers.
test('what is not served of an operation is refused by name, and a dry run changes nothing', async () => {
  const KeyId = await makeKey();
  const Plaintext = bytes('hush');
  expect(await refusalOf(kms('Encrypt', { KeyId, Plaintext, DryRun: true }))).toBe(
    'DryRunOperationException: The request would have succeeded, but the DryRun option is set.',
  );
  expect(await refusalOf(kms('Encrypt', { KeyId, Plaintext, GrantTokens: ['t'] }))).toBe(
    'InvalidGrantTokenException: Earwitness makes no grants, so that no GrantTokens are valid.',
  );
  expect(await refusalOf(kms('Encrypt', { KeyId, Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' }))).toBe(
    'InvalidKeyUsageException: Earwitness serves the encryption algorithm SYMMETRIC_DEFAULT, not RSAES_OAEP_SHA_1.',
  );
  expect(await refusalOf(kms('GenerateDataKey', { KeyId, KeySpec: 'AES_256', Recipient: {} }))).toBe(
    'UnsupportedOperationException: Earwitness does not encrypt for attested enclaves (Recipient).',
  );
  expect(await refusalOf(kms('Decrypt', { DryRun: true, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }))).toBe(
    'UnsupportedOperationException: Earwitness does not decrypt without a ciphertext (DryRunModifiers).',
  );
  expect(await refusalOf(kms('Decrypt', {}))).toBe('ValidationException: CiphertextBlob is required.');
});

// Source: Guide, "Key states of AWS KMS keys", the table of operations and states; API, DisabledException.
test('a disabled key does nothing until it is enabled', async () => {
  const KeyId = await makeKey();
  const CiphertextBlob = await encrypt(KeyId);
  await kms('DisableKey', { KeyId });
  expect(await stateOf(KeyId)).toBe('Disabled');
  const disabled = `DisabledException: ${arnOf(KeyId)} is disabled.`;
  expect(await refusalOf(encrypt(KeyId))).toBe(disabled);
  expect(await refusalOf(kms('Decrypt', { CiphertextBlob }))).toBe(disabled);
  expect(await refusalOf(kms('EnableKeyRotation', { KeyId }))).toBe(disabled);
  await kms('EnableKey', { KeyId });
  expect(text((await kms('Decrypt', { CiphertextBlob })).Plaintext)).toBe('hush');
});

// Source: API, ScheduleKeyDeletion ("7-30 days", default 30) and CancelKeyDeletion (the key is disabled afterwards).
test('a deletion is scheduled, cancelled, and done when its time has come', async () => {
  const KeyId = await makeKey();
  await kms('CreateAlias', { AliasName: 'alias/orders', TargetKeyId: KeyId });
  const CiphertextBlob = await encrypt(KeyId);
  expect(await refusalOf(kms('CancelKeyDeletion', { KeyId }))).toBe(
    `KMSInvalidStateException: ${arnOf(KeyId)} is not pending deletion.`,
  );
  expect(await refusalOf(kms('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 31 }))).toBe(
    'ValidationException: PendingWindowInDays must be between 7 and 30, not 31.',
  );
  expect(await kms('ScheduleKeyDeletion', { KeyId })).toEqual({
    KeyId: arnOf(KeyId),
    DeletionDate: TEST_START + 30 * DAY_MS,
    KeyState: 'PendingDeletion',
    PendingWindowInDays: 30,
  });
  const pending = `KMSInvalidStateException: ${arnOf(KeyId)} is pending deletion.`;
  for (const refused of [
    encrypt(KeyId),
    kms('EnableKey', { KeyId }),
    kms('ScheduleKeyDeletion', { KeyId }),
    kms('TagResource', { KeyId, Tags: [] }),
    kms('CreateAlias', { AliasName: 'alias/more', TargetKeyId: KeyId }),
  ]) {
    expect(await refusalOf(refused)).toBe(pending);
  }
  expect(await kms('CancelKeyDeletion', { KeyId })).toEqual({ KeyId: arnOf(KeyId) });
  expect(await stateOf(KeyId)).toBe('Disabled');
  await kms('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  await cloud.clock.advance(7 * DAY_MS);
  expect(await refusalOf(stateOf(KeyId))).toBe(`NotFoundException: Key '${arnOf(KeyId)}' does not exist`);
  expect(await kms('ListAliases', {})).toEqual({ Aliases: [], Truncated: false });
  expect(await refusalOf(kms('Decrypt', { CiphertextBlob }))).toBe(
    'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
});

// Source: API, CreateAlias, UpdateAlias, DeleteAlias, ListAliases.
test('aliases name keys, are moved and deleted', async () => {
  const [one, two] = [await makeKey(), await makeKey()];
  const AliasName = 'alias/orders';
  const AliasArn = `arn:aws:kms:eu-west-1:${TEST_ACCOUNT}:alias/orders`;
  await kms('CreateAlias', { AliasName, TargetKeyId: one });
  expect((await kms('DescribeKey', { KeyId: AliasName })).KeyMetadata?.KeyId).toBe(one);
  expect(await refusalOf(kms('CreateAlias', { AliasName, TargetKeyId: two }))).toBe(
    `AlreadyExistsException: An alias with the name ${AliasArn} already exists`,
  );
  await cloud.clock.advance(1000);
  await kms('UpdateAlias', { AliasName, TargetKeyId: two });
  expect((await kms('DescribeKey', { KeyId: AliasArn })).KeyMetadata?.KeyId).toBe(two);
  const listed = {
    AliasName,
    AliasArn,
    TargetKeyId: two,
    CreationDate: TEST_START,
    LastUpdatedDate: TEST_START + 1000,
  };
  expect(await kms('ListAliases', { KeyId: two })).toEqual({ Aliases: [listed], Truncated: false });
  expect(await kms('ListAliases', { KeyId: one })).toEqual({ Aliases: [], Truncated: false });
  await kms('DeleteAlias', { AliasName });
  const gone = `NotFoundException: Alias ${AliasArn} is not found.`;
  expect(await refusalOf(kms('DeleteAlias', { AliasName }))).toBe(gone);
  expect(await refusalOf(kms('UpdateAlias', { AliasName, TargetKeyId: one }))).toBe(gone);
  expect(await refusalOf(encrypt(AliasName))).toBe(gone);
});

// Source: API, AliasName of CreateAlias; KeyId of each operation, which says whether an alias will do.
test.each([
  [
    'CreateAlias',
    { AliasName: 'orders', TargetKeyId: 'x' },
    'ValidationException: Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/aws/mine', TargetKeyId: 'x' },
    'InvalidAliasNameException: Names that begin with alias/aws/ are reserved for AWS managed keys.',
  ],
  ['DescribeKey', { KeyId: 'x' }, "NotFoundException: Invalid keyId 'x'"],
  // Recorded on AWS: LocalStack, test_get_key_does_not_exist.
  [
    'DescribeKey',
    { KeyId: 'mrk-d3b95762d3b95762d3b95762d3b95762' },
    "NotFoundException: Key 'arn:aws:kms:eu-west-1:123456789012:key/mrk-d3b95762d3b95762d3b95762d3b95762' does not exist",
  ],
  ['DisableKey', { KeyId: 'alias/aws/s3' }, "NotFoundException: Invalid keyId 'alias/aws/s3'"],
  [
    'DescribeKey',
    { KeyId: 'arn:aws:sqs:eu-west-1:123456789012:q' },
    'InvalidArnException: Invalid arn arn:aws:sqs:eu-west-1:123456789012:q',
  ],
  [
    'DescribeKey',
    { KeyId: 'arn:aws:kms:eu-west-1:123456789012:x' },
    'InvalidArnException: Invalid arn arn:aws:kms:eu-west-1:123456789012:x',
  ],
  ['DescribeKey', { KeyId: 'arn:aws:kms:us-east-1:123456789012:key/x' }, 'NotFoundException: Invalid arn us-east-1'],
] as const)('%s %j is refused', async (operation, input, expected) => {
  expect(await refusalOf(kms(operation, input))).toBe(expected);
});

// Source: Guide, "AWS managed keys": you can view but not change them; API, DescribeKey: a predefined alias makes its
// key.
test('the key of a service is made when its alias is first used, and nobody changes it', async () => {
  const { KeyMetadata } = await kms('DescribeKey', { KeyId: 'alias/aws/ssm' });
  const { KeyId = '', KeyManager, Description } = KeyMetadata ?? {};
  expect([KeyManager, Description]).toEqual([
    'AWS',
    'Default key that protects my SSM data when no other key is defined',
  ]);
  const { KeyId: used } = await kms('Decrypt', { CiphertextBlob: await encrypt('alias/aws/ssm') });
  expect(used).toBe(arnOf(KeyId));
  expect((await kms('GetKeyRotationStatus', { KeyId })).KeyRotationEnabled).toBe(true);
  expect(await refusalOf(kms('DisableKey', { KeyId }))).toBe(
    `AccessDeniedException: User: arn:aws:iam::${TEST_ACCOUNT}:root is not authorized to perform: kms:DisableKey on resource: ${arnOf(KeyId)} because no resource-based policy allows the kms:DisableKey action`,
  );
});

// Source: API, TagResource, UntagResource, ListResourceTags, TagException.
test('keys have tags', async () => {
  const KeyId = await makeKey({ Tags: [{ TagKey: 'a', TagValue: '1' }] });
  await kms('TagResource', {
    KeyId,
    Tags: [
      { TagKey: 'b', TagValue: '3' },
      { TagKey: 'a', TagValue: '2' },
    ],
  });
  // A tag keeps its place. Recorded on AWS: LocalStack, test_update_and_add_tags_on_tagged_key.
  expect((await kms('ListResourceTags', { KeyId })).Tags?.map(({ TagKey }) => TagKey)).toEqual(['a', 'b']);
  await kms('UntagResource', { KeyId, TagKeys: ['b'] });
  expect(await kms('ListResourceTags', { KeyId })).toEqual({
    Tags: [{ TagKey: 'a', TagValue: '2' }],
    Truncated: false,
  });
  const tags = (...keys: string[]) => keys.map((TagKey) => ({ TagKey, TagValue: '' }));
  expect(await refusalOf(makeKey({ Tags: tags('aws:x') }))).toBe('TagException: Tags beginning with aws: are reserved');
  expect(await refusalOf(kms('TagResource', { KeyId, Tags: tags('x', 'x') }))).toBe('TagException: Duplicate tag keys');
  const many = tags(...Array.from({ length: 51 }, (_, at) => `k${at}`));
  expect(await refusalOf(makeKey({ Tags: many }))).toBe('TagException: Too many tags');
});

// Ours: no change is lost to another one, and a name is given once.
test('what is asked at the same time is done one after the other', async () => {
  const KeyId = await makeKey();
  const tag = (TagKey: string) => kms('TagResource', { KeyId, Tags: [{ TagKey, TagValue: '' }] });
  await Promise.all([tag('a'), tag('b'), kms('DisableKey', { KeyId })]);
  const { Tags } = await kms('ListResourceTags', { KeyId });
  expect([Tags?.map(({ TagKey }) => TagKey), await stateOf(KeyId)]).toEqual([['a', 'b'], 'Disabled']);
  const name = () => refusalOf(kms('CreateAlias', { AliasName: 'alias/orders', TargetKeyId: KeyId }));
  expect((await Promise.all([name(), name()])).filter((answer) => answer === 'not refused')).toHaveLength(1);
  const managed = () => kms('DescribeKey', { KeyId: 'alias/aws/s3' });
  const [one, other] = await Promise.all([managed(), managed()]);
  expect(one).toEqual(other);
});

// Source: API, EnableKeyRotation (365 days unless told) and GetKeyRotationStatus; Guide, "How key rotation works": what
// older material has encrypted stays readable.
test('material rotates by the clock, and what the older one encrypted is still decrypted', async () => {
  const KeyId = await makeKey();
  const CiphertextBlob = await encrypt(KeyId);
  expect(await kms('GetKeyRotationStatus', { KeyId })).toEqual({ KeyId, KeyRotationEnabled: false });
  await kms('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  const old = await kms('Decrypt', { CiphertextBlob });
  await cloud.clock.advance(91 * DAY_MS);
  expect(await kms('GetKeyRotationStatus', { KeyId })).toEqual({
    KeyId,
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
    NextRotationDate: TEST_START + 180 * DAY_MS,
  });
  expect(await kms('Decrypt', { CiphertextBlob })).toEqual(old);
  const renewed = await kms('Decrypt', { CiphertextBlob: await encrypt(KeyId) });
  expect(renewed.KeyMaterialId).not.toBe(old.KeyMaterialId);
  await kms('DisableKeyRotation', { KeyId });
  await cloud.clock.advance(365 * DAY_MS);
  expect((await kms('DescribeKey', { KeyId })).KeyMetadata?.CurrentKeyMaterialId).toBe(renewed.KeyMaterialId);
});

const statement = (principal: unknown, Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action,
  Resource: '*',
  ...more,
});
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

// Source: Guide, "Default key policy"; API, GetKeyPolicy, PutKeyPolicy ("The only valid value is default"),
// ListKeyPolicies.
test('a key has one policy, which is read and written', async () => {
  const KeyId = await makeKey();
  expect(await kms('ListKeyPolicies', { KeyId })).toEqual({ PolicyNames: ['default'], Truncated: false });
  const { Policy = '', PolicyName } = await kms('GetKeyPolicy', { KeyId });
  expect([PolicyName, JSON.parse(Policy)]).toEqual([
    'default',
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        { Sid: 'Enable IAM User Permissions', ...statement({ AWS: `arn:aws:iam::${TEST_ACCOUNT}:root` }, 'kms:*') },
      ],
    },
  ]);
  const written = policyOf(statement('*', 'kms:*'));
  await kms('PutKeyPolicy', { KeyId, Policy: written });
  expect((await kms('GetKeyPolicy', { KeyId })).Policy).toBe(written);
  expect(await refusalOf(kms('PutKeyPolicy', { KeyId, PolicyName: 'other', Policy: written }))).toBe(
    'NotFoundException: No such policy exists',
  );
  expect(await refusalOf(kms('PutKeyPolicy', { KeyId, Policy: '{' }))).toBe(
    'MalformedPolicyDocumentException: The policy is not valid JSON.',
  );
});

// Source: API, each operation's "Cross-account use".
test('another account uses a key by its ARN, where the policy lets it', async () => {
  const KeyId = await makeKey();
  const encryptThere = () => kms('Encrypt', { KeyId: arnOf(KeyId), Plaintext: bytes('hush') }, otherCall);
  const denied = `AccessDeniedException: User: arn:aws:iam::${OTHER}:root is not authorized to perform: kms:Encrypt on resource: ${arnOf(KeyId)} because no resource-based policy allows the kms:Encrypt action`;
  expect(await refusalOf(encryptThere())).toBe(denied);
  await kms('PutKeyPolicy', {
    KeyId,
    Policy: policyOf(statement({ AWS: OTHER }, ['kms:Encrypt', 'kms:Decrypt', 'kms:DisableKey'])),
  });
  const { CiphertextBlob } = await encryptThere();
  expect(text((await kms('Decrypt', { CiphertextBlob }, otherCall)).Plaintext)).toBe('hush');
  expect(await refusalOf(kms('DisableKey', { KeyId: arnOf(KeyId) }, otherCall))).toBe(
    `AccessDeniedException: User: arn:aws:iam::${OTHER}:root is not authorized to perform: kms:DisableKey on resource: ${arnOf(KeyId)}: the operation is not for keys of other accounts.`,
  );
});

// Source: Guide, "Key policies": a key policy that allows the account lets IAM policies decide; one that does not,
// makes them void.
test('a role needs the key policy, or its own where the key policy allows the account', async () => {
  const arn = `arn:aws:iam::${TEST_ACCOUNT}:role/worker`;
  await iam('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: policyOf() });
  const call: Omit<Call, 'requestId'> = { ...testCall, principal: { kind: 'role', arn } };
  const KeyId = await makeKey();
  const ask = (EncryptionContext = {}) =>
    refusalOf(kms('Encrypt', { KeyId, Plaintext: bytes('hush'), EncryptionContext }, call));
  const denied = (by: string) =>
    `AccessDeniedException: User: ${arn} is not authorized to perform: kms:Encrypt on resource: ${arnOf(KeyId)} because no ${by} policy allows the kms:Encrypt action`;
  expect(await ask()).toBe(denied('identity-based'));
  await iam('PutRolePolicy', {
    RoleName: 'worker',
    PolicyName: 'p',
    PolicyDocument: policyOf({ Effect: 'Allow', Action: 'kms:Encrypt', Resource: arnOf(KeyId) }),
  });
  expect(await ask()).toBe('not refused');
  await kms('PutKeyPolicy', { KeyId, Policy: policyOf(statement({ Service: 'sqs.amazonaws.com' }, 'kms:*')) });
  expect(await ask()).toBe(denied('resource-based'));
  const Condition = { StringEquals: { 'kms:EncryptionContext:team': 'orders' } };
  await kms('PutKeyPolicy', { KeyId, Policy: policyOf(statement({ AWS: arn }, 'kms:Encrypt', { Condition })) });
  expect(await ask({ team: 'orders' })).toBe('not refused');
  expect(await ask()).toBe(denied('resource-based'));
  // Source: API, CreateKey, BypassPolicyLockoutSafetyCheck.
  await iam('PutRolePolicy', {
    RoleName: 'worker',
    PolicyName: 'p',
    PolicyDocument: policyOf({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }),
  });
  const Policy = policyOf(statement({ AWS: arn }, 'kms:Encrypt'));
  expect(await refusalOf(kms('CreateKey', { Policy }, call))).toBe(
    'MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.',
  );
  await kms('CreateKey', { Policy, BypassPolicyLockoutSafetyCheck: true }, call);
});
