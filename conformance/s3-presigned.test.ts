// URLs and forms that somebody signed for somebody else. What a source is given for was recorded on AWS, unless it says
// otherwise.
import { S3 } from '@aws-sdk/client-s3';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  ask,
  elementOf,
  formOf,
  newBucketName,
  type Presigned,
  presignV2,
  presignV4,
  signatureV4,
} from './support/s3.ts';

let local: Local;
let s3: S3;
let Bucket: string;
const key = { accessKeyId: '', secretAccessKey: '', region: '' };

beforeAll(async () => {
  local = await startLocal();
  key.accessKeyId = local.env.AWS_ACCESS_KEY_ID;
  key.secretAccessKey = local.env.AWS_SECRET_ACCESS_KEY;
  key.region = local.env.AWS_REGION;
  s3 = new S3({ endpoint: local.url, region: key.region, credentials: key, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});
beforeEach(async () => {
  Bucket = newBucketName();
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: 'a', Body: 'hello' });
});

const told = ({ status, text }: Answer) => [status, elementOf(text, 'Code'), elementOf(text, 'Message')];

describe('A URL with a signature of version 4', () => {
  const sign = (more: Partial<Presigned> = {}) =>
    presignV4(key, {
      ...{ method: 'GET', host: new URL(local.url).host, path: `/${Bucket}/a`, at: local.clock.now() },
      expiresSeconds: 60,
      ...more,
    });

  test('gives its object, with the headers that it asks for', async () => {
    expect(await ask(local.url, { path: sign() })).toMatchObject({ status: 200, text: 'hello' });
    const parameters = { 'response-content-type': 'text/x', 'response-content-disposition': 'attachment; filename=b' };
    const { headers } = await ask(local.url, { path: sign({ parameters }) });
    expect(headers).toMatchObject({ 'content-type': 'text/x', 'content-disposition': 'attachment; filename=b' });
  });

  test('takes an object', async () => {
    const asked = { method: 'PUT', body: 'new', headers: { 'content-length': '3', 'content-type': 'text/x' } };
    expect((await ask(local.url, { ...asked, path: sign({ method: 'PUT' }) })).status).toBe(200);
    const { Body, ContentType } = await s3.getObject({ Bucket, Key: 'a' });
    expect([await Body?.transformToString(), ContentType]).toEqual(['new', 'text/x']);
  });

  // LocalStack, tests/aws/services/s3/test_s3, test_presigned_url_v4_x_amz_in_qs: JavaScript's SDK signs the checksum
  // of an empty body, AWS passes over it, and a parameter is as good as a header.
  test('has parameters for headers, and a checksum among them is not held against the body', async () => {
    const parameters = {
      ...{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32', 'x-id': 'PutObject' },
      'x-amz-meta-team': 'blue',
    };
    const path = sign({ method: 'PUT', parameters });
    const headers = { 'content-length': '6' };
    expect((await ask(local.url, { method: 'PUT', path, headers, body: '123456' })).status).toBe(200);
    expect((await s3.headObject({ Bucket, Key: 'a' })).Metadata).toEqual({ team: 'blue' });
  });

  // test_s3: the sentences of its tests of presigned URLs.
  test('ends', async () => {
    const answer = await ask(local.url, { path: sign({ at: local.clock.now() - 61_000 }) });
    expect(told(answer)).toEqual([403, 'AccessDenied', 'Request has expired']);
    expect(elementOf(answer.text, 'X-Amz-Expires')).toBe('60');
    expect(elementOf(answer.text, 'Expires')).toMatch(/^\d{4}-/);
    expect(elementOf(answer.text, 'ServerTime')).toMatch(/^\d{4}-/);
  });

  test('without one of its parameters is refused', async () => {
    const answer = await ask(local.url, { path: sign().replace(/X-Amz-Expires=60&/, '') });
    expect(told(answer)).toEqual([
      ...[400, 'AuthorizationQueryParametersError'],
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    ]);
  });

  test('comes with no header of x-amz that it does not sign', async () => {
    const answer = await ask(local.url, { path: sign(), headers: { 'x-amz-meta-team': 'blue' } });
    expect(told(answer)).toEqual([
      ...[403, 'AccessDenied', 'There were headers present in the request which were not signed'],
    ]);
    expect(elementOf(answer.text, 'HeadersNotSigned')).toBe('x-amz-meta-team');
  });
});

// `aws s3 presign` of 1.45 and boto3 1.43 sign so for an endpoint of one's own: run against a server that writes
// requests down.
describe('A URL with a signature of version 2', () => {
  const seconds = () => Math.floor(local.clock.now() / 1000);
  const sign = (expiresAt: number) => presignV2(key, { method: 'GET', path: `/${Bucket}/a`, expiresAt });

  test('gives its object', async () => {
    expect(await ask(local.url, { path: sign(seconds() + 60) })).toMatchObject({ status: 200, text: 'hello' });
  });

  // test_s3: as above.
  test('ends', async () => {
    const answer = await ask(local.url, { path: sign(seconds() - 1) });
    expect(told(answer)).toEqual([403, 'AccessDenied', 'Request has expired']);
    expect(elementOf(answer.text, 'X-Amz-Expires')).toBeUndefined();
  });

  test('without one of its parameters is refused', async () => {
    const answer = await ask(local.url, { path: sign(seconds() + 60).replace(/&Expires=.*/, '') });
    expect(told(answer)).toEqual([
      ...[403, 'AccessDenied'],
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    ]);
  });
});

// LocalStack, tests/aws/services/s3/test_s3, TestS3PresignedPost; the fields are those of
// @aws-sdk/s3-presigned-post 3.1164.
describe('A form', () => {
  type Condition = Readonly<Record<string, string>> | readonly (string | number)[];
  const fields = ({
    more = [],
    conditions = [],
    minutes = 10,
  }: {
    readonly more?: readonly (readonly [string, string])[];
    readonly conditions?: readonly Condition[];
    readonly minutes?: number;
  } = {}): [string, string][] => {
    const at = local.clock.now();
    const stamp = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const day = stamp.slice(0, 8);
    const signed: [string, string][] = [
      ['bucket', Bucket],
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', `${key.accessKeyId}/${day}/${key.region}/s3/aws4_request`],
      ['X-Amz-Date', stamp],
    ];
    const policy = {
      expiration: new Date(at + minutes * 60_000).toISOString(),
      conditions: [
        ['starts-with', '$key', 'in/'],
        ...signed.map(([name, value]) => ({ [name]: value })),
        ...more.map(([name, value]) => ({ [name]: value })),
        ...conditions,
      ],
    };
    const Policy = Buffer.from(JSON.stringify(policy)).toString('base64');
    const signature = signatureV4({ ...key, day }, Policy);
    const given = more.map(([name, value]): [string, string] => [name, value]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
    return [['key', 'in/${filename}'], ...signed, ...given, ['Policy', Policy], ['X-Amz-Signature', signature]];
  };
  const post = (list: readonly (readonly [string, string])[], file = 'hello') =>
    ask(local.url, { method: 'POST', path: `/${Bucket}`, ...formOf(list, file) });

  test('puts its file under its name, and is answered with 204', async () => {
    const { status, headers, text } = await post(fields({ more: [['x-amz-meta-team', 'blue']] }));
    expect([status, text]).toEqual([204, '']);
    expect(headers).toMatchObject({ etag: '"5d41402abc4b2a76b9719d911017c592"', location: expect.any(String) });
    const got = await s3.getObject({ Bucket, Key: 'in/hello.txt' });
    expect([await got.Body?.transformToString(), got.Metadata]).toEqual(['hello', { team: 'blue' }]);
  });

  test('is answered as it asks', async () => {
    const created = await post(fields({ more: [['success_action_status', '201']] }));
    expect(created.status).toBe(201);
    expect(elementOf(created.text, 'Key')).toBe('in/hello.txt');
    expect(elementOf(created.text, 'Bucket')).toBe(Bucket);
    const target = 'http://127.0.0.1/done';
    const { status, headers } = await post(fields({ more: [['success_action_redirect', target]] }));
    expect(status).toBe(303);
    expect(headers.location).toMatch(new RegExp(`^${target}\\?bucket=${Bucket}&key=in%2Fhello.txt&etag=`));
  });

  test('that no longer holds is refused', async () => {
    const answer = await post(fields({ minutes: -1 }));
    expect(told(answer)).toEqual([403, 'AccessDenied', 'Invalid according to Policy: Policy expired.']);
  });

  test('that breaks a condition of its policy is refused with the condition', async () => {
    const answer = await post(fields().map(([name, value]) => [name, name === 'key' ? 'out/a' : value] as const));
    expect(told(answer).slice(0, 2)).toEqual([403, 'AccessDenied']);
    expect(answer.text.replaceAll('&quot;', '"')).toContain(
      'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "in/"]',
    );
  });

  test('has a file of the size that its policy allows', async () => {
    const conditions = [['content-length-range', 6, 10]] as const;
    const large = await post(fields({ conditions }), 'twelve bytes');
    expect(told(large)).toEqual([...[400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size']]);
    expect(elementOf(large.text, 'MaxSizeAllowed')).toBe('10');
    expect(elementOf(large.text, 'ProposedSize')).toBe('12');
    const small = await post(fields({ conditions }), 'five!');
    expect(elementOf(small.text, 'Code')).toBe('EntityTooSmall');
    expect(elementOf(small.text, 'MinSizeAllowed')).toBe('6');
  });

  test('without its signature is refused, and without any is a stranger', async () => {
    const answer = await post(fields().filter(([name]) => name !== 'X-Amz-Signature'));
    expect(told(answer)).toEqual([
      ...[400, 'InvalidArgument'],
      "Bucket POST must contain a field named 'X-Amz-Signature'.  If it is specified, please check the order of the fields.",
    ]);
    expect(told(await post([['key', 'a']]))).toEqual([403, 'AccessDenied', 'Access Denied']);
  });

  test('is a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '5' };
    const { status, text } = await ask(local.url, { method: 'POST', path: `/${Bucket}`, headers, body: 'key=a' });
    expect(status).toBe(412);
    expect(elementOf(text, 'Condition')).toBe('Bucket POST must be of the enclosure-type multipart/form-data');
  });
});
