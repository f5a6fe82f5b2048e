// Keys: made, described, listed, switched on and off, deleted; their one policy, their tags and the rotation of their
// material.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateKeyRequest, Tag } from '@earwitness/protocol/internal/aws/models/kms.types';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { Call, OperationsOf } from '../../../call.ts';
import {
  checkNotPending,
  checkUsable,
  createSeed,
  DAY_MS,
  defaultPolicy,
  describeKey,
  type Key,
  keyArn,
  nextRotation,
  ROTATION_DAYS,
  rotationsOf,
} from '../key.ts';
import { pageOf, refuseGrantTokens } from '../keys.ts';
import type { Parts } from '../parts.ts';

/** Days. Source: KMS API reference, ScheduleKeyDeletion, PendingWindowInDays; the model's own bounds are wider. */
const [MIN_WINDOW, MAX_WINDOW] = [7, 30];

/** Of one key. Recorded on AWS: LocalStack, test_create_key_with_too_many_tags_raises_error. */
const MAX_TAGS = 50;

/** Source: KMS API reference, ListResourceTags, Limit. */
const TAG_PAGE_SIZE = 50;

/** Source: KMS API reference, GetKeyPolicy, PolicyName. */
const POLICY_NAME = 'default';

/** Parameters of CreateKey that choose a kind of key, and what they choose here. */
const KIND = [
  ['KeySpec', 'SYMMETRIC_DEFAULT'],
  ['CustomerMasterKeySpec', 'SYMMETRIC_DEFAULT'],
  ['KeyUsage', 'ENCRYPT_DECRYPT'],
  ['Origin', 'AWS_KMS'],
  ['MultiRegion', false],
  ['CustomKeyStoreId', undefined],
  ['XksKeyId', undefined],
] as const;

