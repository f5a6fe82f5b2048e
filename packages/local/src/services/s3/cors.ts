// What web pages may do: a bucket's CORS configuration says so, as on AWS; here it also keeps others out, for any page
// could sign. Sources: S3 user guide, "Elements of a CORS configuration"; sentences recorded on AWS (LocalStack,
// tests/aws/services/s3/test_s3_cors).
import type { CORSRule } from '@earwitness/protocol/internal/aws/models/s3.types';
import type { Bucket } from './bucket.ts';
import { invalidRequest, refused } from './refusals.ts';

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];

/** @throws ServiceError `InvalidRequest` */
export function checkCors(rules: readonly CORSRule[]): void {
  for (const { AllowedHeaders = [], AllowedMethods, AllowedOrigins, ExposeHeaders = [] } of rules) {
    const method = AllowedMethods.find((name) => !METHODS.includes(name));
    if (method !== undefined) {
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
    }
    for (const [name, values] of [
      ['AllowedOrigin', AllowedOrigins],
      ['AllowedHeader', AllowedHeaders],
    ] as const) {
      const wild = values.find((value) => value.split('*').length > 2);
      if (wild !== undefined) throw invalidRequest(`${name} "${wild}" can not have more than one wildcard.`);
    }
    const exposed = ExposeHeaders.find((value) => value.includes('*'));
    if (exposed !== undefined) {
      throw invalidRequest(
        `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      );
    }
  }
}

/** The rule that lets a page in. */
export function findRule(
  bucket: Bucket | undefined,
  { origin, method }: { readonly origin: string; readonly method: string },
): CORSRule | undefined {
  return bucket?.documents.cors?.CORSRules.find(
    ({ AllowedMethods, AllowedOrigins }) =>
      AllowedMethods.includes(method) && AllowedOrigins.some((allowed) => fits(allowed, origin)),
  );
}

/** Headers of the answer to a page that may read it. */
export function corsHeaders(
  { AllowedMethods, AllowedOrigins, ExposeHeaders = [], MaxAgeSeconds }: CORSRule,
  origin: string,
) {
  const isAny = AllowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-allow-methods': AllowedMethods.join(', '),
    ...(ExposeHeaders.length > 0 && { 'access-control-expose-headers': ExposeHeaders.join(', ') }),
    ...(MaxAgeSeconds !== undefined && { 'access-control-max-age': String(MaxAgeSeconds) }),
    ...(!isAny && { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** The answer to a preflight request. @throws ServiceError `BadRequest`, `AccessForbidden` */
export function answerPreflight(
  bucket: Bucket | undefined,
  headers: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': asked = '' } = headers;
  if (origin === undefined) throw refused('BadRequest', 'Insufficient information. Origin request header needed.');
  if (method === undefined) {
    throw refused('BadRequest', `Invalid Access-Control-Request-Method: ${method ?? 'null'}`);
  }
  if (!bucket?.documents.cors) {
    throw refused('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.', { status: 403 });
  }
  const rule = findRule(bucket, { origin, method });
  const wanted = asked.split(',').map((name) => name.trim().toLowerCase());
  const isAllowed = (name: string) =>
    name === '' || (rule?.AllowedHeaders ?? []).some((allowed) => fits(allowed.toLowerCase(), name));
  if (!rule || !wanted.every(isAllowed)) throw notAllowed(method);
  return {
    ...corsHeaders(rule, origin),
    ...(asked !== '' && { 'access-control-allow-headers': wanted.join(', ') }),
  };
}

export function notAllowed(method: string) {
  return refused(
    'AccessForbidden',
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    { status: 403, Method: method, ResourceType: 'BUCKET' },
  );
}

/** One `*` at most, which stands for anything. */
function fits(pattern: string, text: string): boolean {
  const [first = '', last] = pattern.split('*');
  if (last === undefined) return pattern === text;
  return text.length >= first.length + last.length && text.startsWith(first) && text.endsWith(last);
}
