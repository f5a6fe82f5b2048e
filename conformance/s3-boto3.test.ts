// What boto3 does with S3 that JavaScript's SDK does not: uploads in parallel parts, URLs with signatures of version 2,
// keys that come encoded. Skipped, with the reason printed, where there is no boto3.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findInterpreter } from '../packages/local/src/functions/python/interpreter.ts';
import { hasBoto3 } from './boto3.ts';

let local: Local;
beforeEach(async () => {
  local = await startLocal();
});
afterEach(() => local.close());

const PROGRAM = `
import boto3, hashlib, io, json, urllib.request
s3 = boto3.client('s3')
s3.create_bucket(Bucket='orders')
body = bytes(range(256)) * 80000
s3.upload_fileobj(io.BytesIO(body), 'orders', 'in/große a+b%20.bin')
taken = io.BytesIO()
s3.download_fileobj('orders', 'in/große a+b%20.bin', taken)
listed = s3.list_objects_v2(Bucket='orders', Prefix='in/')['Contents'][0]
s3.copy_object(Bucket='orders', Key='copy', CopySource={'Bucket': 'orders', 'Key': 'in/große a+b%20.bin'})
s3.put_object(Bucket='orders', Key='small', Body=b'hello')
url = s3.generate_presigned_url('get_object', Params={'Bucket': 'orders', 'Key': 'small'}, ExpiresIn=60)
form = s3.generate_presigned_post('orders', 'posted')
s3.delete_objects(Bucket='orders', Delete={'Objects': [{'Key': 'copy'}]})
print(json.dumps({
  'same': taken.getvalue() == body,
  'key': listed['Key'], 'etag': listed['ETag'][-3:], 'size': listed['Size'],
  'presigned': urllib.request.urlopen(url).read().decode(),
  'keys': [one['Key'] for one in s3.list_objects(Bucket='orders')['Contents']],
}))
`;

test.skipIf(!hasBoto3)('boto3 uploads in parts, downloads, lists, copies and presigns', async () => {
  const interpreter = await findInterpreter('python3.12');
  const env = { ...process.env, ...local.env };
  const { stdout } = await promisify(execFile)(interpreter?.file ?? 'python3', ['-c', PROGRAM], { env });
  expect(JSON.parse(stdout)).toEqual({
    ...{ same: true, key: 'in/große a+b%20.bin', etag: '-3"', size: 256 * 80_000, presigned: 'hello' },
    keys: ['in/große a+b%20.bin', 'small'],
  });
});
