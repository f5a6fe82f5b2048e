// Objects of S3 as JavaScript's SDK puts, gets, lists, copies, tags and deletes them. What a source is given for was
// recorded on AWS, unless it says otherwise.
// Long because each fact of objects is a test of its own.
import { S3, type S3ServiceException } from '@aws-sdk/client-s3';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, elementOf, newBucketName, SIGNED } from './support/s3.ts';

let local: Local;
let s3: S3;
let Bucket: string;

beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: local.env.AWS_SECRET_ACCESS_KEY };
  s3 = new S3({ endpoint: local.url, region: local.env.AWS_REGION, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await local.close();
});
beforeEach(async () => {
  Bucket = newBucketName();
  await s3.createBucket({ Bucket });
});

const put = (Key: string, Body: string, more: object = {}) => s3.putObject({ Bucket, Key, Body, ...more });
const read = async (Key: string, more: object = {}) => {
  const { Body } = await s3.getObject({ Bucket, Key, ...more });
  return Body?.transformToString();
};
const versioned = (Status: 'Enabled' | 'Suspended') =>
  s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });

/** Name, status and sentence of a refusal. */
async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as S3ServiceException;
    return { name, status: $metadata.httpStatusCode, message };
  }
  throw new Error('It was not refused.');
}

describe('An object', () => {
  // LocalStack, tests/aws/services/s3/test_s3, test_put_and_get_object_with_utf8_key and its like.
  test.each([
    'test key//',
    'file%2Fname',
    'test%123',
    'a/😀/',
    'a+b c',
    'a/../b//c',
    'a/./b',
    '//x',
    "it's(a)*!",
    'ключ',
  ])('has its key as it was written: %s', async (Key) => {
    await put(Key, 'hello');
    expect(await read(Key)).toBe('hello');
    const { Contents = [] } = await s3.listObjectsV2({ Bucket });
    expect(Contents.map((one) => one.Key)).toEqual([Key]);
  });

  // test_s3, the recorded answers of PutObject, GetObject and HeadObject.
  test('is answered with its MD5, its encryption and its type', async () => {
    const written = await put('a', 'hello', { ContentType: 'text/plain', Metadata: { team: 'blue' } });
    expect(written).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ServerSideEncryption: 'AES256' });
    expect(written.VersionId).toBeUndefined();
    const head = await s3.headObject({ Bucket, Key: 'a' });
    expect(head).toMatchObject({
      ...{ ETag: '"5d41402abc4b2a76b9719d911017c592"', ContentLength: 5, ContentType: 'text/plain' },
      ...{ AcceptRanges: 'bytes', ServerSideEncryption: 'AES256', Metadata: { team: 'blue' } },
    });
    expect(head.LastModified?.getMilliseconds()).toBe(0);
  });

  // test_s3, test_upload_file_with_xml_preamble and the headers of its like: botocore sends no type.
  test('without a type is binary/octet-stream', async () => {
    await ask(local.url, { method: 'PUT', path: `/${Bucket}/a`, headers: { ...SIGNED, 'content-length': '0' } });
    expect(await s3.headObject({ Bucket, Key: 'a' })).toMatchObject({ ContentType: 'binary/octet-stream' });
  });

  // test_s3_api: cache and content headers are answered as they were given.
  test('keeps the headers that were given with it', async () => {
    const given = { CacheControl: 'max-age=60', ContentDisposition: 'inline', ContentLanguage: 'de' };
    await put('a', 'hello', { ...given, ContentEncoding: 'gzip', StorageClass: 'STANDARD_IA' });
    expect(await s3.headObject({ Bucket, Key: 'a' })).toMatchObject({
      ...given,
      ContentEncoding: 'gzip',
      StorageClass: 'STANDARD_IA',
    });
  });

  // test_s3_api, test_delete_object: 204, whether it was there or not.
  test('that is deleted is gone, and may be deleted again', async () => {
    await put('a', 'hello');
    expect((await s3.deleteObject({ Bucket, Key: 'a' })).$metadata.httpStatusCode).toBe(204);
    expect((await s3.deleteObject({ Bucket, Key: 'a' })).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(s3.getObject({ Bucket, Key: 'a' }))).toEqual({
      ...{ name: 'NoSuchKey', status: 404, message: 'The specified key does not exist.' },
    });
  });

  // An assertion of LocalStack's test_s3 that was validated on AWS (test_delete_object_headers_in_response).
  test('is deleted with an answer that has neither type nor length', async () => {
    const answer = await ask(local.url, { method: 'DELETE', path: `/${Bucket}/a`, headers: SIGNED });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers['content-type']).toBeUndefined();
    expect(answer.headers['content-length']).toBeUndefined();
  });

  // test_s3: a HEAD's refusal has no body; the SDK makes NotFound of it.
  test('that is not there answers a HEAD with 404 and nothing else', async () => {
    expect(await refusal(s3.headObject({ Bucket, Key: 'a' }))).toMatchObject({ name: 'NotFound', status: 404 });
    expect(await ask(local.url, { method: 'HEAD', path: `/${Bucket}/a`, headers: SIGNED })).toMatchObject({ text: '' });
  });

  // test_s3, test_put_object_with_tags: a put replaces the object and drops its tags.
  test('loses its tags when it is put again', async () => {
    await put('a', 'one', { Tagging: 'team=blue&stage=dev' });
    expect(await s3.getObject({ Bucket, Key: 'a' })).toMatchObject({ TagCount: 2 });
    expect((await s3.getObjectTagging({ Bucket, Key: 'a' })).TagSet).toEqual([
      { Key: 'team', Value: 'blue' },
      { Key: 'stage', Value: 'dev' },
    ]);
    const TagSet = [{ Key: 'stage', Value: 'test' }];
    await s3.putObjectTagging({ Bucket, Key: 'a', Tagging: { TagSet } });
    expect((await s3.getObjectTagging({ Bucket, Key: 'a' })).TagSet).toEqual(TagSet);
    await put('a', 'two');
    expect((await s3.getObjectTagging({ Bucket, Key: 'a' })).TagSet).toEqual([]);
  });

  // test_s3_api, GetObjectAttributes.
  test('tells its attributes by name', async () => {
    await put('a', 'hello');
    const ObjectAttributes = ['ETag' as const, 'ObjectSize' as const, 'StorageClass' as const];
    expect(await s3.getObjectAttributes({ Bucket, Key: 'a', ObjectAttributes })).toMatchObject({
      ...{ ETag: '5d41402abc4b2a76b9719d911017c592', ObjectSize: 5, StorageClass: 'STANDARD' },
    });
  });

  // test_s3_api, test_put_object_tagging_validation.
  test('has each tag once, and none that begins with aws:', async () => {
    await put('a', 'hello');
    const tag = (...TagSet: { Key: string; Value: string }[]) =>
      refusal(s3.putObjectTagging({ Bucket, Key: 'a', Tagging: { TagSet } }));
    expect(await tag({ Key: 'x', Value: '1' }, { Key: 'x', Value: '2' })).toMatchObject({
      ...{ name: 'InvalidTag', message: 'Cannot provide multiple Tags with the same key' },
    });
    expect(await tag({ Key: 'aws:x', Value: '1' })).toMatchObject({ name: 'InvalidTag' });
  });
});

