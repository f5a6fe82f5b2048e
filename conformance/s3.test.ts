// S3 through its official SDK, and by requests as clients write them. Source unless another is named: answers recorded
// on AWS, LocalStack's tests/aws/services/s3 (test_s3, test_s3_api, test_s3_list_operations, test_s3_preconditions,
// test_s3_cors).
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const ACCOUNT = '000000000000';
const Bucket = 'orders';
let local: Local;
let s3: S3Client;

beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'x' };
  s3 = new S3Client({ endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});
beforeEach(async () => {
  await local.reset();
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const put = (Key: string, Body: string | Uint8Array = 'hello', more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

const read = async (Key: string, more: object = {}) => {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...got, text: (await got.Body?.transformToString()) ?? '' };
};

/** `Code: message`, and the status. */
async function refusal(sent: Promise<unknown>): Promise<readonly [string, number | undefined]> {
  try {
    await sent;
  } catch (error) {
    const { name, message, $metadata } = error as S3ServiceException;
    return [`${name}: ${message}`, $metadata?.httpStatusCode];
  }
  throw new Error('It was not refused.');
}

/** A request as it is written, signed only in name. */
function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const credential = `${ACCOUNT}/20261129/us-east-1/s3/aws4_request`;
  const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0` };
  return fetch(`${local.url}${path}`, { ...init, headers: { ...headers, ...init.headers } });
}

const md5 = (text: string | Uint8Array) => createHash('md5').update(text).digest('hex');

describe('buckets', () => {
  test('a bucket is made, listed, looked at and deleted', async () => {
    const { Location } = await s3.send(new CreateBucketCommand({ Bucket: 'wares' }));
    expect(Location).toBe('/wares');
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(['orders', 'wares']);
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' });
    await s3.send(new DeleteBucketCommand({ Bucket: 'wares' }));
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: 'wares' })))).toEqual(['NotFound: UnknownError', 404]);
  });

  test('in us-east-1 a second creation is none; elsewhere it is refused', async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    const constraint = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
    const far = { Bucket: 'far-away', ...constraint };
    expect((await s3.send(new CreateBucketCommand(far))).Location).toBe('http://far-away.s3.amazonaws.com/');
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: 'far-away' }))).LocationConstraint).toBe('eu-west-1');
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    expect(await refusal(s3.send(new CreateBucketCommand(far)))).toEqual([
      'BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.',
      409,
    ]);
  });

  test.each(['ab', 'Orders', 'a..b', '192.168.0.1', 'xn--a', 'orders-', 'orders--x-s3', 'a'.repeat(64)])(
    'no bucket is named %s',
    async (name) => {
      const answer = await ask(`/${name}`, { method: 'PUT' });
      expect([answer.status, /<Code>(.*?)</.exec(await answer.text())?.[1]]).toEqual([400, 'InvalidBucketName']);
    },
  );

  test('SDKs that end the path with a slash, and those that do not, mean the same', async () => {
    expect((await ask('/one', { method: 'PUT' })).status).toBe(200);
    expect((await ask('/two/', { method: 'PUT' })).status).toBe(200);
  });

  test('a virtual host names the bucket', async () => {
    await put('a.txt');
    const { hostname, port } = new URL(local.url);
    const { request } = await import('node:http');
    const path = '/a.txt';
    const headers = {
      host: `orders.s3.localhost:${port}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
    };
    const status = await new Promise((resolve) =>
      request({ hostname, port, path, headers }, (answer) => resolve(answer.resume().statusCode)).end(),
    );
    expect(status).toBe(200);
  });

  test('a bucket with objects is not deleted', async () => {
    await put('a.txt');
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toEqual([
      'BucketNotEmpty: The bucket you tried to delete is not empty',
      409,
    ]);
  });

  test('a new bucket is encrypted, and closed to the public', async () => {
    const { ServerSideEncryptionConfiguration: encryption } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
  });

  test('what is not configured is refused in its own words', async () => {
    const gone = await Promise.all([
      refusal(s3.send(new GetBucketPolicyCommand({ Bucket }))),
      refusal(s3.send(new GetBucketTaggingCommand({ Bucket }))),
      refusal(s3.send(new GetBucketCorsCommand({ Bucket }))),
    ]);
    expect(gone).toEqual([
      ['NoSuchBucketPolicy: The bucket policy does not exist', 404],
      ['NoSuchTagSet: The TagSet does not exist', 404],
      ['NoSuchCORSConfiguration: The CORS configuration does not exist', 404],
    ]);
  });

  test('tags, access control lists and lifecycle rules are kept', async () => {
    const TagSet = [{ Key: 'team', Value: 'blue' }];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    const { Grants = [] } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants[0]).toMatchObject({ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } });
    const Rules = [{ ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  });

  test('what is not served is refused by name', async () => {
    const ReplicationConfiguration = { Role: 'r', Rules: [] };
    expect(await refusal(s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration })))).toEqual([
      "NotImplemented: Earwitness does not serve Amazon Simple Storage Service's PUT ?replication.",
      501,
    ]);
  });
});

