import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readForm } from './form.ts';
import { checkPolicy, sizeRefusal } from './policy.ts';
import { formAnswer } from './success.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const BOUNDARY = 'b0undary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface Part {
  readonly name: string;
  readonly value: string;
  readonly fileName?: string;
}

function multipart(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const text = parts.map(({ name, value, fileName }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: application/octet-stream`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
  });
  return Buffer.from(text.join('') + end);
}

async function* pieces(...values: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* values;
}

async function read(body: Buffer, type: string | undefined = TYPE) {
  const form = await readForm(type, pieces(body));
  const file: Uint8Array[] = [];
  for await (const piece of form.file) file.push(piece);
  return { fields: Object.fromEntries(form.fields), fileName: form.fileName, file: Buffer.concat(file).toString() };
}

async function refusal(attempt: () => unknown) {
  try {
    await attempt();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, status, message, fields } = error;
    return { code, status, message, ...(Object.keys(fields).length > 0 && { fields }) };
  }
}

const MALFORMED = {
  code: 'MalformedPOSTRequest',
  status: 400,
  message: 'The body of your POST request is not well-formed multipart/form-data.',
};
const FILE: Part = { name: 'file', value: 'hello', fileName: 'a.txt' };

describe('A form posted to a bucket', () => {
  test('is its fields, then its file', async () => {
    expect(await read(multipart([{ name: 'Key', value: 'a/b' }, { name: 'X-Amz-Meta-A', value: 'ü' }, FILE]))).toEqual({
      fields: { key: 'a/b', 'x-amz-meta-a': 'ü' },
      fileName: 'a.txt',
      file: 'hello',
    });
  });

  // S3 API reference, "POST Object": ${filename} is the name of the file, without its folders, in every field.
  test('has ${filename} replaced', async () => {
    const file = { ...FILE, fileName: 'C:\\photos\\cat$&.jpg' };
    const { fields } = await read(multipart([{ name: 'key', value: 'in/${filename}' }, file]));
    expect(fields).toEqual({ key: 'in/cat$&.jpg' });
    const nameless = await read(
      multipart([
        { name: 'key', value: 'in/${filename}' },
        { name: 'file', value: '1' },
      ]),
    );
    expect(nameless).toEqual({ fields: { key: 'in/' }, fileName: '', file: '1' });
  });

  // S3 API reference, "POST Object": fields after the file are ignored.
  test('has nothing behind its file', async () => {
    const { fields } = await read(
      multipart([{ name: 'key', value: 'a' }, FILE, { name: 'key', value: 'b' }, { ...FILE, value: 'second' }]),
    );
    expect(fields).toEqual({ key: 'a' });
  });

  test('may send a field with a file name, as programs do', async () => {
    expect((await read(multipart([{ name: 'key', value: 'a', fileName: 'key' }, FILE]))).fields).toEqual({ key: 'a' });
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, POST Object that is not multipart/form-data.
  test.each([undefined, 'application/x-www-form-urlencoded', 'multipart/mixed; boundary=a', 'multipart/form-datax'])(
    'is not %j',
    async (type) => {
      expect(await refusal(() => readForm(type, pieces()))).toEqual({
        code: 'PreconditionFailed',
        status: 412,
        message: 'At least one of the pre-conditions you specified did not hold',
        fields: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
      });
    },
  );

  // S3 API reference, "Error responses": MalformedPOSTRequest, MaxPostPreDataLengthExceededError.
  test.each([
    ['has no boundary', multipart([FILE]), 'multipart/form-data'],
    ['breaks off in its file', multipart([FILE], ''), TYPE],
    ['is something else', Buffer.from('key=a'), TYPE],
    ['is empty', Buffer.alloc(0), TYPE],
  ])('that %s is malformed', async (_, body, type) => {
    expect(await refusal(() => read(body, type))).toEqual(MALFORMED);
  });

  test('that its sender breaks off is malformed, and nobody waits', async () => {
    const whole = multipart([
      { name: 'key', value: 'a' },
      { ...FILE, value: 'x'.repeat(100_000) },
    ]);
    for (const end of [20, 50_000]) {
      async function* body() {
        yield whole.subarray(0, end);
        throw new Error('The sender went away.');
      }
      const reading = async () => {
        for await (const _ of (await readForm(TYPE, body())).file);
      };
      expect(await refusal(reading)).toEqual(MALFORMED);
    }
  });

  // Node's own client of the web, over the wire.
  test('is what fetch sends', async () => {
    const form = new FormData();
    form.append('key', 'ü/${filename}');
    form.append('file', new File(['hello'], 'ä b.txt'));
    const request = new Request('http://127.0.0.1/orders', { method: 'POST', body: form });
    const body = Buffer.from(await request.arrayBuffer());
    expect(await read(body, request.headers.get('content-type') ?? '')).toEqual({
      fields: { key: 'ü/ä b.txt' },
      fileName: 'ä b.txt',
      file: 'hello',
    });
  });

  test('has a file', async () => {
    expect(await refusal(() => read(multipart([{ name: 'key', value: 'a' }])))).toEqual({
      code: 'InvalidArgument',
      status: 400,
      message: 'POST requires exactly one file upload per request.',
      fields: { ArgumentName: 'file', ArgumentValue: '0' },
    });
  });

  test('has at most 20,000 bytes of fields', async () => {
    const long = { name: 'x-ignore-a', value: 'a'.repeat(15_000) };
    const answer = {
      code: 'MaxPostPreDataLengthExceededError',
      status: 400,
      message: 'Your POST request fields preceding the upload file were too large.',
    };
    expect(await refusal(() => read(multipart([long, FILE])))).toBe('accepted');
    expect(await refusal(() => read(multipart([long, long, FILE])))).toEqual(answer);
    expect(await refusal(() => read(multipart([{ ...long, value: 'a'.repeat(30_000) }, FILE])))).toEqual(answer);
  });

  test('is the same however it is cut', async () => {
    const body = multipart([
      { name: 'key', value: 'a' },
      { ...FILE, value: `x\r\n--${BOUNDARY.slice(0, 3)}\r\ny` },
    ]);
    const property = fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 8 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), body.length];
      const cutUp = places.slice(1).map((end, index) => body.subarray(places[index], end));
      const form = await readForm(TYPE, pieces(...cutUp.filter((piece) => piece.length > 0)));
      const file: Uint8Array[] = [];
      for await (const piece of form.file) file.push(piece);
      expect(Buffer.concat(file).toString()).toBe(`x\r\n--${BOUNDARY.slice(0, 3)}\r\ny`);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test('is read to its end when it is refused at its fields, or in the middle of its file', async () => {
    let isRead = false;
    async function* body() {
      const whole = multipart([
        { name: 'key', value: 'a' },
        { ...FILE, value: 'x'.repeat(300_000) },
      ]);
      for (let at = 0; at < whole.length; at += 10_000) yield whole.subarray(at, at + 10_000);
      isRead = true;
    }
    const untilRead = async () => {
      for (let turn = 0; turn < 1000 && !isRead; turn++) await new Promise((resolve) => setImmediate(resolve));
      return isRead;
    };
    (await readForm(TYPE, body())).discard();
    expect(await untilRead()).toBe(true);
    isRead = false;
    for await (const _ of (await readForm(TYPE, body())).file) break;
    expect(await untilRead()).toBe(true);
  });
});

const SIGNED = {
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': 'AKIAEXAMPLE/20261128/eu-west-1/s3/aws4_request',
  'x-amz-date': '20261128T115900Z',
};
const SIGNED_CONDITIONS = Object.entries(SIGNED).map(([name, value]) => ({ [name]: value }));
const encode = (policy: unknown) => Buffer.from(JSON.stringify(policy)).toString('base64');

function signed(own: Readonly<Record<string, string>>, conditions: readonly unknown[], expiration?: unknown) {
  const policy = {
    expiration: expiration ?? '2026-11-28T13:00:00Z',
    conditions: [{ bucket: 'orders' }, ['starts-with', '$key', ''], ...SIGNED_CONDITIONS, ...conditions],
  };
  return { key: 'k', ...SIGNED, policy: encode(policy), 'x-amz-signature': 'ab', ...own };
}

const check = (fields: Readonly<Record<string, string>>) =>
  checkPolicy({ fields: new Map(Object.entries(fields)), bucket: 'orders', nowMs: NOW });

const denied = (message: string) => ({ code: 'AccessDenied', status: 403, message });
const failed = (condition: string) => denied(`Invalid according to Policy: Policy Condition failed: ${condition}`);
const invalidPolicy = (what: string) => ({
  code: 'InvalidPolicyDocument',
  status: 400,
  message: `Invalid Policy: ${what}`,
});

describe('The policy of a form', () => {
  // The fields and conditions of @aws-sdk/s3-presigned-post 3.1164's createPresignedPost.
  test('lets what its conditions name', () => {
    const conditions = [{ acl: 'private' }, ['eq', '$Content-Type', 'text/css'], ['content-length-range', 1, 10]];
    expect(check(signed({ bucket: 'orders', acl: 'private', 'content-type': 'text/css' }, conditions))).toEqual({
      signer: { accessKeyId: 'AKIAEXAMPLE', securityToken: undefined },
      key: 'k',
      size: { minBytes: 1, maxBytes: 10 },
    });
  });

  // Made by boto3 1.43.11: generate_presigned_post('orders', 'in/${filename}', …), in both versions.
  test('of boto3 is one', () => {
    const v2 = {
      acl: 'private',
      success_action_status: '201',
      key: 'in/a.txt',
      awsaccesskeyid: 'AKIAEXAMPLE',
      'x-amz-security-token': 'tok',
      policy:
        'eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjlUMTQ6NTU6MzdaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicHJpdmF0ZSJ9LCB7InN1Y2Nlc3NfYWN0aW9uX3N0YXR1cyI6ICIyMDEifSwgWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsIDEsIDEwXSwgeyJidWNrZXQiOiAib3JkZXJzIn0sIFsic3RhcnRzLXdpdGgiLCAiJGtleSIsICJpbi8iXSwgeyJ4LWFtei1zZWN1cml0eS10b2tlbiI6ICJ0b2sifV19',
      signature: 'HmrkHu5aA9/6+gC5TvFZnjkDt14=',
    };
    const { awsaccesskeyid: _, signature, ...rest } = v2;
    const v4 = {
      ...rest,
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': 'AKIAEXAMPLE/20261129/eu-west-1/s3/aws4_request',
      'x-amz-date': '20261129T145437Z',
      policy:
        'eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjlUMTQ6NTU6MzdaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicHJpdmF0ZSJ9LCB7InN1Y2Nlc3NfYWN0aW9uX3N0YXR1cyI6ICIyMDEifSwgWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsIDEsIDEwXSwgeyJidWNrZXQiOiAib3JkZXJzIn0sIFsic3RhcnRzLXdpdGgiLCAiJGtleSIsICJpbi8iXSwgeyJ4LWFtei1hbGdvcml0aG0iOiAiQVdTNC1ITUFDLVNIQTI1NiJ9LCB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUVYQU1QTEUvMjAyNjExMjkvZXUtd2VzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LCB7IngtYW16LWRhdGUiOiAiMjAyNjExMjlUMTQ1NDM3WiJ9LCB7IngtYW16LXNlY3VyaXR5LXRva2VuIjogInRvayJ9XX0=',
      'x-amz-signature': signature,
    };
    for (const fields of [v2, v4]) {
      expect(check(fields)).toEqual({
        signer: { accessKeyId: 'AKIAEXAMPLE', securityToken: 'tok' },
        key: 'in/a.txt',
        size: { minBytes: 1, maxBytes: 10 },
      });
    }
  });

  test('may be missing, with the signature: then anybody posts', () => {
    expect(check({ key: 'k', 'x-amz-meta-a': '1' })).toEqual({ signer: undefined, key: 'k', size: undefined });
  });

  test('may be signed with version 2', () => {
    const policy = encode({ expiration: '2026-11-28T13:00:00.000Z', conditions: [{ bucket: 'orders' }, { key: 'k' }] });
    expect(check({ key: 'k', policy, signature: 's', awsaccesskeyid: 'AKIAEXAMPLE' }).signer?.accessKeyId).toBe(
      'AKIAEXAMPLE',
    );
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, POST Object with missing fields. Two blanks in the
  // sentence.
  test.each(['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'key', 'policy'])(
    'needs the field %s',
    async (name) => {
      const fields = Object.entries(signed({}, [])).filter(([field]) => field !== name.toLowerCase());
      expect(await refusal(() => check(Object.fromEntries(fields)))).toEqual({
        code: 'InvalidArgument',
        status: 400,
        message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
        fields: { ArgumentName: name, ArgumentValue: '' },
      });
    },
  );

  // The same tests.
  test('needs a signature', async () => {
    const { key, policy } = signed({}, []);
    expect(await refusal(() => check({ key, policy }))).toEqual(denied('Access Denied'));
  });

  test('expires', async () => {
    for (const expiration of ['2026-11-28T12:00:00Z', '2026-11-28T11:59:59.000Z']) {
      expect(await refusal(() => check(signed({}, [], expiration)))).toEqual(
        denied('Invalid according to Policy: Policy expired.'),
      );
    }
    expect(await refusal(() => check(signed({}, [], '2026-11-28T12:00:01Z')))).toBe('accepted');
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, policy conditions (the first, and the range as
  // strings).
  test.each([
    [[{ success_action_redirect: 'http://a' }], '["eq", "$success_action_redirect", "http://a"]'],
    [[['eq', '$key', 'other']], '["eq", "$key", "other"]'],
    [[['eq', 'key', 'k']], '["eq", "key", "k"]'],
    [[['starts-with', '$key', 'user/']], '["starts-with", "$key", "user/"]'],
    [[{ bucket: 'other' }], '["eq", "$bucket", "other"]'],
    [[['content-length-range', 'test', 10]], '["content-length-range", "test", "10"]'],
  ])('says which condition failed: %j', async (conditions, printed) => {
    expect(await refusal(() => check(signed({}, conditions)))).toEqual(failed(printed));
  });

  // S3 API reference, "POST policy", condition matching: names in any case, lists of content types, empty prefixes.
  test('matches names in any case, and each of a list of content types', async () => {
    expect(
      await refusal(() =>
        check(
          signed({}, [
            ['EQ', '$KEY', 'k'],
            ['starts-with', '$acl', ''],
          ]),
        ),
      ),
    ).toBe('accepted');
    const images = [['starts-with', '$Content-Type', 'image/']];
    const post = (type: string) => refusal(() => check(signed({ 'content-type': type }, images)));
    expect(await post('image/png, image/gif')).toBe('accepted');
    expect(await post('image/png,text/html')).toEqual(failed('["starts-with", "$Content-Type", "image/"]'));
  });

  // S3 user guide, "Creating a POST policy": every field but a few has to be named.
  test('has to name every field', async () => {
    expect(await refusal(() => check(signed({ 'x-amz-meta-a': '1' }, [])))).toEqual(
      denied('Invalid according to Policy: Extra input fields: x-amz-meta-a'),
    );
    expect(await refusal(() => check(signed({ 'x-ignore-a': '1' }, [])))).toBe('accepted');
  });

  // S3 API reference, "Error responses": InvalidPolicyDocument.
  test('is a JSON document with an expiration and conditions', async () => {
    const post = (policy: string) => refusal(() => check({ ...signed({}, []), policy }));
    expect(await post('!')).toEqual(invalidPolicy('Invalid JSON.'));
    expect(await post(encode([]))).toEqual(invalidPolicy('Invalid JSON.'));
    expect(await post(encode({ conditions: [] }))).toEqual(invalidPolicy("Policy missing 'expiration' value."));
    const expiration = '2026-11-28T13:00:00Z';
    expect(await post(encode({ expiration }))).toEqual(invalidPolicy("Policy missing 'conditions' value."));
    expect(await post(encode({ expiration: 'soon', conditions: [] }))).toEqual(
      invalidPolicy("Invalid 'expiration' value: 'soon'"),
    );
    const one = 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.';
    for (const condition of [{}, { a: '1', b: '2' }]) {
      expect(await post(encode({ expiration, conditions: [condition] }))).toEqual(invalidPolicy(one));
    }
    for (const condition of ['bucket', ['eq', '$key'], ['ends-with', '$key', 'k'], null, { key: 1 }]) {
      expect(await post(encode({ expiration, conditions: [condition] }))).toMatchObject({
        code: 'InvalidPolicyDocument',
      });
    }
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, content-length-range.
  test('says how large the file may be', () => {
    const size = { minBytes: 5, maxBytes: 10 };
    expect(sizeRefusal(size, 12, { isWhole: false })).toMatchObject({
      code: 'EntityTooLarge',
      status: 400,
      message: 'Your proposed upload exceeds the maximum allowed size',
      fields: { ProposedSize: '12', MaxSizeAllowed: '10' },
    });
    expect(sizeRefusal(size, 4, { isWhole: true })).toMatchObject({
      code: 'EntityTooSmall',
      status: 400,
      message: 'Your proposed upload is smaller than the minimum allowed size',
      fields: { ProposedSize: '4', MinSizeAllowed: '5' },
    });
    expect(sizeRefusal(size, 4, { isWhole: false })).toBeUndefined();
    expect(sizeRefusal(size, 10, { isWhole: true })).toBeUndefined();
    expect(sizeRefusal(undefined, 10, { isWhole: true })).toBeUndefined();
  });
});

describe('The answer to a form', () => {
  const answer = (fields: Readonly<Record<string, string>>, key = 'a/b c') =>
    formAnswer(new Map(Object.entries(fields)), {
      bucket: 'orders',
      key,
      etag: '"e"',
      bucketUrl: 'http://127.0.0.1:4566/orders',
    });
  const headers = { etag: '"e"', location: 'http://127.0.0.1:4566/orders/a%2Fb%20c' };

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, POST Object, success_action_status and _redirect.
  test('is 204 without a body, or what success_action_status says', () => {
    expect(answer({})).toEqual({ status: 204, headers, body: '' });
    expect(answer({ success_action_status: '204' })).toEqual({ status: 204, headers, body: '' });
    expect(answer({ success_action_status: '404' })).toEqual({ status: 204, headers, body: '' });
    expect(answer({ success_action_status: '200' })).toEqual({ status: 200, headers, body: '' });
    expect(answer({ success_action_status: '201' }, 'a&b')).toEqual({
      status: 201,
      headers: { etag: '"e"', location: 'http://127.0.0.1:4566/orders/a%26b', 'content-type': 'application/xml' },
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>http://127.0.0.1:4566/orders/a%26b</Location>' +
        '<Bucket>orders</Bucket><Key>a&amp;b</Key><ETag>&quot;e&quot;</ETag></PostResponse>',
    });
  });

  test('is 303 to a page of the form, with what was made', () => {
    const made = 'bucket=orders&key=a%2Fb%20c&etag=%22e%22';
    const redirect = (to: string) => ({ status: 303, headers: { etag: '"e"', location: `${to}${made}` }, body: '' });
    expect(answer({ success_action_redirect: 'http://a/done' })).toEqual(redirect('http://a/done?'));
    expect(answer({ redirect: 'http://a/?x=1', success_action_status: '201' })).toEqual(redirect('http://a/?x=1&'));
  });

  // S3 API reference, "POST Object": a redirect that cannot be read is taken as if it were not there.
  test('does not redirect to what is no address', () => {
    for (const to of ['nowhere', 'javascript:alert(1)', 'http://']) {
      expect(answer({ success_action_redirect: to }).status).toBe(204);
    }
  });
});
