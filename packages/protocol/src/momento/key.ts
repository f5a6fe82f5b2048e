// The three forms in which Momento's clients take an API key. All hold a JWT whose signature only the service looks at;
// they differ in how a client learns where to go. Making the JWT and its signature is not done here.
//
//   legacy   the JWT; its claims `c` and `cp` name the endpoints as they are, `host:port`
//   v1       base64 of {"endpoint","api_key"}; clients put `cache.`, `control.` and `token.` in front of the endpoint
//   v2       the JWT with the claim `t: "g"`; the endpoint comes from a second variable and is prefixed as in v1
//
// Source: @gomomento/sdk-core 1.118.1, internal/utils/auth.js and auth/credential-provider.js, read 2026-11-29.
import { decodeBase64, encodeBase64 } from '../aws/scalar.ts';
import { decodeUtf8, encodeUtf8 } from '../pattern/text.ts';

export const KEY_FORMS = ['legacy', 'v1', 'v2'] as const;

export type KeyForm = (typeof KEY_FORMS)[number];

/**
 * What Momento's clients put in front of the host that they are given: `web.` its browser SDK, `api.` who computes the
 * address of the HTTP API, as the SDK's own tests do.
 */
export const HOST_PREFIXES = [
  'cache.',
  'control.',
  'token.',
  'web.',
  'web.cache.',
  'web.control.',
  'web.token.',
  'api.',
  'api.cache.',
] as const;

/** The claims by which clients tell a JWT's form, and where a legacy one leads: `endpoint` is `host:port`. */
export function claimsOfForm(form: KeyForm, endpoint: string): Readonly<Record<string, string>> {
  if (form === 'legacy') return { c: endpoint, cp: endpoint };
  return form === 'v2' ? { t: 'g' } : {};
}

/** The text that a client is given for a signed JWT that has the claims of its form. */
export function writeKey(form: KeyForm, jwt: string, endpoint: string): string {
  return form === 'v1' ? encodeBase64(encodeUtf8(JSON.stringify({ endpoint, api_key: jwt }))) : jwt;
}

/** A key as its client reads it; nothing in it has been verified. */
export interface ReadKey {
  readonly form: KeyForm;
  /** What the client sends as `authorization`. */
  readonly jwt: string;
  /** Empty where a v1 key holds something else than a JWT. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Where a client that is given nothing else calls: of a legacy key `c`, of a v1 key what it puts prefixes to. */
  readonly endpoint?: string;
}

/** `undefined` for a text that no client takes as a key: neither a JWT nor the base64 wrapper. */
export function readKey(text: string): ReadKey | undefined {
  const wrapper = text.includes('.') ? undefined : decodeObject(text);
  if (wrapper) {
    const { endpoint, api_key: jwt } = wrapper;
    if (typeof endpoint !== 'string' || endpoint === '' || typeof jwt !== 'string' || jwt === '') return undefined;
    // Its client does not look inside.
    return { form: 'v1', jwt, claims: claimsIn(jwt) ?? {}, endpoint };
  }
  const claims = claimsIn(text);
  if (!claims) return undefined;
  if (claims['t'] === 'g') return { form: 'v2', jwt: text, claims };
  const { c: endpoint } = claims;
  return { form: 'legacy', jwt: text, claims, ...(typeof endpoint === 'string' && { endpoint }) };
}

/** Why whoever signed no such key refuses it, for its sender: what it is instead, and how to get one. Never the key. */
export function describeForeignKey(text: string): string {
  const key = readKey(text);
  if (!key) {
    return 'The API key is malformed: it is neither a JWT nor base64 of {"endpoint","api_key"}. Take MOMENTO_API_KEY from the environment of the local cloud.';
  }
  if (key.endpoint !== undefined && /\.momentohq\.com(:\d+)?$/.test(key.endpoint)) {
    return "The API key is one of Momento's own cloud, and this is a local one. Take MOMENTO_API_KEY from its environment.";
  }
  return (
    'The API key was minted by another local cloud, or by an earlier start of this one. ' +
    'eval "$(npx earwitness env)" sets a new MOMENTO_API_KEY, and npx earwitness token prints one.'
  );
}

/** The payload of a JWT; `undefined` when it is none. */
function claimsIn(jwt: string): Readonly<Record<string, unknown>> | undefined {
  const parts = jwt.split('.');
  return parts.length === 3 ? decodeObject(parts[1] ?? '') : undefined;
}

/** The JSON object that base64 or base64url holds. */
function decodeObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