describe('objects', () => {
  test('an object comes back as it was put, with what was said of it', async () => {
    const more = { ContentType: 'text/plain', CacheControl: 'no-cache', Metadata: { team: 'blue' } };
    const { ETag, ServerSideEncryption } = await put('a/b.txt', 'hello', more);
    expect([ETag, ServerSideEncryption]).toEqual([`"${md5('hello')}"`, 'AES256']);
    const { text, ContentLength, ContentType, CacheControl, Metadata, LastModified } = await read('a/b.txt');
    expect({ text, ContentLength, ContentType, CacheControl, Metadata }).toEqual({
      ...{ text: 'hello', ContentLength: 5 },
      ...more,
    });
    expect(LastModified?.getMilliseconds()).toBe(0);
  });

  test('without a type it is binary/octet-stream', async () => {
    await ask('/orders/plain', { method: 'PUT', body: new Uint8Array([1]) });
    expect((await ask('/orders/plain')).headers.get('content-type')).toBe('binary/octet-stream');
  });

  test('a body of some megabytes is stored, and read in ranges', async () => {
    const body = randomBytes(3_000_000);
    await put('large', body);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    expect(md5((await Body?.transformToByteArray()) ?? '')).toBe(md5(body));
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'large', Range: 'bytes=1000000-1000009' }));
    expect(Buffer.from((await part.Body?.transformToByteArray()) ?? [])).toEqual(body.subarray(1_000_000, 1_000_010));
  });

  test('a streamed body is stored without its framing', async () => {
    const Body = Readable.from([Buffer.from('abc'), Buffer.from('def')]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: 6 }));
    const { text, ContentLength, ContentEncoding } = await read('streamed');
    expect({ text, ContentLength, ContentEncoding }).toEqual({ text: 'abcdef', ContentLength: 6 });
  });

  test.each(['a b+c@/ü.txt', 'file%2Fname', 'test%123', 'test key//', '//x', 'a/../b//c', 'a/./b', '😀'])(
    'the key %s is literal',
    async (key) => {
      await put(key, key);
      expect((await read(key)).text).toBe(key);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents.map(({ Key }) => Key)).toEqual([key]);
    },
  );

  test('a key that is not there, and a bucket that is not, are refused', async () => {
    expect(await refusal(read('zz'))).toEqual(['NoSuchKey: The specified key does not exist.', 404]);
    const elsewhere = new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' });
    expect(await refusal(s3.send(elsewhere))).toEqual(['NoSuchBucket: The specified bucket does not exist', 404]);
    const head = await ask('/orders/zz', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([404, '']);
  });

  // test_get_object_range: of ten bytes.
  test.each([
    ['0-8', 206, 'bytes 0-8/10'],
    ['-2', 206, 'bytes 8-9/10'],
    ['-15', 206, 'bytes 0-9/10'],
    ['9-20', 206, 'bytes 9-9/10'],
    ['1-0', 200, null],
    ['-1-', 200, null],
    ['10-12', 416, null],
  ])('the range %s of ten bytes is %i %s', async (range, status, told) => {
    await put('ten', '0123456789');
    const answer = await ask('/orders/ten', { headers: { range: `bytes=${range}` } });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([status, told]);
  });

  test('a checksum is told when it is asked for, and not of a part', async () => {
    await put('a', 'hello');
    const whole = await read('a', { ChecksumMode: 'ENABLED' });
    expect(whole.ChecksumCRC32).toBe('NhCmhg==');
    const bare = await ask('/orders/a', { headers: { range: 'bytes=0-1', 'x-amz-checksum-mode': 'ENABLED' } });
    expect(bare.headers.get('x-amz-checksum-crc32')).toBeNull();
  });

  test('a wrong checksum stores nothing', async () => {
    expect(await refusal(put('a', 'hello', { ChecksumCRC32: 'AAAAAA==' }))).toEqual([
      'BadDigest: The CRC32 you specified did not match the calculated checksum.',
      400,
    ]);
    expect((await ask('/orders/a')).status).toBe(404);
  });

  test('DELETE answers 204 without type and length, also of nothing', async () => {
    const { status, headers } = await ask('/orders/zz', { method: 'DELETE' });
    expect([status, headers.get('content-type'), headers.get('content-length')]).toEqual([204, null, null]);
  });

  test('many keys are deleted in one call; what is not there counts as deleted', async () => {
    await put('a');
    const Objects = [{ Key: 'a' }, { Key: 'b' }];
    const { Deleted = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted.map(({ Key }) => Key)).toEqual(['a', 'b']);
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    expect(quiet.Deleted).toBeUndefined();
  });

  test('tags come with the object, change without it, and go when it is put again', async () => {
    await put('a', 'x', { Tagging: 'team=blue' });
    expect((await read('a')).TagCount).toBe(1);
    const TagSet = [{ Key: 'stage', Value: 'dev' }];
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet } }));
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual(TagSet);
    await put('a');
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }))).TagSet).toEqual([]);
  });

  test('attributes are told by name', async () => {
    await put('a', 'hello');
    const ObjectAttributes = ['ETag', 'ObjectSize', 'StorageClass'] as const;
    const asked = new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: [...ObjectAttributes] });
    expect(await s3.send(asked)).toMatchObject({ ETag: md5('hello'), ObjectSize: 5, StorageClass: 'STANDARD' });
  });

  test('an error has neither namespace nor wrapper, and tells what it is about', async () => {
    const answer = await ask('/orders/zz');
    const [, id = ''] = /<RequestId>(.*?)</.exec(await answer.clone().text()) ?? [];
    expect(await answer.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist.<\/Message><Key>zz<\/Key><RequestId>/,
    );
    expect([answer.headers.get('content-type'), answer.headers.get('server'), id]).toEqual([
      'application/xml',
      'AmazonS3',
      answer.headers.get('x-amz-request-id'),
    ]);
    expect(id).toMatch(/^[A-Z0-9]{16}$/);
  });
});

