// The bearer token of a caller, where its authorizer stands in (JWT of an HTTP API, a user pool of a REST API): what it
// claims is read, and nothing is verified: neither who signed it, nor for whom, nor until when it is good. Claims are
// texts for functions. Sources: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers" and
// "Integrate a REST API with an Amazon Cognito user pool"; forms of claims as events of AWS show them (HTTP:
// aws-powertools powertools-lambda-typescript issue 2624; a list is `[a b]` there, and `a,b` behind a REST API).
import { isRecord } from '../../resources/properties.ts';
import type { Authorized } from '../request.ts';
import type { TokenAuthorizer } from './deployed-authorizer.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** `undefined` for what is no JSON Web Token. */
export function readClaims(value: string): Claims | undefined {
  const parts = value.replace(/^Bearer\s+/i, '').split('.');
  return parts.length === 3 ? readPart(parts[1] ?? '') : undefined;
}

/** The header or the claims of a token; `undefined` for what is neither. */
export function readPart(text: string): Claims | undefined {
  try {
    const part: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return isRecord(part) ? part : undefined;
  } catch {
    return undefined;
  }
}

/** What functions see of the claims. */
export function authorizedBy(
  claims: Claims,
  { type, hasScopes }: Pick<TokenAuthorizer, 'type' | 'hasScopes'>,
): Authorized {
  if (type === 'COGNITO_USER_POOLS') {
    const facts = { claims: mapClaims(claims, restClaim) };
    return { flat: facts, nested: facts };
  }
  const facts = { claims: mapClaims(claims, httpClaim), scopes: hasScopes ? scopesOf(claims) : null };
  return { flat: facts, nested: { jwt: facts } };
}

function mapClaims(claims: Claims, write: (name: string, value: unknown) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, write(name, value)]));
}

function httpClaim(_name: string, value: unknown): string {
  return Array.isArray(value) ? `[${value.map(textOf).join(' ')}]` : textOf(value);
}

/** Times are written as Java writes a date: `Sun Nov 22 12:00:00 UTC 2026`. */
function restClaim(name: string, value: unknown): string {
  if ((name === 'exp' || name === 'iat') && typeof value === 'number') return javaDate(value * 1000);
  return Array.isArray(value) ? value.map(textOf).join(',') : textOf(value);
}

function javaDate(at: number): string {
  const [, week, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${week} ${month} ${day} ${time} UTC ${year}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Source: developer guide, as above: `scope` or `scp`, a text with blanks or a list. */
export function scopesOf({ scope, scp }: Claims): readonly string[] {
  const given = scope ?? scp ?? [];
  return Array.isArray(given) ? given.map(textOf) : textOf(given).split(' ');
}
