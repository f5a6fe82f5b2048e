// CloudFormation: AWS::KMS::Key (Ref: the id) and AWS::KMS::Alias (Ref: the name).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { fineIfGone } from '../../../resources/gone.ts';
import { numberProperty, textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, type Tags, tagsOf } from '../../../resources/tags.ts';

/** What cannot change, though no change of it replaces the key, and what is meant by leaving it out. */
const FIXED = { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', Origin: 'AWS_KMS', MultiRegion: 'false' };

export const keyResource = serviceResource('kms', {
  type: 'AWS::KMS::Key',
  serves: [
    ...[
      'Description',
      'KeyPolicy',
      'BypassPolicyLockoutSafetyCheck',
      'Enabled',
      'EnableKeyRotation',
      'RotationPeriodInDays',
    ],
    ...['PendingWindowInDays', 'Tags', 'KeySpec', 'KeyUsage', 'Origin', 'MultiRegion'],
  ],
  documents: ['KeyPolicy'],
  gone: 'NotFoundException',
  async create(properties, context) {
    const { Tags: _, ...described } = properties;
    const input = await context.parse('CreateKey', described);
    const Policy = textProperty(properties, 'KeyPolicy');
    const { KeyMetadata } = await context.run('CreateKey', { ...input, Policy, Tags: listed(tagsOf(properties)) });
    const { KeyId = '', Arn = '' } = KeyMetadata ?? {};
    // A disabled key takes no rotation.
    await applyRotation(KeyId, properties, context);
    if (!isOn(properties, 'Enabled', true)) await context.run('DisableKey', { KeyId });
    return { physicalId: KeyId, attributes: { KeyId, Arn } };
  },
  async adopt({ KeyId: id = '' }, { run }) {
    const { KeyId = '', Arn = '' } = (await run('DescribeKey', { KeyId: id })).KeyMetadata ?? {};
    return { physicalId: KeyId, attributes: { KeyId, Arn } };
  },
  async update(made, properties, context) {
    const { previous, run } = context;
    const KeyId = made.physicalId;
    const changed = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(previous[name]);
    for (const [name, meant] of Object.entries(FIXED)) {
      const [before, after] = [previous, properties].map((one) => textProperty(one, name) ?? meant);
      if (before !== after) {
        throw new ServiceError('ValidationException', `${name} of a key cannot change: it is ${before}, not ${after}.`);
      }
    }
    if (changed('Description')) {
      await run('UpdateKeyDescription', { KeyId, Description: textProperty(properties, 'Description') ?? '' });
    }
    // A policy that the template no longer has stays. Source: PutKeyPolicy replaces, and nothing deletes a key policy.
    const Policy = textProperty(properties, 'KeyPolicy');
    if (Policy !== undefined && changed('KeyPolicy')) {
      const BypassPolicyLockoutSafetyCheck = isOn(properties, 'BypassPolicyLockoutSafetyCheck', false);
      await run('PutKeyPolicy', { KeyId, Policy, BypassPolicyLockoutSafetyCheck });
    }
    const [wasEnabled, isEnabled] = [isOn(previous, 'Enabled', true), isOn(properties, 'Enabled', true)];
    if (isEnabled && !wasEnabled) await run('EnableKey', { KeyId });
    if (changed('EnableKeyRotation') || changed('RotationPeriodInDays'))
      await applyRotation(KeyId, properties, context);
    if (wasEnabled && !isEnabled) await run('DisableKey', { KeyId });
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { KeyId, TagKeys }),
      tag: (tags) => run('TagResource', { KeyId, Tags: listed(tags) }),
    });
    return made;
  },
  async delete({ physicalId: KeyId }, { properties, run }) {
    const PendingWindowInDays = numberProperty(properties, 'PendingWindowInDays');
    // A key that is pending deletion already is as good as deleted.
    await fineIfGone('KMSInvalidStateException')(run('ScheduleKeyDeletion', { KeyId, PendingWindowInDays }));
  },
});

export const aliasResource = serviceResource('kms', {
  type: 'AWS::KMS::Alias',
  serves: ['AliasName', 'TargetKeyId'],
  gone: 'NotFoundException',
  async create(properties, { parse, run }) {
    const input = await parse('CreateAlias', properties);
    await run('CreateAlias', input);
    return { physicalId: input.AliasName, attributes: {} };
  },
  async update(made, properties, { parse, run }) {
    await run('UpdateAlias', await parse('UpdateAlias', properties));
    return made;
  },
  delete: ({ physicalId: AliasName }, { run }) => run('DeleteAlias', { AliasName }),
});

/** Brings the key's rotation to what the template says; off is what a new key is. */
async function applyRotation(KeyId: string, properties: Properties, { run }: ResourceContext<'kms'>): Promise<void> {
  const { KeyRotationEnabled: isRotating } = await run('GetKeyRotationStatus', { KeyId });
  const RotationPeriodInDays = numberProperty(properties, 'RotationPeriodInDays');
  if (isOn(properties, 'EnableKeyRotation', false)) await run('EnableKeyRotation', { KeyId, RotationPeriodInDays });
  else if (isRotating) await run('DisableKeyRotation', { KeyId });
}

/** A property that is true or false, also when the template wrote text. */
function isOn(properties: Properties, name: string, meant: boolean): boolean {
  return (textProperty(properties, name) ?? String(meant)) === 'true';
}

function listed(tags: Tags): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
