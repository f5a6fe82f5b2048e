import { createHash } from 'node:crypto';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { describe, expect, test } from 'vitest';
import { createChecksum } from './checksum.ts';
import { type Headers, receiveBody, storedContentEncoding } from './receive.ts';

async function* pieces(...values: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const value of values) yield Buffer.from(value);
}

async function receive(headers: Headers, body: string, options: Parameters<typeof receiveBody>[2] = {}) {
  const receiving = receiveBody(headers, pieces(body.slice(0, 2), body.slice(2)), options);
  const bytes: Uint8Array[] = [];
  for await (const piece of receiving.bytes) bytes.push(piece);
  return { text: Buffer.concat(bytes).toString(), ...receiving.received() };
}

const refusal = async (headers: Headers, body = 'hello') => {
  try {
    await receive(headers, body);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, status, message, fields } = error;
    return { code, status, message, ...(Object.keys(fields).length > 0 && { fields }) };
  }
};

const invalidRequest = (message: string) => ({ code: 'InvalidRequest', status: 400, message });
const LENGTH = { 'content-length': '5' };
const MD5_OF_HELLO = createHash('md5').update('hello').digest();
const FRAMED = {
  'content-encoding': 'aws-chunked',
  'transfer-encoding': 'chunked',
  'x-amz-decoded-content-length': '6',
  'x-amz-trailer': 'x-amz-checksum-crc32',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
};

