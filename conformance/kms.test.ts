// KMS over HTTP, with its SDK: an application's key from a template, envelope encryption with a data key, and the key's end.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import {
  AlreadyExistsException,
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  InvalidCiphertextException,
  KMSClient,
  ListAliasesCommand,
  ListResourceTagsCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let local: Local;
let kms: KMSClient;
let cloudFormation: CloudFormationClient;
beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const settings = { endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  kms = new KMSClient(settings);
  cloudFormation = new CloudFormationClient(settings);
});
afterAll(async () => {
  kms.destroy();
  cloudFormation.destroy();
  await local.close();
});
beforeEach(() => local.reset());

const deploy = (key: object, more: object = {}) =>
  local.deploy({
    name: 'keys',
    template: JSON.stringify({
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: key },
        Name: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/orders', TargetKeyId: { Ref: 'Key' } } },
        ...more,
      },
      Outputs: { KeyId: { Value: { Ref: 'Key' } }, KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    }),
  });

test('data is encrypted with a data key, and read with what KMS makes of its ciphertext', async () => {
  const { KeyArn } = await deploy({ Description: 'orders' });
  const EncryptionContext = { order: '42' };
  const request = { KeyId: 'alias/orders', KeySpec: 'AES_256' as const, EncryptionContext };
  const made = await kms.send(new GenerateDataKeyCommand(request));
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', made.Plaintext ?? '', iv);
  const stored = Buffer.concat([cipher.update('hush'), cipher.final()]);

  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
  expect(opened.KeyId).toBe(KeyArn);
  const decipher = createDecipheriv('aes-256-gcm', opened.Plaintext ?? '', iv).setAuthTag(cipher.getAuthTag());
  expect(Buffer.concat([decipher.update(stored), decipher.final()]).toString()).toBe('hush');

  const refused = kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
  await expect(refused).rejects.toBeInstanceOf(InvalidCiphertextException);
  const again = kms.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: KeyArn }));
  await expect(again).rejects.toBeInstanceOf(AlreadyExistsException);
  const sign = kms.send(
    new SignCommand({ KeyId: KeyArn, Message: new Uint8Array([1]), SigningAlgorithm: 'ECDSA_SHA_256' }),
  );
  await expect(sign).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});

// Source: CloudFormation's schemas of AWS::KMS::Key and AWS::KMS::Alias; their pages in the template reference.
test('a stack makes a key, changes it in place and schedules its deletion', async () => {
  const policy = (Sid: string) => ({
    Version: '2012-10-17',
    Statement: [
      { Sid, Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
    ],
  });
  const tags = (...values: string[]) => values.map((Value) => ({ Key: Value, Value }));
  const { KeyId } = await deploy({ KeyPolicy: policy('a'), EnableKeyRotation: true, Tags: tags('x', 'y') });
  const changed = await deploy({
    Description: 'now',
    KeyPolicy: policy('b'),
    RotationPeriodInDays: 90,
    EnableKeyRotation: true,
    Enabled: false,
    PendingWindowInDays: 7,
    Tags: tags('y', 'z'),
  });
  expect(changed['KeyId']).toBe(KeyId);
  const metadata = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  expect(await metadata()).toMatchObject({ Description: 'now', KeyState: 'Disabled' });
  expect((await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy).toBe(JSON.stringify(policy('b')));
  expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({ RotationPeriodInDays: 90 });
  const { Tags: found } = await kms.send(new ListResourceTagsCommand({ KeyId }));
  expect(found?.map((tag) => tag.TagKey)).toEqual(['y', 'z']);
  await expect(deploy({ MultiRegion: true })).rejects.toThrow(
    'MultiRegion of a key cannot change: it is false, not true.',
  );

  await cloudFormation.send(new DeleteStackCommand({ StackName: 'keys' }));
  await waitUntilStackDeleteComplete(
    { client: cloudFormation, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
    { StackName: 'keys' },
  );
  expect((await metadata())?.KeyState).toBe('PendingDeletion');
  expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([]);
  await local.clock.advance(7 * 86_400_000);
  await expect(kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array([1]) }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});
