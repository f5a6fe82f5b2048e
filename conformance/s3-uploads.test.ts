// How bytes come to S3: as SDKs of 2026 send them, in parts, and with checksums. What a source is given for was
// recorded on AWS, unless it says otherwise.
// Long because each fact of uploads is a test of its own.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { S3, type S3ServiceException } from '@aws-sdk/client-s3';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, durationOf, elementOf, newBucketName, SIGNED } from './support/s3.ts';

const MIB = 1024 * 1024;

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

const text = async (Key: string) => (await s3.getObject({ Bucket, Key })).Body?.transformToString();
const put = (headers: Readonly<Record<string, string>>, body: string) =>
  ask(local.url, {
    ...{ method: 'PUT', path: `/${Bucket}/a`, body },
    headers: { ...SIGNED, 'content-length': String(Buffer.byteLength(body)), ...headers },
  });
async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as S3ServiceException;
    return { name, status: $metadata.httpStatusCode, message };
  }
  throw new Error('It was not refused.');
}
const crcOf = (body: string) => {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(body));
  return value.toString('base64');
};

describe('Expect: 100-continue', () => {
  // @aws-sdk/client-s3 waits for the interim answer: 6.0 s a request, run against a server that never sends it.
  test('is answered at once: 3 MB are put in less than a second', async () => {
    await s3.putObject({ Bucket, Key: 'warm', Body: 'up' });
    expect(await durationOf(s3.putObject({ Bucket, Key: 'a', Body: Buffer.alloc(3 * MIB) }))).toBeLessThan(1000);
  });

  // RFC 9110, 10.1.1: a final answer in the place of 100 spares the sender its body.
  test('is answered with the refusal where that is known without the body', async () => {
    const { hostname, port } = new URL(local.url);
    const lines = [
      `PUT /none-${Bucket}/a HTTP/1.1`,
      ...[`Host: ${hostname}:${port}`, 'Expect: 100-continue', 'Content-Length: 1000000'],
      ...Object.entries(SIGNED).map(([name, value]) => `${name}: ${value}`),
    ];
    const socket = connect(Number(port), hostname);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const first = await new Promise<string>((resolve) => socket.once('data', (piece) => resolve(piece.toString())));
    socket.destroy();
    expect(first).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('A body in chunks', () => {
  // A stream of a known length, as @aws-sdk/client-s3 sends it: aws-chunked inside of HTTP's own chunks, and the
  // checksum behind.
  test('is what is in them', async () => {
    const Body = Readable.from([Buffer.alloc(8192, 'a'), Buffer.from('def')]);
    const written = await s3.putObject({ Bucket, Key: 'a', Body, ContentLength: 8195 });
    expect(written.ChecksumCRC32).toBe(crcOf(`${'a'.repeat(8192)}def`));
    expect(await text('a')).toBe(`${'a'.repeat(8192)}def`);
    expect((await s3.headObject({ Bucket, Key: 'a' })).ContentLength).toBe(8195);
  });

  const chunked = {
    ...{ 'content-encoding': 'aws-chunked', 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
    ...{ 'x-amz-decoded-content-length': '6', 'x-amz-trailer': 'x-amz-checksum-crc32' },
  };

  // LocalStack, tests/aws/services/s3/test_s3: BadDigest.
  test('with a wrong checksum behind them is refused, and nothing is there', async () => {
    const { status, text: answer } = await put(chunked, '6\r\nabcdef\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n');
    expect(status).toBe(400);
    expect(elementOf(answer, 'Code')).toBe('BadDigest');
    expect(elementOf(answer, 'Message')).toBe('The CRC32 you specified did not match the calculated checksum.');
    expect((await refusal(s3.getObject({ Bucket, Key: 'a' }))).name).toBe('NoSuchKey');
  });

  // test_s3, test_s3_checksum_with_content_encoding.
  test('leaves of its encoding what is not aws-chunked', async () => {
    const body = `6\r\nabcdef\r\n0\r\nx-amz-checksum-crc32:${crcOf('abcdef')}\r\n\r\n`;
    expect((await put({ ...chunked, 'content-encoding': 'gzip,aws-chunked' }, body)).status).toBe(200);
    expect((await s3.headObject({ Bucket, Key: 'a' })).ContentEncoding).toBe('gzip');
    expect((await put(chunked, body)).status).toBe(200);
    const head = await s3.headObject({ Bucket, Key: 'a' });
    expect(head.ContentEncoding).toBeUndefined();
    expect(head.ContentLength).toBe(6);
  });

  // S3 API reference, "Signature calculations for the authorization header: transferring payload in multiple chunks".
  test('may be signed chunk by chunk', async () => {
    const signature = `;chunk-signature=${'0'.repeat(64)}`;
    const body = `6${signature}\r\nabcdef\r\n0${signature}\r\n\r\n`;
    const { 'x-amz-trailer': _, ...rest } = chunked;
    expect((await put({ ...rest, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }, body)).status).toBe(
      200,
    );
    expect(await text('a')).toBe('abcdef');
  });

  test('that breaks off is refused', async () => {
    const { status } = await put(chunked, '6\r\nabc');
    expect(status).toBe(400);
    expect((await refusal(s3.getObject({ Bucket, Key: 'a' }))).name).toBe('NoSuchKey');
  });
});

// test_s3: the sentences of TestS3.test_s3_checksum_* and TestS3.test_put_object_content_md5.
describe('A checksum', () => {
  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('of %s is held against the bytes', async (algorithm) => {
    const written = await s3.putObject({ Bucket, Key: 'a', Body: 'hello', ChecksumAlgorithm: algorithm });
    expect(written[`Checksum${algorithm}`]).toBeDefined();
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const wrong = Buffer.alloc({ CRC32: 4, CRC32C: 4, SHA1: 20, SHA256: 32 }[algorithm]).toString('base64');
    const { status, text: answer } = await put({ [name]: wrong }, 'hello');
    expect(status).toBe(400);
    expect(elementOf(answer, 'Message')).toBe(`The ${algorithm} you specified did not match the calculated checksum.`);
  });

  test('that is none is refused', async () => {
    const { status, text: answer } = await put({ 'x-amz-checksum-crc32': 'wrong' }, 'hello');
    expect(status).toBe(400);
    expect(elementOf(answer, 'Code')).toBe('InvalidRequest');
    expect(elementOf(answer, 'Message')).toBe('Value for x-amz-checksum-crc32 header is invalid.');
  });

  test('is one', async () => {
    const sha1 = createHash('sha1').update('hello').digest('base64');
    const two = { 'x-amz-checksum-crc32': crcOf('hello'), 'x-amz-checksum-sha1': sha1 };
    expect(elementOf((await put(two, 'hello')).text, 'Message')).toBe(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  });

  test('may be an MD5', async () => {
    const refused = async (value: string) => elementOf((await put({ 'content-md5': value }, 'hello')).text, 'Message');
    expect(await refused('wrong')).toBe('The Content-MD5 you specified was invalid.');
    expect(await refused('1B2M2Y8AsgTpgAmY7PhCfg==')).toBe(
      'The Content-MD5 you specified did not match what we received.',
    );
  });

  // test_s3, presigned, posted and multipart objects: CRC64NVME, of the whole object. The value: the check value of
  // CRC-64/NVME.
  test('that nobody gave is a CRC64NVME', async () => {
    const { headers } = await put({}, '123456789');
    expect(headers['x-amz-checksum-type']).toBe('FULL_OBJECT');
    expect(headers['x-amz-checksum-crc64nvme']).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
  });

  test('is answered to those who ask, and not of a part', async () => {
    await s3.putObject({ Bucket, Key: 'a', Body: 'hello' });
    const get = (headers: Record<string, string>) =>
      ask(local.url, { path: `/${Bucket}/a`, headers: { ...SIGNED, ...headers } });
    expect((await get({})).headers['x-amz-checksum-crc32']).toBeUndefined();
    expect((await get({ 'x-amz-checksum-mode': 'ENABLED' })).headers['x-amz-checksum-crc32']).toBe('NhCmhg==');
    const part = await get({ 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-1' });
    expect(part.headers['x-amz-checksum-crc32']).toBeUndefined();
  });
});

// test_s3 and test_s3_api: TestS3Multipart and its like.
describe('An upload in parts', () => {
  const Key = 'a';
  const create = async (more: object = {}) => (await s3.createMultipartUpload({ Bucket, Key, ...more })).UploadId ?? '';
  const part = async (UploadId: string, PartNumber: number, Body: Buffer | string) => {
    const { ETag, ChecksumCRC32 } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body });
    return { PartNumber, ETag, ChecksumCRC32 };
  };
  type Part = Awaited<ReturnType<typeof part>>;
  const complete = (UploadId: string, Parts: Part[]) =>
    s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
  const big = Buffer.alloc(5 * MIB, 'x');

  test('is an object whose ETag says of how many, and a copy of it a plain one', async () => {
    const UploadId = await create();
    const parts = [await part(UploadId, 1, big), await part(UploadId, 2, 'tail')];
    const { ETag, Location } = await complete(UploadId, parts);
    const md5 = (data: Buffer | string) => createHash('md5').update(data).digest();
    const joined = createHash('md5').update(md5(big)).update(md5('tail')).digest('hex');
    expect(ETag).toBe(`"${joined}-2"`);
    expect(Location).toContain(Key);
    const head = await s3.headObject({ Bucket, Key });
    expect(head.ContentLength).toBe(big.length + 4);
    const ranged = await s3.getObject({ Bucket, Key, Range: `bytes=${big.length - 2}-${big.length + 1}` });
    expect(await ranged.Body?.transformToString()).toBe('xxta');
    const second = await s3.getObject({ Bucket, Key, PartNumber: 2 });
    expect(second).toMatchObject({ PartsCount: 2, ContentRange: `bytes 5242880-5242883/5242884` });
    expect(await second.Body?.transformToString()).toBe('tail');
    const copied = await s3.copyObject({ Bucket, Key: 'b', CopySource: `${Bucket}/${Key}` });
    const whole = createHash('md5').update(big).update('tail').digest('hex');
    expect(copied.CopyObjectResult?.ETag).toBe(`"${whole}"`);
  });

  test('takes the last of each number, whatever the order in which they came', async () => {
    const UploadId = await create();
    const last = await part(UploadId, 7, 'tail');
    await part(UploadId, 3, 'too small');
    const first = await part(UploadId, 3, big);
    await complete(UploadId, [first, last]);
    expect((await s3.headObject({ Bucket, Key })).ContentLength).toBe(big.length + 4);
  });

  test('refuses parts in another order, unknown ones and those that are too small', async () => {
    const UploadId = await create();
    const [one, three] = [await part(UploadId, 1, 'four'), await part(UploadId, 3, 'tail')];
    expect(await refusal(complete(UploadId, [three, one]))).toMatchObject({
      ...{ name: 'InvalidPartOrder', status: 400 },
      message: 'The list of parts was not in ascending order. Parts must be ordered by part number.',
    });
    expect(await refusal(complete(UploadId, [{ ...three, PartNumber: 4 }]))).toMatchObject({
      name: 'InvalidPart',
    });
    expect(await refusal(complete(UploadId, [one, three]))).toMatchObject({
      ...{ name: 'EntityTooSmall', message: 'Your proposed upload is smaller than the minimum allowed size' },
    });
  });

  test('that is unknown, aborted or complete is no upload', async () => {
    const UploadId = await create();
    await part(UploadId, 1, 'four');
    await s3.abortMultipartUpload({ Bucket, Key, UploadId });
    expect(await refusal(part(UploadId, 1, 'four'))).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    expect(
      await refusal(complete('unknown', [{ PartNumber: 1, ETag: '"0"', ChecksumCRC32: undefined }])),
    ).toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  test('cannot be completed when the key was written meanwhile, under a condition', async () => {
    const UploadId = await create();
    const one = await part(UploadId, 1, 'four');
    await s3.putObject({ Bucket, Key, Body: 'another' });
    const MultipartUpload = { Parts: [one] };
    const conditional = s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload, IfNoneMatch: '*' });
    expect((await refusal(conditional)).status).toBeOneOf([409, 412]);
  });

  test('shows its parts, and a bucket its uploads', async () => {
    const UploadId = await create();
    await part(UploadId, 1, 'four');
    await part(UploadId, 2, 'five!');
    const { Parts = [] } = await s3.listParts({ Bucket, Key, UploadId });
    expect(Parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 4],
      [2, 5],
    ]);
    const page = await s3.listParts({ Bucket, Key, UploadId, MaxParts: 1 });
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' });
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket });
    expect(Uploads).toMatchObject([{ Key, UploadId }]);
  });

  test('may be of parts that are copied', async () => {
    await s3.putObject({ Bucket, Key: 'source', Body: big });
    const UploadId = await create();
    const CopySource = `${Bucket}/source`;
    const first = await s3.uploadPartCopy({ Bucket, Key, UploadId, PartNumber: 1, CopySource });
    const CopySourceRange = 'bytes=0-9';
    const second = await s3.uploadPartCopy({ Bucket, Key, UploadId, PartNumber: 2, CopySource, CopySourceRange });
    const Parts = [first, second].map(({ CopyPartResult }, index) => ({
      PartNumber: index + 1,
      ETag: CopyPartResult?.ETag,
      ChecksumCRC32: CopyPartResult?.ChecksumCRC32,
    }));
    await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    expect((await s3.headObject({ Bucket, Key })).ContentLength).toBe(big.length + 10);
  });

  // test_s3, upload-part-copy of an upload with CRC32C; found by moto, test_copy_key_with_args__using_multipart: boto3
  // copies large objects so, and hands on what it was told.
  test('that was begun with a checksum tells it of a part that is copied', async () => {
    await s3.putObject({ Bucket, Key: 'source', Body: 'abc' });
    const UploadId = await create({ ChecksumAlgorithm: 'SHA256' });
    const { CopyPartResult } = await s3.uploadPartCopy({
      ...{ Bucket, Key, UploadId, PartNumber: 1 },
      CopySource: `${Bucket}/source`,
    });
    const { ETag, ChecksumSHA256 } = CopyPartResult ?? {};
    expect(ChecksumSHA256).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
    const Parts = [{ PartNumber: 1, ETag, ChecksumSHA256 }];
    const done = await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    expect(done.ChecksumSHA256).toMatch(/-1$/);
  });

  // test_s3_api, test_complete_multipart_… checksums: COMPOSITE where an algorithm was named.
  test('that was begun with a checksum has to be told of each part', async () => {
    const UploadId = await create({ ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await part(UploadId, 1, 'abc');
    expect((await refusal(complete(UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32: undefined }]))).message).toContain(
      'It was missing for part 1 in the request.',
    );
    const done = await complete(UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }]);
    expect([done.ChecksumType, done.ChecksumCRC32?.endsWith('-1')]).toEqual(['COMPOSITE', true]);
  });
});

describe('A large object', () => {
  // What a laptop has to bear: a test of the memory is in the bench.
  test('comes back as it was put', async () => {
    const body = Buffer.alloc(20 * MIB);
    for (let at = 0; at < body.length; at += 4) body.writeUInt32LE(at, at);
    await s3.putObject({ Bucket, Key: 'a', Body: body });
    const got = await (await s3.getObject({ Bucket, Key: 'a' })).Body?.transformToByteArray();
    expect(
      createHash('md5')
        .update(got ?? '')
        .digest('hex'),
    ).toBe(createHash('md5').update(body).digest('hex'));
  });
});
