// Presigned URLs: requests whose signature stands in their query, of version 4 (`X-Amz-Signature`) or 2 (`Signature`,
// which the AWS CLI and boto3 still make for custom endpoints). What S3 refuses of them is refused; signatures are
// not verified, for any secret works in this cloud.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

/** A request with a signature in its query. */
export interface PresignedRequest {
  /** Parameters of the query, decoded, in their order. */
  readonly query: Iterable<readonly [name: string, value: string]>;
  /** Headers by names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The cloud's time, in epoch milliseconds. */
  readonly nowMs: number;
}

/** What a presigned URL says. */
export interface Presigned {
  readonly version: 2 | 4;
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  /** The region that was signed for; version 2 names none. */
  readonly region: string | undefined;
  readonly expiresAtMs: number;
  /** Parameters that act as headers, by names in lower case: to be laid over the request's own. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Longest life of a presigned URL of version 4, in seconds: seven days.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
const MAX_LIFE_SECONDS = 604_800;

/** How far ahead of the cloud a signer's clock may be: what S3 allows to signed requests. Source: the same pages. */
const MAX_SKEW_MS = 15 * 60_000;

/** What a signature of version 4 consists of, in the order of S3's sentence. */
const V4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

const V2_PARAMETERS = ['Signature', 'Expires', 'AWSAccessKeyId'] as const;

/**
 * Parameters that act as no header: the signature's own, and the checksums that SDKs sign into a URL: they are of an
 * empty body, and S3 does not hold them against what is sent.
 */
const NO_HEADERS = new Set([
  ...V4_PARAMETERS.map((name) => name.toLowerCase()),
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
]);

/** Whether a query has any part of a signature: then checkPresigned says what is missing. */
export function isPresigned(query: Iterable<readonly [name: string, value: string]>): boolean {
  for (const [name] of query) {
    const lower = name.toLowerCase();
    if (V4_PARAMETERS.some((own) => own.toLowerCase() === lower)) return true;
    if (name === 'Signature' || name === 'AWSAccessKeyId') return true;
  }
  return false;
}

/**
 * Reads the signature of a query.
 * @throws ServiceError `AccessDenied` (403), `AuthorizationQueryParametersError` (400), `SignatureDoesNotMatch` (403)
 *   where no secret could make the signature.
 */
export function checkPresigned(request: PresignedRequest): Presigned {
  const exact = new Map<string, string>();
  const lower = new Map<string, string>();
  for (const [name, value] of request.query) {
    exact.set(name, value);
    lower.set(name.toLowerCase(), value);
  }
  const isV4 = V4_PARAMETERS.some((name) => lower.has(name.toLowerCase()));
  return isV4 ? checkV4(request, lower) : checkV2(request, exact, lower);
}

function checkV4(request: PresignedRequest, query: ReadonlyMap<string, string>): Presigned {
  const [algorithm, credential, signature, date, signedHeaders, expires] = V4_PARAMETERS.map((name) =>
    query.get(name.toLowerCase()),
  );
  // An empty value is none.
  if (!algorithm || !credential || !signature || !date || !signedHeaders || !expires) {
    const names = `${V4_PARAMETERS.slice(0, -1).join(', ')}, and ${V4_PARAMETERS.at(-1)}`;
    throw parametersError(`Query-string authentication version 4 requires the ${names} parameters.`);
  }
  if (algorithm !== 'AWS4-HMAC-SHA256' && algorithm !== 'AWS4-ECDSA-P256-SHA256') {
    throw parametersError('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  const { accessKeyId, region } = parseCredential(credential, date.slice(0, 8));
  const signedAtMs = parseLongDate(date);
  const expiresAtMs = signedAtMs + parseLife(expires) * 1000;
  const signed = signedHeaders.toLowerCase().split(';');
  checkSignedHeaders(request.headers, signed);
  // A header that was signed and is not sent: no secret makes that signature. Host is :authority in HTTP/2, and a
  // length of zero need not be said.
  if (signed.some((name) => !['host', 'content-length'].includes(name) && request.headers[name] === undefined)) {
    throw signatureMismatch(accessKeyId, signature);
  }
  if (signedAtMs > request.nowMs + MAX_SKEW_MS) throw accessDenied('Request is not valid yet');
  if (request.nowMs > expiresAtMs) throw expired(expiresAtMs, request.nowMs, { 'X-Amz-Expires': expires });
  return {
    version: 4,
    accessKeyId,
    securityToken: query.get('x-amz-security-token'),
    region,
    expiresAtMs,
    headers: actingHeaders(query),
  };
}

function checkV2(
  request: PresignedRequest,
  exact: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
): Presigned {
  const [signature, expires, accessKeyId] = V2_PARAMETERS.map((name) => exact.get(name));
  if (!signature || !expires || !accessKeyId) {
    throw accessDenied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');
  }
  if (!/^\d{1,12}$/.test(expires)) {
    throw accessDenied(`Invalid date (should be seconds since epoch): ${expires}`);
  }
  const expiresAtMs = Number(expires) * 1000;
  if (request.nowMs > expiresAtMs) throw expired(expiresAtMs, request.nowMs, {});
  const headers = actingHeaders(query);
  // botocore signs these two into the query, too.
  for (const name of ['content-type', 'content-md5']) {
    const value = query.get(name);
    if (value !== undefined) headers[name] = value;
  }
  return {
    version: 2,
    accessKeyId,
    securityToken: query.get('x-amz-security-token'),
    region: undefined,
    expiresAtMs,
    headers,
  };
}

/** `<access key id>/<yyyymmdd>/<region>/s3/aws4_request`; the key id itself may contain no slash. */
function parseCredential(credential: string, signedOn: string): { accessKeyId: string; region: string } {
  const [accessKeyId, date, region, service, end, ...more] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || !end || more.length > 0) {
    const form = '<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request';
    throw credentialError(`the Credential is mal-formed; expecting "${form}".`);
  }
  if (!/^\d{8}$/.test(date)) {
    throw credentialError(
      `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  }
  if (service !== 's3') throw credentialError(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (end !== 'aws4_request') {
    throw credentialError(`incorrect terminal "${end}". This endpoint uses "aws4_request".`);
  }
  if (date !== signedOn && /^\d{8}$/.test(signedOn)) {
    throw parametersError(`Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${signedOn}".`);
  }
  return { accessKeyId, region };
}

function parseLongDate(date: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  const [, year, month, day, hour, minute, second] = found ?? [];
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(atMs)) {
    throw parametersError(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  return atMs;
}

function parseLife(expires: string): number {
  if (!/^-?\d+$/.test(expires)) throw parametersError('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) throw parametersError('X-Amz-Expires must be non-negative');
  if (seconds > MAX_LIFE_SECONDS) {
    const limit = `the given X-Amz-Expires must be less than ${MAX_LIFE_SECONDS} seconds`;
    throw parametersError(`X-Amz-Expires must be less than a week (in seconds); that is, ${limit}`);
  }
  return seconds;
}

/** A header `x-amz-…` that was not signed is refused; any other may differ from what the signer had in mind. */
function checkSignedHeaders(headers: PresignedRequest['headers'], signed: readonly string[]): void {
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && headers[name] !== undefined && !signed.includes(name),
  );
  if (unsigned.length === 0) return;
  throw accessDenied('There were headers present in the request which were not signed', {
    HeadersNotSigned: unsigned.sort().join(', '),
  });
}

function signatureMismatch(accessKeyId: string, signature: string): ServiceError {
  const why = 'The request signature we calculated does not match the signature you provided.';
  return new ServiceError('SignatureDoesNotMatch', `${why} Check your key and signing method.`, {
    status: 403,
    fields: { AWSAccessKeyId: accessKeyId, SignatureProvided: signature },
  });
}

function actingHeaders(query: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of query) {
    if (!name.startsWith('x-amz-') || NO_HEADERS.has(name) || name.startsWith('x-amz-checksum-')) continue;
    headers[name] = value;
  }
  // How checksums are answered is a wish, not a checksum.
  const mode = query.get('x-amz-checksum-mode');
  if (mode !== undefined) headers['x-amz-checksum-mode'] = mode;
  return headers;
}

function expired(expiresAtMs: number, nowMs: number, life: Readonly<Record<string, string>>): ServiceError {
  return accessDenied('Request has expired', {
    ...life,
    Expires: wholeSeconds(expiresAtMs),
    ServerTime: wholeSeconds(nowMs),
  });
}

function wholeSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+/, '');
}

function accessDenied(message: string, fields: Readonly<Record<string, string>> = {}): ServiceError {
  return new ServiceError('AccessDenied', message, { status: 403, fields });
}

function credentialError(what: string): ServiceError {
  return parametersError(`Error parsing the X-Amz-Credential parameter; ${what}`);
}

function parametersError(message: string): ServiceError {
  return new ServiceError('AuthorizationQueryParametersError', message, { status: 400 });
}