export function keyOperations({ platform, keys }: Parts) {
  const { clock, ids, access } = platform;

  /** Changes a key that is not pending deletion. */
  async function change(id: string, { call, action }: { call: Call; action: string }, make: (key: Key) => Key) {
    const key = await keys.openToChange(id, call, action);
    await keys.change(key, (row) => {
      checkNotPending(row);
      return make(row);
    });
    return key;
  }

  /** @throws MalformedPolicyDocumentException */
  async function checkPolicy(policy: string, call: Call, written: { key: Key; bypass: boolean | undefined }) {
    const { key, bypass } = written;
    try {
      parsePolicy(policy);
    } catch (error) {
      if (error instanceof PolicySyntaxError) throw malformed(error.message);
      throw error;
    }
    if (bypass) return;
    const question = { action: 'kms:PutKeyPolicy', resource: keyArn(key), owner: key.account, policy, delegates: true };
    if ((await access.findRefusal(call, question)) === undefined) return;
    throw malformed('The new key policy will not allow you to update the key policy in the future.');
  }

  return {
    async CreateKey(input, call) {
      const { Description: description = '', Policy: policy, Tags: tags = [] } = input;
      refuseOtherKinds(input);
      await keys.authorize(call, 'CreateKey', { resource: '*' });
      checkTags(tags);
      const { account, region } = call;
      const key: Key = {
        account,
        region,
        id: ids.uuid(),
        manager: 'CUSTOMER',
        description,
        enabled: true,
        policy: policy ?? defaultPolicy(account),
        tags,
        createdAt: clock.now(),
        seed: createSeed(),
        rotations: 0,
      };
      if (policy !== undefined) {
        await checkPolicy(policy, call, { key, bypass: input.BypassPolicyLockoutSafetyCheck });
      }
      await keys.add(key);
      return { KeyMetadata: describeKey(key, clock.now()) };
    },

    async DescribeKey({ KeyId: id, GrantTokens: tokens }, call) {
      refuseGrantTokens(tokens);
      return { KeyMetadata: describeKey(await keys.open(id, call, 'DescribeKey', { use: true }), clock.now()) };
    },

    async ListKeys(input, call) {
      await keys.authorize(call, 'ListKeys', { resource: '*' });
      const { page, rest } = pageOf(keys.list(call), input);
      return { Keys: page.map((key) => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...rest };
    },

    async UpdateKeyDescription({ KeyId: id, Description: description }, call) {
      await change(id, { call, action: 'UpdateKeyDescription' }, (key) => ({ ...key, description }));
      return {};
    },

    async EnableKey({ KeyId: id }, call) {
      await change(id, { call, action: 'EnableKey' }, (key) => ({ ...key, enabled: true }));
      return {};
    },

    async DisableKey({ KeyId: id }, call) {
      await change(id, { call, action: 'DisableKey' }, (key) => ({ ...key, enabled: false }));
      return {};
    },

    async ScheduleKeyDeletion({ KeyId: id, PendingWindowInDays: days = MAX_WINDOW }, call) {
      if (days < MIN_WINDOW || days > MAX_WINDOW) {
        throw new ServiceError(
          'ValidationException',
          `PendingWindowInDays must be between ${MIN_WINDOW} and ${MAX_WINDOW}, not ${days}.`,
        );
      }
      const deletionAt = clock.now() + days * DAY_MS;
      const key = await change(id, { call, action: 'ScheduleKeyDeletion' }, (row) => ({ ...row, deletionAt }));
      return {
        KeyId: keyArn(key),
        DeletionDate: deletionAt,
        KeyState: 'PendingDeletion' as const,
        PendingWindowInDays: days,
      };
    },

    async CancelKeyDeletion({ KeyId: id }, call) {
      const key = await keys.openToChange(id, call, 'CancelKeyDeletion');
      await keys.change(key, ({ deletionAt, ...row }) => {
        if (deletionAt !== undefined) return { ...row, enabled: false };
        throw new ServiceError('KMSInvalidStateException', `${keyArn(key)} is not pending deletion.`);
      });
      return { KeyId: keyArn(key) };
    },

    async GetKeyPolicy({ KeyId: id, PolicyName: name }, call) {
      checkPolicyName(name);
      const { policy } = await keys.open(id, call, 'GetKeyPolicy');
      return { Policy: policy, PolicyName: POLICY_NAME };
    },

    async PutKeyPolicy({ KeyId: id, PolicyName: name, Policy: policy, BypassPolicyLockoutSafetyCheck: bypass }, call) {
      checkPolicyName(name);
      const key = await keys.openToChange(id, call, 'PutKeyPolicy');
      await checkPolicy(policy, call, { key, bypass });
      await keys.change(key, (row) => ({ ...row, policy }));
      return {};
    },

    async ListKeyPolicies(input, call) {
      await keys.open(input.KeyId, call, 'ListKeyPolicies');
      const { page, rest } = pageOf([POLICY_NAME], input);
      return { PolicyNames: page, ...rest };
    },

    async TagResource({ KeyId: id, Tags: added }, call) {
      checkTags(added);
      await change(id, { call, action: 'TagResource' }, (key) => {
        const same = (tag: Tag, among: readonly Tag[]) => among.find((one) => one.TagKey === tag.TagKey);
        const changed = key.tags.map((tag) => same(tag, added) ?? tag);
        const tags = [...changed, ...added.filter((tag) => !same(tag, key.tags))];
        checkTags(tags);
        return { ...key, tags };
      });
      return {};
    },

    async UntagResource({ KeyId: id, TagKeys: names }, call) {
      await change(id, { call, action: 'UntagResource' }, (key) => {
        return { ...key, tags: key.tags.filter((tag) => !names.includes(tag.TagKey)) };
      });
      return {};
    },

    async ListResourceTags(input, call) {
      const { tags } = await keys.open(input.KeyId, call, 'ListResourceTags');
      const { page, rest } = pageOf(tags, input, TAG_PAGE_SIZE);
      return { Tags: page, ...rest };
    },

    async EnableKeyRotation({ KeyId: id, RotationPeriodInDays: days = ROTATION_DAYS }, call) {
      const key = await keys.openToChange(id, call, 'EnableKeyRotation');
      const now = clock.now();
      await keys.change(key, (row) => {
        checkUsable(row);
        // Ours: the same period again leaves the dates where they are.
        if (row.schedule?.days === days) return row;
        return { ...row, rotations: rotationsOf(row, now), schedule: { since: now, days } };
      });
      return {};
    },

    async DisableKeyRotation({ KeyId: id }, call) {
      const key = await keys.openToChange(id, call, 'DisableKeyRotation');
      await keys.change(key, (row) => {
        checkUsable(row);
        const { schedule: _, ...kept } = row;
        return { ...kept, rotations: rotationsOf(row, clock.now()) };
      });
      return {};
    },

    // Of a key that is pending deletion it is false, and what it was when the deletion is cancelled. Source: KMS API
    // reference.
    async GetKeyRotationStatus({ KeyId: id }, call) {
      const { schedule, deletionAt, ...key } = await keys.open(id, call, 'GetKeyRotationStatus', { use: true });
      if (!schedule || deletionAt !== undefined) return { KeyId: key.id, KeyRotationEnabled: false };
      return {
        KeyId: key.id,
        KeyRotationEnabled: true,
        RotationPeriodInDays: schedule.days,
        NextRotationDate: nextRotation(schedule, clock.now()),
      };
    },
  } satisfies OperationsOf<'kms'>;
}

/** @throws UnsupportedOperationException */
function refuseOtherKinds(input: CreateKeyRequest): void {
  const other = KIND.find(([name, served]) => input[name] !== undefined && input[name] !== served);
  if (!other) return;
  const [name] = other;
  throw new ServiceError(
    'UnsupportedOperationException',
    `Earwitness serves symmetric encryption keys of KMS's own material in one region: not ${name} ${input[name]}.`,
  );
}

/** @throws TagException. Recorded on AWS: LocalStack, tests/aws/services/kms, …_tag… */
function checkTags(tags: readonly Tag[]): void {
  const names = tags.map(({ TagKey: name }) => name);
  if (names.length > MAX_TAGS) throw new ServiceError('TagException', 'Too many tags');
  if (names.some((name) => /^aws:/i.test(name))) {
    throw new ServiceError('TagException', 'Tags beginning with aws: are reserved');
  }
  if (new Set(names).size < names.length) throw new ServiceError('TagException', 'Duplicate tag keys');
}

/** @throws NotFoundException */
function checkPolicyName(name = POLICY_NAME): void {
  if (name !== POLICY_NAME) throw new ServiceError('NotFoundException', 'No such policy exists');
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', message);
}
