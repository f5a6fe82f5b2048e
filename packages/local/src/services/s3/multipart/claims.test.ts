import { afterEach, beforeEach, expect, test } from 'vitest';
import { callerOf, createTestCloud, refusalOf } from '../../../test-cloud.ts';
import { createS3Service } from '../service.ts';

let cloud: ReturnType<typeof createTestCloud>;
beforeEach(() => {
  cloud = createTestCloud(createS3Service);
});
afterEach(() => cloud.dispatch.service('s3')?.close?.());

const s3 = callerOf('s3', () => cloud);
const Bucket = 'orders';
const Key = 'large';

async function begin(): Promise<{ readonly UploadId: string; readonly ETag: string }> {
  const { UploadId = '' } = await s3('CreateMultipartUpload', { Bucket, Key });
  const { ETag = '' } = await s3('UploadPart', { Bucket, Key, UploadId, PartNumber: 1, Body: new Uint8Array(100_000) });
  return { UploadId, ETag };
}

async function sizeRead(): Promise<number> {
  const { Body } = await s3('GetObject', { Bucket, Key });
  let sizeBytes = 0;
  if (Body instanceof Uint8Array || !Body) return Body?.length ?? 0;
  for await (const { byteLength } of Body as AsyncIterable<Uint8Array>) sizeBytes += byteLength;
  return sizeBytes;
}

// Source: S3 API reference, CompleteMultipartUpload: it may be retried, and then says NoSuchUpload. The second one took
// the first one's files for those of the object that it overwrote.
test('an upload that is completed twice at once is an object with its bytes', async () => {
  await s3('CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await s3('PutObject', { Bucket, Key, Body: new Uint8Array(50_000) });
  const { UploadId, ETag } = await begin();
  const complete = () => {
    const Parts = [{ PartNumber: 1, ETag }];
    return s3('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts } });
  };
  const results = await Promise.allSettled([complete(), complete(), complete()]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await sizeRead()).toBe(100_000);
  expect(await refusalOf(complete())).toContain('NoSuchUpload');
});

test('an upload that is given up while it is completed is one or the other', async () => {
  await s3('CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await s3('PutObject', { Bucket, Key, Body: new Uint8Array(50_000) });
  const { UploadId, ETag } = await begin();
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const completed = s3('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload });
  const aborted = s3('AbortMultipartUpload', { Bucket, Key, UploadId });
  const [first] = await Promise.allSettled([completed, aborted]);
  expect(await sizeRead()).toBe(first?.status === 'fulfilled' ? 100_000 : 50_000);
});

test('a completion that is refused leaves the upload as it was', async () => {
  await s3('CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const { UploadId, ETag } = await begin();
  const complete = (Parts: object[]) =>
    s3('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts } });
  expect(await refusalOf(complete([]))).toContain('You must specify at least one part');
  expect((await s3('ListParts', { Bucket, Key, UploadId })).Parts).toHaveLength(1);
  await complete([{ PartNumber: 1, ETag }]);
  expect(await sizeRead()).toBe(100_000);
});

// Recorded on AWS: LocalStack, s3/test_s3_api, test_complete_multipart_upload_… (the sentence of the size).
test('what is said of the whole object is held against it', async () => {
  await s3('CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const { UploadId, ETag } = await begin();
  const complete = (more: object) => {
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    return s3('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload, ...more });
  };
  expect(await refusalOf(complete({ MpuObjectSize: 7 }))).toContain(
    "The provided 'x-amz-mp-object-size' header value 7 does not match what was computed: 100000",
  );
  expect(await refusalOf(complete({ ChecksumCRC64NVME: 'AAAAAAAAAAA=' }))).toContain(
    'BadDigest: The CRC64NVME you specified did not match the calculated checksum.',
  );
  await complete({ MpuObjectSize: 100_000 });
});
