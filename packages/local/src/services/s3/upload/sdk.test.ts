// What the official SDK sends, over the wire, received.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { PutObjectCommand, type PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChecksum } from './checksum.ts';
import { type Received, receiveBody } from './receive.ts';

let received: Received | undefined;

const server = createServer(async (request, response) => {
  try {
    const receiving = receiveBody(plain(request.headers), request);
    for await (const _ of receiving.bytes) {
      // Nothing is kept.
    }
    received = receiving.received();
    response.end();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    request.resume();
    response.statusCode = error.status ?? 400;
    response.end(`<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`);
  }
});

function plain(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
}

let client: S3Client;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  client = new S3Client({
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    region: 'eu-west-1',
    forcePathStyle: true,
    maxAttempts: 1,
    // It would say on the console that a stream cannot be sent again.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});

afterAll(() => {
  client.destroy();
  server.close();
});

const put = async (input: Omit<PutObjectCommandInput, 'Bucket' | 'Key'>) => {
  received = undefined;
  await client.send(new PutObjectCommand({ Bucket: 'orders', Key: 'a', ...input }));
  return received;
};

describe('@aws-sdk/client-s3', () => {
  test('a text, with the checksum it is given by default', async () => {
    expect(await put({ Body: 'hello' })).toMatchObject({
      sizeBytes: 5,
      checksum: { algorithm: 'CRC32', value: 'NhCmhg==', isGiven: true },
    });
  });

  test.each(['CRC32', 'SHA1', 'SHA256'] as const)(
    'a stream of a megabyte with %s, in its framing',
    async (algorithm) => {
      const megabyte = Buffer.alloc(1024 * 1024, 'abcdefg');
      const expected = createChecksum(algorithm);
      expected.update(megabyte);
      const pieces = Array.from({ length: 16 }, (_, index) => megabyte.subarray(index * 65_536, (index + 1) * 65_536));
      const body = { Body: Readable.from(pieces), ContentLength: megabyte.length };
      expect(await put({ ...body, ChecksumAlgorithm: algorithm })).toMatchObject({
        sizeBytes: megabyte.length,
        checksum: { algorithm, value: expected.digest(), isGiven: true },
      });
    },
  );

  test('three megabytes, announced with Expect: 100-continue', async () => {
    expect(await put({ Body: Buffer.alloc(3 * 1024 * 1024) })).toMatchObject({ sizeBytes: 3 * 1024 * 1024 });
  });

  // On AWS a stream of small pieces is refused, and the SDK says what to do: aws-sdk-js-v3, issues 6859 and 6949.
  test('a stream of small pieces is taken', async () => {
    const body = { Body: Readable.from([Buffer.from('abc'), Buffer.from('def')]), ContentLength: 6 };
    expect(await put(body)).toMatchObject({ sizeBytes: 6 });
  });

  test('a wrong checksum is refused', async () => {
    await expect(put({ Body: 'hello', ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
      message: 'The CRC32 you specified did not match the calculated checksum.',
    });
  });
});
