// Takes the body of an upload: what is stored of it, and afterwards what is known of it. Everything that headers say
// of it is held against it: its length, its MD5, its checksum. What can be refused before the body is read, is.
import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { invalidRequest } from '../refusals.ts';
import { decodeAwsChunked, incompleteBody, malformedTrailer, type Trailers } from './aws-chunked.ts';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  createChecksum,
  isChecksumValue,
} from './checksum.ts';

/**
 * Most bytes of one PutObject, UploadPart or form: 5 GiB.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
 */
export const UPLOAD_MAX_BYTES = 5 * 1024 ** 3;

/** A request's headers by names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** What is known of an upload when its last byte was read. */
export interface Received {
  readonly sizeBytes: number;
  /** Of the stored bytes, in hexadecimal: the ETag without its quotes. */
  readonly md5: string;
  readonly checksum: {
    readonly algorithm: ChecksumAlgorithm;
    /** In base64. */
    readonly value: string;
    /** Whether the caller gave it; otherwise S3 computed it of its own accord. */
    readonly isGiven: boolean;
  };
}

/** An upload that is being received. */
export interface Receiving {
  /** The bytes to store. Iterating throws where the body is not what its headers say: then nothing is to be stored. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What was received. To be asked after the last byte; an error before. */
  received(): Received;
}

/** A checksum that headers promise: its value, or the trailer that will bring it. */
interface Promised {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string | undefined;
}

/**
 * Begins to receive an upload. Headers that came in the query of a presigned URL do not belong here: S3 ignores a
 * checksum there (SDKs sign the one of an empty body into it).
 * @param options.algorithm What is computed when the caller gives no checksum: that of a multipart upload, or
 *   CRC64NVME.
 * @param options.isForm The headers are fields of a form, the body is its file: of a length that nobody announced.
 * @throws ServiceError `InvalidRequest`, `InvalidDigest`, `MissingContentLength`, `EntityTooLarge`, `NotImplemented`,
 *   `MalformedTrailerError`; while the bytes are read also `BadDigest`, `IncompleteBody`, `InvalidChunkSizeError`.
 */
export function receiveBody(
  headers: Headers,
  body: AsyncIterable<Uint8Array>,
  options: { readonly algorithm?: ChecksumAlgorithm; readonly isForm?: boolean } = {},
): Receiving {
  const isFramed = options.isForm !== true && isAwsChunked(headers);
  const expectedBytes = options.isForm === true ? undefined : announcedLength(headers, isFramed);
  const promised = promisedChecksum(headers, isFramed);
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && !isChecksumValue('MD5', contentMd5)) {
    const fields = { 'Content-MD5': contentMd5 };
    throw new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.', { status: 400, fields });
  }

  const algorithm = promised?.algorithm ?? options.algorithm ?? 'CRC64NVME';
  let received: Received | undefined;

  async function* read(): AsyncGenerator<Uint8Array> {
    const checksum = createChecksum(algorithm);
    const md5 = createHash('md5');
    let sizeBytes = 0;
    const source = (isFramed ? decodeAwsChunked(body) : body)[Symbol.asyncIterator]();
    let trailers: Trailers | undefined;
    try {
      for (;;) {
        const next = await source.next();
        if (next.done) {
          trailers = next.value;
          break;
        }
        const piece = next.value;
        sizeBytes += piece.length;
        if (sizeBytes > (expectedBytes ?? UPLOAD_MAX_BYTES)) {
          throw expectedBytes === undefined ? entityTooLarge(sizeBytes) : incompleteBody();
        }
        md5.update(piece);
        checksum.update(piece);
        yield piece;
      }
    } finally {
      // Whoever stops in the middle lets go of the body, too.
      if (trailers === undefined) await source.return?.();
    }
    if (expectedBytes !== undefined && sizeBytes !== expectedBytes) throw incompleteBody();
    const value = checksum.digest();
    if (promised) checkValue(promised, value, trailers);
    const isGiven = promised !== undefined;
    received = { sizeBytes, md5: finishMd5(md5, contentMd5), checksum: { algorithm, value, isGiven } };
  }

  return {
    bytes: read(),
    received() {
      if (received === undefined) throw new Error('An upload was asked for what it is before its last byte was read.');
      return received;
    },
  };
}

