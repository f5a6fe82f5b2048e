// S3 on two nodes of one cloud: both are asked at the same moment, and no answer was given for what is not so.
import { expect, test } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { createIds } from '../../ids.ts';
import { TEST_START, testCall } from '../../test-cloud.ts';
import { createTwoNodes } from '../../two-nodes.ts';
import { createS3Service } from './service.ts';

const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
const Bucket = 'orders';
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
/** Of large objects: what they find, few find. */
const FEW_SEEDS = SEEDS.slice(0, 3);
const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;

async function open(seed: number) {
  const nodes = createTwoNodes({ ids: createIds(), address, services: [createS3Service], frozenAt: TEST_START, seed });
  const { a, b, settled } = nodes;
  const both = [a.cloud, b.cloud];
  await a.cloud.dispatch.call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration }, testCall);
  await settled();
  const close = () => Promise.all(both.map(({ dispatch }) => dispatch.service('s3')?.close?.()));
  return { ...nodes, both, close };
}

const put = ({ dispatch }: Cloud, Key: string, sizeBytes: number, more: object = {}) =>
  dispatch.call('s3', 'PutObject', { Bucket, Key, Body: new Uint8Array(sizeBytes), ...more }, testCall);

async function sizeRead({ dispatch }: Cloud, Key: string): Promise<number> {
  const { Body } = await dispatch.call('s3', 'GetObject', { Bucket, Key }, testCall);
  let sizeBytes = 0;
  for await (const { byteLength } of Body as AsyncIterable<Uint8Array>) sizeBytes += byteLength;
  return sizeBytes;
}

/** Bytes of which each says where it stands. */
function bytesOf(sizeBytes: number, from = 0): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) bytes[at] = (at + from + ((at + from) >> 8) * 7) % 251;
  return bytes;
}

async function read({ dispatch }: Cloud, Key: string, more: object = {}): Promise<Buffer> {
  const { Body } = await dispatch.call('s3', 'GetObject', { Bucket, Key, ...more }, testCall);
  const read: Uint8Array[] = [];
  for await (const bytes of Body as AsyncIterable<Uint8Array>) read.push(bytes);
  return Buffer.concat(read);
}

const outcomes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code)).sort();

// Source: S3 API reference, CreateBucket: BucketAlreadyOwnedByYou. The second was an internal error.
test.each(SEEDS)('a bucket that both nodes are asked to make is made once (seed %i)', async (seed) => {
  const { both, close } = await open(seed);
  const made = both.map(({ dispatch }) =>
    dispatch.call('s3', 'CreateBucket', { Bucket: 'wares', CreateBucketConfiguration }, testCall),
  );
  expect(outcomes(await Promise.allSettled(made))).toEqual(['BucketAlreadyOwnedByYou', 'done']);
  await close();
});

// Source: S3 user guide, "Conditional writes": of many writers one succeeds.
test.each(SEEDS)('of two writes that want nothing there, one is made (seed %i)', async (seed) => {
  const { both, close, settled } = await open(seed);
  const puts = both.map((cloud, node) => put(cloud, 'once', 50_000 + node, { IfNoneMatch: '*' }));
  const results = await Promise.allSettled(puts);
  expect(outcomes(results)).toEqual(['PreconditionFailed', 'done']);
  await settled();
  const expected = results[0]?.status === 'fulfilled' ? 50_000 : 50_001;
  for (const cloud of both) expect(await sizeRead(cloud, 'once')).toBe(expected);
  await close();
});

