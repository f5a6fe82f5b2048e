// Buckets of S3, their lists and their configurations, and how S3 is addressed. What a source is given for was recorded
// on AWS, unless it says otherwise.
// Long because each fact of buckets is a test of its own.
import { S3, type S3ServiceException } from '@aws-sdk/client-s3';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, elementOf, newBucketName, SIGNED } from './support/s3.ts';

let local: Local;
let s3: S3;
let ireland: S3;
let Bucket: string;

beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: local.env.AWS_ACCESS_KEY_ID, secretAccessKey: local.env.AWS_SECRET_ACCESS_KEY };
  const settings = { endpoint: local.url, credentials, maxAttempts: 1 };
  s3 = new S3({ ...settings, region: 'us-east-1' });
  ireland = new S3({ ...settings, region: 'eu-west-1' });
});
afterAll(async () => {
  s3.destroy();
  ireland.destroy();
  await local.close();
});
beforeEach(async () => {
  Bucket = newBucketName();
  await s3.createBucket({ Bucket });
});

const put = (...keys: string[]) => Promise.all(keys.map((Key) => s3.putObject({ Bucket, Key, Body: 'x' })));
const get = (path: string, headers: Readonly<Record<string, string>> = SIGNED) => ask(local.url, { path, headers });
async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as S3ServiceException;
    return { name, status: $metadata.httpStatusCode, message };
  }
  throw new Error('It was not refused.');
}