// test_s3_api, test_get_object_range, of ten bytes.
describe('A range', () => {
  const get = async (range: string) => {
    await put('a', '0123456789');
    const answer = await ask(local.url, { path: `/${Bucket}/a`, headers: { ...SIGNED, range: `bytes=${range}` } });
    return { status: answer.status, range: answer.headers['content-range'], text: answer.text };
  };

  test.each([
    ['0-8', 'bytes 0-8/10', '012345678'],
    ['0-0', 'bytes 0-0/10', '0'],
    ['8-', 'bytes 8-9/10', '89'],
    ['8-100', 'bytes 8-9/10', '89'],
    ['-2', 'bytes 8-9/10', '89'],
    ['-15', 'bytes 0-9/10', '0123456789'],
  ])('%s is %s', async (asked, range, text) => {
    expect(await get(asked)).toEqual({ status: 206, range, text });
  });

  test.each(['1-0', '-1-', 'one-two'])('%s is the whole object', async (asked) => {
    expect(await get(asked)).toEqual({ status: 200, range: undefined, text: '0123456789' });
  });

  test('that begins behind the end is refused with the size', async () => {
    const { status, text } = await get('10-');
    expect(status).toBe(416);
    expect(elementOf(text, 'Code')).toBe('InvalidRange');
    expect(elementOf(text, 'ActualObjectSize')).toBe('10');
  });
});

