// Keys: JWTs that we sign (HS256) and check on every call. A key of the legacy form is all that unmodified code needs:
// it is the only one that names a bare `host:port`; with any other, clients put `cache.` or `control.` in front.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { claimsOfForm, describeForeignKey, type KeyForm, writeKey } from '@earwitness/protocol/internal/momento/key';

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
  /** Default `legacy`. */
  readonly form?: KeyForm;
}

/** What we read in a key. */
interface Claims {
  /** Epoch seconds; absent: never. */
  readonly exp?: number;
  readonly tid?: string;
}

/** A key for `MOMENTO_API_KEY`. */
export function mintToken({ endpoint, secret, now, form = 'legacy', ...options }: MintOptions): string {
  const { expiresInSeconds, tokenId } = options;
  const iat = Math.floor(now / 1000);
  const claims = {
    ...claimsOfForm(form, endpoint),
    iat,
    ...(expiresInSeconds !== undefined && { exp: iat + expiresInSeconds }),
    ...(tokenId !== undefined && { tid: tokenId }),
  };
  const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return writeKey(form, `${signed}.${sign(signed, secret)}`, endpoint);
}

/** A key of each form, for the same. */
export function mintEveryForm(options: Omit<MintOptions, 'form'>): Readonly<Record<KeyForm, string>> {
  const mint = (form: KeyForm) => mintToken({ ...options, form });
  return { legacy: mint('legacy'), v1: mint('v1'), v2: mint('v2') };
}

/** Ours: keys whose signature was found good and is not computed again. */
const REMEMBERED_KEYS = 1000;

export class KeyCheck {
  readonly #secret: string;
  readonly #good = new Map<string, Claims>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /**
   * The token id in the key that a client sent, or empty. Taken are: the JWT as it is, `Bearer` in front of it, and the
   * base64 wrapper `{"endpoint","api_key"}` of Momento's console, which HTTP users pass on whole.
   * @throws AUTHENTICATION_ERROR when there is none, it is none of ours, or it has expired by `now` (epoch ms).
   */
  check(sent: string, now: number): string {
    if (sent.trim() === '') throw momentoError('AUTHENTICATION_ERROR', 'The request carries no API key.');
    const claims = this.#good.get(sent) ?? this.#verify(sent);
    if (claims.exp !== undefined && claims.exp * 1000 <= now)
      throw momentoError(
        'AUTHENTICATION_ERROR',
        `The API key expired at ${new Date(claims.exp * 1000).toISOString()}.`,
      );
    return claims.tid ?? '';
  }

  #verify(sent: string): Claims {
    const [header = '', payload = '', signature = '', ...more] = unwrap(sent).split('.');
    const good =
      more.length === 0 &&
      decode(header)?.['alg'] === 'HS256' &&
      isSame(signature, sign(`${header}.${payload}`, this.#secret));
    if (!good) throw momentoError('AUTHENTICATION_ERROR', describeForeignKey(withoutScheme(sent)));
    // Signed by us, so the claims are ours.
    const claims: Claims = decode(payload) ?? {};
    if (this.#good.size >= REMEMBERED_KEYS) this.#good.clear();
    this.#good.set(sent, claims);
    return claims;
  }
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
