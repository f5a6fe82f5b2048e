// A key: a row of `kms/keys`, its state, its material, and what it seals.
//
// Material is never written down piece by piece. It is derived of the row's seed and a number, and the number follows
// from the clock: a rotation that is due has happened, on every node, without anybody's doing.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { KeyMetadata, Tag } from '@earwitness/protocol/internal/aws/models/kms.types';

/** The row: plain data. Times are epoch ms. */
export interface Key {
  readonly account: string;
  readonly region: string;
  /** A UUID. */
  readonly id: string;
  readonly manager: 'CUSTOMER' | 'AWS';
  readonly description: string;
  readonly enabled: boolean;
  /** JSON text. */
  readonly policy: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  /** From then on the key is gone. */
  readonly deletionAt?: number;
  /** Base64. */
  readonly seed: string;
  /** Rotations before the present schedule began. */
  readonly rotations: number;
  readonly schedule?: RotationSchedule;
}

export interface RotationSchedule {
  readonly since: number;
  readonly days: number;
}

export const DAY_MS = 86_400_000;

/** Source: KMS API reference, EnableKeyRotation, RotationPeriodInDays. */
export const ROTATION_DAYS = 365;

export function createSeed(): string {
  return randomBytes(32).toString('base64');
}

export function keyArn({ account, region, id }: Pick<Key, 'account' | 'region' | 'id'>): string {
  return formatArn({ service: 'kms', region, account, resource: `key/${id}` });
}

/** Source: KMS developer guide, "Default key policy". */
export function defaultPolicy(account: string): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, undefined, 2);
}

export function stateOf({ deletionAt, enabled }: Key): 'PendingDeletion' | 'Enabled' | 'Disabled' {
  if (deletionAt !== undefined) return 'PendingDeletion';
  return enabled ? 'Enabled' : 'Disabled';
}

/** @throws KMSInvalidStateException */
export function checkNotPending(key: Key): void {
  if (stateOf(key) !== 'PendingDeletion') return;
  throw new ServiceError('KMSInvalidStateException', `${keyArn(key)} is pending deletion.`);
}

/** @throws DisabledException, KMSInvalidStateException */
export function checkUsable(key: Key): void {
  checkNotPending(key);
  if (!key.enabled) throw new ServiceError('DisabledException', `${keyArn(key)} is disabled.`);
}

/** A key as CreateKey and DescribeKey answer it. */
export function describeKey(key: Key, now: number): KeyMetadata {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: keyArn(key),
    CreationDate: key.createdAt,
    Enabled: stateOf(key) === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: stateOf(key),
    ...(key.deletionAt !== undefined && { DeletionDate: key.deletionAt }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    CurrentKeyMaterialId: materialId(key, rotationsOf(key, now)),
  };
}

/** How often the material has been rotated, which is also the number of the one that encrypts. */
export function rotationsOf({ rotations, schedule }: Key, now: number): number {
  return schedule ? rotations + Math.floor((now - schedule.since) / (schedule.days * DAY_MS)) : rotations;
}

/** Epoch ms of the rotation after this moment. */
export function nextRotation({ since, days }: RotationSchedule, now: number): number {
  const period = days * DAY_MS;
  return since + (Math.floor((now - since) / period) + 1) * period;
}

function materialOf(key: Key, number: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(key.seed, 'base64'), '', `material ${number}`, 32));
}

/** 64 hexadecimal digits. */
export function materialId(key: Key, number: number): string {
  return createHash('sha256').update(materialOf(key, number)).digest('hex');
}

/** Additional authenticated data. */
export type EncryptionContext = Readonly<Record<string, string>> | undefined;

/** What a ciphertext says of itself. */
export interface Header {
  readonly id: string;
  readonly account: string;
  /** Number of the material. */
  readonly material: number;
}

// A ciphertext, in bytes; all before the IV is authenticated with the encryption context:
//
//   5 MAGIC │ 16 key id │ 6 account │ 4 material │ 12 IV │ 16 tag │ as many as the plaintext has
const MAGIC = Buffer.from([1, 2, 2, 0, 120]);
const [ACCOUNT_AT, MATERIAL_AT, IV_AT, TAG_AT, TEXT_AT] = [21, 27, 31, 43, 59];

/** Encrypts with AES-256-GCM under the material of this moment. */
export function seal(key: Key, plaintext: Uint8Array, { context, now }: { context: EncryptionContext; now: number }) {
  const number = rotationsOf(key, now);
  const material = Buffer.alloc(4);
  material.writeUInt32BE(number);
  const head = Buffer.concat([
    MAGIC,
    Buffer.from(key.id.replaceAll('-', ''), 'hex'),
    Buffer.from(key.account, 'hex'),
    material,
  ]);
  const iv = randomBytes(TAG_AT - IV_AT);
  const cipher = createCipheriv('aes-256-gcm', materialOf(key, number), iv);
  cipher.setAAD(Buffer.concat([head, contextBytes(context)]));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return new Uint8Array(Buffer.concat([head, iv, cipher.getAuthTag(), text]));
}

/** Reads which key has made a ciphertext; `undefined` when none of this cloud has. */
export function parseHeader(ciphertext: Uint8Array): Header | undefined {
  const bytes = Buffer.from(ciphertext);
  if (bytes.length <= TEXT_AT || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const id = bytes.subarray(MAGIC.length, ACCOUNT_AT).toString('hex');
  return {
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    account: bytes.subarray(ACCOUNT_AT, MATERIAL_AT).toString('hex'),
    material: bytes.readUInt32BE(MATERIAL_AT),
  };
}

/** Decrypts a ciphertext that has a header; `undefined` when it or its encryption context is not what was sealed. */
export function unseal(key: Key, ciphertext: Uint8Array, context: EncryptionContext): Uint8Array | undefined {
  const bytes = Buffer.from(ciphertext);
  const iv = bytes.subarray(IV_AT, TAG_AT);
  const material = materialOf(key, bytes.readUInt32BE(MATERIAL_AT));
  const decipher = createDecipheriv('aes-256-gcm', material, iv, { authTagLength: TEXT_AT - TAG_AT });
  decipher.setAAD(Buffer.concat([bytes.subarray(0, IV_AT), contextBytes(context)]));
  decipher.setAuthTag(bytes.subarray(TAG_AT, TEXT_AT));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(TEXT_AT)), decipher.final()]));
  } catch {
    // node:crypto says of a tag that does not fit no more than that.
    return undefined;
  }
}

/** The same bytes for the same pairs, in whichever order. Source: KMS developer guide, "Encryption context". */
function contextBytes(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}