describe('A condition', () => {
  // test_s3_api: the tests of conditional writes.
  test('keeps an object from being overwritten', async () => {
    await put('a', 'one', { IfNoneMatch: '*' });
    expect(await refusal(put('a', 'two', { IfNoneMatch: '*' }))).toEqual({
      ...{ name: 'PreconditionFailed', status: 412 },
      message: 'At least one of the pre-conditions you specified did not hold',
    });
    expect(await read('a')).toBe('one');
  });

  test('takes a delete marker for nothing', async () => {
    await versioned('Enabled');
    await put('a', 'one');
    await s3.deleteObject({ Bucket, Key: 'a' });
    expect((await put('a', 'two', { IfNoneMatch: '*' })).$metadata.httpStatusCode).toBe(200);
  });

  test('of an ETag refuses another one with 412, and nothing at all with 404', async () => {
    const { ETag } = await put('a', 'one');
    expect(await refusal(put('a', 'two', { IfMatch: '"0"' }))).toMatchObject({ status: 412 });
    expect(await refusal(put('b', 'two', { IfMatch: ETag }))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const { ETag: second = '' } = await put('a', 'two', { IfMatch: ETag });
    // With one of its quotes, too. Source: moto, test_put_object_if_match, which runs against AWS.
    expect((await put('a', 'three', { IfMatch: second.slice(1) })).$metadata.httpStatusCode).toBe(200);
  });

  test('that S3 does not have is refused with 501', async () => {
    for (const one of [{ IfNoneMatch: '"0"' }, { IfMatch: '*' }, { IfMatch: '"0"', IfNoneMatch: '*' }]) {
      expect(await refusal(put('a', 'hello', one))).toMatchObject({ name: 'NotImplemented', status: 501 });
    }
  });

  // test_s3 and test_s3_preconditions.
  test('of a read answers 304 and 412', async () => {
    const { ETag = '' } = await put('a', 'hello');
    const { LastModified } = await s3.headObject({ Bucket, Key: 'a' });
    const get = (more: object) => refusal(s3.getObject({ Bucket, Key: 'a', ...more }));
    expect(await get({ IfNoneMatch: ETag })).toMatchObject({ status: 304 });
    expect(await get({ IfNoneMatch: ETag.replaceAll('"', '') })).toMatchObject({ status: 304 });
    expect(await get({ IfModifiedSince: LastModified })).toMatchObject({ status: 304 });
    expect(await get({ IfMatch: '"0"' })).toMatchObject({ status: 412 });
    expect(await read('a', { IfUnmodifiedSince: LastModified })).toBe('hello');
    expect(await read('a', { IfModifiedSince: new Date(Date.now() + 86_400_000) })).toBe('hello');
  });

  // test_s3_preconditions: never 304.
  test('of a copy is 412, whichever it is', async () => {
    const { ETag } = await put('a', 'hello');
    const { LastModified } = await s3.headObject({ Bucket, Key: 'a' });
    const copy = (more: object) => refusal(s3.copyObject({ Bucket, Key: 'b', CopySource: `${Bucket}/a`, ...more }));
    expect(await copy({ CopySourceIfMatch: '"0"' })).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await copy({ CopySourceIfNoneMatch: ETag })).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await copy({ CopySourceIfModifiedSince: LastModified })).toMatchObject({ status: 412 });
    expect(await copy({ CopySourceIfUnmodifiedSince: new Date(0) })).toMatchObject({ status: 412 });
  });
});

