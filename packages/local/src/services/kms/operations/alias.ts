// Aliases: names of keys in one account and region, made, moved, deleted and listed.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { checkNotPending } from '../key.ts';
import { type Alias, aliasArn, noSuchAlias, pageOf } from '../keys.ts';
import type { Parts } from '../parts.ts';

/** Source: KMS API reference, ListAliases, Limit. */
const PAGE_SIZE = 50;

export function aliasOperations({ platform, keys }: Parts) {
  const { clock } = platform;

  /**
   * Aliases are held to policies of roles; the keys behind them to their own, too. Source: KMS guide, "Controlling
   * access to aliases".
   */
  async function openAlias(name: string, call: Call, action: string): Promise<Alias> {
    checkName(name);
    const place = { account: call.account, region: call.region, name };
    await keys.authorize(call, action, { resource: aliasArn(place) });
    const alias = keys.findAlias(place);
    if (!alias) throw noSuchAlias(place);
    await keys.openToChange(alias.keyId, call, action);
    return alias;
  }

  return {
    async CreateAlias({ AliasName: name, TargetKeyId: target }, call) {
      checkName(name);
      const place = { account: call.account, region: call.region, name };
      await keys.authorize(call, 'CreateAlias', { resource: aliasArn(place) });
      const key = await keys.openToChange(target, call, 'CreateAlias');
      checkNotPending(key);
      const now = clock.now();
      await keys.changeAlias(place, (existing) => {
        if (!existing) return { ...place, keyId: key.id, createdAt: now, updatedAt: now };
        throw new ServiceError('AlreadyExistsException', `An alias with the name ${aliasArn(place)} already exists`);
      });
      return {};
    },

    async UpdateAlias({ AliasName: name, TargetKeyId: target }, call) {
      const alias = await openAlias(name, call, 'UpdateAlias');
      const key = await keys.openToChange(target, call, 'UpdateAlias');
      checkNotPending(key);
      await keys.changeAlias(alias, (existing) => {
        if (existing) return { ...existing, keyId: key.id, updatedAt: clock.now() };
        throw noSuchAlias(alias);
      });
      return {};
    },

    async DeleteAlias({ AliasName: name }, call) {
      await keys.removeAlias(await openAlias(name, call, 'DeleteAlias'));
      return {};
    },

    async ListAliases(input, call) {
      await keys.authorize(call, 'ListAliases', { resource: '*' });
      const key = input.KeyId === undefined ? undefined : await keys.open(input.KeyId, call, 'ListAliases');
      const found = keys.listAliases(call).filter(({ keyId }) => !key || keyId === key.id);
      const { page, rest } = pageOf(found, input, PAGE_SIZE);
      return { Aliases: page.map(describeAlias), ...rest };
    },
  } satisfies OperationsOf<'kms'>;
}

function describeAlias(alias: Alias) {
  return {
    AliasName: alias.name,
    AliasArn: aliasArn(alias),
    TargetKeyId: alias.keyId,
    CreationDate: alias.createdAt,
    LastUpdatedDate: alias.updatedAt,
  };
}

/** @throws ValidationException, InvalidAliasNameException */
function checkName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw new ServiceError(
      'ValidationException',
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (!name.startsWith('alias/aws/')) return;
  throw new ServiceError(
    'InvalidAliasNameException',
    'Names that begin with alias/aws/ are reserved for AWS managed keys.',
  );
}
