// The checksums of objects: computed while bytes go by, and put together of those of parts. S3 knows five algorithms;
// MD5 is what an ETag and a Content-MD5 are made of.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { joinCrcs, type Register, updateCrc32c, updateCrc64 } from './crc.ts';

/** The algorithms that S3 names, as they stand in `ChecksumAlgorithm`. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** Bytes of each algorithm's value. */
const VALUE_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** The algorithms, in the order in which S3's own sentences list them. */
export const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

/** A checksum that is being computed. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** The value in base64, as S3's headers carry it. Ends the computation. */
  digest(): string;
}

/** Begins a checksum. */
export function createChecksum(algorithm: ChecksumAlgorithm | 'MD5'): Checksum {
  if (algorithm === 'CRC32') {
    let value = 0;
    return {
      update(bytes) {
        value = crc32(bytes, value);
      },
      digest: () => encode(BigInt(value), 4),
    };
  }
  if (algorithm === 'CRC32C' || algorithm === 'CRC64NVME') {
    const register: Register = { low: -1, high: -1 };
    const update = algorithm === 'CRC32C' ? updateCrc32c : updateCrc64;
    return {
      update: (bytes) => update(register, bytes),
      digest() {
        const low = BigInt(~register.low >>> 0);
        return algorithm === 'CRC32C' ? encode(low, 4) : encode((BigInt(~register.high >>> 0) << 32n) | low, 8);
      },
    };
  }
  const hash = createHash(algorithm.toLowerCase());
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest('base64'),
  };
}

/** Whether a text is a value of the algorithm: base64 of as many bytes as it has. */
export function isChecksumValue(algorithm: ChecksumAlgorithm | 'MD5', value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === (algorithm === 'MD5' ? 16 : VALUE_BYTES[algorithm]) && bytes.toString('base64') === value;
}

/** The header (or trailer) that carries an algorithm's value. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** A part of a multipart upload: its checksum in base64, and its size. */
export interface PartChecksum {
  readonly value: string;
  readonly sizeBytes: number;
}

/** The checksum of type COMPOSITE of an object of parts: that of the parts' checksums, and how many they are. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly PartChecksum[]): string {
  const checksum = createChecksum(algorithm);
  for (const { value } of parts) checksum.update(Buffer.from(value, 'base64'));
  return `${checksum.digest()}-${parts.length}`;
}

/**
 * The checksum of type FULL_OBJECT of an object of parts: what its bytes would give in one run, without reading them
 * again. `undefined` for SHA1 and SHA256, which can only be COMPOSITE.
 */
export function fullObjectChecksum(algorithm: ChecksumAlgorithm, parts: readonly PartChecksum[]): string | undefined {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') return undefined;
  const kind = algorithm === 'CRC32' ? 32 : algorithm === 'CRC32C' ? '32c' : 64;
  let whole = 0n;
  for (const { value, sizeBytes } of parts) whole = joinCrcs(kind, whole, decode(value), sizeBytes);
  return encode(whole, VALUE_BYTES[algorithm]);
}

function encode(value: bigint, sizeBytes: number): string {
  return Buffer.from(value.toString(16).padStart(sizeBytes * 2, '0'), 'hex').toString('base64');
}

function decode(value: string): bigint {
  return BigInt(`0x${Buffer.from(value, 'base64').toString('hex') || '0'}`);
}