describe('A copy', () => {
  // test_s3, test_copy_md5 and test_s3_copy_metadata_directive.
  test('takes type, metadata and tags along, unless others are given', async () => {
    await put('a', 'hello', { ContentType: 'text/plain', Metadata: { team: 'blue' }, Tagging: 'x=1' });
    const CopySource = `${Bucket}/a`;
    const copied = await s3.copyObject({ Bucket, Key: 'b', CopySource });
    expect(copied.CopyObjectResult?.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(await s3.headObject({ Bucket, Key: 'b' })).toMatchObject({
      ...{ ContentType: 'text/plain', Metadata: { team: 'blue' } },
    });
    expect((await s3.getObjectTagging({ Bucket, Key: 'b' })).TagSet).toEqual([{ Key: 'x', Value: '1' }]);
    const given = { MetadataDirective: 'REPLACE', Metadata: { team: 'red' }, ContentType: 'text/html' } as const;
    await s3.copyObject({ Bucket, Key: 'b', CopySource, ...given, TaggingDirective: 'REPLACE', Tagging: 'y=2' });
    expect(await s3.headObject({ Bucket, Key: 'b' })).toMatchObject({
      ...{ ContentType: 'text/html', Metadata: { team: 'red' } },
    });
    expect((await s3.getObjectTagging({ Bucket, Key: 'b' })).TagSet).toEqual([{ Key: 'y', Value: '2' }]);
  });

  // JavaScript's SDK sends the source as it is given, botocore percent-encodes it: run against a server that writes
  // requests down.
  test.each(['a b+c%2Fd', 'ä'])(
    'finds its source %s as it is encoded, with a leading slash or without',
    async (Key) => {
      await put(Key, 'hello');
      for (const source of [`${Bucket}/${encodeURIComponent(Key)}`, `/${Bucket}/${encodeURIComponent(Key)}`]) {
        await s3.copyObject({ Bucket, Key: 'copy', CopySource: source });
        expect(await read('copy')).toBe('hello');
      }
    },
  );

  // test_s3, test_s3_copy_object_in_place: the sentence.
  test('onto itself has to change something, in a bucket without encryption of its own', async () => {
    await put('a', 'hello');
    await s3.copyObject({ Bucket, Key: 'a', CopySource: `${Bucket}/a`, MetadataDirective: 'REPLACE' });
    expect(await refusal(s3.copyObject({ Bucket, Key: 'a', CopySource: `${Bucket}/a` }))).toEqual({
      ...{ name: 'InvalidRequest', status: 400 },
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  });
});

describe('In a versioned bucket', () => {
  // test_s3_api, TestS3BucketVersioning and TestS3ObjectCRUD.
  test('each put is a version, and a delete is a marker', async () => {
    await versioned('Enabled');
    const one = await put('a', 'one');
    const two = await put('a', 'two');
    expect(one.VersionId).toMatch(/^[\w.]{32}$/);
    expect(two.VersionId).not.toBe(one.VersionId);
    expect(await read('a', { VersionId: one.VersionId })).toBe('one');
    const deleted = await s3.deleteObject({ Bucket, Key: 'a' });
    expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[\w.]{32}$/) });
    expect(await refusal(s3.getObject({ Bucket, Key: 'a' }))).toMatchObject({ name: 'NoSuchKey' });
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    expect(Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [two.VersionId, false],
      [one.VersionId, false],
    ]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'a', IsLatest: true, VersionId: deleted.VersionId }]);
    await s3.deleteObject({ Bucket, Key: 'a', VersionId: deleted.VersionId });
    expect(await read('a')).toBe('two');
  });

  test('a marker that is asked for by its id is refused with 405', async () => {
    await versioned('Enabled');
    const { VersionId } = await s3.deleteObject({ Bucket, Key: 'a' });
    expect(await refusal(s3.getObject({ Bucket, Key: 'a', VersionId }))).toMatchObject({
      ...{ name: 'MethodNotAllowed', status: 405 },
    });
  });

  test('an id that is none is an invalid argument, and an unknown one is no version', async () => {
    await versioned('Enabled');
    await put('a', 'one');
    expect(await refusal(s3.getObject({ Bucket, Key: 'a', VersionId: 'wrong' }))).toMatchObject({
      ...{ name: 'InvalidArgument', message: 'Invalid version id specified' },
    });
    expect(await refusal(s3.getObject({ Bucket, Key: 'a', VersionId: 'x'.repeat(32) }))).toMatchObject({
      ...{ name: 'NoSuchVersion', status: 404 },
    });
  });

  test('that was suspended, a put is the version null', async () => {
    await versioned('Enabled');
    await put('a', 'one');
    await versioned('Suspended');
    expect((await put('a', 'two')).VersionId).toBeUndefined();
    await put('a', 'three');
    const { Versions = [] } = await s3.listObjectVersions({ Bucket });
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual(['null', expect.stringMatching(/^[\w.]{32}$/)]);
  });
});

describe('Many at once', () => {
  // test_s3, test_delete_objects: unknown keys count as deleted.
  test('are deleted, those that are not there too', async () => {
    await put('a', 'one');
    const Objects = [{ Key: 'a' }, { Key: 'b' }];
    const { Deleted = [], Errors } = await s3.deleteObjects({ Bucket, Delete: { Objects } });
    expect(Deleted.map(({ Key }) => Key).sort()).toEqual(['a', 'b']);
    expect(Errors).toBeUndefined();
    const quiet = await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
    expect(quiet.Deleted).toBeUndefined();
  });
});

