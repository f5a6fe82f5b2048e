import { afterEach, beforeEach, expect, test } from 'vitest';
import { callerOf, createTestCloud } from '../../../test-cloud.ts';
import { createS3Service } from '../service.ts';
import { compareKeys } from './key-order.ts';

let cloud: ReturnType<typeof createTestCloud>;
const s3 = callerOf('s3', () => cloud);
const Bucket = 'orders';

beforeEach(async () => {
  cloud = createTestCloud(createS3Service);
  await s3('CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
});
afterEach(() => cloud.dispatch.service('s3')?.close?.());

const put = (Key: string) => s3('PutObject', { Bucket, Key, Body: new Uint8Array(1) });

test('keys are compared as their UTF-8 bytes', () => {
  const keys = ['', 'a', 'a/', 'aa', '\u00e9', '\uffff', '\uffff\uffff', '\ue000', '😀', '😀a', '\u{1f601}', '\ud7ff'];
  const byBytes = [...keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  expect([...keys].sort(compareKeys)).toEqual(byBytes);
});

// Source: S3 API reference, ListObjectsV2: keys are listed in UTF-8 binary order. The page behind U+FF5E left 😀 out.
test('no key is left out between two pages, whatever signs it has', async () => {
  const keys = ['a', '\ue000', '\uff5e', '😀'];
  for (const key of keys) await put(key);
  const listed: string[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3('ListObjectsV2', { Bucket, MaxKeys: 1, ...(ContinuationToken && { ContinuationToken }) });
    for (const { Key = '' } of page.Contents ?? []) listed.push(Key);
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) break;
  }
  expect(listed).toEqual(keys);
});

// Source: S3 API reference, ListObjectVersions: a common prefix is one line, and counts once. Its page named the
// version of a key inside of it, so that the next one began with the same prefix again, for ever.
test('pages of versions come to an end behind a common prefix', async () => {
  await s3('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  for (const key of ['d/a', 'd/b', 'e/c', 'f', 'f']) await put(key);
  const lines: string[] = [];
  let marks: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (let pages = 0; pages < 10; pages++) {
    const page = await s3('ListObjectVersions', { Bucket, Delimiter: '/', MaxKeys: 1, ...marks });
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) lines.push(Prefix);
    for (const { Key = '' } of page.Versions ?? []) lines.push(Key);
    if (!page.IsTruncated) break;
    const { NextKeyMarker: KeyMarker = '', NextVersionIdMarker: VersionIdMarker } = page;
    marks = { KeyMarker, ...(VersionIdMarker !== undefined && { VersionIdMarker }) };
  }
  expect(lines).toEqual(['d/', 'e/', 'f', 'f']);
});
