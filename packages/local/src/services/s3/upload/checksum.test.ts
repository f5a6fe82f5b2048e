import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  compositeChecksum,
  createChecksum,
  fullObjectChecksum,
  isChecksumValue,
} from './checksum.ts';

function checksumOf(algorithm: ChecksumAlgorithm | 'MD5', ...pieces: readonly (Uint8Array | string)[]): string {
  const checksum = createChecksum(algorithm);
  for (const piece of pieces) checksum.update(Buffer.from(piece));
  return checksum.digest();
}

describe('Checksums', () => {
  // The check values of the catalogue of parametrised CRC algorithms (reveng.sourceforge.io/crc-catalogue), for
  // CRC-32/ISO-HDLC, CRC-32/ISCSI and CRC-64/NVME; the others: FIPS 180-4's and RFC 1321's functions, as coreutils'
  // programs give them.
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
    ['MD5', '25f9e794323b453885f5181f1b624d0b'],
  ] as const)('%s of "123456789" is the published check value', (algorithm, hex) => {
    expect(Buffer.from(checksumOf(algorithm, '123456789'), 'base64').toString('hex')).toBe(hex);
  });

  // Sent by @aws-sdk/client-s3 3.1175 for these bodies.
  test('CRC32 is the value that SDKs send: four bytes, the highest first, in base64', () => {
    expect(checksumOf('CRC32', 'hello')).toBe('NhCmhg==');
    expect(checksumOf('CRC32', 'abcdef')).toBe('S4457w==');
    expect(checksumOf('CRC32')).toBe('AAAAAA==');
  });

  test('nothing has the CRC64NVME of zero', () => {
    expect(checksumOf('CRC64NVME')).toBe('AAAAAAAAAAA=');
  });

  test('however bytes are cut into pieces, the checksum is the same', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
      for (const algorithm of CHECKSUM_ALGORITHMS) {
        expect(checksumOf(algorithm, ...pieces)).toBe(checksumOf(algorithm, Buffer.concat(pieces)));
      }
    });
    fc.assert(property);
  });

  // Against the definition: one bit at a time.
  test('CRC32C and CRC64NVME are what their polynomials say', () => {
    const bitwise = (bytes: Uint8Array, polynomial: bigint, width: bigint) => {
      const ones = (1n << width) - 1n;
      let register = ones;
      for (const byte of bytes) {
        register ^= BigInt(byte);
        for (let bit = 0; bit < 8; bit++) register = register & 1n ? (register >> 1n) ^ polynomial : register >> 1n;
      }
      return (register ^ ones).toString(16).padStart(Number(width) / 4, '0');
    };
    const property = fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const hex = (algorithm: ChecksumAlgorithm) => Buffer.from(checksumOf(algorithm, bytes), 'base64').toString('hex');
      expect(hex('CRC32')).toBe(bitwise(bytes, 0xedb88320n, 32n));
      expect(hex('CRC32C')).toBe(bitwise(bytes, 0x82f63b78n, 32n));
      expect(hex('CRC64NVME')).toBe(bitwise(bytes, 0x9a6c9329ac4bc9b5n, 64n));
    });
    fc.assert(property);
  });

  // AWS, S3 user guide, "Checking object integrity": full object checksums of the CRC algorithms are computed from
  // those of the parts; SHA-1 and SHA-256 have composite ones only.
  test('the checksum of a whole object follows from those of its parts', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1 }), (pieces) => {
      for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
        const parts = pieces.map((piece) => ({ value: checksumOf(algorithm, piece), sizeBytes: piece.length }));
        expect(fullObjectChecksum(algorithm, parts)).toBe(checksumOf(algorithm, ...pieces));
      }
    });
    fc.assert(property);
    expect(fullObjectChecksum('SHA256', [])).toBeUndefined();
    expect(fullObjectChecksum('SHA1', [])).toBeUndefined();
  });

  // The same page: the checksum of the parts' checksums, a dash, and the number of parts.
  test('a composite checksum is that of the checksums of the parts, and says how many they are', () => {
    const parts = ['one', 'two'].map((text) => ({ value: checksumOf('SHA256', text), sizeBytes: 3 }));
    const joined = Buffer.concat(parts.map(({ value }) => Buffer.from(value, 'base64')));
    expect(compositeChecksum('SHA256', parts)).toBe(`${checksumOf('SHA256', joined)}-2`);
  });

  test('a value has as many bytes as its algorithm, in base64 as it is written', () => {
    expect(isChecksumValue('CRC32', 'NhCmhg==')).toBe(true);
    expect(isChecksumValue('CRC32', 'NhCmhg')).toBe(false);
    expect(isChecksumValue('CRC32', 'wrong')).toBe(false);
    expect(isChecksumValue('CRC64NVME', 'NhCmhg==')).toBe(false);
    expect(isChecksumValue('MD5', 'JfnnlDI7RTiF9RgfG2JNCw==')).toBe(true);
  });
});