// Source: S3 API reference, CompleteMultipartUpload. An object whose files another completion had removed was left.
test.each(SEEDS)('an upload that both nodes complete is one object with its bytes (seed %i)', async (seed) => {
  const { a, both, close, settled } = await open(seed);
  const Key = 'large';
  await put(a.cloud, Key, 40_000);
  const { dispatch } = a.cloud;
  const { UploadId = '' } = await dispatch.call('s3', 'CreateMultipartUpload', { Bucket, Key }, testCall);
  await settled();
  const parts = both.map(async ({ dispatch }, node) => {
    const Body = new Uint8Array(node === 0 ? 5 * 1024 * 1024 : 100_000);
    const part = { Bucket, Key, UploadId, PartNumber: node + 1, Body };
    return { PartNumber: node + 1, ETag: (await dispatch.call('s3', 'UploadPart', part, testCall)).ETag };
  });
  const MultipartUpload = { Parts: await Promise.all(parts) };
  await settled();
  const completions = both.map(({ dispatch }) =>
    dispatch.call('s3', 'CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload }, testCall),
  );
  expect(outcomes(await Promise.allSettled(completions))).toEqual(['NoSuchUpload', 'done']);
  await settled();
  for (const cloud of both) expect(await sizeRead(cloud, Key)).toBe(5 * 1024 * 1024 + 100_000);
  await close();
});

// What users expect: an object that was put after it was deleted is there. Whoever removed the last version removed the
// row, with what had been put meanwhile.
test.each(SEEDS)('a put beside a deletion is answered for what is left (seed %i)', async (seed) => {
  const { a, both, b, close, settled } = await open(seed);
  await put(a.cloud, 'k', 50_000);
  await settled();
  const deleted = b.cloud.dispatch.call('s3', 'DeleteObject', { Bucket, Key: 'k' }, testCall);
  const [, written] = await Promise.allSettled([deleted, put(a.cloud, 'k', 60_000)]);
  expect(written?.status).toBe('fulfilled');
  await settled();
  const seen = await Promise.all(both.map((cloud) => sizeRead(cloud, 'k').catch(({ code }) => code)));
  expect(seen[0]).toBe(seen[1]);
  expect([60_000, 'NoSuchKey']).toContain(seen[0]);
  await close();
});

// What users expect of one cloud: what was answered stays, whichever node took it.
test.each(SEEDS)(
  'an object that is put on one node is read on the other, also when the first has died (seed %i)',
  async (seed) => {
    const { a, b, close, settled } = await open(seed);
    const Body = bytesOf(300_000);
    await a.cloud.dispatch.call('s3', 'PutObject', { Bucket, Key: 'k', Body }, testCall);
    await settled();
    a.backbone.die();
    expect((await read(b.cloud, 'k')).equals(Body)).toBe(true);
    expect((await read(b.cloud, 'k', { Range: 'bytes=64000-200000' })).equals(Body.subarray(64_000, 200_001))).toBe(
      true,
    );
    await close();
  },
);

test.each(FEW_SEEDS)('parts that both nodes took are one object on both (seed %i)', async (seed) => {
  const { a, b, both, close, settled } = await open(seed);
  const { dispatch } = a.cloud;
  const { UploadId = '' } = await dispatch.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'large' }, testCall);
  await settled();
  const [first, last] = [bytesOf(5 * 1024 * 1024), bytesOf(100_000, 7)];
  const upload = async (cloud: Cloud, PartNumber: number, Body: Uint8Array) => {
    const part = { Bucket, Key: 'large', UploadId, PartNumber, Body };
    return { PartNumber, ETag: (await cloud.dispatch.call('s3', 'UploadPart', part, testCall)).ETag };
  };
  const Parts = await Promise.all([upload(a.cloud, 1, first), upload(b.cloud, 2, last)]);
  await settled();
  const done = { Bucket, Key: 'large', UploadId, MultipartUpload: { Parts } };
  await b.cloud.dispatch.call('s3', 'CompleteMultipartUpload', done, testCall);
  await settled();
  for (const cloud of both) expect((await read(cloud, 'large')).equals(Buffer.concat([first, last]))).toBe(true);
  await close();
});

test.each(SEEDS)('what a node that died has half written is nowhere to be seen (seed %i)', async (seed) => {
  const { a, b, close, settled } = await open(seed);
  const body = async function* () {
    yield bytesOf(100_000);
    a.backbone.die();
    yield bytesOf(100_000);
  };
  void a.backbone.bodies.write(body());
  void put(a.cloud, 'k', 100_000);
  await settled();
  await expect(read(b.cloud, 'k')).rejects.toMatchObject({ code: 'NoSuchKey' });
  await close();
});