describe('A bucket', () => {
  // LocalStack, tests/aws/services/s3/test_s3 and test_s3_api: CreateBucket and HeadBucket.
  test('is created, found and listed', async () => {
    const { Location } = await s3.createBucket({ Bucket: `${Bucket}-2` });
    expect(Location).toBe(`/${Bucket}-2`);
    expect(await s3.headBucket({ Bucket })).toMatchObject({
      ...{ BucketRegion: 'us-east-1', AccessPointAlias: false, BucketArn: `arn:aws:s3:::${Bucket}` },
    });
    const { Buckets = [], Owner } = await s3.listBuckets({});
    expect(Buckets.map(({ Name }) => Name)).toEqual(expect.arrayContaining([Bucket, `${Bucket}-2`]));
    expect(Owner?.ID).toBeDefined();
  });

  // test_s3: the owner's second try succeeds in us-east-1 alone.
  test('is created twice in us-east-1, and once elsewhere', async () => {
    expect((await s3.createBucket({ Bucket })).$metadata.httpStatusCode).toBe(200);
    await ireland.createBucket({ Bucket: `${Bucket}-ie` });
    expect(await refusal(ireland.createBucket({ Bucket: `${Bucket}-ie` }))).toEqual({
      ...{ name: 'BucketAlreadyOwnedByYou', status: 409 },
      message: 'Your previous request to create the named bucket succeeded and you already own it.',
    });
  });

  // test_s3, test_get_bucket_location; JavaScript's SDK adds the constraint by itself.
  test('lives where it was created, and nowhere is us-east-1', async () => {
    await ireland.createBucket({ Bucket: `${Bucket}-ie` });
    expect((await s3.getBucketLocation({ Bucket: `${Bucket}-ie` })).LocationConstraint).toBe('eu-west-1');
    expect((await get(`/${Bucket}?location`)).text).toContain(
      '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
    );
    const CreateBucketConfiguration = { LocationConstraint: 'nowhere-1' as 'eu-west-1' };
    expect(await refusal(s3.createBucket({ Bucket: `${Bucket}-x`, CreateBucketConfiguration }))).toMatchObject({
      ...{ name: 'InvalidLocationConstraint', message: 'The specified location-constraint is not valid' },
    });
  });

  // S3 user guide, "General purpose bucket naming rules"; the sentence: test_s3.
  test.each(['Aa', 'ab', 'a..b', '-ab', 'ab-', '192.168.5.4', 'xn--ab', 'ab-s3alias', 'ab--x-s3', 'a'.repeat(64)])(
    'is not named %s',
    async (name) => {
      const { status, text } = await ask(local.url, { method: 'PUT', path: `/${name}`, headers: SIGNED });
      expect(status).toBe(400);
      expect(elementOf(text, 'Code')).toBe('InvalidBucketName');
      expect(elementOf(text, 'BucketName')).toBe(name);
    },
  );

  // test_s3: BucketNotEmpty, and its further sentence for versions.
  test('is deleted when it is empty', async () => {
    await put('a');
    expect(await refusal(s3.deleteBucket({ Bucket }))).toEqual({
      ...{ name: 'BucketNotEmpty', status: 409, message: 'The bucket you tried to delete is not empty' },
    });
    await s3.deleteObject({ Bucket, Key: 'a' });
    expect((await s3.deleteBucket({ Bucket })).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(s3.listObjectsV2({ Bucket }))).toEqual({
      ...{ name: 'NoSuchBucket', status: 404, message: 'The specified bucket does not exist' },
    });
  });

  test('with versions says that these are to be deleted', async () => {
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await put('a');
    await s3.deleteObject({ Bucket, Key: 'a' });
    expect((await refusal(s3.deleteBucket({ Bucket }))).message).toBe(
      'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    );
  });
});

describe('S3 is addressed', () => {
  // Clients run against a server that writes requests down: JavaScript's SDK sends `/b/`, botocore `/b`.
  test.each(['', '/'])('by path, with "%s" behind the bucket', async (end) => {
    expect((await ask(local.url, { method: 'PUT', path: `/${Bucket}-p${end}`, headers: SIGNED })).status).toBe(200);
    expect((await get(`/${Bucket}-p${end}?location`)).status).toBe(200);
    expect((await get(`/${Bucket}-p${end}?versioning=`)).text).toContain('<VersioningConfiguration');
  });

  // The forms of AWS's own endpoints, and the one that JavaScript's SDK makes of `localhost`.
  test.each([
    (bucket: string) => `${bucket}.localhost`,
    (bucket: string) => `${bucket}.s3.us-east-1.amazonaws.com`,
    (bucket: string) => `${bucket}.s3.amazonaws.com`,
  ])('by host: %s', async (hostOf) => {
    await put('a/b');
    const answer = await get('/a/b', { ...SIGNED, host: hostOf(Bucket) });
    expect(answer).toMatchObject({ status: 200, text: 'x' });
  });

  // test_s3: headers of every answer.
  test('and answers with the ids of the request', async () => {
    const { headers } = await get(`/${Bucket}/none`);
    expect(headers['x-amz-request-id']).toMatch(/^[A-Z0-9]{16}$/);
    expect(headers['x-amz-id-2']).toBeDefined();
    expect(headers['server']).toBe('AmazonS3');
    expect(headers['content-type']).toBe('application/xml');
  });

  // test_s3: an error has no namespace and no wrapper.
  test('and refuses in bare XML', async () => {
    const { status, text } = await get(`/${Bucket}/none`);
    expect(status).toBe(404);
    expect(text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist.<\/Message><Key>none<\/Key><RequestId>.*<\/RequestId><HostId>.*<\/HostId><\/Error>$/,
    );
  });

  // What is not served is refused by name: nothing is silently ignored.
  test.each(['accelerate', 'replication', 'inventory', 'object-lock', 'analytics', 'metrics', 'intelligent-tiering'])(
    'and says that it does not serve ?%s',
    async (name) => {
      const { status, text } = await get(`/${Bucket}?${name}`);
      expect(status).toBe(501);
      expect(elementOf(text, 'Code')).toBe('NotImplemented');
    },
  );

  // A request without a signature is a stranger's.
  test('by nobody who does not sign, unless the policy lets everybody in', async () => {
    await put('a');
    const anonymous = await get(`/${Bucket}/a`, {});
    expect(anonymous.status).toBe(403);
    expect(elementOf(anonymous.text, 'Code')).toBe('AccessDenied');
    await s3.deletePublicAccessBlock({ Bucket });
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
    await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    expect(await get(`/${Bucket}/a`, {})).toMatchObject({ status: 200, text: 'x' });
    expect((await ask(local.url, { method: 'DELETE', path: `/${Bucket}/a` })).status).toBe(403);
  });
});

// LocalStack, tests/aws/services/s3/test_s3_list_operations.
describe('A list', () => {
  test('is in the order of UTF-8 bytes', async () => {
    await put('b', 'a', 'B', 'é', '\uffee', '😀', 'a/');
    const { Contents = [], KeyCount } = await s3.listObjectsV2({ Bucket });
    expect(Contents.map(({ Key }) => Key)).toEqual(['B', 'a', 'a/', 'b', 'é', '\uffee', '😀']);
    expect(KeyCount).toBe(7);
  });

  test('gathers what is behind a delimiter', async () => {
    await put('a/1', 'a/2', 'b', 'c/1');
    const { Contents = [], CommonPrefixes = [], KeyCount } = await s3.listObjectsV2({ Bucket, Delimiter: '/' });
    expect(Contents.map(({ Key }) => Key)).toEqual(['b']);
    expect(CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual(['a/', 'c/']);
    expect(KeyCount).toBe(3);
  });

  test('has pages that count prefixes too', async () => {
    await put('a/1', 'a/2', 'b', 'c/1');
    const seen: (string | undefined)[][] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.listObjectsV2({ Bucket, Delimiter: '/', MaxKeys: 1, ContinuationToken });
      const { Contents = [], CommonPrefixes = [] } = page;
      seen.push([...CommonPrefixes.map(({ Prefix }) => Prefix), ...Contents.map(({ Key }) => Key)]);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(seen).toEqual([['a/'], ['b'], ['c/']]);
  });

  test('begins behind a key, and names owners when it is asked to', async () => {
    await put('a', 'b');
    const { Contents = [] } = await s3.listObjectsV2({ Bucket, StartAfter: 'a', FetchOwner: true });
    expect(Contents).toMatchObject([
      { Key: 'b', Owner: { ID: expect.any(String) }, StorageClass: 'STANDARD', Size: 1 },
    ]);
    expect((await s3.listObjectsV2({ Bucket })).Contents?.[0]?.Owner).toBeUndefined();
  });

  // Users' reports of InvalidArgument for max-keys. It was taken for nothing, or for all.
  test('refuses a number of keys that is none, and takes an empty one for none', async () => {
    await put('a');
    for (const given of ['x', '1.5', '1e3', '99999999999999999999']) {
      const { status, text } = await get(`/${Bucket}?list-type=2&max-keys=${given}`);
      expect([status, elementOf(text, 'Code'), elementOf(text, 'Message')]).toEqual([
        ...[400, 'InvalidArgument', 'Provided max-keys not an integer or within integer range'],
      ]);
    }
    expect(elementOf((await get(`/${Bucket}?list-type=2&max-keys=`)).text, 'KeyCount')).toBe('1');
  });

  test('refuses a token that is none', async () => {
    expect(await refusal(s3.listObjectsV2({ Bucket, ContinuationToken: 'wrong' }))).toMatchObject({
      ...{ name: 'InvalidArgument', message: 'The continuation token provided is incorrect' },
    });
  });

  test('of version 1 says where it goes on when it has a delimiter', async () => {
    await put('a', 'b');
    const bare = await s3.listObjects({ Bucket, MaxKeys: 1 });
    expect(bare).toMatchObject({ IsTruncated: true, Contents: [{ Key: 'a', Owner: { ID: expect.any(String) } }] });
    expect(bare.NextMarker).toBeUndefined();
    expect(await s3.listObjects({ Bucket, MaxKeys: 1, Delimiter: '/' })).toMatchObject({ NextMarker: 'a' });
    expect((await s3.listObjects({ Bucket, Marker: 'a' })).Contents).toMatchObject([{ Key: 'b' }]);
  });

  test('encodes keys when it is asked to, and in one way only', async () => {
    await put('a/x+y é');
    const { text } = await get(`/${Bucket}?list-type=2&encoding-type=url`);
    expect(elementOf(text, 'Key')).toMatch(/^a\/x%2By(\+|%20)%C3%A9$/);
    const { status, text: wrong } = await get(`/${Bucket}?list-type=2&encoding-type=x`);
    expect(status).toBe(400);
    expect(elementOf(wrong, 'Message')).toBe('Invalid Encoding Method specified in Request');
  });

  // test_s3_list_operations: versions of objects that have none.
  test('of versions names those of an unversioned bucket null', async () => {
    await put('a');
    const { Versions = [] } = await s3.listObjectVersions({ Bucket });
    expect(Versions).toMatchObject([{ Key: 'a', VersionId: 'null', IsLatest: true, Size: 1 }]);
  });

  test('of versions goes on behind a key and a version', async () => {
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await put('a');
    await put('a');
    await put('b');
    const seen: string[] = [];
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let isMore = true; isMore; ) {
      const page = await s3.listObjectVersions({ Bucket, MaxKeys: 1, ...marker });
      seen.push(...(page.Versions ?? []).map(({ Key = '' }) => Key));
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      isMore = page.IsTruncated ?? false;
    }
    expect(seen).toEqual(['a', 'a', 'b']);
  });

  test('of a list of versions, the version needs its key', async () => {
    expect((await refusal(s3.listObjectVersions({ Bucket, VersionIdMarker: 'x' }))).name).toBe('InvalidArgument');
  });
});

describe('A configuration', () => {
  // test_s3_api: what a new bucket has.
  test('of a new bucket encrypts, blocks the public and leaves objects to the bucket', async () => {
    const { ServerSideEncryptionConfiguration: encryption } = await s3.getBucketEncryption({ Bucket });
    expect(encryption?.Rules).toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]);
    const { PublicAccessBlockConfiguration: block } = await s3.getPublicAccessBlock({ Bucket });
    expect(block).toEqual({
      ...{ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    const { OwnershipControls } = await s3.getBucketOwnershipControls({ Bucket });
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect((await s3.getBucketVersioning({ Bucket })).Status).toBeUndefined();
  });

  // test_s3 and test_s3_api: refusals of what was never put.
  test('that is not there is refused in its own words', async () => {
    expect(await refusal(s3.getBucketPolicy({ Bucket }))).toEqual({
      ...{ name: 'NoSuchBucketPolicy', status: 404, message: 'The bucket policy does not exist' },
    });
    expect(await refusal(s3.getBucketTagging({ Bucket }))).toEqual({
      ...{ name: 'NoSuchTagSet', status: 404, message: 'The TagSet does not exist' },
    });
    expect(await refusal(s3.getBucketCors({ Bucket }))).toEqual({
      ...{ name: 'NoSuchCORSConfiguration', status: 404, message: 'The CORS configuration does not exist' },
    });
    await s3.deletePublicAccessBlock({ Bucket });
    expect(await refusal(s3.getPublicAccessBlock({ Bucket }))).toEqual({
      ...{ name: 'NoSuchPublicAccessBlockConfiguration', status: 404 },
      message: 'The public access block configuration was not found',
    });
  });

  // test_s3: the sentences.
  test('that is no policy is refused', async () => {
    const refused = (Policy: string) => refusal(s3.putBucketPolicy({ Bucket, Policy }));
    expect(await refused('x')).toMatchObject({
      ...{ name: 'MalformedPolicy', message: "Policies must be valid JSON and the first byte must be '{'" },
    });
    expect(await refused('{}')).toMatchObject({
      ...{ name: 'MalformedPolicy', message: 'Missing required field Statement' },
    });
  });

  // test_s3_cors, test_cors_…: unsupported methods and wildcards. They were kept, and no page was let in.
  test('of CORS has methods that there are, and one wildcard at most', async () => {
    const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['*'] };
    const refused = async (changes: object) => {
      const CORSConfiguration = { CORSRules: [{ ...rule, ...changes }] };
      return (await refusal(s3.putBucketCors({ Bucket, CORSConfiguration }))).message;
    };
    expect([
      await refused({ AllowedMethods: ['PATCH'] }),
      await refused({ AllowedOrigins: ['http://*.*'] }),
      await refused({ AllowedHeaders: ['x-*-*'] }),
      await refused({ ExposeHeaders: ['x-*'] }),
    ]).toEqual([
      'Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
      'AllowedOrigin "http://*.*" can not have more than one wildcard.',
      'AllowedHeader "x-*-*" can not have more than one wildcard.',
      'ExposeHeader "x-*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
    ]);
  });

  // Sentences of AWS, as users of Terraform report them.
  test('of a lifecycle has rules that do something, each with an id of its own', async () => {
    const rule = { ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'a/' } };
    const refused = async (...Rules: (typeof rule & { Expiration?: { Days: number } })[]) => {
      const LifecycleConfiguration = { Rules };
      return (await refusal(s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration }))).message;
    };
    const Expiration = { Days: 1 };
    expect([
      await refused(rule),
      await refused({ ...rule, Expiration: { Days: 0 } }),
      await refused({ ...rule, Expiration }, { ...rule, Expiration }),
    ]).toEqual([
      'At least one action needs to be specified in a rule',
      "'Days' for Expiration action must be a positive integer",
      'Rule ID must be unique. Found same ID for more than one rule',
    ]);
  });

  test('that is no XML is refused', async () => {
    const headers = { ...SIGNED, 'content-length': '4' };
    const { status, text } = await ask(local.url, { method: 'PUT', path: `/${Bucket}?tagging`, headers, body: '<a><' });
    expect(status).toBe(400);
    expect(elementOf(text, 'Code')).toBe('MalformedXML');
  });

  test.each([
    {
      name: 'tags',
      write: () => s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'blue' }] } }),
      read: async () => (await s3.getBucketTagging({ Bucket })).TagSet,
      told: [{ Key: 'team', Value: 'blue' }],
    },
    {
      name: 'lifecycle',
      write: () =>
        s3.putBucketLifecycleConfiguration({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 1 } }],
          },
        }),
      read: async () => (await s3.getBucketLifecycleConfiguration({ Bucket })).Rules,
      told: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 1 } }],
    },
    {
      name: 'access control list',
      write: () =>
        s3.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } }),
      read: async () => (await s3.getBucketAcl({ Bucket })).Grants?.[0],
      told: { Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } },
    },
    {
      name: 'website',
      write: () => s3.putBucketWebsite({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } }),
      read: async () => (await s3.getBucketWebsite({ Bucket })).IndexDocument,
      told: { Suffix: 'index.html' },
    },
    {
      name: 'encryption',
      write: () =>
        s3.putBucketEncryption({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }],
          },
        }),
      read: async () => (await s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration?.Rules?.[0],
      told: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
    },
  ])('is answered as it was put: $name', async ({ write, read, told }) => {
    await write();
    expect(await read()).toMatchObject(told);
  });
});