describe('Receiving an upload', () => {
  // Headers and body as @aws-sdk/client-s3 3.1175 sends them.
  test('what the SDK sends for a text: its checksum is verified and kept', async () => {
    const headers = { ...LENGTH, 'x-amz-sdk-checksum-algorithm': 'CRC32', 'x-amz-checksum-crc32': 'NhCmhg==' };
    expect(await receive(headers, 'hello')).toEqual({
      text: 'hello',
      sizeBytes: 5,
      md5: '5d41402abc4b2a76b9719d911017c592',
      checksum: { algorithm: 'CRC32', value: 'NhCmhg==', isGiven: true },
    });
  });

  test('what the SDK sends for a stream: the framing is taken off, the trailer verified', async () => {
    const headers = { ...FRAMED, 'x-amz-sdk-checksum-algorithm': 'CRC32' };
    expect(await receive(headers, '6\r\nabcdef\r\n0\r\nx-amz-checksum-crc32:S4457w==\r\n\r\n')).toEqual({
      text: 'abcdef',
      sizeBytes: 6,
      md5: 'e80b5017098950fc58aad83c8c14978e',
      checksum: { algorithm: 'CRC32', value: 'S4457w==', isGiven: true },
    });
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3, presigned uploads, forms and multipart uploads without a
  // checksum.
  test('without a checksum, CRC64NVME is computed', async () => {
    const expected = createChecksum('CRC64NVME');
    expected.update(Buffer.from('hello'));
    const { checksum } = await receive(LENGTH, 'hello');
    expect(checksum).toEqual({ algorithm: 'CRC64NVME', value: expected.digest(), isGiven: false });
  });

  test('a part of an upload that names an algorithm gets that one', async () => {
    const { checksum } = await receive(LENGTH, 'hello', { algorithm: 'CRC32' });
    expect(checksum).toEqual({ algorithm: 'CRC32', value: 'NhCmhg==', isGiven: false });
  });

  // Measured on AWS by ministack, issue 1497: a checksum is verified without x-amz-sdk-checksum-algorithm, too.
  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, checksums.
  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'a wrong %s is refused, in a header and in a trailer',
    async (algorithm) => {
      const checksum = createChecksum(algorithm);
      checksum.update(Buffer.from('something else'));
      const wrong = checksum.digest();
      const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
      const message = `The ${algorithm} you specified did not match the calculated checksum.`;
      const answer = { code: 'BadDigest', status: 400, message };
      expect(await refusal({ ...LENGTH, [name]: wrong })).toEqual(answer);
      const framed = `6\r\nabcdef\r\n0\r\n${name}:${wrong}\r\n\r\n`;
      expect(await refusal({ ...FRAMED, 'x-amz-trailer': name }, framed)).toEqual(answer);
    },
  );

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, checksums.
  test.each(['not base64', 'NhCmhg', 'AAAA', ''])('the value %j is no CRC32', async (value) => {
    expect(await refusal({ ...LENGTH, 'x-amz-checksum-crc32': value })).toEqual(
      invalidRequest('Value for x-amz-checksum-crc32 header is invalid.'),
    );
  });

  test('two checksums are one too many, in headers or in a header and a trailer', async () => {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    const crc32 = { 'x-amz-checksum-crc32': 'NhCmhg==' };
    const both = { ...LENGTH, ...crc32, 'x-amz-checksum-crc32c': 'NhCmhg==' };
    expect(await refusal(both)).toEqual(invalidRequest(message));
    expect(await refusal({ ...FRAMED, ...crc32 })).toEqual(invalidRequest(message));
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, Content-MD5. The elements: S3's documented error
  // details.
  test('a Content-MD5 is verified', async () => {
    expect(await refusal({ ...LENGTH, 'content-md5': MD5_OF_HELLO.toString('base64') })).toBe('accepted');
    expect(await refusal({ ...LENGTH, 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' })).toEqual({
      code: 'BadDigest',
      status: 400,
      message: 'The Content-MD5 you specified did not match what we received.',
      fields: { ExpectedDigest: '1B2M2Y8AsgTpgAmY7PhCfg==', CalculatedDigest: MD5_OF_HELLO.toString('base64') },
    });
    for (const value of ['nonsense', MD5_OF_HELLO.toString('hex'), '']) {
      expect(await refusal({ ...LENGTH, 'content-md5': value })).toEqual({
        code: 'InvalidDigest',
        status: 400,
        message: 'The Content-MD5 you specified was invalid.',
        fields: { 'Content-MD5': value },
      });
    }
  });

  // Checked against AWS by OpenStack Swift's cross-compatibility tests (test/s3api/test_input_errors.py).
  test('an algorithm that is named must be known, and be that of the checksum', async () => {
    expect(await refusal({ ...LENGTH, 'x-amz-sdk-checksum-algorithm': 'CRC32' })).toEqual(
      invalidRequest(
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
      ),
    );
    const crc32 = { ...LENGTH, 'x-amz-checksum-crc32': 'NhCmhg==' };
    expect(await refusal({ ...crc32, 'x-amz-sdk-checksum-algorithm': 'crc32' })).toBe('accepted');
    expect(await refusal({ ...crc32, 'x-amz-sdk-checksum-algorithm': 'SHA256' })).toEqual(
      invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.'),
    );
    expect(await refusal({ ...crc32, 'x-amz-sdk-checksum-algorithm': 'MD4' })).toEqual(
      invalidRequest(
        'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
      ),
    );
  });

  // The same tests: a trailer that was announced has to come, and needs the framing.
  test('an announced trailer that does not come, or cannot, is malformed', async () => {
    const answer = {
      code: 'MalformedTrailerError',
      status: 400,
      message:
        'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    };
    expect(await refusal(FRAMED, '6\r\nabcdef\r\n0\r\n\r\n')).toEqual(answer);
    expect(await refusal(FRAMED, '6\r\nabcdef\r\n0\r\nx-amz-checksum-sha1:abc\r\n\r\n')).toEqual(answer);
    expect(await refusal({ ...LENGTH, 'x-amz-trailer': 'x-amz-checksum-crc32' })).toEqual(answer);
    expect(await refusal({ ...FRAMED, 'x-amz-trailer': 'x-amz-meta-a' }, '')).toEqual(
      invalidRequest('The value specified in the x-amz-trailer header is not supported'),
    );
    expect(await refusal(FRAMED, '6\r\nabcdef\r\n0\r\nx-amz-checksum-crc32:wrong\r\n\r\n')).toEqual(
      invalidRequest('Value for x-amz-checksum-crc32 trailing header is invalid.'),
    );
  });

  // AWS, S3 API reference, "Error responses": IncompleteBody, MissingContentLength (411), NotImplemented (501).
  test('a body that is not as long as announced is incomplete', async () => {
    const answer = { code: 'IncompleteBody', status: 400, message: 'The request body terminated unexpectedly' };
    expect(await refusal({ 'content-length': '6' })).toEqual(answer);
    const framed = '6\r\nabcdef\r\n0\r\nx-amz-checksum-crc32:S4457w==\r\n\r\n';
    expect(await refusal({ ...FRAMED, 'x-amz-decoded-content-length': '5' }, framed)).toEqual(answer);
    expect(await refusal({ ...FRAMED, 'x-amz-decoded-content-length': '7' }, framed)).toEqual(answer);
  });

  test('a length must be announced; chunked transfer needs the framing inside', async () => {
    const missing = {
      code: 'MissingContentLength',
      status: 411,
      message: 'You must provide the Content-Length HTTP header.',
    };
    expect(await refusal({})).toEqual(missing);
    expect(await refusal({ ...FRAMED, 'x-amz-decoded-content-length': undefined })).toEqual(missing);
    expect(await refusal({ 'transfer-encoding': 'chunked' })).toEqual({
      code: 'NotImplemented',
      status: 501,
      message: 'A header you provided implies functionality that is not implemented',
      fields: { Header: 'Transfer-Encoding' },
    });
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, entity too large; 5 GiB: S3 user guide, "Uploading
  // objects".
  test('more than 5 GiB are refused before anything is read', async () => {
    expect(() => receiveBody({ 'content-length': '5368709121' }, pieces())).toThrow(
      expect.objectContaining({
        code: 'EntityTooLarge',
        status: 400,
        message: 'Your proposed upload exceeds the maximum allowed size',
        fields: { ProposedSize: '5368709121', MaxSizeAllowed: '5368709120' },
      }),
    );
  });

  test('what headers alone make wrong is refused before the body is read, so that no 100 Continue need be sent', () => {
    expect(() => receiveBody({ ...LENGTH, 'content-md5': 'x' }, pieces())).toThrow(ServiceError);
    expect(() => receiveBody({ ...LENGTH, 'x-amz-checksum-crc32': 'x' }, pieces())).toThrow(ServiceError);
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3, test_s3_checksum_with_content_encoding.
  test.each([
    ['gzip,aws-chunked', 'gzip'],
    ['aws-chunked', undefined],
    ['aws-chunked, gzip', 'gzip'],
    ['deflate, gzip', 'deflate, gzip'],
    [undefined, undefined],
  ])('of the Content-Encoding %j, %j is stored', (sent, stored) => {
    expect(storedContentEncoding(sent)).toBe(stored);
  });

  test('aws-chunked in Content-Encoding alone does not make a body framed', async () => {
    const headers = { ...LENGTH, 'content-encoding': 'aws-chunked', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    expect((await receive(headers, 'hello')).text).toBe('hello');
    const unsigned = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '5' };
    expect((await receive(unsigned, '5\r\nhello\r\n0\r\n\r\n')).text).toBe('hello');
  });

  test('the file of a form has no announced length, and is never framed', async () => {
    const fields = { 'content-encoding': 'aws-chunked', 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    expect(await receive(fields, 'hello', { isForm: true })).toMatchObject({ text: 'hello', sizeBytes: 5 });
  });

  test('whoever stops reading lets go of the body, and learns nothing of it', async () => {
    let isLetGo = false;
    async function* body() {
      try {
        yield Buffer.from('he');
        yield Buffer.from('llo');
      } finally {
        isLetGo = true;
      }
    }
    const receiving = receiveBody(LENGTH, body());
    for await (const _ of receiving.bytes) break;
    expect(isLetGo).toBe(true);
    expect(() => receiving.received()).toThrow('before its last byte');
  });
});
