// Verifies JSON Web Tokens of HTTP APIs by the keys of their issuer: signature, issuer, audience, times, scopes.
// Issuers of this machine and of plain HTTP alone are asked; tokens of any other stand in (`isAsked`): what a test
// sees must not hang on a network. Source: API Gateway developer guide, "Control access to HTTP APIs with JWT
// authorizers" (steps, RSA alone, `client_id` where there is no `aud`, keys for two hours) and "Troubleshooting
// issues with HTTP API JWT authorizers" (`www-authenticate`).
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import type { HttpClient } from '../../destinations/http-client.ts';
import { isLoopback } from '../../http/guard.ts';
import type { Platform } from '../../platform.ts';
import { isRecord } from '../../resources/properties.ts';
import type { Claims } from './token.ts';
import { readPart, scopesOf } from './token.ts';

/** What a token has to be. */
export interface JwtRules {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Of the route: one of them is enough. */
  readonly scopes: readonly string[];
}

export type Verified =
  | { readonly kind: 'good'; readonly claims: Claims }
  /** `error` and `why` are those of `www-authenticate`. */
  | { readonly kind: 'bad'; readonly error: 'invalid_token' | 'insufficient_scope'; readonly why: string };

/** How long keys are kept. Source: the guide, as above. */
const KEYS_MS = 2 * 3_600_000;
/** Ours: how long an issuer may take, and how much it may say. */
const TIMEOUT_MS = 5000;
const DOCUMENT_MAX_BYTES = 256 * 1024;

const ALGORITHMS: Readonly<Record<string, string>> = { RS256: 'RSA-SHA256', RS384: 'RSA-SHA384', RS512: 'RSA-SHA512' };

/** Whether an issuer is asked for its keys. */
export function isAsked(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' || (protocol === 'https:' && isLoopback(hostname));
}

/** Why an issuer says nothing of its keys. */
class IssuerFault extends Error {}

type Keys = readonly Readonly<Record<string, unknown>>[];

export function createJwtVerifier({ clock }: Platform, http: HttpClient) {
  const kept = new Map<string, { readonly keys: Keys; readonly until: number }>();

  async function read(address: string): Promise<Readonly<Record<string, unknown>>> {
    if (!URL.canParse(address)) throw new IssuerFault(`${address} is no address`);
    const asked = { method: 'GET', url: new URL(address), headers: ['Accept', 'application/json'] };
    const result = await http.send({ ...asked, timeoutMs: TIMEOUT_MS, readBytes: DOCUMENT_MAX_BYTES });
    if (result.kind !== 'answered') {
      const cause = result.kind === 'timed out' ? 'no answer in time' : (result.cause ?? result.reason);
      throw new IssuerFault(`${address} cannot be reached: ${cause}`);
    }
    const document = parse(result.body);
    if (result.status !== 200 || !document)
      throw new IssuerFault(`${address} answered ${result.status} and no JSON object`);
    return document;
  }

  async function keysOf(issuer: string, kid: unknown): Promise<Keys> {
    const known = kept.get(issuer);
    if (known && known.until > clock.now() && known.keys.some((key) => key['kid'] === kid)) return known.keys;
    const { jwks_uri: uri } = await read(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { keys } = await read(String(uri));
    const all = Array.isArray(keys) ? keys.filter(isRecord) : [];
    kept.set(issuer, { keys: all, until: clock.now() + KEYS_MS });
    return all;
  }

  async function isSigned(token: string, issuer: string): Promise<boolean> {
    const [head = '', body = '', signature = ''] = token.split('.');
    const { alg, kid } = readPart(head) ?? {};
    const algorithm = ALGORITHMS[String(alg)];
    if (algorithm === undefined) return false;
    const key = (await keysOf(issuer, kid)).find((one) => one['kid'] === kid && one['kty'] === 'RSA');
    if (!key) return false;
    try {
      const publicKey = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
      return verify(algorithm, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'));
    } catch {
      // What is no key signs nothing.
      return false;
    }
  }

  return async (token: string, { issuer, audience, scopes }: JwtRules): Promise<Verified> => {
    const bad = (why: string): Verified => ({ kind: 'bad', error: 'invalid_token', why });
    const parts = token.split('.');
    const claims = parts.length === 3 ? readPart(parts[1] ?? '') : undefined;
    if (!claims) return bad('the token is not a JSON Web Token');
    try {
      if (!(await isSigned(token, issuer))) return bad('the token has an invalid signature');
    } catch (error) {
      if (error instanceof IssuerFault) return bad(`the keys of the issuer are not known: ${error.message}`);
      throw error;
    }
    const { iss, aud, client_id: client, exp, nbf, iat } = claims;
    const now = clock.now() / 1000;
    if (iss !== issuer) return bad('the token does not have a valid issuer');
    const named = aud === undefined ? [client] : [aud].flat();
    if (!named.some((one) => audience.includes(String(one)))) return bad('the token does not have a valid audience');
    if (typeof exp !== 'number' || exp <= now) return bad('the token has expired');
    if ([nbf, iat].some((time) => typeof time === 'number' && time > now)) return bad('the token is not valid yet');
    const has = scopesOf(claims);
    if (scopes.length === 0 || scopes.some((scope) => has.includes(scope))) return { kind: 'good', claims };
    return { kind: 'bad', error: 'insufficient_scope', why: `the token has none of the scopes ${scopes.join(' ')}` };
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isRecord(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
