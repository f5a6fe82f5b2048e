// Every key and alias of this cloud; which key an id, an ARN or an alias means; and who may do what with it. A key
// whose time has come is gone with its aliases, whatever stands in the tables.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { RevisionConflict, type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import { createPager } from '../../page.ts';
import { callerName } from '../../permissions/authorize.ts';
import type { Platform } from '../../platform.ts';
import { createSeed, defaultPolicy, type EncryptionContext, type Key, keyArn, ROTATION_DAYS } from './key.ts';

/** The row. Times are epoch ms. */
export interface Alias {
  readonly account: string;
  readonly region: string;
  /** `alias/orders` */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const KEYS = tableOf<Key>('kms/keys');
const ALIASES = tableOf<Alias>('kms/aliases');

type Place = Pick<Key, 'account' | 'region'>;
type AliasPlace = Pick<Alias, 'account' | 'region' | 'name'>;

interface OpenOptions {
  /**
   * The operation takes aliases and keys of other accounts, too. Source: KMS API reference, `KeyId` and "Cross-account
   * use".
   */
  readonly use?: boolean;
  readonly context?: EncryptionContext;
}

const takePage = createPager({
  token: 'Marker',
  limit: 'Limit',
  size: 100,
  refusal: () => new ServiceError('InvalidMarkerException', 'The marker is not valid.'),
});

/** A page of a list, and the members by which KMS tells of the next one. */
export function pageOf<Item>(
  items: readonly Item[],
  request: { readonly Marker?: string | undefined; readonly Limit?: number | undefined },
  size?: number,
) {
  const { page, next } = takePage(items, request, size === undefined ? {} : { size });
  const marker = next.Marker;
  return { page, rest: { Truncated: marker !== undefined, ...(marker !== undefined && { NextMarker: marker }) } };
}

function tagRecord({ tags }: Key): Record<string, string> {
  return Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
}

export function aliasArn({ account, region, name }: AliasPlace): string {
  return formatArn({ service: 'kms', region, account, resource: name });
}

export function noSuchAlias(place: AliasPlace): ServiceError {
  return new ServiceError('NotFoundException', `Alias ${aliasArn(place)} is not found.`);
}

/** @throws InvalidGrantTokenException */
export function refuseGrantTokens(tokens: readonly string[] = []): void {
  if (tokens.length === 0) return;
  throw new ServiceError('InvalidGrantTokenException', 'Earwitness makes no grants, so that no GrantTokens are valid.');
}

export class Keys {
  readonly platform: Platform;
  readonly #keys: Table<Key>;
  readonly #aliases: Table<Alias>;

  constructor(platform: Platform) {
    this.platform = platform;
    this.#keys = platform.backbone.table(KEYS);
    this.#aliases = platform.backbone.table(ALIASES);
  }

  find({ account, region, id }: Pick<Key, 'account' | 'region' | 'id'>): Key | undefined {
    const key = this.#keys.get(keyKey({ account, region, id }))?.value;
    return key && !this.#isGone(key) ? key : undefined;
  }

