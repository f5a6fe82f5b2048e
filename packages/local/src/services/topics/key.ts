// Keys: JWTs that we sign (HS256) and check on every call. The claims `c` and `cp` tell Momento's SDKs where to go, so that a key
// in the environment is all that unmodified code needs.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import {
  encodeClaims,
  encodeSignature,
  parseToken,
  type TokenClaims,
  unwrapKey,
} from '@earwitness/protocol/internal/momento/token';

export interface MintOptions {
  /** Where caches, topics and the control plane are served over TLS: `host:port`. */
  readonly endpoint: string;
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Left out: the key never expires. */
  readonly expiresInSeconds?: number;
  /** What subscribers see as the publisher's id. */
  readonly tokenId?: string;
}

/** A key for `MOMENTO_API_KEY`. */
export function mintToken({ endpoint, secret, now, expiresInSeconds, tokenId }: MintOptions): string {
  const iat = Math.floor(now / 1000);
  const signed = encodeClaims({
    c: endpoint,
    cp: endpoint,
    iat,
    ...(expiresInSeconds !== undefined && { exp: iat + expiresInSeconds }),
    ...(tokenId !== undefined && { tid: tokenId }),
  });
  return `${signed}.${encodeSignature(sign(signed, secret))}`;
}

/** Ours: keys whose signature was found good and is not computed again. */
const REMEMBERED_KEYS = 1000;

export class KeyCheck {
  readonly #secret: string;
  readonly #good = new Map<string, TokenClaims>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /**
   * The claims of the key that a client sent, in any of the forms that clients send.
   * @throws AUTHENTICATION_ERROR when there is none, it is none of ours, or it has expired by `now` (epoch ms).
   */
  check(sent: string | undefined, now: number): TokenClaims {
    if (sent === undefined || sent.trim() === '')
      throw momentoError('AUTHENTICATION_ERROR', 'The request carries no API key.');
    const claims = this.#good.get(sent) ?? this.#verify(sent);
    if (claims.exp !== undefined && claims.exp * 1000 <= now)
      throw momentoError(
        'AUTHENTICATION_ERROR',
        `The API key expired at ${new Date(claims.exp * 1000).toISOString()}.`,
      );
    return claims;
  }

  #verify(sent: string): TokenClaims {
    const token = parseToken(unwrapKey(sent));
    if (!token)
      throw momentoError('AUTHENTICATION_ERROR', 'The API key is not one that Earwitness minted: it is no JWT.');
    const expected = sign(token.signed, this.#secret);
    if (
      token.algorithm !== 'HS256' ||
      token.signature.length !== expected.length ||
      !timingSafeEqual(token.signature, expected)
    )
      throw momentoError(
        'AUTHENTICATION_ERROR',
        'The API key was not signed by this local cloud. Take MOMENTO_API_KEY from its environment.',
      );
    if (this.#good.size >= REMEMBERED_KEYS) this.#good.clear();
    this.#good.set(sent, token.claims);
    return token.claims;
  }
}

function sign(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
