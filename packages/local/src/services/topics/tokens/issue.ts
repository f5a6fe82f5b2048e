// Keys and tokens that are made from other keys. Nothing is kept: what one may do, until when, and by which name stand
// in it, signed. So a key cannot be taken back before it expires.
import { createHash } from 'node:crypto';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import {
  TOKEN_ID_MAX_LENGTH,
  TOKEN_MAX_PERMISSIONS,
  TOKEN_MAX_SECONDS,
} from '@earwitness/protocol/internal/momento/limits';
import type { Permissions } from '@earwitness/protocol/internal/momento/permissions';
import { authorize } from '../caller.ts';
import { type Caller, signClaims, verifyClaims } from '../key.ts';

export interface KeyRequest {
  readonly permissions: Permissions;
  /** Left out: the key never expires. */
  readonly validForSeconds?: number;
  readonly tokenId: string;
}

export interface IssuedKey {
  readonly apiKey: string;
  readonly refreshToken: string;
  /** Epoch seconds; 0: never. */
  readonly validUntil: number;
}

export class KeyIssuer {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** @throws PERMISSION_ERROR, INVALID_ARGUMENT_ERROR */
  issueKey(caller: Caller, request: KeyRequest, now: number): IssuedKey {
    authorize(caller, { kind: request.permissions === 'super user' ? 'make super users' : 'make keys' });
    return this.#issue(request, now);
  }

  /**
   * A token always expires and is never a super user's; it may outlive its maker's key.
   * Source: docs.momentohq.com/platform/authentication/tokens, read 2026-11-29.
   * @throws PERMISSION_ERROR, INVALID_ARGUMENT_ERROR
   */
  issueToken(caller: Caller, request: KeyRequest, now: number): Omit<IssuedKey, 'refreshToken'> {
    authorize(caller, { kind: 'make keys' });
    const { permissions, validForSeconds } = request;
    if (typeof permissions === 'string')
      throw refused('A disposable token cannot be a super user; expected is a list of permissions.');
    if (permissions.length > TOKEN_MAX_PERMISSIONS)
      throw refused(`The token has ${permissions.length} permissions; at most ${TOKEN_MAX_PERMISSIONS} are taken.`);
    if (validForSeconds === undefined || validForSeconds > TOKEN_MAX_SECONDS)
      throw refused(`A disposable token expires after at most ${TOKEN_MAX_SECONDS} seconds.`);
    return this.#issue(request, now);
  }

  /**
   * A key that may do what `apiKey` may, and is good as long as that one was from its beginning on.
   * @throws AUTHENTICATION_ERROR, INVALID_ARGUMENT_ERROR
   */
  refresh(apiKey: string, refreshToken: string, { caller, now }: { caller: Caller; now: number }): IssuedKey {
    const refreshes = verifyClaims(refreshToken, this.#secret)?.['refreshes'];
    if (refreshes !== digest(apiKey)) throw refused('The refresh token is not the one of this API key.');
    const { iat } = verifyClaims(apiKey, this.#secret) ?? {};
    const { permissions, tokenId, expiresAt } = caller;
    const validForSeconds = expiresAt !== undefined && typeof iat === 'number' ? expiresAt / 1000 - iat : undefined;
    return this.#issue({ permissions, tokenId, ...(validForSeconds !== undefined && { validForSeconds }) }, now);
  }

  #issue({ permissions, validForSeconds, tokenId }: KeyRequest, now: number): IssuedKey {
    if (tokenId.length > TOKEN_ID_MAX_LENGTH)
      throw refused(`The token id has ${tokenId.length} signs; at most ${TOKEN_ID_MAX_LENGTH} are taken.`);
    if (validForSeconds === 0) throw refused('valid_for_seconds is 0; expected is 1 or more.');
    const iat = Math.floor(now / 1000);
    const expiry = validForSeconds === undefined ? {} : { exp: iat + validForSeconds };
    const apiKey = signClaims(
      { iat, ...expiry, ...(tokenId !== '' && { tid: tokenId }), p: permissions },
      this.#secret,
    );
    const refreshToken = signClaims({ iat, refreshes: digest(apiKey) }, this.#secret);
    return { apiKey, refreshToken, validUntil: expiry.exp ?? 0 };
  }
}

function digest(apiKey: string): string {
  return createHash('sha256').update(apiKey).digest('base64url');
}

function refused(message: string) {
  return momentoError('INVALID_ARGUMENT_ERROR', message);
}