describe('conditions', () => {
  test('a write only where nothing is, and only over what is known', async () => {
    const { ETag } = await put('a', 'one', { IfNoneMatch: '*' });
    expect(await refusal(put('a', 'two', { IfNoneMatch: '*' }))).toEqual([
      'PreconditionFailed: At least one of the pre-conditions you specified did not hold',
      412,
    ]);
    await put('a', 'two', { IfMatch: ETag });
    expect((await refusal(put('a', 'three', { IfMatch: ETag })))[1]).toBe(412);
    expect(await refusal(put('zz', 'x', { IfMatch: ETag }))).toEqual([
      'NoSuchKey: The specified key does not exist.',
      404,
    ]);
  });

  test('conditions that S3 does not have are refused', async () => {
    expect((await refusal(put('a', 'x', { IfNoneMatch: '"abc"' })))[1]).toBe(501);
    expect((await refusal(put('a', 'x', { IfMatch: '*' })))[1]).toBe(501);
    expect((await refusal(put('a', 'x', { IfMatch: '"abc"', IfNoneMatch: '*' })))[1]).toBe(501);
  });

  test('what the reader has already is not sent again', async () => {
    const { ETag = '' } = await put('a', 'one');
    const same = await ask('/orders/a', { headers: { 'if-none-match': ETag } });
    expect([same.status, await same.text()]).toEqual([304, '']);
    expect((await ask('/orders/a', { headers: { 'if-match': '"other"' } })).status).toBe(412);
    const { LastModified } = await read('a');
    const date = LastModified?.toUTCString() ?? '';
    expect((await ask('/orders/a', { headers: { 'if-modified-since': date } })).status).toBe(304);
    expect((await ask('/orders/a', { headers: { 'if-unmodified-since': date } })).status).toBe(200);
  });
});

