// Access keys that are not simply an account's twelve digits: IAM users' keys and STS sessions. IAM and STS write them down; the
// door for AWS requests looks up who calls. Secrets are not kept: signatures are not verified.
import type { Backbone } from './backbone/backbone.ts';
import type { Table } from './backbone/table.ts';
import type { Principal } from './service.ts';

/** Whom an access key stands for. */
export interface Credential {
  /** 12 digits. */
  readonly account: string;
  readonly principal: Principal;
  /** What GetCallerIdentity answers: `AIDA…`, or `AROA…:session`. */
  readonly userId: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms; a user's key has no end. */
  readonly expiresAt?: number;
  /** Whose key it is, when it is a user's. */
  readonly userName?: string;
}

/** Credentials by access key. */
export function openCredentials(backbone: Backbone): Table<Credential> {
  return backbone.table('credentials');
}
