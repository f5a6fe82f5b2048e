import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { describe, expect, test } from 'vitest';
import { checkPresigned, isPresigned } from './presigned.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');

const V4 = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'AKIAEXAMPLE/20261128/eu-west-1/s3/aws4_request',
  'X-Amz-Date': '20261128T115900Z',
  'X-Amz-Expires': '900',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': 'ab'.repeat(32),
};
const V2 = { AWSAccessKeyId: 'AKIAEXAMPLE', Signature: 'c2ln', Expires: String(NOW / 1000 + 60) };

type Query = Readonly<Record<string, string | undefined>>;

function check(query: Query, headers: Readonly<Record<string, string>> = {}, nowMs = NOW) {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return checkPresigned({ query: given, headers, nowMs });
}

function refusal(...request: Parameters<typeof check>) {
  try {
    check(...request);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, status, message, fields } = error;
    return { code, status, message, ...(Object.keys(fields).length > 0 && { fields }) };
  }
}

const parametersError = (message: string) => ({ code: 'AuthorizationQueryParametersError', status: 400, message });

describe('Presigned URLs of version 4', () => {
  test('say who signed, for which region, and until when', () => {
    expect(check({ ...V4, 'X-Amz-Security-Token': 'token' })).toEqual({
      version: 4,
      accessKeyId: 'AKIAEXAMPLE',
      securityToken: 'token',
      region: 'eu-west-1',
      expiresAtMs: Date.parse('2026-11-28T12:14:00Z'),
      headers: {},
    });
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, presigned URLs (missing parameters of version 4).
  test.each(Object.keys(V4))('without %s, S3 says what all is needed', (name) => {
    const message =
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';
    expect(refusal({ ...V4, [name]: undefined })).toEqual(parametersError(message));
    expect(refusal({ ...V4, [name]: '' })).toEqual(parametersError(message));
  });

  // The same tests: expired, with its times.
  test('expire', () => {
    expect(refusal(V4, {}, Date.parse('2026-11-28T12:14:00Z'))).toBe('accepted');
    expect(refusal(V4, {}, Date.parse('2026-11-28T12:14:01.5Z'))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Request has expired',
      fields: { 'X-Amz-Expires': '900', Expires: '2026-11-28T12:14:00Z', ServerTime: '2026-11-28T12:14:01Z' },
    });
  });

  // The same tests: unsigned x-amz-* headers are named.
  test('do not take headers x-amz-… that were not signed', () => {
    const headers = { 'x-amz-meta-a': '1', 'x-amz-date': '20261128T115900Z', host: 'h', 'content-type': 'text/plain' };
    expect(refusal(V4, headers)).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-date, x-amz-meta-a' },
    });
    expect(refusal({ ...V4, 'X-Amz-SignedHeaders': 'host;x-amz-date;x-amz-meta-a' }, headers)).toBe('accepted');
  });

  // boto3 1.43.11, generate_presigned_url('put_object', ContentType, Metadata): both are signed, and have to be sent.
  // The sentence: S3 API reference, "Error responses".
  test('want the headers that were signed', () => {
    const query = { ...V4, 'X-Amz-SignedHeaders': 'content-length;content-type;host;x-amz-meta-colour' };
    expect(refusal(query, { 'content-type': 'text/css', 'x-amz-meta-colour': 'blue' })).toBe('accepted');
    expect(refusal(query, { 'x-amz-meta-colour': 'blue' })).toEqual({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      fields: { AWSAccessKeyId: 'AKIAEXAMPLE', SignatureProvided: 'ab'.repeat(32) },
    });
  });

  // The same tests: a Content-Type that was not signed is fine.
  test('take any other header', () => {
    expect(refusal(V4, { 'content-type': 'text/html', authorization: 'x' })).toBe('accepted');
  });

  // The same tests: the beginning of the sentence. Its second halves: as S3-compatible servers quote them (MinIO's
  // table of S3 errors), second-hand.
  test.each([
    ['AKIAEXAMPLE', 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'],
    ['a/b/c/d/e/f', 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'],
    [
      'A/today/eu-west-1/s3/aws4_request',
      'incorrect date format "today". This date in the credential must be in the format "yyyyMMdd".',
    ],
    ['A/20261128/eu-west-1/sqs/aws4_request', 'incorrect service "sqs". This endpoint belongs to "s3".'],
    ['A/20261128/eu-west-1/s3/aws3_request', 'incorrect terminal "aws3_request". This endpoint uses "aws4_request".'],
  ])('the credential %j is malformed', (credential, what) => {
    expect(refusal({ ...V4, 'X-Amz-Credential': credential })).toEqual(
      parametersError(`Error parsing the X-Amz-Credential parameter; ${what}`),
    );
  });

  // Second-hand: MinIO's and OpenStack Swift's tables of S3's sentences. The number: S3 API reference, query string
  // auth.
  test.each([
    [
      'X-Amz-Expires',
      '604801',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    ],
    ['X-Amz-Expires', '-1', 'X-Amz-Expires must be non-negative'],
    ['X-Amz-Expires', 'soon', 'X-Amz-Expires should be a number'],
    ['X-Amz-Date', '2026-11-28T11:59:00Z', `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`],
    ['X-Amz-Date', '20261128T256199Z', `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`],
    [
      'X-Amz-Date',
      '20261127T115900Z',
      'Invalid credential date "20261128". This date is not the same as X-Amz-Date: "20261127".',
    ],
    [
      'X-Amz-Algorithm',
      'AWS4-HMAC-SHA1',
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
    ],
  ])('%s=%s is refused', (name, value, message) => {
    expect(refusal({ ...V4, [name]: value })).toEqual(parametersError(message));
  });

  test('live for seven days at most, and not before they are signed', () => {
    expect(refusal({ ...V4, 'X-Amz-Expires': '604800' })).toBe('accepted');
    expect(refusal(V4, {}, NOW - 16 * 60_000)).toBe('accepted');
    expect(refusal(V4, {}, NOW - 20 * 60_000)).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Request is not valid yet',
    });
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, test_presigned_url_v4_x_amz_in_qs: metadata of the
  // query is stored; the checksum in it (of an empty body) is not held against the upload.
  test('parameters x-amz-… act as headers, but for the signature and checksums', () => {
    const { headers } = check({
      ...V4,
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-checksum-crc32': 'AAAAAA==',
      'x-amz-sdk-checksum-algorithm': 'CRC32',
      'x-amz-meta-Colour': 'blue',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-checksum-mode': 'ENABLED',
      'x-id': 'PutObject',
      versionId: '1',
    });
    expect(headers).toEqual({
      'x-amz-meta-colour': 'blue',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-checksum-mode': 'ENABLED',
    });
  });
});

describe('Presigned URLs of version 2', () => {
  // `aws s3 presign` of the AWS CLI 1.45.11 with a custom endpoint makes them.
  test('say who signed and until when, not for which region', () => {
    expect(check({ ...V2, 'x-amz-security-token': 't', 'x-amz-meta-a': '1', 'content-type': 'text/css' })).toEqual({
      version: 2,
      accessKeyId: 'AKIAEXAMPLE',
      securityToken: 't',
      region: undefined,
      expiresAtMs: NOW + 60_000,
      headers: { 'x-amz-meta-a': '1', 'content-type': 'text/css' },
    });
  });

  // Made by boto3 1.43.11 with a custom endpoint: generate_presigned_url('put_object', ContentType, Metadata).
  test('of boto3 carry headers in their query', () => {
    const url = new URL(
      'http://127.0.0.1:4566/orders/a%20b?AWSAccessKeyId=AKIAEXAMPLE&Signature=C9C3hIcLYNQmXTLnfxov9F%2BDTNI%3D&x-amz-meta-colour=blue&content-type=text%2Fcss&x-amz-storage-class=STANDARD_IA&x-amz-security-token=tok&Expires=1795964137',
    );
    expect(isPresigned(url.searchParams)).toBe(true);
    expect(checkPresigned({ query: url.searchParams, headers: {}, nowMs: NOW })).toEqual({
      version: 2,
      accessKeyId: 'AKIAEXAMPLE',
      securityToken: 'tok',
      region: undefined,
      expiresAtMs: 1_795_964_137_000,
      headers: { 'x-amz-meta-colour': 'blue', 'content-type': 'text/css', 'x-amz-storage-class': 'STANDARD_IA' },
    });
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, presigned URLs (missing parameters of version 2).
  test.each(Object.keys(V2))('without %s, S3 says what all is needed', (name) => {
    expect(refusal({ ...V2, [name]: undefined })).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    });
  });

  // The same tests: expired, without a life.
  test('expire', () => {
    expect(refusal(V2, {}, NOW + 61_000)).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Request has expired',
      fields: { Expires: '2026-11-28T12:01:00Z', ServerTime: '2026-11-28T12:01:01Z' },
    });
  });

  // S3's sentence, second-hand: MinIO's table of S3 errors.
  test('expire at a number', () => {
    expect(refusal({ ...V2, Expires: 'soon' })).toMatchObject({ code: 'AccessDenied', status: 403 });
  });
});

test('a query is known by any part of a signature', () => {
  expect(isPresigned([['X-Amz-Date', '1']])).toBe(true);
  expect(isPresigned([['x-amz-signature', '1']])).toBe(true);
  expect(isPresigned([['AWSAccessKeyId', 'A']])).toBe(true);
  expect(isPresigned([['Signature', 'A']])).toBe(true);
  expect(
    isPresigned([
      ['x-amz-meta-a', '1'],
      ['list-type', '2'],
    ]),
  ).toBe(false);
});