describe('lists', () => {
  const fill = async (...keys: readonly string[]) => {
    for (const key of keys) await put(key);
  };

  test('keys that share a prefix are one line, and count as one', async () => {
    await fill('a', 'b/1', 'b/2', 'c/1', 'd');
    const asked = { Bucket, Delimiter: '/', MaxKeys: 2 };
    const first = await s3.send(new ListObjectsV2Command(asked));
    expect([first.KeyCount, first.IsTruncated, first.CommonPrefixes]).toEqual([2, true, [{ Prefix: 'b/' }]]);
    const ContinuationToken = first.NextContinuationToken;
    const second = await s3.send(new ListObjectsV2Command({ ...asked, ContinuationToken }));
    expect([second.CommonPrefixes, second.Contents?.map(({ Key }) => Key)]).toEqual([[{ Prefix: 'c/' }], ['d']]);
  });

  test('of the first version NextMarker comes with a delimiter only', async () => {
    await fill('a', 'b', 'c');
    const plain = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 1 }));
    expect([plain.IsTruncated, plain.NextMarker]).toEqual([true, undefined]);
    const cut = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 1, Delimiter: '/' }));
    expect(cut.NextMarker).toBe('a');
    const next = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'a' }));
    expect(next.Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
  });

  test('keys stand in the order of their UTF-8 bytes', async () => {
    await fill('\u{1f600}', '\uffee', 'z');
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['z', '\uffee', '\u{1f600}']);
  });

  test('a wrong token and a wrong encoding are refused', async () => {
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'x' })))).toEqual([
      'InvalidArgument: The continuation token provided is incorrect',
      400,
    ]);
    const answer = await ask('/orders?list-type=2&encoding-type=x');
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('Invalid Encoding Method specified in Request'),
    ]);
  });

  test('with encoding-type=url keys are encoded, as botocore asks', async () => {
    await fill('a b/c+d');
    const text = await (await ask('/orders?list-type=2&encoding-type=url')).text();
    expect(text).toContain('<Key>a+b/c%2Bd</Key>');
  });
});

describe('versions', () => {
  beforeEach(async () => {
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  });

  test('each put is a version of its own, and a marker says that it is deleted', async () => {
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const { VersionId: first } = await put('a', 'one');
    const { VersionId: second } = await put('a', 'two');
    expect(first).toMatch(/^[\w.]{32}$/);
    expect((await read('a', { VersionId: first })).text).toBe('one');
    const gone = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect([gone.DeleteMarker, gone.VersionId]).toEqual([true, expect.stringMatching(/^[\w.]{32}$/)]);
    const missing = await ask('/orders/a');
    expect([missing.status, missing.headers.get('x-amz-delete-marker')]).toEqual([404, 'true']);
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second, false],
      [first, false],
    ]);
    expect(DeleteMarkers.map(({ IsLatest }) => IsLatest)).toEqual([true]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: gone.VersionId }));
    expect((await read('a')).text).toBe('two');
  });

  test('a marker cannot be read by its version, an unknown version is not there', async () => {
    await put('a');
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect((await refusal(read('a', { VersionId })))[1]).toBe(405);
    expect(await refusal(read('a', { VersionId: 'x'.repeat(32) }))).toEqual([
      'NoSuchVersion: The specified version does not exist.',
      404,
    ]);
    expect(await refusal(read('a', { VersionId: 'short' }))).toEqual([
      'InvalidArgument: Invalid version id specified',
      400,
    ]);
  });

  test('a bucket with versions is not deleted though it shows no objects', async () => {
    await put('a');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toEqual([
      'BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
      409,
    ]);
  });
});

describe('copies', () => {
  test('a copy takes what is said of the object along, or what the request says', async () => {
    await put('a b', 'hello', { ContentType: 'text/plain', Metadata: { team: 'blue' }, Tagging: 'k=v' });
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: 'orders/a b' }));
    const { text, ContentType, Metadata, TagCount } = await read('c');
    expect({ text, ContentType, Metadata, TagCount }).toEqual({
      ...{ text: 'hello', ContentType: 'text/plain', Metadata: { team: 'blue' }, TagCount: 1 },
    });
    const fresh = { CopySource: '/orders/a%20b', MetadataDirective: 'REPLACE' as const, Metadata: { team: 'red' } };
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'd', ...fresh }));
    expect((await read('d')).Metadata).toEqual({ team: 'red' });
  });

  test('onto itself without a change it is refused', async () => {
    await put('a');
    const [said, status] = await refusal(s3.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource: 'orders/a' })));
    expect([said.slice(0, 84), status]).toEqual([
      'InvalidRequest: This copy request is illegal because it is trying to copy an object to itself'.slice(0, 84),
      400,
    ]);
  });

  test('a condition on its source that does not hold is 412, never 304', async () => {
    const { ETag } = await put('a');
    const asked = { Bucket, Key: 'c', CopySource: 'orders/a', CopySourceIfNoneMatch: ETag };
    expect((await refusal(s3.send(new CopyObjectCommand(asked))))[1]).toBe(412);
  });
});

