// Keys: JWTs that we sign (HS256) and check on every call. What a key may do stands in it, so that it is good on every
// node and after a restart, as long as the secret is the same. A key of the legacy form is all that unmodified code
// needs: it is the only one that names a bare `host:port`; with any other, clients put `cache.` or `control.` in front.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { claimsOfForm, describeForeignKey, type KeyForm, writeKey } from '@earwitness/protocol/internal/momento/key';
import { type Permissions, parsePermissions } from '@earwitness/protocol/internal/momento/permissions';

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
  /** Left out: everything, as the account itself. */
  readonly permissions?: Permissions;
  /** Default `legacy`. */
  readonly form?: KeyForm;
}

/** A key for `MOMENTO_API_KEY`. */
export function mintToken({ endpoint, secret, now, form = 'legacy', ...options }: MintOptions): string {
  const { expiresInSeconds, tokenId, permissions } = options;
  const iat = Math.floor(now / 1000);
  const claims = {
    ...claimsOfForm(form, endpoint),
    iat,
    ...(expiresInSeconds !== undefined && { exp: iat + expiresInSeconds }),
    ...(tokenId !== undefined && { tid: tokenId }),
    ...(permissions !== undefined && { p: permissions }),
  };
  return writeKey(form, signClaims(claims, secret), endpoint);
}

/** A key of each form, for the same. */
export function mintEveryForm(options: Omit<MintOptions, 'form'>): Readonly<Record<KeyForm, string>> {
  const mint = (form: KeyForm) => mintToken({ ...options, form });
  return { legacy: mint('legacy'), v1: mint('v1'), v2: mint('v2') };
}

/** A JWT with these claims. */
export function signClaims(claims: object, secret: string): string {
  const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${signed}.${sign(signed, secret)}`;
}

/**
 * The claims of a JWT that was signed with this secret; undefined for any other text. Taken are: the JWT as it is,
 * `Bearer` in front of it, and the base64 wrapper `{"endpoint","api_key"}` of Momento's console, which HTTP users pass
 * on whole.
 */
export function verifyClaims(sent: string, secret: string): Readonly<Record<string, unknown>> | undefined {
  const [header = '', payload = '', signature = '', ...more] = unwrap(sent).split('.');
  const good =
    more.length === 0 && decode(header)?.['alg'] === 'HS256' && isSame(signature, sign(`${header}.${payload}`, secret));
  return good ? decode(payload) : undefined;
}

/** Who calls: what stands in the key. */
export interface Caller {
  /** What subscribers see as the publisher's id; empty when the key has none. */
  readonly tokenId: string;
  readonly permissions: Permissions;
  /** Epoch milliseconds; absent: never. */
  readonly expiresAt?: number;
}

/** Ours: keys whose signature was found good and is not computed again. */
const REMEMBERED_KEYS = 1000;

export class KeyCheck {
  readonly #secret: string;
  readonly #good = new Map<string, Caller>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /**
   * Whose key a client sent, in any form that `verifyClaims` takes.
   * @throws AUTHENTICATION_ERROR when there is none, it is none of ours, or it has expired by `now` (epoch ms).
   */
  check(sent: string, now: number): Caller {
    if (sent.trim() === '') throw momentoError('AUTHENTICATION_ERROR', 'The request carries no API key.');
    const caller = this.#good.get(sent) ?? this.#verify(sent);
    if (caller.expiresAt !== undefined && caller.expiresAt <= now) throw keyExpired(caller.expiresAt);
    return caller;
  }

  #verify(sent: string): Caller {
    const claims = verifyClaims(sent, this.#secret);
    if (claims && 'refreshes' in claims)
      throw momentoError('AUTHENTICATION_ERROR', 'This is the refresh token of an API key, not the key.');
    if (!claims) throw momentoError('AUTHENTICATION_ERROR', describeForeignKey(withoutScheme(sent)));
    const caller = callerOf(claims);
    if (this.#good.size >= REMEMBERED_KEYS) this.#good.clear();
    this.#good.set(sent, caller);
    return caller;
  }
}

/** What is thrown for a key that was good until then (epoch ms), also to a subscriber who is still there. */
export function keyExpired(expiresAt: number) {
  return momentoError('AUTHENTICATION_ERROR', `The API key expired at ${new Date(expiresAt).toISOString()}.`);
}

// Signed by us, so the claims are ours.
function callerOf({ tid, exp, p }: Readonly<Record<string, unknown>>): Caller {
  return {
    tokenId: typeof tid === 'string' ? tid : '',
    permissions: p === undefined ? 'account' : parsePermissions(p),
    ...(typeof exp === 'number' && { expiresAt: exp * 1000 }),
  };
}

function withoutScheme(sent: string): string {
  return sent.replace(/^Bearer\s+/i, '').trim();
}

function unwrap(sent: string): string {
  const key = withoutScheme(sent);
  const inner = key.includes('.') ? undefined : decode(key)?.['api_key'];
  return typeof inner === 'string' ? inner : key;
}

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(encoded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