  list({ account, region }: Place): Key[] {
    const rows = this.#keys.list(`${account}/${region}/`).map((row) => row.value);
    return rows.filter((key) => !this.#isGone(key));
  }

  /** Writes a new key. */
  async add(key: Key): Promise<void> {
    await this.#keys.put(keyKey(key), key);
  }

  /**
   * Changes a key as it is by then, whatever others have made of it. @throws what `change` throws; NotFoundException
   */
  async change(key: Key, change: (key: Key) => Key): Promise<void> {
    await updateRow(this.#keys, keyKey(key), (row) => {
      if (!row || this.#isGone(row)) throw noSuchKey(key);
      return change(row);
    });
  }

  findAlias(place: AliasPlace): Alias | undefined {
    const alias = this.#aliases.get(aliasKey(place))?.value;
    return alias && this.#isAlive(alias) ? alias : undefined;
  }

  listAliases({ account, region }: Place): Alias[] {
    const rows = this.#aliases.list(`${account}/${region}/`).map((row) => row.value);
    return rows.filter((alias) => this.#isAlive(alias));
  }

  /** Writes what `change` makes of the alias as it is by then, if there is one. @throws what `change` throws */
  async changeAlias(place: AliasPlace, change: (alias: Alias | undefined) => Alias): Promise<void> {
    await updateRow(this.#aliases, aliasKey(place), (row) => change(row && this.#isAlive(row) ? row : undefined));
  }

  async removeAlias(alias: Alias): Promise<void> {
    await this.#aliases.delete(aliasKey(alias));
  }

  /**
   * The key for a caller who may do `action` with it.
   * @throws NotFoundException, InvalidArnException, AccessDeniedException
   */
  async open(reference: string, call: Call, action: string, options: OpenOptions = {}): Promise<Key> {
    const key = await this.#resolve(reference, call, options.use === true);
    if (key.account !== call.account && !options.use) {
      throw denied(key, call, action, ': the operation is not for keys of other accounts.');
    }
    await this.authorize(call, action, { resource: keyArn(key), key, context: options.context });
    return key;
  }

  /**
   * The same for a caller who changes the key, which nobody does to one that AWS manages.
   * @throws as `open`
   */
  async openToChange(reference: string, call: Call, action: string): Promise<Key> {
    const key = await this.open(reference, call, action);
    if (key.manager === 'CUSTOMER') return key;
    throw denied(key, call, action, ` because no resource-based policy allows the kms:${action} action`);
  }

  /**
   * Without a key it is about what no key policy speaks of: lists, new keys, names of aliases.
   * @throws AccessDeniedException
   */
  async authorize(
    call: Call,
    action: string,
    about: { readonly resource: string; readonly key?: Key; readonly context?: EncryptionContext },
  ): Promise<void> {
    const { resource, key, context = {} } = about;
    const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
    const refusal = await this.platform.access.findRefusal(call, {
      action: `kms:${action}`,
      resource,
      owner: key?.account ?? call.account,
      context: { 'kms:CallerAccount': call.account, ...Object.fromEntries(pairs) },
      ...(key && { policy: key.policy, delegates: true, tags: tagRecord(key) }),
    });
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal);
  }

  async #resolve(reference: string, call: Call, withAliases: boolean): Promise<Key> {
    const arn = parseArn(reference);
    if (reference.startsWith('arn:') && !(arn?.service === 'kms' && /^(key|alias)\//.test(arn.resource))) {
      throw new ServiceError('InvalidArnException', `Invalid arn ${reference}`);
    }
    const { account, region } = arn ?? call;
    if (region !== call.region) throw new ServiceError('NotFoundException', `Invalid arn ${region}`);
    const name = arn?.resource.replace(/^key\//, '') ?? reference;
    if (withAliases && name.startsWith('alias/')) return this.#resolveAlias({ account, region, name }, call);
    if (!/^([\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|mrk-[\da-f]{32})$/.test(name)) {
      throw new ServiceError('NotFoundException', `Invalid keyId '${name}'`);
    }
    const key = this.find({ account, region, id: name });
    if (key) return key;
    throw noSuchKey({ account, region, id: name });
  }

  async #resolveAlias(place: AliasPlace, call: Call): Promise<Key> {
    const known = this.findAlias(place);
    const isPredefined = /^alias\/aws\/[\w-]+$/.test(place.name) && place.account === call.account;
    const alias = known ?? (isPredefined ? await this.#makeManaged(place) : undefined);
    const key = alias && this.find({ ...alias, id: alias.keyId });
    if (key) return key;
    throw noSuchAlias(place);
  }

  /** The key behind a service's predefined alias, which is made when it is first used. */
  async #makeManaged({ account, region, name }: AliasPlace) {
    const now = this.platform.clock.now();
    const service = name.slice('alias/aws/'.length).toUpperCase();
    const key: Key = {
      account,
      region,
      id: this.platform.ids.uuid(),
      manager: 'AWS',
      description: `Default key that protects my ${service} data when no other key is defined`,
      enabled: true,
      policy: defaultPolicy(account),
      tags: [],
      createdAt: now,
      seed: createSeed(),
      rotations: 0,
      schedule: { since: now, days: ROTATION_DAYS },
    };
    const alias: Alias = { account, region, name, keyId: key.id, createdAt: now, updatedAt: now };
    await this.add(key);
    try {
      return (await this.#aliases.put(aliasKey(alias), alias, { ifRevision: 0 })).value;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      // Another node's first use came first; its key it is.
      await this.#keys.delete(keyKey(key));
      return this.findAlias(alias);
    }
  }

  #isAlive(alias: Alias): boolean {
    return this.find({ ...alias, id: alias.keyId }) !== undefined;
  }

  #isGone({ deletionAt }: Key): boolean {
    return deletionAt !== undefined && deletionAt <= this.platform.clock.now();
  }
}

function keyKey({ account, region, id }: Pick<Key, 'account' | 'region' | 'id'>): string {
  return `${account}/${region}/${id}`;
}

function noSuchKey(key: Pick<Key, 'account' | 'region' | 'id'>): ServiceError {
  return new ServiceError('NotFoundException', `Key '${keyArn(key)}' does not exist`);
}

function aliasKey({ account, region, name }: AliasPlace): string {
  return `${account}/${region}/${name}`;
}

function denied(key: Key, { principal }: Call, action: string, why: string): ServiceError {
  const who = `User: ${callerName(principal)} is not authorized to perform: kms:${action}`;
  return new ServiceError('AccessDeniedException', `${who} on resource: ${keyArn(key)}${why}`);
}