describe('uploads in parts', () => {
  const begin = async (more: object = {}) =>
    (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big', ...more }))).UploadId ?? '';
  const part = (UploadId: string, PartNumber: number, Body: Uint8Array, more: object = {}) =>
    s3.send(new UploadPartCommand({ Bucket, Key: 'big', UploadId, PartNumber, Body, ...more }));
  const complete = (UploadId: string, Parts: readonly object[], more: object = {}) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        ...{ Bucket, Key: 'big', UploadId, MultipartUpload: { Parts: [...Parts] } },
        ...more,
      }),
    );
  const FIVE = 5 * 1024 * 1024;

  test('parts become one object, whatever their order of arrival; its ETag counts them', async () => {
    const UploadId = await begin();
    const [one, two] = [Buffer.alloc(FIVE, 1), Buffer.from('end')];
    const second = await part(UploadId, 2, two);
    const first = await part(UploadId, 1, one);
    const { Parts: listed = [] } = await s3.send(new ListPartsCommand({ Bucket, Key: 'big', UploadId }));
    expect(listed.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, FIVE],
      [2, 3],
    ]);
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.map(({ Key }) => Key)).toEqual([
      'big',
    ]);
    const { ETag } = await complete(UploadId, [
      { PartNumber: 1, ETag: first.ETag },
      { PartNumber: 2, ETag: second.ETag },
    ]);
    const joined = Buffer.concat([Buffer.from(md5(one), 'hex'), Buffer.from(md5(two), 'hex')]);
    expect(ETag).toBe(`"${md5(joined)}-2"`);
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'big' }));
    expect(ContentLength).toBe(FIVE + 3);
    const last = await s3.send(new GetObjectCommand({ Bucket, Key: 'big', PartNumber: 2 }));
    expect([last.PartsCount, await last.Body?.transformToString()]).toEqual([2, 'end']);
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: 'orders/big' }));
    const copied = await s3.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
    expect(copied.ETag).toBe(`"${md5(Buffer.concat([one, two]))}"`);
  });

  test('parts that are too small, in another order, or not there are refused', async () => {
    const UploadId = await begin();
    const one = await part(UploadId, 1, Buffer.from('abcd'));
    const two = await part(UploadId, 2, Buffer.from('efgh'));
    const [first, second] = [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.ETag },
    ];
    const codes = [];
    for (const given of [[first, second], [second, first], [{ PartNumber: 1, ETag: '"x"' }], []]) {
      codes.push((await refusal(complete(UploadId, given)))[0].split(':')[0]);
    }
    expect(codes).toEqual(['EntityTooSmall', 'InvalidPartOrder', 'InvalidPart', 'InvalidRequest']);
  });

  test('a write between its beginning and its end is a conflict for a conditional one', async () => {
    const UploadId = await begin();
    const { ETag } = await part(UploadId, 1, Buffer.from('abc'));
    await put('big', 'other');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'big' }));
    await put('big', 'another');
    const { ETag: current } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'big' }));
    const given = [{ PartNumber: 1, ETag }];
    expect((await refusal(complete(UploadId, given, { IfMatch: current })))[1]).toBe(409);
  });

  test('a part may be a piece of an object; an upload that is given up is gone', async () => {
    await put('source', '0123456789');
    const UploadId = await begin();
    const copied = await s3.send(
      new UploadPartCopyCommand({
        ...{ Bucket, Key: 'big', UploadId, PartNumber: 1, CopySource: 'orders/source', CopySourceRange: 'bytes=2-4' },
      }),
    );
    await complete(UploadId, [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]);
    expect((await read('big')).text).toBe('234');
    const other = await begin();
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'big', UploadId: other }));
    expect((await refusal(part(other, 1, Buffer.from('x'))))[0]).toMatch(/^NoSuchUpload: The specified upload/);
  });

  test('begun with a checksum, it has to be told of each part; without one it has CRC64NVME of the whole', async () => {
    const UploadId = await begin({ ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await part(UploadId, 1, Buffer.from('abc'), { ChecksumAlgorithm: 'CRC32' });
    expect((await refusal(complete(UploadId, [{ PartNumber: 1, ETag }])))[0]).toContain(
      'It was missing for part 1 in the request.',
    );
    const done = await complete(UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }]);
    expect([done.ChecksumType, done.ChecksumCRC32?.endsWith('-1')]).toEqual(['COMPOSITE', true]);
  });
});