describe('What no SDK would send', () => {
  const asked = (method: string, path: string, more: { headers?: Record<string, string>; body?: string } = {}) =>
    ask(local.url, { method, path: `/${Bucket}${path}`, ...more, headers: { ...SIGNED, ...more.headers } });
  const codeOf = (text: string) => [elementOf(text, 'Code'), elementOf(text, 'Message')];

  // S3 API reference, UploadPart: both are required. Half of them overwrote the object with a part.
  test('a part without its number, or without its upload, is no object', async () => {
    await put('a', 'hello');
    for (const query of ['?partNumber=1', '?uploadId=x']) {
      const { status, text } = await asked('PUT', `/a${query}`, { body: 'part' });
      expect([status, elementOf(text, 'Code')]).toEqual([400, 'InvalidArgument']);
    }
    expect(await read('a')).toBe('hello');
  });

  // S3 API reference, "Error responses": MissingRequestBodyError, MalformedXML, InvalidStorageClass.
  test('a document that is missing or lacks something is refused as one', async () => {
    const { text: missing } = await asked('PUT', '?tagging');
    expect(codeOf(missing)).toEqual(['MissingRequestBodyError', 'Request Body is empty']);
    for (const body of ['<Tagging/>', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>']) {
      expect(codeOf((await asked('PUT', '?tagging', { body })).text)[0]).toBe('MalformedXML');
    }
    const { text } = await asked('PUT', '/a', { body: 'x', headers: { 'x-amz-storage-class': 'FROZEN' } });
    expect(codeOf(text)).toEqual(['InvalidStorageClass', 'The storage class you specified is not valid']);
  });

  // test_s3, the recorded refusals of uploads; DeleteObjects verifies its body, too.
  test('a document is held against its checksum', async () => {
    await put('a', 'hello');
    const body = '<Delete><Object><Key>a</Key></Object></Delete>';
    const wrong = await asked('POST', '?delete', { body, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } });
    expect(codeOf(wrong.text)[0]).toBe('BadDigest');
    const malformed = await asked('POST', '?delete', { body, headers: { 'content-md5': 'AAAA' } });
    expect(codeOf(malformed.text)[0]).toBe('InvalidDigest');
    expect(await read('a')).toBe('hello');
  });

  // S3 user guide, "Working with object metadata": RFC 2047. It was an internal error, at every read.
  test('text that no header can carry comes back encoded', async () => {
    const signed = 'AWSAccessKeyId=000000000000&Signature=x&Expires=9999999999';
    const path = `/${Bucket}/a?${signed}&x-amz-meta-a=%E2%82%AC&x-amz-meta-b=1%0D%0Aset-cookie:%20x`;
    await ask(local.url, { method: 'PUT', path, body: 'x' });
    const { status, headers } = await asked('GET', '/a');
    expect([status, headers['x-amz-meta-a'], headers['set-cookie']]).toEqual([200, '=?UTF-8?B?4oKs?=', undefined]);
    await asked('PUT', '/a', { body: 'x', headers: { 'content-disposition': 'attachment; filename="Ã¼.txt"' } });
    expect((await asked('GET', '/a')).status).toBe(200);
    const { text } = await asked('GET', '/a?response-content-type=%0D%0Aa');
    expect(codeOf(text)).toEqual(['InvalidArgument', 'Header value cannot be represented using ISO-8859-1.']);
  });

  // S3 API reference, GetObject, partNumber: 1 to 10,000.
  test('a part of nothing has no range, and a part has a number', async () => {
    await asked('PUT', '/zero', { headers: { 'content-length': '0' } });
    const { status, headers } = await asked('GET', '/zero?partNumber=1');
    expect([status, headers['content-range'], headers['content-length']]).toEqual([200, undefined, '0']);
    const { text } = await asked('GET', '/zero?partNumber=x');
    expect(codeOf(text)).toEqual(['InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive']);
  });

  // README: keys of customers are refused by header, wherever they stand.
  test('keys of customers are refused by name, also where they would decrypt', async () => {
    await put('a', 'hello');
    const header = 'x-amz-server-side-encryption-customer-algorithm';
    const of = 'x-amz-copy-source-server-side-encryption-customer-algorithm';
    const got = await asked('GET', '/a', { headers: { [header]: 'AES256' } });
    const headers = { 'x-amz-copy-source': `/${Bucket}/a`, [of]: 'AES256' };
    const copied = await asked('PUT', '/b', { headers });
    expect([got, copied].map(({ status, text }) => [status, elementOf(text, 'Header')])).toEqual([
      [501, header],
      [501, of],
    ]);
  });
});