// LocalStack, tests/aws/services/s3/test_s3_cors.
describe('A preflight', () => {
  const preflight = (headers: Record<string, string>) =>
    ask(local.url, { method: 'OPTIONS', path: `/${Bucket}/a`, headers });

  test('needs an origin', async () => {
    const { status, text } = await preflight({ 'access-control-request-method': 'PUT' });
    expect(status).toBe(400);
    expect(elementOf(text, 'Message')).toBe('Insufficient information. Origin request header needed.');
  });

  test('is refused where there are no rules', async () => {
    const { status, text } = await preflight({
      ...{ origin: 'https://shop.example.com', 'access-control-request-method': 'PUT' },
    });
    expect(status).toBe(403);
    expect(elementOf(text, 'Code')).toBe('AccessForbidden');
    expect(elementOf(text, 'Message')).toBe('CORSResponse: CORS is not enabled for this bucket.');
  });

  test('is granted by a rule', async () => {
    const rule = { AllowedOrigins: ['https://shop.example.com'], AllowedMethods: ['PUT'], AllowedHeaders: ['*'] };
    await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [{ ...rule, ExposeHeaders: ['ETag'] }] } });
    const { status, headers } = await preflight({
      ...{ origin: 'https://shop.example.com', 'access-control-request-method': 'PUT' },
      'access-control-request-headers': 'content-type',
    });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example.com',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type',
    });
    const other = await preflight({ origin: 'https://x.example.com', 'access-control-request-method': 'PUT' });
    expect(other.status).toBe(403);
  });
});
