// Access keys that are not simply an account's twelve digits: IAM users' keys and STS sessions. IAM and STS write them
// down; the door for AWS requests looks up who calls. Secrets are not kept: signatures are not verified.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Backbone } from '../backbone/backbone.ts';
import { type Table, tableOf } from '../backbone/table.ts';
import type { Call, Principal } from '../call.ts';
import type { Platform } from '../platform.ts';

const CREDENTIALS = tableOf<Credential>('credentials');

/** Whom an access key stands for. */
export interface Credential {
  /** 12 digits. */
  readonly account: string;
  readonly principal: Principal;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms; a user's key has no end. */
  readonly expiresAt?: number;
  /** Whose key it is, when it is a user's. */
  readonly userName?: string;
}

/** Credentials by access key. */
export function openCredentials(backbone: Backbone): Table<Credential> {
  return backbone.table(CREDENTIALS);
}

/** Who calls, in which account and region. */
export type Caller = Pick<Call, 'account' | 'region' | 'principal'>;

/** What a request tells of who calls. */
type Credited = Pick<Call, 'account' | 'region'> & { readonly accessKey: string | undefined };

/**
 * Makes what finds who calls. An unknown access key acts as the account itself.
 * @throws ExpiredTokenException (what is made does) when the key's time is over.
 */
export function createCallerFinder({
  backbone,
  clock,
}: Pick<Platform, 'backbone' | 'clock'>): (request: Credited) => Caller {
  const credentials = openCredentials(backbone);
  return ({ accessKey, account, region }) => {
    const credential = accessKey === undefined ? undefined : credentials.get(accessKey)?.value;
    if (!credential) return { account, region, principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` } };
    if (credential.expiresAt !== undefined && credential.expiresAt <= clock.now()) {
      throw new ServiceError('ExpiredTokenException', 'The security token included in the request is expired', {
        status: 403,
        queryCode: 'ExpiredToken',
      });
    }
    return { account: credential.account, region, principal: credential.principal };
  };
}

/** ARN of a session of a role: `arn:aws:sts::123456789012:assumed-role/worker/session`. */
export function sessionArn(roleArn: string, session: string): string {
  const [, partition, account, name] = /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`;
}