describe('who may', () => {
  test('a caller without credentials reads what a policy opens, and nothing else', async () => {
    await put('public/a', 'hello');
    const anonymous = () => fetch(`${local.url}/orders/public/a`);
    expect((await anonymous()).status).toBe(403);
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/public/*' },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    expect((await refusal(s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))))[1]).toBe(403);
    const open = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: open }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect(await (await anonymous()).text()).toBe('hello');
    expect((await fetch(`${local.url}/orders/other`)).status).toBe(403);
  });

  test('another account needs the policy, and an expected owner is held to', async () => {
    const other = new S3Client({
      ...{ endpoint: local.url, region: 'us-east-1', maxAttempts: 1 },
      credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
    });
    expect((await refusal(other.send(new ListObjectsV2Command({ Bucket }))))[0]).toMatch(/^AccessDenied: /);
    other.destroy();
    const mine = { Bucket, ExpectedBucketOwner: ACCOUNT };
    await s3.send(new ListObjectsV2Command(mine));
    const theirs = new ListObjectsV2Command({ Bucket, ExpectedBucketOwner: '222222222222' });
    expect((await refusal(s3.send(theirs)))[1]).toBe(403);
  });

  test('pages are let in as the CORS configuration says', async () => {
    const preflight = () =>
      ask('/orders/a', {
        method: 'OPTIONS',
        headers: { origin: 'https://shop.example.com', 'access-control-request-method': 'PUT' },
      });
    const refused = await preflight();
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('CORSResponse: CORS is not enabled for this bucket.'),
    ]);
    const CORSRules = [{ AllowedMethods: ['PUT'], AllowedOrigins: ['https://*.example.com'], AllowedHeaders: ['*'] }];
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const granted = await preflight();
    expect([granted.status, granted.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://shop.example.com',
    ]);
    const hostile = await ask('/orders/a', { method: 'PUT', body: 'x', headers: { origin: 'https://evil.example' } });
    expect(hostile.status).toBe(403);
  });
});

test('a cloud of another account and region has its buckets there', async () => {
  await using other = await startLocal({ account: '123456789012', region: 'eu-central-1' });
  // A key that is no account's number acts as the cloud's own account.
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  const client = new S3Client({ endpoint: other.url, region: 'eu-central-1', credentials, maxAttempts: 1 });
  await client.send(new CreateBucketCommand({ Bucket }));
  expect(await client.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '123456789012' }))).toMatchObject({
    BucketRegion: 'eu-central-1',
  });
  client.destroy();
});

test('a path that is not percent-encoded is refused, and no fault', async () => {
  const answer = await ask('/%E0%A4%A/key');
  expect([answer.status, /<Code>(.*?)</.exec(await answer.text())?.[1]]).toEqual([400, 'InvalidURI']);
  expect(local.journal.read().filter(({ kind }) => kind === 'fault')).toEqual([]);
});

test('a caller that goes away in the middle of an upload leaves nothing behind, and no fault', async () => {
  const { hostname, port } = new URL(local.url);
  const { request } = await import('node:http');
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
    'content-length': '1000000',
  };
  const going = request({ hostname, port, path: '/orders/half', method: 'PUT', headers });
  going.on('error', () => {});
  const noticed = new Promise<Fact>((resolve) =>
    local.journal.listen((fact) => fact.kind === 'call' && fact.operation === 'PutObject' && resolve(fact)),
  );
  going.write(Buffer.alloc(500_000), () => going.destroy());
  expect(await noticed).toMatchObject({ status: 400, error: { code: 'IncompleteBody' } });
  expect((await ask('/orders/half')).status).toBe(404);
  await put('half', 'whole');
  expect((await read('half')).text).toBe('whole');
  expect(local.journal.read().filter(({ kind }) => kind === 'fault')).toEqual([]);
});