/** The Content-Encoding that is stored: what was sent, without `aws-chunked`. */
export function storedContentEncoding(sent: string | undefined): string | undefined {
  const names = (sent ?? '').split(',').map((name) => name.trim());
  if (!names.includes('aws-chunked')) return sent;
  return names.filter((name) => name !== '' && name !== 'aws-chunked').join(',') || undefined;
}

/**
 * `x-amz-content-sha256` says whether a body is framed; where it is absent (an unsigned request), the decoded length
 * does. Content-Encoding alone does not: a caller may write `aws-chunked` there, and it is left out of what is
 * stored.
 */
function isAwsChunked(headers: Headers): boolean {
  const payload = headers['x-amz-content-sha256'];
  if (payload !== undefined) return payload.startsWith('STREAMING-');
  const isNamed = storedContentEncoding(headers['content-encoding']) !== headers['content-encoding'];
  return isNamed && headers['x-amz-decoded-content-length'] !== undefined;
}

function announcedLength(headers: Headers, isFramed: boolean): number | undefined {
  const announced = headers[isFramed ? 'x-amz-decoded-content-length' : 'content-length'];
  if (announced !== undefined && /^\d{1,15}$/.test(announced)) {
    const sizeBytes = Number(announced);
    if (sizeBytes > UPLOAD_MAX_BYTES) throw entityTooLarge(sizeBytes);
    return sizeBytes;
  }
  if (!isFramed && headers['transfer-encoding'] !== undefined) {
    throw new ServiceError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      status: 501,
      fields: { Header: 'Transfer-Encoding' },
    });
  }
  throw new ServiceError('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 });
}

function promisedChecksum(headers: Headers, isFramed: boolean): Promised | undefined {
  const given = CHECKSUM_ALGORITHMS.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase();
  if (given.length > 1 || (given.length === 1 && trailer?.startsWith('x-amz-checksum-'))) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const [algorithm] = given;
  const promised =
    algorithm !== undefined
      ? { algorithm, value: headers[checksumHeader(algorithm)] }
      : trailer === undefined
        ? undefined
        : { algorithm: trailerAlgorithm(trailer, isFramed), value: undefined };
  if (promised?.value !== undefined && !isChecksumValue(promised.algorithm, promised.value)) {
    throw invalidRequest(`Value for ${checksumHeader(promised.algorithm)} header is invalid.`);
  }
  checkNamedAlgorithm(headers['x-amz-sdk-checksum-algorithm'], promised);
  return promised;
}

function trailerAlgorithm(trailer: string, isFramed: boolean): ChecksumAlgorithm {
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => checksumHeader(name) === trailer);
  if (algorithm === undefined) {
    throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
  }
  if (!isFramed) throw malformedTrailer();
  return algorithm;
}

function checkNamedAlgorithm(named: string | undefined, promised: Promised | undefined): void {
  if (named === undefined) return;
  const algorithm = CHECKSUM_ALGORITHMS.find((name) => name === named.toUpperCase());
  if (algorithm === undefined) {
    const valid = CHECKSUM_ALGORITHMS.join(', ');
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${valid}]`,
    );
  }
  if (promised === undefined) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (promised.algorithm !== algorithm) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
}

function checkValue(promised: Promised, computed: string, trailers: Trailers | undefined): void {
  const { algorithm } = promised;
  const value = promised.value ?? trailers?.get(checksumHeader(algorithm));
  if (value === undefined) throw malformedTrailer();
  if (!isChecksumValue(algorithm, value)) {
    throw invalidRequest(`Value for ${checksumHeader(algorithm)} trailing header is invalid.`);
  }
  if (value === computed) return;
  const message = `The ${algorithm} you specified did not match the calculated checksum.`;
  throw new ServiceError('BadDigest', message, { status: 400 });
}

function finishMd5(hash: Hash, given: string | undefined): string {
  const digest = hash.digest();
  const computed = digest.toString('base64');
  if (given !== undefined && given !== computed) {
    const fields = { ExpectedDigest: given, CalculatedDigest: computed };
    const message = 'The Content-MD5 you specified did not match what we received.';
    throw new ServiceError('BadDigest', message, { status: 400, fields });
  }
  return digest.toString('hex');
}

/** The refusal of more bytes than one upload may have. */
export function entityTooLarge(sizeBytes: number, maxBytes = UPLOAD_MAX_BYTES): ServiceError {
  return new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    status: 400,
    fields: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(maxBytes) },
  });
}
