// Momento keys: the forms in which a client may hand one over, and the "legacy JWT" form, the only one in which a key names bare
// `host:port` endpoints (every other form puts `cache.` or `control.` in front). Pure: signing and checking need node:crypto and
// live in the local cloud.
import { base64Decode, base64Encode, getTextEncoding } from '@bufbuild/protobuf/wire';

/** What a key of ours claims. There must never be a `t: "g"`: the SDKs would take it for a v2 key, which needs a second variable. */
export interface TokenClaims {
  /** Where caches and topics are served: `host:port`. */
  readonly c: string;
  /** Where the control plane is served: `host:port`. */
  readonly cp: string;
  /** Issued at, epoch seconds. */
  readonly iat: number;
  /** Expires at, epoch seconds; absent: never. */
  readonly exp?: number;
  /** Token id; subscribers see it as `publisher_id`. */
  readonly tid?: string;
}

/** A JWT's parts. */
export interface ParsedToken {
  readonly algorithm: string;
  readonly claims: TokenClaims;
  /** What was signed: header and claims as they stood in the token. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** Header and claims of a JWT, ready to be signed with HS256. */
export function encodeClaims(claims: TokenClaims): string {
  return `${encodeJson({ typ: 'JWT', alg: 'HS256' })}.${encodeJson(claims)}`;
}

export function encodeSignature(signature: Uint8Array): string {
  return base64Encode(signature, 'url');
}

/**
 * The key inside what a client sent: a JWT as it is, `Bearer` in front of it (HTTP users write that), or the base64 wrapper
 * `{"endpoint","api_key"}` that Momento's console hands out and that HTTP users pass on whole.
 */
export function unwrapKey(sent: string): string {
  const key = sent.replace(/^Bearer\s+/i, '').trim();
  if (key.includes('.')) return key;
  const wrapper = decodeJson(key);
  const inner = wrapper?.['api_key'];
  return typeof inner === 'string' ? inner : key;
}

/** Takes a JWT apart without believing it; undefined when it is none, or not one with the claims of a key. */
export function parseToken(key: string): ParsedToken | undefined {
  const [header = '', payload = '', signature = '', ...more] = key.split('.');
  if (more.length > 0) return undefined;
  const algorithm = decodeJson(header)?.['alg'];
  const bytes = decodeBytes(signature);
  const claims = parseClaims(decodeJson(payload));
  if (typeof algorithm !== 'string' || !bytes || !claims) return undefined;
  return { algorithm, claims, signed: `${header}.${payload}`, signature: bytes };
}

function parseClaims(payload: Readonly<Record<string, unknown>> | undefined): TokenClaims | undefined {
  const { c, cp, iat, exp, tid } = payload ?? {};
  if (typeof c !== 'string' || typeof cp !== 'string' || typeof iat !== 'number') return undefined;
  if (exp !== undefined && typeof exp !== 'number') return undefined;
  if (tid !== undefined && typeof tid !== 'string') return undefined;
  return { c, cp, iat, ...(exp !== undefined && { exp }), ...(tid !== undefined && { tid }) };
}

const text = getTextEncoding();

function encodeJson(value: object): string {
  return base64Encode(text.encodeUtf8(JSON.stringify(value)), 'url');
}

function decodeBytes(encoded: string): Uint8Array | undefined {
  try {
    return base64Decode(encoded);
  } catch {
    return undefined;
  }
}

function decodeJson(encoded: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decodeBytes(encoded);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(text.decodeUtf8(bytes));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
