// A function's execution role: the function's own calls are made with a session of it, and on its behalf Lambda polls
// queues and sends dead letters. It needs the permissions that it needs in the cloud. A role that does not exist here
// (an ARN made up for a test) stands for the account.
import { createHash } from 'node:crypto';
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../call.ts';
import { openCredentials, sessionArn } from '../../permissions/credentials.ts';
import type { Platform } from '../../platform.ts';
import type { Found, FunctionTable, LambdaFunction, Version } from './function.ts';

export type Origin = Omit<Call, 'requestId'>;

export async function actForFunction({ dispatch }: Platform, { fn, version }: Found): Promise<Origin> {
  const { account, region } = fn;
  const { role } = version.settings;
  const principal = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
  const origin = { account, region, principal };
  if (!dispatch.service('iam')) return origin;
  const RoleName = parseArn(role)?.resource.split('/').at(-1) ?? role;
  try {
    await dispatch.call('iam', 'GetRole', { RoleName }, origin);
    return { account, region, principal: { kind: 'role', arn: role } };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'NoSuchEntity') return origin;
    throw error;
  }
}

/**
 * The access key that a version's code calls with: a session of its role, named like the function, as on AWS. It does
 * not end, as Lambda renews it; a version has one key for ever, so that workers that come and go leave nothing behind.
 */
export async function openRoleKey(
  { backbone, clock }: Platform,
  { account, region, name }: LambdaFunction,
  { version, settings }: Version,
): Promise<string> {
  const key = roleKeyOf({ account, region, name }, version);
  const principal = { kind: 'role', arn: settings.role, session: sessionArn(settings.role, name) } as const;
  await openCredentials(backbone).put(key, { account, principal, createdAt: clock.now() });
  return key;
}

/** Ours: keys of deleted versions that are kept, because a version that was deleted may still be running. */
const FORMER_KEYS = 100;

/** The keys of versions that were deleted; all but the newest are forgotten. */
export class FormerRoleKeys {
  readonly #backbone: Platform['backbone'];
  readonly #functions: FunctionTable;
  readonly #former: { readonly fn: LambdaFunction; readonly version: string }[] = [];

  constructor({ backbone }: Pick<Platform, 'backbone'>, functions: FunctionTable) {
    this.#backbone = backbone;
    this.#functions = functions;
  }

  /** Adds versions that were deleted. */
  async add(fn: LambdaFunction, versions: readonly Version[]): Promise<void> {
    this.#former.push(...versions.map(({ version }) => ({ fn, version })));
    for (const former of this.#former.splice(0, Math.max(this.#former.length - FORMER_KEYS, 0))) {
      if (!this.#isLive(former.fn, former.version)) {
        await openCredentials(this.#backbone).delete(roleKeyOf(former.fn, former.version));
      }
    }
  }

  /** A function of the same name may have been made anew: its versions have the same keys. */
  #isLive(name: LambdaFunction, version: string): boolean {
    const fn = this.#functions.get(name);
    return fn !== undefined && [fn.latest, ...fn.versions].some((one) => one.version === version);
  }
}

function roleKeyOf(
  { account, region, name }: Pick<LambdaFunction, 'account' | 'region' | 'name'>,
  version: string,
): string {
  const digest = createHash('sha256').update(`${account}/${region}/${name}:${version}`).digest('hex');
  return `ASIA${digest.slice(0, 16).toUpperCase()}`;
}
