// Who calls S3: strangers, other accounts, pages, clouds of another account, and callers that go away. What a source is
// given for was recorded on AWS, unless it says otherwise.
import { request } from 'node:http';
import { connect } from 'node:net';
import { S3, type S3ServiceException } from '@aws-sdk/client-s3';
import { type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, elementOf, newBucketName, SIGNED } from './support/s3.ts';

let local: Local;
let s3: S3;
let Bucket: string;

const clientOf = (endpoint: string, accessKeyId: string, region = 'us-east-1') =>
  new S3({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'x' }, maxAttempts: 1 });

beforeAll(async () => {
  local = await startLocal();
  s3 = clientOf(local.url, '000000000000');
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});
beforeEach(async () => {
  Bucket = newBucketName();
  await s3.createBucket({ Bucket });
});

const faults = () => local.journal.read().filter(({ kind }) => kind === 'fault');

async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as S3ServiceException;
    return { name, status: $metadata.httpStatusCode };
  }
  throw new Error('It was not refused.');
}

describe('A caller', () => {
  // S3 user guide, "Blocking public access": a new bucket takes no public policy.
  test('without credentials reads what a policy opens, and nothing else', async () => {
    await s3.putObject({ Bucket, Key: 'public/a', Body: 'hello' });
    const anonymous = (path: string) => ask(local.url, { path: `/${Bucket}/${path}` });
    expect((await anonymous('public/a')).status).toBe(403);
    const Resource = `arn:aws:s3:::${Bucket}/public/*`;
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    expect(await refusal(s3.putBucketPolicy({ Bucket, Policy }))).toMatchObject({ status: 403 });
    const open = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: open });
    await s3.putBucketPolicy({ Bucket, Policy });
    expect(await anonymous('public/a')).toMatchObject({ status: 200, text: 'hello' });
    expect((await anonymous('other')).status).toBe(403);
  });

  // test_s3_api: x-amz-expected-bucket-owner.
  test('of another account needs the policy, and an expected owner is held to', async () => {
    const other = clientOf(local.url, '111111111111');
    expect(await refusal(other.listObjectsV2({ Bucket }))).toEqual({ name: 'AccessDenied', status: 403 });
    other.destroy();
    await s3.listObjectsV2({ Bucket, ExpectedBucketOwner: '000000000000' });
    expect(await refusal(s3.listObjectsV2({ Bucket, ExpectedBucketOwner: '222222222222' }))).toMatchObject({
      status: 403,
    });
  });

  // README: any page could sign.
  test('that is a page is let in by the CORS configuration alone', async () => {
    const CORSRules = [{ AllowedMethods: ['PUT'], AllowedOrigins: ['https://*.example.com'], AllowedHeaders: ['*'] }];
    await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } });
    const put = (origin: string) =>
      ask(local.url, { method: 'PUT', path: `/${Bucket}/a`, body: 'x', headers: { ...SIGNED, origin } });
    const granted = await put('https://shop.example.com');
    expect([granted.status, granted.headers['access-control-allow-origin']]).toEqual([200, 'https://shop.example.com']);
    expect((await put('https://evil.example')).status).toBe(403);
  });

  test('that goes away in the middle of an upload leaves nothing behind, and no fault', async () => {
    const { hostname, port } = new URL(local.url);
    const headers = { ...SIGNED, 'content-length': '1000000' };
    const going = request({ hostname, port, path: `/${Bucket}/half`, method: 'PUT', headers });
    going.on('error', () => {});
    const noticed = new Promise<Fact>((resolve) =>
      local.journal.listen((fact) => fact.kind === 'call' && fact.operation === 'PutObject' && resolve(fact)),
    );
    going.write(Buffer.alloc(500_000), () => going.destroy());
    expect(await noticed).toMatchObject({ status: 400, error: { code: 'IncompleteBody' } });
    expect(await refusal(s3.getObject({ Bucket, Key: 'half' }))).toEqual({ name: 'NoSuchKey', status: 404 });
    await s3.putObject({ Bucket, Key: 'half', Body: 'whole' });
    expect(await (await s3.getObject({ Bucket, Key: 'half' })).Body?.transformToString()).toBe('whole');
    expect(faults()).toEqual([]);
  });
});

// A fault in the journal fails people's tests, and is Earwitness' own.
test.each([
  ['a document of S3', ['PUT /bucket?tagging HTTP/1.1', `authorization: ${SIGNED.authorization}`]],
  ['a call over gRPC-web', ['POST /a.B/C HTTP/1.1', 'content-type: application/grpc-web+proto']],
  ['a reset', ['POST /_earwitness/reset HTTP/1.1', 'x-earwitness: 1']],
])('who goes away in the middle of %s is no fault', async (_, head) => {
  const { hostname, port } = new URL(local.url);
  const socket = connect(Number(port), hostname);
  const lines = [...head, `host: ${hostname}:${port}`, 'content-length: 1000', '', 'abc'];
  await new Promise((resolve) => socket.write(lines.join('\r\n'), resolve));
  // What came before is read before what comes now.
  await s3.headBucket({ Bucket });
  socket.destroy();
  await new Promise((resolve) => socket.on('close', resolve));
  await s3.headBucket({ Bucket });
  expect(faults()).toEqual([]);
});

test('a cloud of another account and region has its buckets there', async () => {
  await using other = await startLocal({ account: '123456789012', region: 'eu-central-1' });
  // A key that is no account's number acts as the cloud's own account.
  const client = clientOf(other.url, 'AKIDEXAMPLE', 'eu-central-1');
  await client.createBucket({ Bucket });
  expect(await client.headBucket({ Bucket, ExpectedBucketOwner: '123456789012' })).toMatchObject({
    BucketRegion: 'eu-central-1',
  });
  client.destroy();
});

test('a path that is not percent-encoded is refused, and no fault', async () => {
  const { status, text } = await ask(local.url, { path: '/%E0%A4%A/key', headers: SIGNED });
  expect([status, elementOf(text, 'Code'), faults()]).toEqual([400, 'InvalidURI', []]);
});
