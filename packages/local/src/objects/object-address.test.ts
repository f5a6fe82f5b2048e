import { expect, test } from 'vitest';
import { parseObjectAddress } from './object-address.ts';

const isOurs = (authority: string) => /^(127\.0\.0\.1|localhost):4566$/.test(authority);
const parse = (text: string) => parseObjectAddress(text, isOurs);

// Sources: S3 user guide, "Virtual hosting of buckets"; osls 4.3.1 (`https://s3.amazonaws.com/…`), aws-cdk 2.1148.1
// (the endpoint that it was given), awscli 1.45.11 `cloudformation package` (`https://s3.<region>.amazonaws.com/…`).
test.each([
  's3://wares/a/b.zip',
  'S3://wares/a/b.zip',
  'https://s3.amazonaws.com/wares/a/b.zip',
  'https://s3.us-east-1.amazonaws.com/wares/a/b.zip',
  'https://s3-eu-west-1.amazonaws.com/wares/a/b.zip',
  'https://s3.dualstack.eu-west-1.amazonaws.com/wares/a/b.zip',
  'https://s3.cn-north-1.amazonaws.com.cn/wares/a/b.zip',
  'https://wares.s3.amazonaws.com/a/b.zip',
  'https://wares.s3.eu-west-1.amazonaws.com/a/b.zip',
  'https://wares.s3-eu-west-1.amazonaws.com:443/a/b.zip',
  'https://wares.s3.dualstack.eu-west-1.amazonaws.com/a/b.zip#here',
  'http://127.0.0.1:4566/wares/a/b.zip',
  'http://localhost:4566/wares/a/b.zip',
  'http://wares.localhost:4566/a/b.zip',
  'HTTPS://Wares.s3.Amazonaws.com/a/b.zip',
])('%s is an object', (text) => {
  expect(parse(text)).toEqual({ bucket: 'wares', key: 'a/b.zip' });
});

test('buckets with dots, versions, and keys as they stand', () => {
  expect(parse('https://a.b.s3.amazonaws.com/k')).toEqual({ bucket: 'a.b', key: 'k' });
  expect(parse('https://s3.amazonaws.com/b/k?a=1&versionId=v7')).toEqual({ bucket: 'b', key: 'k', versionId: 'v7' });
  expect(parse('https://s3.amazonaws.com/b/a/../b//c%3A1+2')).toEqual({ bucket: 'b', key: 'a/../b//c:1+2' });
  expect(parse('s3://b/c%3A1')).toEqual({ bucket: 'b', key: 'c%3A1' });
});

test.each([
  'https://example.com/wares/a',
  'https://s3.amazonaws.com/wares',
  'https://s3.amazonaws.com/wares/',
  'https://s3.amazonaws.com//key',
  'https://wares.s3.amazonaws.com/',
  'https://wares.s3.amazonaws.com.example.com/a',
  'http://127.0.0.1:9999/wares/a',
  'https://s3.amazonaws.com/wares/%zz',
  'wares/a',
  'file:///wares/a',
])('%s is none', (text) => {
  expect(parse(text)).toBeUndefined();
});
